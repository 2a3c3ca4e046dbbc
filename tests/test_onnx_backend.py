"""The backend: ONNX's own node tests, the definitions of every operator version, pyact's exports, and bad models."""

from __future__ import annotations

import doctest
import importlib
import math
import pkgutil
import subprocess
import sys
import threading
import time
import tracemalloc
import unittest
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
ml_dtypes = pytest.importorskip("ml_dtypes")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

import pyact  # noqa: E402
from pyact import _toolchain, nn  # noqa: E402
from pyact.onnx import backend, export  # noqa: E402
from pyact.onnx.backend import BackendError, UnsupportedError, prepare, run_node  # noqa: E402
from pyact.onnx.backend import program as backend_program  # noqa: E402
from pyact.onnx.backend.element_types import rounded  # noqa: E402
from pyact.onnx.backend.expansion import check_expansion  # noqa: E402
from pyact.onnx.export import STYLES  # noqa: E402

CATALOGUE = _toolchain.module("spec").built_in()
NEWEST = onnx.defs.onnx_opset_version()
DTYPES: dict[str, Any] = {
    "float16": np.float16, "bfloat16": ml_dtypes.bfloat16, "float32": np.float32, "float64": np.float64
}  # fmt: skip
EPSILON = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float32": 2.0**-23, "float64": 2.0**-52}
ACTIVATIONS = (
    "Celu", "Clip", "Elu", "Erf", "Gelu", "HardSigmoid", "HardSwish", "Hardmax", "LeakyRelu", "LogSoftmax", "Mish",
    "PRelu", "Relu", "Selu", "Shrink", "Sigmoid", "Softmax", "Softplus", "Softsign", "SwiGLU", "Swish", "Tanh",
    "ThresholdedRelu",
)  # fmt: skip


def element(dtype: Any) -> int:
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))


def model(nodes: Sequence[Any], inputs: Mapping[str, Any], outputs: Mapping[str, Any], **options: Any) -> Any:
    """A model of nodes over named inputs and outputs: (dtype, shape) each."""
    opset = options.pop("opset", 21)
    graph = helper.make_graph(
        list(nodes),
        "test",
        [helper.make_tensor_value_info(n, element(d), s) for n, (d, s) in inputs.items()],
        [helper.make_tensor_value_info(n, element(d), s) for n, (d, s) in outputs.items()],
        options.pop("initializers", ()),
    )
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(d, 1) for d in options.pop("domains", ()))]
    return helper.make_model(graph, opset_imports=imports, **{"ir_version": 10, **options})


def run(op: str, opset: int, *inputs: Any, **attributes: Any) -> Any:
    """The output of one node, through the checker and everything else a model goes through."""
    names = [f"x{i}" if a is not None else "" for i, a in enumerate(inputs)]
    given = {n: a for n, a in zip(names, inputs, strict=True) if a is not None}
    node = helper.make_node(op, names, ["y"], **attributes)
    (expected,) = run_node(node, list(given.values()), opset_version=opset)
    shapes = {n: (a.dtype, a.shape) for n, a in given.items()}
    proto = model([node], shapes, {"y": (expected.dtype, expected.shape)}, opset=opset)
    (y,) = prepare(proto).run(given)
    assert y.tobytes() == expected.tobytes()
    return y


# --- ONNX's own tests -------------------------------------------------------------------------------------------------
# Cases that cannot be right, with the reason. There are none; one that passes is a failure.
EXCEPTIONS: dict[str, str] = {}


@pytest.fixture(scope="module")
def node_tests() -> list[Any]:
    """ONNX's node tests of every operator the backend has; only their modules are loaded, which saves seconds."""
    cases: Any = importlib.import_module("onnx.backend.test.case.node")
    modules = {m.name.replace("_", ""): m.name for m in pkgutil.iter_modules(cases.__path__)}
    with np.errstate(all="ignore"):
        for name in backend.operators():
            importlib.import_module(f"{cases.__name__}.{modules[name.lower()]}")
    tested = {s.name for s in onnx.defs.get_all_schemas() if not s.domain} & set(backend.operators())
    names = {n.lower() for n in tested}
    # In a full run another test may have loaded the rest of them.
    found = [c for c in cases._NodeTestCases if c.name.split("_")[1] in names or _operator_of(c) in tested]
    return sorted({c.name: c for c in found}.values(), key=lambda c: str(c.name))


def _operator_of(case: Any) -> str:
    return str(case.model.graph.node[0].op_type)


def _is_activation(case: Any) -> bool:
    return case.name.split("_")[1] in {n.lower() for n in ACTIVATIONS}


def _arrays(values: Sequence[Any]) -> list[Any]:
    return [numpy_helper.to_array(v) if isinstance(v, TensorProto) else v for v in values]


def _check_case(case: Any) -> None:
    """The case passes: to 1e-5 if all its results are float32, where ONNX itself is content with 1e-3."""
    prepared = prepare(case.model)
    for inputs, outputs in case.data_sets:
        wanted = _arrays(outputs)
        relative = 1e-5 if all(w.dtype in (np.float32, np.float64) for w in wanted) else case.rtol
        onnx.backend.test.BackendTest.assert_similar_outputs(wanted, prepared.run(_arrays(inputs)), relative, case.atol)


def test_node_tests_of_activations(node_tests: list[Any]) -> None:
    cases = [c for c in node_tests if _is_activation(c)]
    plain = [c for c in cases if "_expanded" not in c.name]
    assert (len(cases), len(plain)) == (152, 75)  # ONNX 1.23; a newer one has more
    failed = {}
    for case in cases:
        try:
            _check_case(case)
        except (AssertionError, BackendError) as error:
            failed[case.name] = str(error)
    assert {n: e for n, e in failed.items() if n not in EXCEPTIONS} == {}
    assert set(EXCEPTIONS) <= set(failed), "these pass now"


_SUPPORTED = {
    *(element(d) for d in DTYPES.values()),
    *(element(f"{u}int{b}") for u in ("", "u") for b in (8, 16, 32, 64)),
}
_SUPPORTED.add(TensorProto.BOOL)


def _has_foreign_type(case: Any) -> bool:
    """Whether a value is text, a 4- or 8-bit float or the like, or no tensor at all."""
    graph = case.model.graph
    values = [*graph.input, *graph.output]
    return any(not v.type.HasField("tensor_type") or v.type.tensor_type.elem_type not in _SUPPORTED for v in values)


def test_node_tests_of_primitives(node_tests: list[Any]) -> None:
    """All pass; the only ones refused are of types that no activation has."""
    passed = 0
    for case in node_tests:
        if _is_activation(case):
            continue
        if _has_foreign_type(case):
            with pytest.raises(UnsupportedError):
                prepare(case.model)
        else:
            _check_case(case)
            passed += 1
    assert passed >= 400


