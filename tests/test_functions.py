"""The public functions: names, signatures, docstrings, arguments that must be refused, and what importing costs."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import tomllib
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pyact
from codegen import lower_numpy, lower_python, spec

CATALOGUE = spec.built_in()
FUNCTIONS = [n for n in pyact.__all__ if callable(getattr(pyact, n)) and not isinstance(getattr(pyact, n), type)]
ELEMENTWISE = [n for n, a in CATALOGUE.items() if a.kind == "elementwise"]
GATES = [n for n, a in CATALOGUE.items() if a.kind == "gate"]
ROWS = [n for n, a in CATALOGUE.items() if a.kind == "row"]
ROOT = Path(pyact.__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
DTYPES = (np.float16, np.float32, np.float64)


def public(name: str) -> Callable[..., Any]:
    return getattr(pyact, name)


# --- names ------------------------------------------------------------------------------------------------------------
def test_every_activation_has_its_functions() -> None:
    for name, activation in CATALOGUE.items():
        assert callable(public(name))
        assert callable(public(f"{name}_backward"))
        if activation.kind == "elementwise" and name != "rrelu":
            assert callable(public(f"{name}_with_derivative"))
        for parameter in activation.parameters:
            if parameter.learned:
                assert callable(public(f"{name}_backward_{parameter.name}"))


def test_names_are_listed() -> None:
    assert set(pyact.__all__) <= set(dir(pyact))
    assert len(set(pyact.__all__)) == len(pyact.__all__)
    assert list(pyact.activations)[: len(CATALOGUE)] == list(CATALOGUE)


def test_without_parameters_the_function_is_the_ufunc() -> None:
    for name in ("relu", "sigmoid", "tanh", "gelu", "silu", "mish"):
        assert isinstance(public(name), np.ufunc)
        assert public(name) is getattr(pyact.ufuncs, name)
        assert isinstance(public(f"{name}_backward"), np.ufunc)


def test_ufuncs_hold_every_kernel() -> None:
    expected = {
        f"{name}{suffix}"
        for name, activation in CATALOGUE.items()
        for suffix in ("", *(["_backward"] if activation.kind != "gate" else [f"_backward_{i}" for i in "ab"]))
    }
    assert expected <= set(dir(pyact.ufuncs))
    assert all(isinstance(getattr(pyact.ufuncs, n), np.ufunc) for n in dir(pyact.ufuncs))
    with pytest.raises(AttributeError, match=r"did you mean.*gelu"):
        _ = pyact.ufuncs.gelo


@pytest.mark.parametrize("name", ["gelu", "elu", "softmax", "glu"])
def test_pickles(name: str) -> None:
    assert pickle.loads(pickle.dumps(public(name))) is public(name)


def test_unknown_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pyact.nothing


# --- signatures -------------------------------------------------------------------------------------------------------
TORCH_SIGNATURES = {
    "hardtanh": {"min_val": -1.0, "max_val": 1.0},
    "leaky_relu": {"negative_slope": 0.01},
    "rrelu": {"lower": 1 / 8, "upper": 1 / 3, "training": False},
    "elu": {"alpha": 1.0},
    "celu": {"alpha": 1.0},
    "softplus": {"beta": 1.0, "threshold": 20.0},
    "softshrink": {"lambd": 0.5},
    "hardshrink": {"lambd": 0.5},
    "glu": {"axis": -1},
    "softmax": {"axis": -1},
}


@pytest.mark.parametrize("name", TORCH_SIGNATURES)
def test_arguments_and_defaults_are_those_of_torch(name: str) -> None:
    names = list(inspect.signature(public(name)).parameters.values())
    assert names[0].name == "x"
    expected = TORCH_SIGNATURES[name]
    assert {p.name: p.default for p in names[1 : 1 + len(expected)]} == expected


def test_elementwise_signature() -> None:
    shown = [(p.name, p.kind.name, p.default) for p in inspect.signature(pyact.elu).parameters.values()]
    empty = inspect.Parameter.empty
    assert shown == [
        ("x", "POSITIONAL_OR_KEYWORD", empty),
        ("alpha", "POSITIONAL_OR_KEYWORD", 1.0),
        ("out", "POSITIONAL_OR_KEYWORD", None),
        ("where", "KEYWORD_ONLY", True),
        ("ufunc_keywords", "VAR_KEYWORD", empty),
    ]


def stub_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    stub = Path(pyact.__file__).with_name("__init__.pyi")
    for node in ast.parse(stub.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node


@pytest.mark.parametrize(("name", "stub"), list(stub_functions()), ids=lambda v: v if isinstance(v, str) else "")
def test_stub_matches_the_function(name: str, stub: ast.FunctionDef) -> None:
    arguments = [a.arg for a in (*stub.args.args, *stub.args.kwonlyargs)]
    arguments += [stub.args.kwarg.arg] if stub.args.kwarg else []
    defaults = [ast.literal_eval(d) for d in (*stub.args.defaults, *stub.args.kw_defaults) if d is not None]
    real = inspect.signature(public(name)).parameters.values()
    assert arguments == [p.name for p in real]
    assert defaults == [p.default for p in real if p.default is not p.empty]


def test_stub_names_everything_public() -> None:
    stub = ast.parse(Path(pyact.__file__).with_name("__init__.pyi").read_text(encoding="utf-8"))
    named = {n.name for n in stub.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    named |= {n.target.id for n in stub.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
    named |= {a.asname or a.name for n in stub.body if isinstance(n, ast.ImportFrom) for a in n.names}
    assert set(pyact.__all__) <= named


def test_generated_files_are_up_to_date() -> None:
    package = Path(pyact.__file__).parent
    for name, text in lower_python.python_files(CATALOGUE).items():
        assert (package / name).read_text(encoding="utf-8") == text, f"pyact/{name}: run python -m codegen"


# --- docstrings -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FUNCTIONS)
def test_docstring(name: str) -> None:
    text = inspect.getdoc(public(name)) or ""
    if name not in ("isa", "get", "get_num_threads"):
        for section in ("Parameters", "Returns", "Raises", "Notes", "Examples"):
            assert f"\n{section}\n{'-' * len(section)}\n" in text, f"{name} has no section {section}"
    example = doctest.DocTestParser().get_doctest(text, {}, name, None, 0)
    assert example.examples, f"{name} has no example"
    report: list[str] = []
    doctest.DocTestRunner().run(example, out=report.append)
    assert not report, "".join(report)


@pytest.mark.parametrize("module", ["", ".nn", ".ufuncs", "._native_ufuncs"])
def test_examples_of_the_modules(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"pyact{module}"))
    assert result.attempted
    assert not result.failed


# --- get and activations ----------------------------------------------------------------------------------------------
def test_get() -> None:
    assert pyact.get("gelu") is pyact.gelu
    assert pyact.get("rrelu") is pyact.rrelu
    for alias, name in {"hard_swish": "hardswish", "gelu_new": "gelu_tanh", "identity": "linear"}.items():
        assert pyact.get(alias) is public(name)
    for name, activation in CATALOGUE.items():
        for alias in activation.aliases:
            assert pyact.get(alias) is public(name)


@pytest.mark.parametrize(("wrong", "near"), [("gellu", "'gelu'"), ("SoftMax", "'softmax'"), ("leaky", "'leaky_relu'")])
def test_get_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"unknown activation '{wrong}'; did you mean.*{near}"):
        pyact.get(wrong)
    with pytest.raises(KeyError, match=near):
        pyact.activations[wrong]


@pytest.mark.parametrize("wrong", ["", "zzzzzz", None, 3])
def test_get_of_nonsense(wrong: Any) -> None:
    with pytest.raises(ValueError, match="unknown activation"):
        pyact.get(wrong)


def test_activations_tell_what_the_spec_says() -> None:
    for name, activation in CATALOGUE.items():
        info = pyact.activations[name]
        assert (info.name, info.kind, info.source) == (name, activation.kind, activation.source)
        assert info.formula == activation.formula_text
        assert set(info.derivative) == set(activation.derivatives)
        assert {p.name: p.default for p in info.parameters} == activation.defaults
        assert info.function is public(name)
        assert info.backward is public(f"{name}_backward")
        assert repr(info).startswith(f"{name}: {activation.summary}\n")
        assert "formula" in repr(info)
    assert "gelu_new" in pyact.activations
    assert pyact.activations["gelu_new"] is pyact.activations["gelu_tanh"]
    with pytest.raises(AttributeError, match="cannot be changed"):
        pyact.activations["gelu"].name = "mine"


def test_isa() -> None:
    assert pyact.isa() in ("baseline", "avx2", "avx512", "neon")
    code = "import pyact; print(pyact.isa())"
    pinned = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**ENVIRONMENT, "PYACT_ISA": "baseline"}
    )
    assert pinned.stdout == "baseline\n"
    refused = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**ENVIRONMENT, "PYACT_ISA": "mmx"}
    )
    assert refused.returncode != 0
    assert "ImportError: the environment variable PYACT_ISA is 'mmx'" in refused.stderr
    assert "choose one of: baseline" in refused.stderr


def test_version_is_that_of_the_project() -> None:
    project = ROOT / "pyproject.toml"
    if project.exists():
        assert tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"] == pyact.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", pyact.__version__)


# --- what comes out ---------------------------------------------------------------------------------------------------
def reference(name: str, by: str | None, arguments: dict[str, Any]) -> Any:
    """The kernel form in NumPy's float64."""
    activation = CATALOGUE[name]
    expression = activation.kernel if by is None else activation.derivatives[by]
    names = [n for n in ("grad_output", *activation.names) if n in arguments]
    return lower_numpy.compile_numpy(expression, names)(*(arguments[n] for n in names))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_against_numpy(name: str) -> None:
    x = np.linspace(-4, 4, 41) + 0.013
    parameters = {p.name: p.default for p in CATALOGUE[name].parameters}
    values = {"x": x, **parameters}
    np.testing.assert_allclose(public(name)(x), reference(name, None, values), rtol=1e-9, atol=1e-12)
    gradient = public(f"{name}_backward")(2.0, x)
    np.testing.assert_allclose(gradient, 2 * reference(name, "x", values), rtol=1e-9, atol=1e-12)
    for parameter in CATALOGUE[name].parameters:
        if parameter.learned:
            result = public(f"{name}_backward_{parameter.name}")(2.0, x, **parameters)
            np.testing.assert_allclose(result, 2 * reference(name, parameter.name, values), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", [n for n in ELEMENTWISE if CATALOGUE[n].parameters and n != "rrelu"])
def test_parameters_are_scalars_or_arrays(name: str) -> None:
    x = np.linspace(-4, 4, 8, dtype=np.float32).reshape(2, 4)
    values = {p.name: p.default * 1.25 for p in CATALOGUE[name].parameters}
    expected = public(name)(x, *values.values())
    assert expected.dtype == np.float32
    np.testing.assert_array_equal(public(name)(x, **values), expected)
    arrays = {n: np.full((2, 1), v) for n, v in values.items()}
    np.testing.assert_array_equal(public(name)(x, **arrays), expected)
    out = np.full_like(x, 7)
    assert public(name)(x, **values, out=out, where=x > 0) is out
    np.testing.assert_array_equal(out, np.where(x > 0, expected, np.float32(7)))
    assert public(name)(x, **values, dtype=np.float64).dtype == np.float64


@pytest.mark.parametrize("name", GATES)
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_gates_split_and_join(name: str, axis: int) -> None:
    x = np.random.default_rng(0).standard_normal((4, 6, 2)).astype(np.float32)
    a, b = np.split(x, 2, axis)
    y = public(name)(x, axis)
    np.testing.assert_array_equal(y, getattr(pyact.ufuncs, name)(a, b))
    g = np.random.default_rng(1).standard_normal(y.shape).astype(np.float32)
    both = [getattr(pyact.ufuncs, f"{name}_backward_{i}")(g, a, b) for i in CATALOGUE[name].inputs]
    expected = np.concatenate(both, axis)
    result = public(f"{name}_backward")(g, x, axis)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, expected)
    np.testing.assert_array_equal(public(f"{name}_backward")(1.0, x, axis).dtype, np.float32)
    out = x.copy()
    assert public(f"{name}_backward")(g, out, axis, out=out) is out
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_rows_take_an_axis(name: str, axis: int) -> None:
    x = np.random.default_rng(0).standard_normal((3, 4, 5))
    last = np.moveaxis(x, axis, -1)
    expected = reference(name, None, {"x": last})
    reduces = CATALOGUE[name].reduces
    expected = expected[..., 0] if reduces else np.moveaxis(expected, -1, axis)
    y = public(name)(x, axis)
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-14)
    g = np.random.default_rng(1).standard_normal(y.shape)
    moved = g[..., None] if reduces else np.moveaxis(g, axis, -1)
    expected = np.broadcast_to(reference(name, "x", {"x": last, "grad_output": moved}), last.shape)
    result = public(f"{name}_backward")(g, x, axis)
    np.testing.assert_allclose(np.moveaxis(result, axis, -1), expected, rtol=1e-10, atol=1e-12)
    if reduces:
        kept = public(name)(x, axis, keepdims=True)
        np.testing.assert_array_equal(kept, np.expand_dims(y, axis))
        again = public(f"{name}_backward")(np.expand_dims(g, axis), x, axis, keepdims=True)
        np.testing.assert_array_equal(again, result)


INF, NAN = np.inf, np.nan


@pytest.mark.parametrize(
    ("name", "row", "value", "gradient"),
    [
        ("softmax", [-INF, 0.0, 0.0], [0, 0.5, 0.5], [0, 0.25, -0.25]),
        ("softmax", [INF, 0.0, 0.0], [NAN] * 3, [NAN] * 3),
        ("softmax", [-INF] * 3, [NAN] * 3, [NAN] * 3),
        ("softmax", [NAN, 0.0, 0.0], [NAN] * 3, [NAN] * 3),
        ("softmin", [INF, 0.0, 0.0], [0, 0.5, 0.5], [0, -0.25, 0.25]),
        ("softmin", [-INF, 0.0, 0.0], [NAN] * 3, [NAN] * 3),
        ("log_softmax", [-INF, 0.0, 0.0], [-INF, -np.log(2), -np.log(2)], [0, 0.5, -0.5]),
        ("sparsemax", [-INF, 0.0, 0.0], [0, 0.5, 0.5], [0, 0.5, -0.5]),
        ("softmax_one", [-INF] * 3, [0] * 3, [0] * 3),
        ("softmax_one", [INF, 0.0, 0.0], [NAN] * 3, [NAN] * 3),
        ("hardmax", [INF, INF, 0.0], [1, 0, 0], [0] * 3),
        ("hardmax", [NAN, 0.0, 0.0], [NAN] * 3, [0] * 3),
    ],
)
def test_rows_at_infinity(name: str, row: list[float], value: list[float], gradient: list[float]) -> None:
    """As the docstrings say."""
    np.testing.assert_allclose(public(name)(row), value)
    np.testing.assert_allclose(public(f"{name}_backward")([0.0, 1.0, 0.0], row), gradient, atol=1e-15)