def test_the_official_runner_takes_the_backend(node_tests: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    import onnx.backend.test.runner as runner

    cases = [c for c in node_tests if _is_activation(c)]
    monkeypatch.setattr(runner, "load_model_tests", lambda kind: cases if kind == "node" else [])
    suite = onnx.backend.test.BackendTest(backend.Backend, __name__).test_suite
    result = unittest.TestResult()
    suite.run(result)
    assert result.testsRun == 2 * len(cases)  # on CPU and on CUDA
    assert (result.failures, result.errors) == ([], [])
    assert len(result.skipped) == len(cases)
    assert all("device CUDA" in reason for _, reason in result.skipped)


# --- every version of every operator, by definition -------------------------------------------------------------------
def _logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _erfc(x: Any) -> Any:
    return np.vectorize(math.erfc, otypes=[float])(x)


def _gelu(x: Any, approximate: str) -> Any:
    if approximate == "none":
        return x * _erfc(-x / math.sqrt(2)) / 2
    return x * _logistic(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))


def _mish(x: Any) -> Any:
    return x * np.tanh(np.log1p(np.exp(x)))


def _shrink(x: Any, bias: float, lambd: float) -> Any:
    return np.where(x < -lambd, x + bias, np.where(x > lambd, x - bias, 0))


def _selu(x: Any, alpha: float, gamma: float) -> Any:
    return gamma * np.where(x > 0, x, alpha * np.expm1(x))


SELU = {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875}
# By operator: the definition, the defaults of each version, and other attributes to try.
DEFINITIONS: dict[str, tuple[Callable[..., Any], dict[int, dict[str, Any]], list[dict[str, Any]]]] = {
    "Celu": (
        lambda x, alpha: np.maximum(x, 0) + np.minimum(0, alpha * np.expm1(x / alpha)),
        {12: {"alpha": 1.0}, 28: {"alpha": 1.0}},
        [{"alpha": 0.3}, {"alpha": -0.7}],
    ),
    "Elu": (
        lambda x, alpha: np.where(x < 0, alpha * np.expm1(x), x),
        {v: {"alpha": 1.0} for v in (1, 6, 22)},
        [{"alpha": 0.3}, {"alpha": -2.0}],
    ),
    "Gelu": (_gelu, {20: {"approximate": "none"}}, [{"approximate": "tanh"}]),
    "HardSigmoid": (
        lambda x, alpha, beta: np.maximum(0, np.minimum(1, alpha * x + beta)),
        {v: {"alpha": 0.2, "beta": 0.5} for v in (1, 6, 22)},
        [{"alpha": 1 / 6}, {"alpha": -0.4, "beta": 0.1}],
    ),
    "HardSwish": (lambda x: x * np.maximum(0, np.minimum(1, x / 6 + 0.5)), {14: {}, 22: {}}, []),
    "LeakyRelu": (
        lambda x, alpha: np.where(x < 0, alpha * x, x),
        {v: {"alpha": 0.01} for v in (1, 6, 16)},
        [{"alpha": 0.0}, {"alpha": -1.5}],
    ),
    "Mish": (_mish, {18: {}, 22: {}}, []),
    "Relu": (lambda x: np.maximum(x, 0), {1: {}, 6: {}, 13: {}, 14: {}}, []),
    "Selu": (
        _selu,
        {1: {"alpha": 1.6732, "gamma": 1.0507}, 6: SELU, 22: SELU},
        [{"alpha": 0.3, "gamma": 0.6}, {"alpha": -1.0, "gamma": -2.0}],
    ),
    "Shrink": (_shrink, {9: {"bias": 0.0, "lambd": 0.5}}, [{"bias": 1.5, "lambd": 0.7}, {"bias": 0.3, "lambd": -1.0}]),
    "Sigmoid": (_logistic, {1: {}, 6: {}, 13: {}}, []),
    "Softplus": (lambda x: np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0), {1: {}, 22: {}}, []),
    "Softsign": (lambda x: x / (1 + np.abs(x)), {1: {}, 22: {}}, []),
    "Swish": (lambda x, alpha: x * _logistic(alpha * x), {24: {"alpha": 1.0}}, [{"alpha": -0.4}, {"alpha": 0.0}]),
    "Tanh": (np.tanh, {1: {}, 6: {}, 13: {}}, []),
    "ThresholdedRelu": (
        lambda x, alpha: np.where(x > alpha, x, 0),
        {v: {"alpha": 1.0} for v in (10, 22)},
        [{"alpha": 0.1}, {"alpha": -1.0}],
    ),
    "Erf": (lambda x: np.sign(x) * (1 - _erfc(np.abs(x))), {9: {}, 13: {}}, []),
}
SEPARATE = {"Clip", "Hardmax", "LogSoftmax", "PRelu", "Softmax", "SwiGLU"}
VERSIONS = [(op, version) for op, (_, defaults, _) in DEFINITIONS.items() for version in defaults]


def versions_of(op: str) -> list[int]:
    return sorted(s.since_version for s in onnx.defs.get_all_schemas_with_history() if s.name == op and not s.domain)


def allowed(op: str, version: int) -> list[str]:
    """The float formats that this version takes."""
    names = onnx.defs.get_schema(op, version, "").inputs[0].types
    return [
        n for n, s in zip(DTYPES, ("float16", "bfloat16", "float", "double"), strict=True) if f"tensor({s})" in names
    ]


def points(dtype: str) -> Any:
    """Numbers of the format from the range in which the definitions keep their digits."""
    rng = np.random.default_rng(1)
    values = np.concatenate([np.linspace(-7, 7, 113), rng.normal(size=400) * 3, [25.0, 60.0]])
    return values[np.abs(values) > 1e-2].astype(DTYPES[dtype])


def assert_close(got: Any, wanted: Any, dtype: str, scale: float = 0.0) -> None:
    """float32 to 1 ULP, the halves rounded correctly, float64 to a few ULP; `scale` where the definition cancels."""
    assert got.dtype == DTYPES[dtype]
    bound = {"float16": 0.51, "bfloat16": 0.51, "float32": 1.0, "float64": 8.0}[dtype] * EPSILON[dtype]
    with np.errstate(all="ignore"):
        overflow = np.isinf(wanted.astype(got.dtype))
        error = np.where(overflow, got != wanted.astype(got.dtype), np.abs(got.astype(np.float64) - wanted))
    limit = bound * np.abs(wanted) + 2.0**-52 * scale + 2.0**-25 * (dtype == "float16")
    assert (error <= limit).all(), f"{got[error > limit][:5]} for {wanted[error > limit][:5]}"