def test_logsumexp_at_infinity() -> None:
    rows = {INF: [INF, 0.0], -INF: [-INF, -INF], 0.0: [-INF, 0.0]}
    for value, row in rows.items():
        assert pyact.logsumexp(row) == value
    assert pyact.logsumexp(np.empty(0)) == -INF
    assert np.isnan(pyact.logsumexp([NAN, INF]))
    np.testing.assert_array_equal(pyact.logsumexp_backward(1.0, [-INF, 0.0]), [0, 1])
    assert np.isnan(pyact.logsumexp_backward(1.0, [INF, 0.0])).all()


def test_softmax2d() -> None:
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    np.testing.assert_array_equal(pyact.softmax2d(x), pyact.softmax(x, axis=1))
    np.testing.assert_array_equal(pyact.softmax2d(x[0]), pyact.softmax(x[0], axis=0))
    np.testing.assert_array_equal(pyact.softmax2d_backward(x, x), pyact.softmax_backward(x, x, axis=1))
    for wrong in (x[0, 0], x[None]):
        with pytest.raises(ValueError, match="softmax2d takes an array of shape"):
            pyact.softmax2d(wrong)


def test_prelu_has_one_weight_or_one_per_channel() -> None:
    x = np.random.default_rng(0).standard_normal((2, 3, 4)).astype(np.float32)
    one = np.where(x > 0, x, x * np.float32(0.5))
    for weight in (0.5, np.float32(0.5), [0.5], np.array([0.5], dtype=np.float32)):
        result = pyact.prelu(x, weight)
        assert result.dtype == np.float32
        np.testing.assert_array_equal(result, one)
    weights = np.array([0.5, 0.25, 2.0], dtype=np.float32)
    np.testing.assert_array_equal(pyact.prelu(x, weights), np.where(x > 0, x, x * weights[:, None]))
    np.testing.assert_array_equal(pyact.prelu_backward_weight(1.0, x, weights), np.where(x > 0, np.float32(0), x))
    with pytest.raises(ValueError, match="weight has length 4, x has 3 channels"):
        pyact.prelu(x, np.ones(4))
    with pytest.raises(ValueError, match="weight has length 4, x has 1 channel "):
        pyact.prelu(x[0, 0], np.ones(4))
    np.testing.assert_array_equal(pyact.prelu(x, np.full((1, 1, 4), 0.5)), one)  # more axes broadcast