def single(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as ONNX keeps them: float32 numbers."""
    return {n: float(np.float32(v)) if isinstance(v, float) else v for n, v in attributes.items()}


def test_every_activation_operator_has_a_definition_here() -> None:
    assert set(DEFINITIONS) | SEPARATE == set(ACTIVATIONS)
    for op, (_, defaults, _) in DEFINITIONS.items():
        assert sorted(defaults) == versions_of(op), op
        assert backend.operators()[op] == min(defaults)


@pytest.mark.parametrize(("op", "version"), VERSIONS)
def test_operator_by_definition(op: str, version: int) -> None:
    definition, defaults, others = DEFINITIONS[op]
    following = [v for v in versions_of(op) if v > version]
    last = (following or [NEWEST + 1])[0] - 1
    for dtype in allowed(op, version):
        x = points(dtype)
        for given in [{}, *others]:
            attributes = single({**defaults[version], **given})
            wanted = definition(x.astype(np.float64), **attributes)
            assert_close(run(op, version, x, **given), wanted, dtype, scale=4)
        np.testing.assert_array_equal(run(op, version, x), run(op, last, x))  # as long as the version is in force


def test_attributes_are_float32_numbers() -> None:
    x = np.array([-1.0])
    assert run("LeakyRelu", 16, x) == -float(np.float32(0.01))
    assert run("HardSigmoid", 22, np.array([0.25]), alpha=0.1) == 0.25 * float(np.float32(0.1)) + 0.5
    assert run("Selu", 6, np.array([1.0])) == SELU["gamma"]
    assert run("Selu", 1, np.array([1.0])) == float(np.float32(1.0507))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("alpha", [1.0, -0.4])
def test_swiglu(dtype: str, alpha: float) -> None:
    a = points(dtype)
    b = a[::-1].copy()
    given = {} if alpha == 1 else {"alpha": alpha}
    x, y = a.astype(np.float64), b.astype(np.float64)
    assert_close(run("SwiGLU", 28, a, b, **given), x * _logistic(float(np.float32(alpha)) * x) * y, dtype)
    with pytest.raises(BackendError, match=r"SwiGLU.*must be the same"):
        run_node(helper.make_node("SwiGLU", ["a", "b"], ["y"]), [a, b[:1]], opset_version=28)


# --- rows -------------------------------------------------------------------------------------------------------------
def _row(op: str, row: Any) -> Any:
    """The definition for one row, in float64."""
    if op == "Hardmax":
        return np.arange(row.size) == row.tolist().index(max(row.tolist()))
    exponentials = np.exp(row - row.max())
    result = exponentials / exponentials.sum()
    return result if op == "Softmax" else row - row.max() - np.log(exponentials.sum())


def _rows_since_13(op: str, x: Any, axis: int) -> Any:
    return np.apply_along_axis(lambda row: _row(op, row), axis, x)


def _rows_before_13(op: str, x: Any, axis: int) -> Any:
    """All dimensions from `axis` on are one row."""
    result = np.empty_like(x)
    for index in np.ndindex(x.shape[:axis]):
        result[index] = np.asarray(_row(op, x[index].ravel())).reshape(x.shape[axis:])
    return result


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax", "Hardmax"])
def test_rows(op: str, dtype: str) -> None:
    rng = np.random.default_rng(2)
    x = (rng.integers(-9, 9, size=(2, 3, 4)) / 4).astype(DTYPES[dtype])  # with ties: Hardmax takes the first
    exact = x.astype(np.float64)
    for version in (v for v in versions_of(op) if dtype in allowed(op, v)):
        for axis in (None, 0, 1, 2, -1, -2):
            given = {} if axis is None else {"axis": axis}
            if version == 1 and axis is not None and axis < 0:
                with pytest.raises(BackendError, match=f"{op}.*axis {axis} is out of range"):
                    run(op, version, x, **given)
                continue
            if version < 13:
                wanted = _rows_before_13(op, exact, (1 if axis is None else axis) % 3)
            else:
                wanted = _rows_since_13(op, exact, -1 if axis is None else axis)
            error = np.abs(run(op, version, x, **given).astype(np.float64) - wanted)
            assert (error <= 2 * EPSILON[dtype] * np.abs(wanted) + 2.0**-50).all(), (version, axis)
    assert not np.array_equal(run(op, 12, x.astype(np.float32)), run(op, 13, x.astype(np.float32)))


def test_rows_refuse_an_axis_that_is_not_there() -> None:
    with pytest.raises(BackendError, match=r"Softmax.*axis 1 is out of range for an input of rank 1 \(shape \(3,\)\)"):
        run("Softmax", 11, np.zeros(3, np.float32))
    with pytest.raises(BackendError, match=r"Hardmax.*axis -1 is out of range for an input of rank 0"):
        run("Hardmax", 13, np.zeros((), np.float32))


# --- Clip and PRelu ---------------------------------------------------------------------------------------------------
def test_clip_by_attributes() -> None:
    """Clip-1 has no bounds by default, Clip-6 those of float32."""
    x = np.array([-np.inf, -2.0, -0.5, 0.5, 2.0, np.inf, np.nan], dtype=np.float32)
    largest = np.finfo(np.float32).max
    np.testing.assert_array_equal(run("Clip", 1, x), x)
    np.testing.assert_array_equal(run("Clip", 6, x), np.clip(x, -largest, largest))
    for version in (1, 6, 10):
        np.testing.assert_array_equal(run("Clip", version, x, min=-1.0, max=1.0), np.clip(x, -1, 1))
        np.testing.assert_array_equal(
            run("Clip", version, x.astype(np.float16), max=1.0).max(initial=-9, where=x < 9), 1
        )
    wide = np.array([-np.inf, 1e300, np.inf])  # the float32 bounds, also for float64
    np.testing.assert_array_equal(run("Clip", 6, wide), np.clip(wide, -float(largest), float(largest)))


@pytest.mark.parametrize("version", [11, 12, 13, NEWEST])
def test_clip_by_inputs(version: int) -> None:
    for name in allowed("Clip", version):
        x = np.array([-np.inf, -2.0, -0.5, 0.5, 2.0, np.inf, np.nan], dtype=np.float32).astype(DTYPES[name])
        low, high = (np.array(v).astype(x.dtype) for v in (-1, 1))
        same = x.astype(np.float64)
        for bounds, wanted in (
            ((), same), ((low,), np.maximum(same, -1)), ((None, high), np.minimum(same, 1)),
            ((low, high), np.clip(same, -1, 1)), ((high, low), np.where(np.isnan(same), np.nan, -1)),
        ):  # fmt: skip
            np.testing.assert_array_equal(run("Clip", version, x, *bounds).astype(np.float64), wanted)
    with pytest.raises(BackendError, match=r"Clip.*min has shape \(1,\)"):
        run("Clip", version, np.zeros(3, np.float32), np.zeros(1, np.float32))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_integers(dtype: str) -> None:
    info = np.iinfo(dtype)
    x = np.array([info.min, info.min + 1, 0, 1, 3, 100, info.max - 1, info.max], dtype=dtype)
    low, high = np.array(1, dtype), np.array(100, dtype)
    for version in (12, 13):
        np.testing.assert_array_equal(run("Clip", version, x, low, high), np.clip(x, 1, 100))
        np.testing.assert_array_equal(run("Clip", version, x, high, low), np.full_like(x, 1))
    numbers = [int(v) for v in x]
    wanted = [v + 2 if v < -1.5 else v - 2 if v > 1.5 else 0 for v in numbers]
    np.testing.assert_array_equal(run("Shrink", 9, x, bias=2.0, lambd=1.5), np.array(wanted, dtype))
    if info.max < 2**31:  # half numbers are cut off
        wanted = [math.trunc(v + 0.5) if v < 0 else math.trunc(v - 0.5) if v else 0 for v in numbers]
        got = run("Shrink", 9, x, bias=0.5, lambd=0.0)
        np.testing.assert_array_equal(got, np.array(wanted, dtype))
    if dtype.startswith("int"):
        np.testing.assert_array_equal(run("Relu", 14, x), np.maximum(x, 0))
    if info.bits >= 32:
        slope = np.array([3], dtype)
        np.testing.assert_array_equal(run("PRelu", 9, x, slope), np.where(x < 0, x * slope, x))
    np.testing.assert_array_equal(run("Erf", 9, x), [0 if abs(v) < 6 else math.copysign(1, v) for v in numbers])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_prelu_before_opset_7_has_one_slope_per_channel(dtype: str) -> None:
    x = np.linspace(-4, 5, 24).reshape(2, 3, 4).astype(DTYPES[dtype])
    slope = np.array([0.5, -2.0, 0.0]).astype(x.dtype)
    for version in (1, 6):
        for given, wanted in ((slope, slope[:, None]), (slope[:1], slope[0]), (slope[0], slope[0])):
            np.testing.assert_array_equal(run("PRelu", version, x, given), np.where(x < 0, x * wanted, x))
        with pytest.raises(BackendError, match="slope has 4 elements; before opset 7"):
            run("PRelu", version, x, np.ones(4).astype(x.dtype))
        with pytest.raises(BackendError, match="slope has 3 elements; before opset 7"):
            run("PRelu", version, x[0, :, 0], slope)  # rank 1 has no channels


@pytest.mark.parametrize("version", [7, 9, 16])
def test_prelu_since_opset_7_broadcasts(version: int) -> None:
    for dtype in allowed("PRelu", version):
        x = np.linspace(-4, 5, 24).reshape(2, 3, 4).astype(DTYPES[dtype])
        for shape in ((), (1,), (4,), (3, 1), (3, 4), (2, 3, 4)):
            slope = (np.arange(math.prod(shape)).reshape(shape) / 2).astype(x.dtype)
            np.testing.assert_array_equal(run("PRelu", version, x, slope), np.where(x < 0, x * slope, x))
        for shape in ((3,), (5, 2, 3, 4)):
            with pytest.raises(BackendError, match=r"\(PRelu\): .*broadcast"):
                run("PRelu", version, x, np.ones(shape).astype(x.dtype))


# --- special values ---------------------------------------------------------------------------------------------------
NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("op", "wanted"),  # at -inf, -0.0, inf and NaN
    [
        ("Relu", [0.0, -0.0, INF, NAN]), ("LeakyRelu", [-INF, -0.0, INF, NAN]), ("Elu", [-1.0, -0.0, INF, NAN]),
        ("Celu", [-1.0, -0.0, INF, NAN]), ("Selu", [-SELU["alpha"] * SELU["gamma"], -0.0, INF, NAN]),
        ("Gelu", [-0.0, -0.0, INF, NAN]), ("Swish", [-0.0, -0.0, INF, NAN]), ("Mish", [-0.0, -0.0, INF, NAN]),
        ("HardSwish", [-0.0, -0.0, INF, NAN]), ("Sigmoid", [0.0, 0.5, 1.0, NAN]), ("Tanh", [-1.0, -0.0, 1.0, NAN]),
        ("Erf", [-1.0, -0.0, 1.0, NAN]), ("HardSigmoid", [0.0, 0.5, 1.0, NAN]), ("Softsign", [-1.0, -0.0, 1.0, NAN]),
        ("Softplus", [0.0, math.log(2), INF, NAN]), ("ThresholdedRelu", [0.0, 0.0, INF, 0.0]),
        ("Shrink", [-INF, 0.0, INF, 0.0]),
    ],
)  # fmt: skip
def test_special_values(op: str, wanted: list[float]) -> None:
    """The limits. Shrink and ThresholdedRelu compare, by the standard's own bodies: no comparison with NaN holds."""
    for dtype in allowed(op, NEWEST):
        x = np.array([-INF, -0.0, INF, NAN]).astype(DTYPES[dtype])
        y = run(op, NEWEST, x)
        np.testing.assert_array_equal(y.astype(np.float64), np.array(wanted).astype(x.dtype).astype(np.float64))
        numbers = ~np.isnan(y)
        np.testing.assert_array_equal(np.signbit(y.astype(np.float64))[numbers], np.signbit(wanted)[numbers])


def test_special_rows() -> None:
    x = np.array([[0, NAN, 1], [-INF, -INF, -INF], [-INF, 0, 0]], dtype=np.float32)
    np.testing.assert_array_equal(run("Softmax", 13, x), [[NAN] * 3, [NAN] * 3, [0, 0.5, 0.5]])
    np.testing.assert_array_equal(run("Hardmax", 13, x), [[NAN] * 3, [1, 0, 0], [0, 1, 0]])


def test_the_tail_of_softplus_has_no_threshold() -> None:
    """torch's is the identity above 20; ONNX's is not."""
    x = np.array([20.5, 22.0])
    np.testing.assert_allclose(run("Softplus", 22, x) - x, np.exp(-x), rtol=1e-4)


def test_bfloat16_is_rounded_once() -> None:
    rng = np.random.default_rng(3)
    ties = np.float64(1 + 2.0**-8) + np.array([-1, 0, 1]) * 2.0**-45  # through float32 all three would be ties
    values = np.concatenate(
        [ties, -ties, rng.normal(size=300) * 10.0 ** rng.integers(-44, 38, 300), [3.4e38, 1e39, 0.0]]
    )
    got = rounded(values, np.dtype(ml_dtypes.bfloat16))
    neighbours = got.view(np.uint16)
    finite = np.isfinite(got)
    for value, bits in zip(values[finite].tolist(), neighbours[finite].tolist(), strict=True):
        candidates = np.array([max(bits - 1, bits & 0x8000), bits, bits + 1], np.uint16).view(ml_dtypes.bfloat16)
        distances = [abs(Fraction(float(c)) - Fraction(value)) for c in candidates if np.isfinite(c)]
        assert distances[1] == min(distances)
        assert distances.count(distances[1]) == 1 or bits % 2 == 0 or candidates[0] == candidates[1]
    np.testing.assert_array_equal(got[-3:].astype(float), [INF, INF, 0.0])


# --- arrays of every kind ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("op", sorted(set(ACTIVATIONS) - {"Clip", "PRelu", "SwiGLU"}))
def test_shapes_strides_and_byte_orders(op: str) -> None:
    x = np.linspace(-3, 3, 24, dtype=np.float32).reshape(4, 6)
    wanted = run(op, NEWEST, x)
    strided = np.repeat(x, 2, axis=0)[::2]
    for same in (np.asfortranarray(x), strided, x.astype(">f4"), x[::-1].copy()[::-1]):
        node = helper.make_node(op, ["x"], ["y"])
        np.testing.assert_array_equal(run_node(node, [same], opset_version=NEWEST)[0], wanted)
    for shape in ((0, 3), (3, 0), (1,) * 7, *([] if op in ("Hardmax", "LogSoftmax", "Softmax") else [()])):
        y = run(op, NEWEST, np.ones(shape, np.float32))
        assert (y.shape, y.dtype) == (shape, np.float32)


# --- primitives whose older versions ONNX has no tests of -------------------------------------------------------------
X = np.arange(-6.0, 6.0, dtype=np.float32).reshape(3, 4)


@pytest.mark.parametrize(
    ("op", "opset", "inputs", "attributes", "wanted"),
    [
        ("ReduceMax", 11, [X], {"axes": [1], "keepdims": 0}, X.max(1)),
        ("ReduceMin", 13, [X], {"axes": [0, 1]}, X.min(keepdims=True)),
        ("ReduceMean", 17, [X], {"axes": [-1]}, X.mean(1, keepdims=True)),
        ("ReduceSum", 11, [X], {"keepdims": 0}, X.sum()),
        ("Squeeze", 11, [X[None]], {"axes": [0]}, X),
        ("Squeeze", 1, [X[None, :, None]], {}, X),
        ("Unsqueeze", 11, [X], {"axes": [0, 3]}, X[None, :, :, None]),
        ("Cast", 6, [X], {"to": TensorProto.INT32}, X.astype(np.int32)),
        ("Max", 8, [X, X[0]], {}, np.maximum(X, X[0])),
        ("Add", 7, [X, X[0]], {}, X + X[0]),
        ("Div", 7, [np.array([-7, 7, -6], np.int32), np.array([2, -2, 2], np.int32)], {}, np.array([-3, -3, -3])),
        ("Pow", 7, [X, np.full((), 2, np.float32)], {}, X**2),
        ("Gather", 1, [X, np.array([2, 0])], {}, X[[2, 0]]),
        ("Concat", 4, [X, X], {"axis": 1}, np.concatenate([X, X], 1)),
        ("Flatten", 9, [X[None]], {"axis": 2}, X),
        ("TopK", 11, [np.array([3, 5, 5, 1], np.uint8), np.array([3])], {}, [np.array([5, 5, 3]), np.array([1, 2, 0])]),
        ("TopK", 24, [np.array([3, 5, 3, 1.0], np.float16), np.array([3])], {"largest": 0},
         [np.array([1, 3, 3]), np.array([3, 0, 2])]),
        ("Split", 2, [X], {"axis": 1, "split": [1, 3]}, [X[:, :1], X[:, 1:]]),
        ("Split", 11, [X], {"axis": 1}, [X[:, :2], X[:, 2:]]),
        ("Split", 13, [X, np.array([3, 1])], {"axis": 1}, [X[:, :3], X[:, 3:]]),
        ("Split", 18, [X], {"num_outputs": 2}, [X[:2], X[2:]]),
    ],
    ids=lambda value: str(value) if isinstance(value, str | int) else "",
)  # fmt: skip
def test_older_primitives(op: str, opset: int, inputs: Any, attributes: Any, wanted: Any) -> None:
    outputs = wanted if isinstance(wanted, list) else [wanted]
    node = helper.make_node(
        op, [f"x{i}" for i in range(len(inputs))], [f"y{i}" for i in range(len(outputs))], **attributes
    )
    for got, expected in zip(run_node(node, inputs, opset_version=opset), outputs, strict=True):
        np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_sums_and_products_are_rounded_once(dtype: str) -> None:
    x = (np.random.default_rng(4).normal(size=(64, 64))).astype(DTYPES[dtype])
    exact = x.astype(np.float64)
    for got, wanted in (
        (run("ReduceSum", 13, x, np.array([1]), keepdims=0), exact.sum(1)),
        (run("ReduceMean", 18, x, np.array([1]), keepdims=0), exact.mean(1)),
        (run("CumSum", 14, x, np.array(1)), exact.cumsum(1)),
        (run("MatMul", 13, x, x), exact @ exact),
        (run("Gemm", 13, x, x, x, alpha=0.5, transA=1), 0.5 * exact.T @ exact + exact),
    ):
        assert got.dtype == x.dtype
        assert (np.abs(got.astype(np.float64) - wanted) <= 0.51 * EPSILON[dtype] * np.abs(wanted) + 1e-5).all()


def test_erf_in_double_precision() -> None:
    x = np.concatenate([np.linspace(-6, 6, 1201), [0.4999999, 0.5, 1e-300, -5e-324, 1e-9]])
    wanted = np.vectorize(math.erf, otypes=[float])(x)
    np.testing.assert_allclose(run("Erf", 13, x), wanted, rtol=8e-16, atol=0)


# --- pyact's own exports ----------------------------------------------------------------------------------------------
def _kernel(name: str, gradient: bool, arguments: Sequence[Any]) -> list[Any]:
    activation = CATALOGUE[name]
    names = [name]
    if gradient and activation.kind == "gate":
        names = [f"{name}_backward_{i}" for i in activation.inputs]
    elif gradient:
        names = [f"{name}_backward"]
    return [getattr(pyact.ufuncs, n)(*arguments, *activation.defaults.values()) for n in names]


READ_BACK = [(False, 13, "inline"), (False, NEWEST, "auto"), (True, 18, "inline")]
READ_BACK += [(gradient, 18, "function") for gradient in (False, True) if "function" in STYLES]


@pytest.mark.parametrize("name", CATALOGUE)
def test_exports_are_read_back(name: str) -> None:
    """Every dtype, value and gradient, old and new opset: what the kernel computes."""
    activation = CATALOGUE[name]
    rng = np.random.default_rng(5)
    for dtype in DTYPES:
        for gradient, opset, style in READ_BACK:
            proto = export(name, opset=opset, dtype=dtype, style=style, gradient=gradient)
            prepared = prepare(proto)
            shape = (5, 33) if activation.kind == "row" else (165,)
            x = [(rng.normal(size=shape) * 4).astype(DTYPES[dtype]) for _ in prepared.inputs]
            if gradient and activation.reduces:
                x[0] = x[0][:, 0]
            for got, kernel in zip(prepared.run(x), _kernel(name, gradient, x), strict=True):
                assert (got.dtype, got.shape) == (DTYPES[dtype], kernel.shape)
                wanted = kernel.astype(np.float64)
                tolerance = {"float32": 3e-6, "float64": 1e-12}.get(dtype, EPSILON[dtype])  # the halves: 1 ULP
                finite = np.isfinite(wanted)  # the rest overflows alike
                np.testing.assert_array_equal(got.astype(np.float64)[~finite], wanted[~finite])
                error = np.abs(got.astype(np.float64)[finite] - wanted[finite]) / np.maximum(1, np.abs(wanted[finite]))
                assert error.max() <= tolerance, (dtype, gradient, opset, style)


@pytest.mark.parametrize("dtype", DTYPES)
def test_networks_are_read_back(dtype: str) -> None:
    """A matrix goes through Gemm, more dimensions through MatMul and Add."""
    rng = np.random.default_rng(6)
    for shape, slopes in (((3, 6), 8), ((2, 3, 6), 1)):
        first, second = nn.Linear(6, 8, rng=rng), nn.Linear(4, 5, rng=rng)
        network = nn.Sequential(first, nn.PReLU(slopes), nn.GLU(), second, nn.LogSoftmax(-1))
        x = rng.normal(size=shape).astype(DTYPES[dtype])
        wanted = np.asarray(network(x.astype(np.float64)))
        (y,) = prepare(export(network, dtype=dtype, shape=[*"ABC"[: len(shape) - 1], 6])).run([x])
        assert (y.dtype, y.shape) == (x.dtype, wanted.shape)
        # The half formats round the weights.
        np.testing.assert_allclose(y.astype(np.float64), wanted, rtol=0, atol=8 * EPSILON[dtype])


# --- model-local functions --------------------------------------------------------------------------------------------
def _function(name: str, nodes: Sequence[Any], inputs: Sequence[str] = ("x",), **options: Any) -> Any:
    imports = [helper.make_opsetid("", 21), helper.make_opsetid("test", 1)]
    return helper.make_function("test", name, list(inputs), ["y"], list(nodes), imports, **options)


def _reference(kind: int, name: str, refers_to: str) -> Any:
    return onnx.AttributeProto(name=name, type=kind, ref_attr_name=refers_to)


def _node(op: str, inputs: Sequence[str], outputs: Sequence[str], *references: Any, **attributes: Any) -> Any:
    node = helper.make_node(op, list(inputs), list(outputs), **attributes)
    node.attribute.extend(references)
    return node


FLOAT = onnx.AttributeProto.FLOAT


def _scaled_elu() -> Any:
    """y = scale * elu(x, alpha), alpha by default 1 and scale required."""
    return _function(
        "ScaledElu",
        [
            _node("Elu", ["x"], ["e"], _reference(FLOAT, "alpha", "alpha")),
            _node("Constant", [], ["s32"], _reference(FLOAT, "value_float", "scale")),
            _node("CastLike", ["s32", "x"], ["s"]),
            _node("Mul", ["e", "s"], ["y"]),
        ],
        attributes=["scale"],
        attribute_protos=[helper.make_attribute("alpha", 1.0)],
    )


def _calls(nodes: Sequence[Any], functions: Sequence[Any], dtype: Any = np.float32, **options: Any) -> Any:
    ends = {"inputs": {"x": (dtype, ["N"])}, "outputs": {"y": (dtype, ["N"])}}
    return model(nodes, **ends, functions=list(functions), domains=["test"], **options)


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_with_attributes(dtype: str) -> None:
    x = np.array([-2.0, -1.0, 3.0]).astype(DTYPES[dtype])
    if dtype == "bfloat16":  # Elu-6 has none: the body is checked with the types of the call
        with pytest.raises(UnsupportedError, match=r"of function test::ScaledElu \(Elu\): input X is bfloat16.*Elu-6"):
            prepare(_calls([_node("ScaledElu", ["x"], ["y"], domain="test", scale=2.0)], [_scaled_elu()], x.dtype))
        return
    for given in ({"scale": 2.0}, {"scale": 2.0, "alpha": 0.5}):
        proto = _calls([_node("ScaledElu", ["x"], ["y"], domain="test", **given)], [_scaled_elu()], x.dtype)
        alpha = given.get("alpha", 1.0)
        wanted = 2 * np.where(x < 0, alpha * np.expm1(x.astype(np.float64)), x.astype(np.float64))
        np.testing.assert_allclose(prepare(proto).run([x]).y.astype(float), wanted, rtol=2 * EPSILON[dtype])


def test_functions_call_functions_and_leave_inputs_out() -> None:
    """Attributes are handed on; an input that was left out is left out inside."""
    inner = _function("Clipped", [_node("Clip", ["x", "low", "high"], ["y"])], ["x", "low", "high"])
    outer = _function(
        "Both",
        [
            _node("ScaledElu", ["x"], ["e"], _reference(FLOAT, "scale", "factor"), domain="test", alpha=0.5),
            _node("Constant", [], ["top"], value_float=2.0),
            _node("Clipped", ["e", "", "top"], ["y"], domain="test"),
        ],
        attribute_protos=[helper.make_attribute("factor", 4.0)],
    )
    proto = _calls([_node("Both", ["x"], ["y"], domain="test")], [inner, outer, _scaled_elu()])
    x = np.array([-3.0, 0.25, 5.0], np.float32)
    np.testing.assert_allclose(prepare(proto).run([x])[0], [2 * math.expm1(-3), 1.0, 2.0], rtol=1e-6)


def test_an_attribute_that_is_a_tensor_keeps_double_precision() -> None:
    tenth = numpy_helper.from_array(np.array(0.1))
    body = [
        _node("Constant", [], ["c"], _reference(onnx.AttributeProto.TENSOR, "value", "slope")),
        _node("Mul", ["x", "c"], ["y"]),
    ]
    proto = _calls(
        [_node("F", ["x"], ["y"], domain="test", slope=tenth)], [_function("F", body, attributes=["slope"])], np.float64
    )
    assert prepare(proto).run([np.array([1.0])]).y == 0.1


def test_functions_that_never_end() -> None:
    again = _function("Again", [_node("Again", ["x"], ["y"], domain="test")])
    with pytest.raises(BackendError, match=r"Again.*(calls itself|must not be recursive)"):
        prepare(_calls([_node("Again", ["x"], ["y"], domain="test")], [again]))

    def doubling(level: int) -> Any:
        """Twice the next one: 2**40 nodes in all."""
        inside = f"F{level + 1}" if level < 40 else "F40x"
        calls = [_node(inside, ["x"], ["z"], domain="test"), _node(inside, ["z"], ["y"], domain="test")]
        return _function(f"F{level}", calls)

    functions = [doubling(i) for i in range(41)] + [_function("F40x", [_node("Relu", ["x"], ["y"])])]
    with pytest.raises(UnsupportedError, match=f"the model has {2**41} nodes; 200000 is the limit"):
        prepare(_calls([_node("F0", ["x"], ["y"], domain="test")], functions))
    chain = [_function(f"G{i}", [_node(f"G{i + 1}", ["x"], ["y"], domain="test")]) for i in range(3000)]
    chain.append(_function("G3000", [_node("Relu", ["x"], ["y"])]))
    with pytest.raises(BackendError, match=r"Function call chain depth exceeds limit|nested deeper than 100"):
        prepare(_calls([_node("G0", ["x"], ["y"], domain="test")], chain))
    # An older onnx does not look.
    with pytest.raises(BackendError, match="function test::Again calls itself"):
        check_expansion(again.node, {("test", "Again", ""): again})
    with pytest.raises(UnsupportedError, match="function test::G101: calls are nested deeper than 100"):
        check_expansion(chain[0].node, {("test", f.name, ""): f for f in chain[1:]})


# --- running ----------------------------------------------------------------------------------------------------------
def _chain(count: int, op: str = "Neg", shape: Any = ("N",)) -> Any:
    nodes = [_node(op, [f"v{i}" if i else "x"], [f"v{i + 1}" if i + 1 < count else "y"]) for i in range(count)]
    return model(nodes, {"x": (np.float32, shape)}, {"y": (np.float32, shape)})


def test_intermediate_values_are_freed() -> None:
    x = np.ones(1_000_000, np.float32)
    prepared = prepare(_chain(40))
    tracemalloc.start()
    prepared.run([x])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.5 * x.nbytes


def test_long_graphs_take_linear_time() -> None:
    def seconds(count: int) -> float:
        proto, x = _chain(count), np.ones(1, np.float32)
        begin = time.process_time()
        (y,) = prepare(proto).run([x])
        assert y == (-1.0) ** count
        return time.process_time() - begin

    seconds(100)
    assert seconds(10_000) < 40 * max(seconds(1_000), 0.02)


def test_nodes_of_constants_run_once_and_unused_nodes_never() -> None:
    nodes = [
        _node("Constant", [], ["two"], value_float=2.0), _node("Exp", ["two"], ["e"]), _node("Mul", ["x", "e"], ["y"]),
        _node("Reshape", ["x", "shape"], ["unused"]),
    ]  # fmt: skip
    wrong = numpy_helper.from_array(np.array([7, 7]), "shape")
    prepared = prepare(model(nodes, {"x": (np.float32, [3])}, {"y": (np.float32, [3])}, initializers=[wrong]))
    assert len(prepared._program.steps) == 1
    np.testing.assert_allclose(prepared.run([np.ones(3, np.float32)]).y, np.exp(2), rtol=1e-6)


def test_results_share_no_memory() -> None:
    nodes = [_node("Identity", ["x"], ["a"]), _node("Identity", ["x"], ["b"]), _node("Identity", ["c"], ["d"])]
    constant = numpy_helper.from_array(np.ones(2, np.float32), "c")
    same = {n: (np.float32, [2]) for n in ("a", "b", "d", "x")}
    x = np.ones(2, np.float32)
    prepared = prepare(model(nodes, {"x": (np.float32, [2])}, same, initializers=[constant]))
    outputs = prepared.run([x])
    for array in outputs:
        array += 1
    assert outputs.x[0] == outputs.a[0] == 2
    assert x[0] == prepared.run([x]).d[0] == 1


def test_inputs_with_defaults() -> None:
    default = numpy_helper.from_array(np.array([10.0], np.float32), "b")
    ends = {"x": (np.float32, [1]), "b": (np.float32, [1])}
    proto = model([_node("Add", ["x", "b"], ["y"])], ends, {"y": (np.float32, [1])}, initializers=[default])
    x = np.ones(1, np.float32)
    assert prepare(proto).run([x]).y == 11
    assert prepare(proto).run({"x": x, "b": x}).y == 2
    assert prepare(proto).run([x]).y == 11


def test_one_model_runs_from_many_threads() -> None:
    prepared = prepare(_chain(50))
    results: dict[int, Any] = {}

    def work(seed: int) -> None:
        x = np.full(1000, seed, np.float32)
        results[seed] = all((prepared.run([x]).y == x).all() for _ in range(20))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == dict.fromkeys(range(8), True)


def test_models_come_as_protos_bytes_or_paths(tmp_path: Path) -> None:
    proto = _chain(3)
    path = tmp_path / "model.onnx"
    onnx.save(proto, path)
    x = np.ones(2, np.float32)
    for given in (proto, proto.SerializeToString(), path, str(path)):
        np.testing.assert_array_equal(backend.run_model(given, [x])[0], -x)
    big = helper.make_tensor("c", TensorProto.FLOAT, [2], np.ones(2, np.float32).tobytes(), raw=True)
    proto = model(
        [_node("Add", ["x", "c"], ["y"])], {"x": (np.float32, [2])}, {"y": (np.float32, [2])}, initializers=[big]
    )
    onnx.save(proto, path, save_as_external_data=True, size_threshold=0, location="data")
    np.testing.assert_array_equal(backend.run_model(path, [x])[0], [2, 2])
    with pytest.raises(
        BackendError, match="initializer 'c' lies in a file beside the model; load the model from its path"
    ):
        prepare(onnx.load(path, load_external_data=False))


def test_models_before_opsets_were_written_down() -> None:
    proto = model(
        [_node("Softmax", ["x"], ["y"])], {"x": (np.float32, [2, 2])}, {"y": (np.float32, [2, 2])}, ir_version=2
    )
    del proto.opset_import[:]
    np.testing.assert_array_equal(prepare(proto).run([np.zeros((2, 2), np.float32)]).y, np.full((2, 2), 0.5))


def test_module_functions_and_documentation() -> None:
    assert backend.supports_device("CPU")
    assert backend.supports_device("CPU:0")
    assert not backend.supports_device("CUDA")
    assert not backend.supports_device("no such device")
    assert backend.is_compatible(_chain(1))
    assert not backend.is_compatible(_chain(1), "CUDA")
    assert not backend.is_compatible(_chain(1, "Det"))
    assert issubclass(UnsupportedError, onnx.backend.test.runner.BackendIsNotSupposedToImplementIt)
    result = doctest.testmod(backend)
    assert result.failed == 0
    assert result.attempted > 5


def test_without_onnx_the_error_says_what_to_install() -> None:
    code = "import sys; sys.modules['onnx'] = None; import pyact.onnx.backend"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "pip install pyact[" in done.stderr.splitlines()[-1]
    assert done.stderr.splitlines()[-1].startswith("ImportError: pyact.onnx.backend needs the onnx package")


# --- what is refused --------------------------------------------------------------------------------------------------
def _one(op: str, dtype: Any = np.float32, opset: int = 21, **attributes: Any) -> Any:
    node = _node(op, ["x"], ["y"], **attributes)
    return model([node], {"x": (dtype, [2])}, {"y": (dtype, [2])}, opset=opset)


@pytest.mark.parametrize(
    ("proto", "kind", "message"),
    [
        (_one("Det"), UnsupportedError, r"node 0 \(Det\): the backend has the activations.*not Det; .*operators\(\)"),
        (_one("Gelu", opset=18), BackendError, "Gelu"),
        (_one("Relu", opset=NEWEST + 1), UnsupportedError, f"opset {NEWEST + 1} is newer than the installed"),
        (_one("Relu", np.int32, 13), UnsupportedError, r"node 0 \(Relu\): input X is int32, which Relu-13 does not"),
        (_one("Celu", np.float64, 27), UnsupportedError, r"X is float64, which Celu-12 does not take \(float32\)"),
        (_one("Elu", ml_dtypes.bfloat16, 21), UnsupportedError, r"bfloat16, which Elu-6 does not take \(float32, f"),
        (_one("Shrink", ml_dtypes.bfloat16, NEWEST), UnsupportedError, "bfloat16, which Shrink-9 does not take"),
        (_one("Relu", np.complex64), UnsupportedError, "input 'x' has element type COMPLEX64; the backend"),
        (_one("Gelu", opset=20, approximate="cubic"), BackendError, r"\(Gelu\): .*not defined for approximate='cubic'"),
        (_one("Elu", slope=1.0), BackendError, "not valid ONNX.*Unrecognized attribute: slope"),
        (_one("Cast", to=99), BackendError, "number 99|Cast"),
        (_calls([_node("F", ["x"], ["y"], domain="test")], []), UnsupportedError, r"no such operator in domain 'test'"),
        (_calls([_node("F", ["x"], ["y"], domain="other")], []), BackendError, "other"),
    ],
)  # fmt: skip
def test_models_outside_the_backend(proto: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        prepare(proto)


def test_an_operator_newer_than_the_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later ONNX may change its meaning."""
    monkeypatch.setattr(backend_program, "NEWEST_OPSET", 20)
    assert backend.is_compatible(_one("Relu", opset=22))
    with pytest.raises(UnsupportedError, match="version 22 of the operator; the backend knows 1 to 20"):
        prepare(_one("Elu", opset=22))


def test_broken_graphs() -> None:
    ends = {"inputs": {"x": (np.float32, [2])}, "outputs": {"y": (np.float32, [2])}}
    cycle = [_node("Add", ["x", "b"], ["a"]), _node("Relu", ["a"], ["b"]), _node("Relu", ["b"], ["y"])]
    with pytest.raises(BackendError, match="not valid ONNX: Nodes in a graph must be topologically sorted"):
        prepare(model(cycle, **ends))
    with pytest.raises(BackendError, match="single static assignment"):
        prepare(model([_node("Relu", ["x"], ["y"])] * 2, **ends))
    unordered = _function("F", [_node("Relu", ["a"], ["y"]), _node("Relu", ["x"], ["a"])])
    with pytest.raises(BackendError, match="topological"):
        prepare(_calls([_node("F", ["x"], ["y"], domain="test")], [unordered]))
    with pytest.raises(BackendError, match="output 'y' is declared as int64; computed is float32"):
        prepare(model([_node("Relu", ["x"], ["y"])], ends["inputs"], {"y": (np.int64, [2])}))
    mixed = {"x": (np.float32, [2]), "z": (np.float64, [2])}
    with pytest.raises(
        BackendError, match=r"\(Add\): input B is float64, but another input of the same type is float32"
    ):
        prepare(model([_node("Add", ["x", "z"], ["y"])], mixed, ends["outputs"]))
    for inputs in (["x"], ["x", ""]):
        with pytest.raises(BackendError, match=r"missing|not valid ONNX"):
            prepare(model([_node("Add", inputs, ["y"])], **ends))


@pytest.mark.parametrize("dims", [[2**29], [2**40, 2**40], [-1], [3]])
def test_initializers_that_claim_more_than_they_hold(dims: list[int]) -> None:
    claim = TensorProto(name="c", data_type=TensorProto.FLOAT, dims=dims, raw_data=b"\0" * 8)
    proto = model(
        [_node("Add", ["x", "c"], ["y"])], {"x": (np.float32, [2])}, {"y": (np.float32, [2])}, initializers=[claim]
    )
    with pytest.raises(BackendError, match=r"initializer 'c' of shape|not valid ONNX.*\bc\b"):
        prepare(proto)


def test_what_is_no_model(tmp_path: Path) -> None:
    whole = _chain(20).SerializeToString()
    rng = np.random.default_rng(7)
    for content in (b"\x00", whole[: len(whole) // 2], rng.bytes(1000), b""):
        with pytest.raises(BackendError, match=r"no ONNX model|not valid ONNX"):
            prepare(content)
    with pytest.raises(BackendError, match="a model is a ModelProto, its bytes or the path of a file, not int"):
        prepare(3)
    with pytest.raises(FileNotFoundError):
        prepare(tmp_path / "missing.onnx")
    with pytest.raises(UnsupportedError, match="device 'CUDA' is not supported"):
        prepare(_chain(1), "CUDA")


def test_wrong_inputs() -> None:
    ends = {"a": (np.float32, ["N", 2]), "b": (np.float32, ["N", 2])}
    prepared = prepare(model([_node("Add", ["a", "b"], ["y"])], ends, {"y": (np.float32, ["N", 2])}))
    x = np.ones((3, 2), np.float32)
    for inputs, message in (
        ([x], r"1 inputs are given; the model has 2 \(a, b\)"),
        (x, r"inputs must be a list of arrays, such as run\(\[x\]\)"),
        ({"a": x}, "input 'b' is missing; the model needs a, b"),
        ({"a": x, "b": x, "c": x}, "there is no input 'c'; the model has a, b"),
        ([x, x.astype(np.float64)], "input 'b' has dtype float64; the model takes float32: convert it"),
        ([x, x[:2]], r"input 'b' has shape \(2, 2\); the model takes \(N=3, 2\)"),
        ([x[0], x[0]], r"input 'a' has shape \(2,\); the model takes \(N=2, 2\)"),
        ([x[:, :1], x], r"input 'a' has shape \(3, 1\); the model takes \(N=3, 2\)"),
        (["text", x], "input 'a' has dtype str"),
        ([[[1, 2], [3]], x], "input 'a' is no array"),
    ):
        with pytest.raises(BackendError, match=message):
            prepared.run(inputs)
    np.testing.assert_array_equal(prepared.run([x, x]).y, 2 * x)


def test_a_failing_node_is_named() -> None:
    nodes = [helper.make_node("MatMul", ["x", "x"], ["y"], name="square")]
    prepared = prepare(model(nodes, {"x": (np.float32, ["A", "B"])}, {"y": (np.float32, ["A", "B"])}))
    with pytest.raises(BackendError, match=r"node 'square' \(MatMul\): "):
        prepared.run([np.ones((2, 3), np.float32)])


def test_run_node() -> None:
    x = np.ones(2, np.float32)
    (y,) = run_node(_node("Add", ["x", "x"], ["y"]), [x, x])
    np.testing.assert_array_equal(y, [2, 2])
    with pytest.raises(BackendError, match=r"1 inputs are given; the node has 2 \(a, b\)"):
        run_node(_node("Add", ["a", "b"], ["y"]), [x])
    with pytest.raises(UnsupportedError, match="the operator came with opset 24; the model has opset 23"):
        run_node(_node("Swish", ["x"], ["y"]), [x], opset_version=23)
    with pytest.raises(UnsupportedError, match=r"version 6 of the operator; the backend knows 7 to"):
        run_node(_node("Add", ["x", "x"], ["y"]), [x, x], opset_version=6)
    with pytest.raises(UnsupportedError, match="input 'x' has dtype complex64"):
        run_node(_node("Relu", ["x"], ["y"]), [x.astype(np.complex64)])
    with pytest.raises(BackendError, match=r"there is no attribute slope in Elu-22 \(it has alpha\)"):
        run_node(_node("Elu", ["x"], ["y"], slope=1.0), [x])