def test_rrelu() -> None:
    x = np.random.default_rng(0).standard_normal(1000).astype(np.float32)
    np.testing.assert_array_equal(pyact.rrelu(x, 0.25, 0.75), pyact.leaky_relu(x, 0.5))
    y = pyact.rrelu(x, 0.25, 0.75, training=True, rng=np.random.default_rng(5))
    assert y.dtype == np.float32
    slope = (y / x)[x < 0]
    assert 0.25 <= slope.min() < slope.max() <= 0.75
    np.testing.assert_array_equal(y[x >= 0], x[x >= 0])
    np.testing.assert_array_equal(y, pyact.rrelu(x, 0.25, 0.75, True, 5))
    assert not np.array_equal(y, pyact.rrelu(x, 0.25, 0.75, True, 6))
    gradient = pyact.rrelu_backward(1.0, x, 0.25, 0.75)
    np.testing.assert_array_equal(gradient, np.where(x > 0, np.float32(1), np.float32(0.5)))
    with pytest.raises(ValueError, match=r"lower <= upper; lower is 0\.5, upper is 0\.25"):
        pyact.rrelu(x, 0.5, 0.25)
    with pytest.raises(ValueError, match="lower <= upper"):
        pyact.rrelu(x, float("nan"), 0.25)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["gelu", "elu", "prelu", "softplus", "snake"])
def test_zero_d_and_scalars(name: str, dtype: type) -> None:
    arguments = (0.25,) if name == "prelu" else ()
    result = public(name)(np.array(0.5, dtype=dtype), *arguments)
    assert result.dtype == dtype
    assert result.shape == ()
    assert public(name)(dtype(0.5), *arguments) == result


@pytest.mark.parametrize("name", ["gelu", "elu", "hardtanh", "softplus", "leaky_relu", "snake"])
def test_python_numbers_and_lists_are_float64(name: str) -> None:
    for x in (2, 0.5, True, [1, 2], [0.5]):
        result = public(name)(x)
        expected = np.float16 if x is True else np.float64
        assert result.dtype == expected
    assert public(name)(np.array([1, 2], dtype=np.int8)).dtype == np.float16
    assert public(name)(np.array([1, 2], dtype=np.int16)).dtype == np.float32


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 4)])
def test_empty(shape: tuple[int, ...]) -> None:
    x = np.empty(shape, dtype=np.float32)
    for name in (*ELEMENTWISE, *GATES):
        result = public(name)(x, *((1,) if name == "prelu" else (0,) if name in GATES and shape[0] == 0 else ()))
        assert result.size == 0
        assert result.dtype == np.float32
    assert pyact.softmax(np.empty((0, 4))).shape == (0, 4)


# --- what is refused --------------------------------------------------------------------------------------------------
ONE_OF_EACH = ["gelu", "elu", "leaky_relu", "hardtanh", "softplus", "glu", "swiglu", "softmax", "logsumexp"]


@pytest.mark.parametrize("name", ONE_OF_EACH)
@pytest.mark.parametrize(
    "x",
    [np.array(["1", "2"]), np.array([1.0, 2.0], dtype=object), np.array([1j, 2.0]), np.array([1, 2], dtype="M8[s]")],
    ids=["text", "object", "complex", "dates"],
)
def test_dtypes_that_are_refused(name: str, x: Any) -> None:
    with pytest.raises(TypeError):
        public(name)(x)
    with pytest.raises(TypeError):
        public(f"{name}_backward")(1.0 if name != "softmax" else x, x)


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_wrong_out(name: str) -> None:
    x = np.ones((3, 4), dtype=np.float32)
    right = public(name)(x)
    with pytest.raises(ValueError):  # noqa: PT011 - the words are NumPy's
        public(name)(x, out=np.empty((5, 7), dtype=np.float32))
    with pytest.raises(TypeError):
        public(name)(x, out=np.empty(right.shape, dtype=np.int32))
    frozen = np.empty_like(right)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        public(name)(x, out=frozen)
    np.testing.assert_array_equal(public(name)(x, out=np.empty(right.shape)), right)  # a wider out is fine


def test_wrong_out_of_a_gate_gradient() -> None:
    x = np.ones((3, 4), dtype=np.float32)
    with pytest.raises(ValueError, match=r"out has shape \(3, 2\); the gradient has the shape of x, \(3, 4\)"):
        pyact.glu_backward(1.0, x, out=np.empty((3, 2), dtype=np.float32))
    with pytest.raises(ValueError, match=r"grad_output has shape \(3, 4\); the output of glu has \(3, 2\)"):
        pyact.glu_backward(x, x)


@pytest.mark.parametrize("name", [*GATES, *ROWS])
@pytest.mark.parametrize("axis", [2, -3])
def test_axis_out_of_range(name: str, axis: int) -> None:
    x = np.ones((2, 2))
    with pytest.raises(np.exceptions.AxisError, match=f"axis {axis} is out of bounds for array of dimension 2"):
        public(name)(x, axis)


@pytest.mark.parametrize("name", GATES)
def test_odd_gate(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} splits x into two halves along axis 1, whose length 3 is odd"):
        public(name)(np.ones((2, 3)))
    with pytest.raises(ValueError, match="length 3 is odd"):
        public(f"{name}_backward")(1.0, np.ones((2, 3)))
    with pytest.raises(np.exceptions.AxisError):
        public(name)(1.0)


@pytest.mark.parametrize("name", ["relu", "elu"])
def test_shapes_that_do_not_broadcast(name: str) -> None:
    with pytest.raises(ValueError, match="broadcast"):
        public(f"{name}_backward")(np.ones(3), np.ones(4))
    with pytest.raises(ValueError, match="broadcast"):
        pyact.elu(np.ones(3), np.ones(4))


def test_unknown_keyword() -> None:
    with pytest.raises(TypeError, match="beta"):
        pyact.elu(1.0, beta=2.0)


# --- the cost of importing and calling --------------------------------------------------------------------------------
def test_import_is_light(tmp_path: Path) -> None:
    """At most 60 ms of processor time beyond NumPy's import, with the bytecode that an installed package has."""
    code = (
        "import sys, time, json; import numpy; t = time.process_time(); import pyact; t = time.process_time() - t;"
        "print(json.dumps([t, sorted({m.partition('.')[0] for m in sys.modules})]))"
    )
    environment = {k: v for k, v in ENVIRONMENT.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(tmp_path)}
    command = [sys.executable, "-c", code]
    runs = [
        json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)
        for _ in range(5)
    ]
    heavy = {"mpmath", "onnx", "onnxruntime", "torch", "tomllib", "codegen", "sklearn", "cffi"}
    assert not heavy & set(runs[0][1])
    assert min(t for t, _ in runs) < 0.06


def test_submodules_come_when_asked_for() -> None:
    code = "import pyact, sys; assert 'pyact.nn' not in sys.modules; assert pyact.nn.ReLU()([1.0]) == 1.0"
    subprocess.run([sys.executable, "-c", code], check=True, env=ENVIRONMENT)


# --- the readable form ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", CATALOGUE)
def test_numpy_text_computes_what_the_callable_computes(name: str) -> None:
    activation = CATALOGUE[name]
    x = np.linspace(-3, 3, 7) + 0.1
    arguments = [x, x[::-1].copy()] if activation.kind == "gate" else [x]
    arguments += [np.float64(p.default) for p in activation.parameters]
    text = lower_numpy.to_numpy(activation.kernel, activation.names, name, activation.labels)
    module = types.ModuleType("text")
    exec(compile(text, name, "exec"), module.__dict__)
    with np.errstate(all="ignore"):
        written = vars(module)[name](*arguments)
    np.testing.assert_array_equal(written, lower_numpy.compile_numpy(activation.kernel, activation.names)(*arguments))


# --- the toolchain, which only export and build need ------------------------------------------------------------------
def run_beside(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run with a copy of the package in `folder`, away from the checkout."""
    if not (folder / "pyact").exists():
        shutil.copytree(ROOT / "pyact", folder / "pyact", ignore=shutil.ignore_patterns("__pycache__", "codegen"))
    environment = {**ENVIRONMENT, "PYTHONPATH": str(folder)}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=folder)


def test_toolchain_is_found_or_missed_clearly(tmp_path: Path) -> None:
    code = "import pyact; from pyact import _toolchain; print(_toolchain.module('spec').__name__)"
    missing = run_beside(tmp_path, code)
    assert "ImportError: pyact's toolchain is missing" in missing.stderr
    source = ROOT / "codegen"
    if not source.exists():
        pytest.skip("not a checkout: the toolchain is inside the package")
    shutil.copytree(source, tmp_path / "codegen", ignore=shutil.ignore_patterns("__pycache__"))
    assert run_beside(tmp_path, code).stdout == "codegen.spec\n"
    other = run_beside(tmp_path, f"import sys, types; sys.modules['codegen'] = types.ModuleType('codegen'); {code}")
    assert "ImportError: another package named codegen is loaded" in other.stderr
    (tmp_path / "codegen").rename(tmp_path / "pyact" / "codegen")
    assert run_beside(tmp_path, code).stdout == "pyact.codegen.spec\n"
    hidden = run_beside(tmp_path, f"import sys; sys.modules['mpmath'] = None; {code.replace('spec', 'reference')}")
    assert "ImportError: pyact's toolchain needs mpmath" in hidden.stderr
