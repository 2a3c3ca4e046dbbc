"""Exported models: they pass the checker at every opset, load in onnxruntime, and compute what the kernels compute."""

from __future__ import annotations

import doctest
import os
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

import pyact  # noqa: E402
from pyact import _toolchain, nn  # noqa: E402
from pyact.onnx import ExportError, export  # noqa: E402
from pyact.onnx import points as inputs  # noqa: E402
from pyact.onnx.export import DTYPES, newest_opset  # noqa: E402
from pyact.onnx.runtime import Session  # noqa: E402

CATALOGUE = _toolchain.module("spec").built_in()
NEWEST = newest_opset()
TYPES = {"float32": 1, "float16": 10, "float64": 11, "bfloat16": 16}
TOLERANCE = {"float32": 3e-6, "float64": 1e-12}


def kernel(name: str, gradient: bool, *arguments: Any) -> list[Any]:
    """What pyact itself computes: the value, or one gradient per input."""
    activation = CATALOGUE[name]
    parameters = activation.defaults.values()
    if not gradient:
        return [getattr(pyact.ufuncs, name)(*arguments, *parameters)]
    names = [f"{name}_backward_{i}" for i in activation.inputs] if activation.kind == "gate" else [f"{name}_backward"]
    return [getattr(pyact.ufuncs, n)(*arguments, *parameters) for n in names]


def operators(model: Any) -> list[str]:
    return [n.op_type for n in model.graph.node]


def run(model: Any, *arrays: Any, optimize: bool = False) -> Any:
    names = [i.name for i in model.graph.input]
    return Session(model, optimize=optimize)(dict(zip(names, arrays, strict=True)))[0]


# --- every activation -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("gradient", [False, True], ids=["value", "gradient"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", CATALOGUE)
def test_models_are_valid_and_load(name: str, dtype: str, gradient: bool) -> None:
    """At one opset each, in turn; test_onnx_matrix.py has the others."""
    opset = (13, 18, NEWEST)[(list(CATALOGUE).index(name) + DTYPES.index(dtype) + gradient) % 3]
    for style in ("inline",) if gradient else ("inline", "auto"):
        model = export(name, opset=opset, dtype=dtype, style=style, gradient=gradient)  # runs the full checker
        assert [(o.domain, o.version) for o in model.opset_import] == [("", opset)]
        assert model.ir_version == onnx.helper.find_min_ir_version_for(list(model.opset_import))
        tensors = [*model.graph.input, *model.graph.output]
        assert {t.type.tensor_type.elem_type for t in tensors} == {TYPES[dtype]}
        node_names = [n.name for n in model.graph.node]
        assert all(node_names)
        assert len(set(node_names)) == len(node_names)
        used = {i for n in model.graph.node for i in n.input}
        assert {i.name for i in model.graph.initializer} <= used
        Session(model)


@pytest.mark.parametrize("optimize", [False, True], ids=["as-exported", "optimized"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [n for n, a in CATALOGUE.items() if a.onnx is not None])
def test_models_compute_what_the_kernels_compute(name: str, dtype: str, optimize: bool) -> None:
    """In the style auto, which writes operators for some of these."""
    activation = CATALOGUE[name]
    generator = np.random.default_rng(7)
    if activation.kind == "row":
        x = [generator.normal(0, 3, (40, 13)).astype(dtype)]
    else:
        points = inputs.scalars(dtype, 300, (), 7)
        points = points[np.abs(points) < 1e30]  # infinities and NaN are the business of test_validate
        x = [np.roll(points, 101 * i) if i == 0 else generator.normal(0, 1, points.size).astype(dtype)
             for i in range(len(activation.inputs))]  # fmt: skip
    for gradient in (False, True):
        arguments = list(x)
        if gradient:
            shape = x[0].shape[:1] if activation.reduces else x[0].shape
            arguments.insert(0, generator.normal(0, 1, shape).astype(dtype))
        model = export(name, dtype=dtype, gradient=gradient)
        got = Session(model, optimize=optimize)(dict(zip((i.name for i in model.graph.input), arguments, strict=True)))
        wanted = kernel(name, gradient, *arguments)
        assert len(got) == len(wanted)
        for model_value, value in zip(got, wanted, strict=True):
            assert model_value.dtype == value.dtype
            finite = np.isfinite(value)
            np.testing.assert_array_equal(model_value[~finite], value[~finite])
            scale = np.maximum(1, np.abs(value[finite].astype(float)))
            assert np.max(np.abs(model_value[finite].astype(float) - value[finite]) / scale) <= TOLERANCE[dtype]


# --- what is in a model -----------------------------------------------------------------------------------------------
def test_auto_takes_the_operator_that_means_the_function() -> None:
    assert operators(export("gelu", opset=20)) == ["Gelu"]
    assert operators(export("elu", alpha=0.5)) == ["Elu"]
    assert operators(export("sigmoid", dtype="bfloat16")) == ["Cast", "Sigmoid", "Cast"]
    assert operators(export("hardswish", opset=14)) == ["HardSwish"]
    assert "Gelu" not in operators(export("gelu", opset=19))
    assert "HardSwish" not in operators(export("hardswish", opset=13))


def test_every_attribute_is_written() -> None:
    node = export("gelu", opset=20).graph.node[0]
    assert {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute} == {"approximate": b"none"}
    node = export("elu").graph.node[0]
    assert {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute} == {"alpha": 1.0}


def test_operators_without_a_kernel_are_avoided() -> None:
    for opset in (24, 25, NEWEST):
        assert not {"Swish", "SwiGLU"} & {
            *operators(export("silu", opset=opset)),
            *operators(export("swiglu", opset=opset)),
        }


def test_float64_takes_only_operators_that_are_float64_accurate() -> None:
    assert operators(export("tanh", dtype="float64")) == ["Tanh"]
    for name in ("elu", "gelu", "hardswish", "selu", "softsign", "sigmoid"):
        assert len(operators(export(name, dtype="float64", opset=NEWEST))) > 1
    lacking = {"Erf", "Atan", "Softplus", "Elu", "Celu", "Selu", "Gelu", "Mish", "Sinh", "Cosh", "Asinh", "Hardmax"}
    for name in CATALOGUE:
        for gradient in (False, True):
            assert not lacking & set(operators(export(name, dtype="float64", gradient=gradient)))


def test_operator_with_a_rounded_threshold_is_not_the_same_function() -> None:
    assert operators(export("thresholded_relu", alpha=0.5)) == ["ThresholdedRelu"]
    assert operators(export("thresholded_relu", alpha=0.3)) != ["ThresholdedRelu"]


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_thresholds_are_exact_for_numbers_the_format_cannot_hold(dtype: str) -> None:
    near = np.array([0.3], dtype)
    x = np.concatenate([np.nextafter(near, np.array(0, dtype)), near, np.nextafter(near, np.array(1, dtype))])
    x = np.concatenate([x, -x])
    wanted = np.where(np.abs(x.astype(np.float64)) > 0.3, x, np.array(0, dtype))
    np.testing.assert_array_equal(run(export("hardshrink", lambd=0.3, dtype=dtype), x), wanted)


def test_documentation_and_metadata() -> None:
    model = export("gelu", gradient=True)
    properties = {p.key: p.value for p in model.metadata_props}
    assert properties["pyact.activation"] == "gelu"
    assert properties["pyact.kind"] == "vjp"
    assert properties["pyact.version"]
    assert {p.key: p.value for p in export("gelu").metadata_props}["pyact.kind"] == "value"
    assert "gelu(x) = x * " in model.doc_string
    assert model.model_version == 1
    assert model.producer_name == "pyact"
    assert [i.name for i in model.graph.input] == ["grad_output", "x"]
    assert [o.name for o in model.graph.output] == ["grad_x"]


def test_gates_have_two_inputs_and_two_gradients() -> None:
    assert [i.name for i in export("swiglu").graph.input] == ["a", "b"]
    model = export("swiglu", gradient=True)
    assert [i.name for i in model.graph.input] == ["grad_output", "a", "b"]
    assert [o.name for o in model.graph.output] == ["grad_a", "grad_b"]


def test_parameters_are_initializers_of_their_own_name() -> None:
    model = export("elu", alpha=0.5, style="inline")
    constants = {i.name: onnx.numpy_helper.to_array(i) for i in model.graph.initializer}
    assert constants["alpha"] == 0.5
    assert constants["half"] == 0.5  # not shared with the parameter: changing alpha must change nothing else


def test_names_in_the_spec_name_the_values() -> None:
    assert any(n.output[0] == "ex" for n in export("softmax", style="inline").graph.node)


def test_the_same_export_has_the_same_bytes() -> None:
    first, second = (export("mish", style="inline").SerializeToString(deterministic=True) for _ in range(2))
    assert first == second


def test_half_formats_compute_in_float32() -> None:
    for dtype in ("float16", "bfloat16"):
        model = export("mish", dtype=dtype, style="inline", gradient=True)
        assert operators(model)[:2] == ["Cast", "Cast"]
        assert operators(model)[-1] == "Cast"
        assert operators(model).count("Cast") == 3


# --- style "function" -------------------------------------------------------------------------------------------------
def attributes(node: Any) -> dict[str, Any]:
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def test_a_function_is_one_node_with_the_parameters_as_attributes() -> None:
    model = export("elu", alpha=0.25, style="function")
    (node,) = model.graph.node
    assert (node.domain, node.op_type, node.name, attributes(node)) == ("pyact", "elu", "elu", {"alpha": 0.25})
    assert [(o.domain, o.version) for o in model.opset_import] == [("", 18), ("pyact", 1)]
    (function,) = model.functions
    assert (function.domain, function.name, list(function.attribute)) == ("pyact", "elu", ["alpha"])
    assert (list(function.input), list(function.output)) == (["x"], ["y"])
    assert "elu(x, alpha) = where(x >= 0" in function.doc_string
    assert [o.version for o in function.opset_import] == [18]
    assert model.graph.initializer == []
    assert {p.key: p.value for p in model.metadata_props}["pyact.functions"] == "pyact.elu"
    newer = export("elu", style="function", opset=21).functions[0]  # IR version 10 has metadata of functions
    assert newer.metadata_props[0].key == "pyact.function"


@pytest.mark.parametrize("opset", range(15, NEWEST + 1))
def test_functions_load_at_every_opset(opset: int) -> None:
    for name in ("gelu", "elu", "softmax", "swiglu", "sparsemax", "logsumexp"):
        for gradient in (False, True):
            model = export(name, opset=opset, style="function", gradient=gradient)
            assert {o.version for f in model.functions for o in f.opset_import} == {opset}
            assert model.ir_version == onnx.helper.find_min_ir_version_for([onnx.helper.make_opsetid("", opset)])
            assert model.ir_version >= 8
            Session(model)


def test_the_attribute_is_what_the_function_computes_with() -> None:
    """Also another one than at export."""
    model = export("elu", style="function")
    model.graph.node[0].attribute[0].f = 3.0
    x = np.array([-2.0, 1.5], np.float32)
    np.testing.assert_allclose(run(model, x), pyact.elu(x, 3.0), rtol=1e-6)
    model = export("softmax", style="function", shape=(3, 4))
    assert attributes(model.graph.node[0]) == {"axis": -1}
    model.graph.node[0].attribute[0].i = 0
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    np.testing.assert_allclose(run(model, x), pyact.softmax(x, axis=0), rtol=1e-6)


def test_float64_attributes_keep_every_bit() -> None:
    """A float attribute would be float32; these are tensors of one double."""
    x = np.array([-3.0, -0.5, 2.0])
    for gradient in (False, True):
        model = export("leaky_relu", negative_slope=0.1, dtype="float64", style="function", gradient=gradient)
        tensor = attributes(model.graph.node[0])["negative_slope"]
        assert onnx.numpy_helper.to_array(tensor) == np.float64(0.1)
        given = [np.ones(3), x] if gradient else [x]
        wanted = np.where(x > 0, 1, 0.1) if gradient else np.where(x > 0, x, 0.1 * x)
        np.testing.assert_array_equal(run(model, *given), wanted)


@pytest.mark.parametrize("name", ["hardshrink", "threshold", "thresholded_relu", "shrink"])
def test_thresholds_of_functions_are_exact(name: str) -> None:
    """The attribute is the float32 number on the side that compares as 0.3 does."""
    parameter = {"threshold": "threshold", "thresholded_relu": "alpha"}.get(name, "lambd")
    near = np.float32(0.3)
    x = np.array([np.nextafter(near, np.float32(0)), near, np.nextafter(near, np.float32(1))], np.float32)
    got = run(export(name, style="function", **{parameter: 0.3}), x)
    np.testing.assert_array_equal(got, np.where(x.astype(float) > 0.3, x, 0))


def test_networks_share_functions() -> None:
    layers = [nn.ELU(0.5), nn.Softmax(-1), nn.ELU(2.0), nn.PReLU(3), nn.Softmax(0), nn.PReLU(), nn.ReLU()]
    network = nn.Sequential(nn.Linear(5, 3), *layers)
    x = np.random.default_rng(4).normal(size=(4, 5)).astype(np.float32)
    model = export(network, style="function")
    assert sorted(f.name for f in model.functions) == ["elu", "prelu", "prelu_2", "relu", "softmax"]
    calls = [n for n in model.graph.node if n.domain == "pyact"]
    assert [n.op_type for n in calls if n.op_type != "relu"] == ["elu", "softmax", "elu", "prelu", "softmax", "prelu_2"]
    assert len({n.name for n in calls}) == len(calls)
    np.testing.assert_allclose(run(model, x), network(x), rtol=1e-5, atol=1e-6)


def test_a_special_case_gets_a_function_of_its_own() -> None:
    """0 * -inf is NaN: only the body for a slope of 0 has to put that right."""
    x = np.array([-np.inf, -1.0, 2.0], np.float32)
    model = export([nn.LeakyReLU(0.0)], style="function")
    np.testing.assert_array_equal(run(model, x), [0, 0, 2])
    both = export([nn.LeakyReLU(0.5), nn.LeakyReLU(0.0)], style="function")
    assert [f.name for f in both.functions] == ["leaky_relu", "leaky_relu_2"]
    np.testing.assert_array_equal(run(both, x), [0, 0, 2])


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_serve_every_format_and_shape(dtype: str) -> None:
    x = inputs.rounded(np.random.default_rng(2).normal(0, 2, (3, 6)), dtype)
    for shape in ((3, 6), ("N", "C"), (None, 6), (None, None)):
        for name in ("mish", "softmin"):
            want = run(export(name, dtype=dtype, style="inline", shape=shape), x)
            np.testing.assert_array_equal(run(export(name, dtype=dtype, style="function", shape=shape), x), want)
    gate = export(nn.GLU(), dtype=dtype, style="function", shape=(None, 6))
    assert [n.op_type for n in gate.graph.node if n.op_type != "Cast"] == ["Split", "glu"]
    assert [d.dim_value for d in gate.graph.output[0].type.tensor_type.shape.dim] == [0, 3]
    assert run(gate, x).shape == (3, 3)


def test_a_weight_per_channel_is_an_input_of_the_function() -> None:
    weight = np.array([0.1, 0.25, 0.5, 2.0])
    x = np.random.default_rng(0).normal(size=(7, 4, 3)).astype(np.float32)
    model = export("prelu", weight=weight, shape=(7, 4, 3), style="function")
    assert list(model.functions[0].input) == ["x", "weight"]
    np.testing.assert_allclose(run(model, x), np.where(x >= 0, x, x * weight.reshape(4, 1)), rtol=1e-6)


# --- style "op" -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [n for n, a in CATALOGUE.items() if a.onnx is not None])
def test_operators_are_written_plainly_from_their_first_opset(name: str, dtype: str) -> None:
    """One node in the format itself, at every opset from one on; before that, and for other formats, an error."""

    def outcome(opset: int) -> str:
        try:
            model = export(name, dtype=dtype, style="op", opset=opset)
        except ExportError as error:
            return str(error)
        (node,) = model.graph.node
        assert node.op_type == CATALOGUE[name].onnx.op
        assert model.graph.output[0].type.tensor_type.elem_type == TYPES[dtype]
        return "written"

    outcomes = [outcome(opset) for opset in range(13, NEWEST + 1)]
    written = outcomes.count("written")
    assert set(outcomes[len(outcomes) - written :]) <= {"written"}
    for message in outcomes[: len(outcomes) - written]:
        assert message.startswith(f"{name}: ")
        assert (
            "is the first that" in message if written else re.search(r"cannot hold|does not take|is the first", message)
        )


def test_the_operator_is_the_function() -> None:
    x = np.linspace(-4, 4, 201).astype(np.float32)
    for name, parameters in (("elu", {"alpha": 0.7}), ("hardtanh", {"max_val": 0.3}), ("gelu_tanh", {}), ("celu", {})):
        model = export(name, style="op", opset=20, **parameters)
        values = {**CATALOGUE[name].defaults, **parameters}.values()
        np.testing.assert_allclose(run(model, x), getattr(pyact.ufuncs, name)(x, *values), atol=3e-6)
    model = export("swish", style="op", opset=24, beta=1.5)
    assert {a.name: a.f for a in model.graph.node[0].attribute} == {"alpha": 1.5}
    np.testing.assert_allclose(run(model, x), pyact.ufuncs.swish(x, 1.5), atol=3e-6)


def test_a_network_of_operators_stays_in_its_format() -> None:
    model = export(nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Softmax(-1)), style="op", dtype="float16")
    assert operators(model) == ["Gemm", "Relu", "Softmax"]
    assert {i.data_type for i in model.graph.initializer} == {TYPES["float16"]}


# --- parameters, axes, shapes -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("elu", {"alpha": 2.5}), ("celu", {"alpha": 0.25}), ("leaky_relu", {"negative_slope": -0.3}),
        ("hardtanh", {"min_val": -0.1, "max_val": 2.7}), ("softplus", {"beta": 3.0, "threshold": 5.0}),
        ("swish", {"beta": -1.5}), ("threshold", {"threshold": 0.1, "value": 20.0}), ("snake", {"alpha": 0.7}),
        ("shrink", {"bias": 0.3, "lambd": 0.7}), ("rrelu", {"lower": 0.0, "upper": 0.5}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("style", ["auto", "inline"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_parameters_reach_the_model(name: str, parameters: dict[str, float], style: str, dtype: str) -> None:
    x = np.linspace(-8, 8, 401).astype(dtype)
    ufunc, backward = getattr(pyact.ufuncs, name), getattr(pyact.ufuncs, f"{name}_backward")
    values = {**CATALOGUE[name].defaults, **parameters}.values()
    got = run(export(name, style=style, dtype=dtype, **parameters), x)
    np.testing.assert_allclose(got, ufunc(x, *values), rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])
    got = run(export(name, style=style, dtype=dtype, gradient=True, **parameters), np.ones_like(x), x)
    np.testing.assert_allclose(got, backward(np.ones_like(x), x, *values), rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@pytest.mark.parametrize("opset", [13, 18, NEWEST])
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
@pytest.mark.parametrize("name", [n for n, a in CATALOGUE.items() if a.kind == "row"])
def test_rows_along_any_axis(name: str, axis: int, opset: int) -> None:
    x = np.random.default_rng(3).normal(0, 2, (4, 5, 6)).astype(np.float32)
    wanted = getattr(pyact, name)(x, axis=axis)
    for style in ("auto", "inline"):
        for shape in ((4, 5, 6), ("A", None, "B")):
            got = run(export(name, axis=axis, shape=shape, opset=opset, style=style), x)
            np.testing.assert_allclose(got, wanted, rtol=3e-6, atol=3e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", [n for n, a in CATALOGUE.items() if a.kind == "row"])
def test_rows_with_special_values(name: str, dtype: str) -> None:
    rows = np.array([[1, -np.inf, 2], [np.nan, 1, 2], [0.5, np.nan, 2], [0.5, 1, np.nan], [-np.inf, np.nan, 0],
                     [np.inf, 1, 0], [-np.inf, -np.inf, -np.inf]], dtype)  # fmt: skip
    if name == "hardmax":
        rows = rows[:-1]  # of equal infinities onnxruntime and pyact may take another first maximum
    with np.errstate(all="ignore"):
        wanted = getattr(pyact.ufuncs, name)(rows)
    got = run(export(name, dtype=dtype, style="inline"), rows)
    np.testing.assert_allclose(got, wanted, rtol=3e-6)


def test_one_weight_per_channel() -> None:
    weight = np.array([0.1, 0.25, 0.5, 2.0])
    for shape in ((7, 4), (7, 4, 3), (2, 4, 3, 3)):
        x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
        wanted = np.where(x >= 0, x, x * weight.reshape(-1, *[1] * (x.ndim - 2)))
        for style in ("auto", "inline"):
            model = export("prelu", weight=weight, shape=shape, style=style)
            np.testing.assert_allclose(run(model, x), wanted, rtol=1e-6)
    assert [d.dim_value for d in export("prelu", weight=weight).graph.input[0].type.tensor_type.shape.dim] == [0, 4]


def test_shapes() -> None:
    def shape_of(model: Any) -> list[Any]:
        return [d.dim_param or d.dim_value for d in model.graph.output[0].type.tensor_type.shape.dim]

    assert shape_of(export("relu")) == ["N"]
    assert shape_of(export("softmax")) == ["N", "C"]
    assert shape_of(export("softmax", axis=-3)) == ["N", "C", "H"]
    assert shape_of(export("relu", shape=(2, None, "W"))) == [2, "dim_1", "W"]
    assert shape_of(export("logsumexp", shape=("N", 3, 4), axis=1)) == ["N", 4]
    assert shape_of(export("relu", shape=())) == []
    assert run(export("relu", shape=()), np.array(-1.5, np.float32)) == 0
    assert run(export("gelu", shape=(0, 3)), np.zeros((0, 3), np.float32)).shape == (0, 3)


def test_aliases_and_numpy_dtypes() -> None:
    alias = CATALOGUE["log_softmax"].aliases[0]
    assert operators(export(alias, dtype=np.float32)) == ["LogSoftmax"]
    for dtype in (np.float16, np.dtype("float16"), "float16"):
        assert export("relu", dtype=dtype).graph.input[0].type.tensor_type.elem_type == TYPES["float16"]


# --- modules and networks ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.ReLU(), (3, 4)), (nn.ELU(0.3), (5,)), (nn.Hardtanh(-2, 2), (3, 4)), (nn.PReLU(4, init=0.1), (3, 4, 2)),
        (nn.Softmax(dim=0), (3, 4)), (nn.LogSoftmax(dim=1), (3, 4)), (nn.Softmax2d(), (2, 3, 4, 4)),
        (nn.GLU(), (3, 4)), (nn.GLU(dim=0), (4, 3)), (nn.RReLU(0.1, 0.2).eval(), (6,)), (nn.Softplus(2, 10), (6,)),
    ],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_modules_export_with_their_parameters(module: Any, shape: tuple[int, ...], dtype: str) -> None:
    x = np.random.default_rng(1).normal(0, 3, shape).astype(dtype)
    for style in ("auto", "inline"):
        got = run(export(module, shape=shape, dtype=dtype, style=style), x)
        np.testing.assert_allclose(got, module(x), rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def test_the_gradient_of_a_split_is_joined() -> None:
    module = nn.GLU(dim=1)
    x = np.random.default_rng(1).normal(size=(3, 6)).astype(np.float32)
    gradient = np.random.default_rng(2).normal(size=(3, 3)).astype(np.float32)
    module(x)
    model = export(module, shape=("N", 6), gradient=True)
    np.testing.assert_allclose(run(model, gradient, x), module.backward(gradient), rtol=3e-6, atol=3e-6)


@pytest.mark.parametrize("opset", [13, 18, NEWEST])
@pytest.mark.parametrize("dtype", DTYPES)
def test_networks_export_with_their_weights(dtype: str, opset: int) -> None:
    hidden = nn.Sequential(nn.Linear(6, 8, bias=False), nn.GLU(), nn.ELU(0.5))
    network = nn.Sequential(nn.Linear(5, 6), nn.PReLU(6), hidden, nn.Linear(4, 3), nn.Softmax(dim=-1))
    x = inputs.rounded(np.random.default_rng(5).normal(size=(9, 5)), dtype)
    model = export(network, dtype=dtype, opset=opset)
    assert operators(model).count("Gemm") == 3
    wanted = np.asarray(network(x.astype(np.float64)))
    tolerance = {"float16": 2e-3, "bfloat16": 2e-2}.get(dtype) or TOLERANCE[dtype]
    np.testing.assert_allclose(run(model, x).astype(np.float64), wanted, atol=10 * tolerance, rtol=0)


def test_linear_on_more_than_two_dimensions() -> None:
    layer = nn.Linear(5, 3)
    x = np.random.default_rng(5).normal(size=(2, 4, 5)).astype(np.float32)
    model = export(layer, shape=("N", "T", 5))
    assert operators(model) == ["MatMul", "Add"]
    np.testing.assert_allclose(run(model, x), layer(x), rtol=1e-5, atol=1e-6)


# --- formulas that overflow -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_derivative_that_overflows_is_put_right(dtype: str, tmp_path: Path) -> None:
    """x**2 * exp(-x**2 / 2) is inf * 0 for a huge x, and at an infinity."""
    path = tmp_path / "wave.toml"
    limits = 'derivative_limits = { "-inf" = "0.0", "inf" = "0.0" }'
    path.write_text(f'[wave]\nsummary = "Hermite wave"\nformula = "x * exp(-x**2 / 2)"\n{limits}\n')
    x = np.array([-np.inf, -1e30, -2, 0, 0.5, 2, 1e30, np.inf, np.nan], dtype)
    model = export("wave", spec_file=path, gradient=True, dtype=dtype)
    wanted = np.array([0, 0, -3 * np.exp(-2), 1, 0.75 * np.exp(-0.125), -3 * np.exp(-2), 0, 0, np.nan])
    np.testing.assert_allclose(run(model, np.ones_like(x), x), wanted, atol=TOLERANCE[dtype])


def test_the_tail_that_is_right_is_not_cut_off() -> None:
    x = np.array([-60.0, -30.0, 60.0, 1e38], np.float32)
    gradient = run(export("mish", gradient=True), np.ones_like(x), x)
    np.testing.assert_allclose(gradient, pyact.ufuncs.mish_backward(np.ones_like(x), x), rtol=1e-4)


# --- files ------------------------------------------------------------------------------------------------------------
def test_the_file_is_the_model(tmp_path: Path) -> None:
    for path in (tmp_path / "relu.onnx", str(tmp_path / "text.onnx")):
        model = export("relu", path)
        assert onnx.load(path) == model
    assert sorted(p.name for p in tmp_path.iterdir()) == ["relu.onnx", "text.onnx"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"before")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="No space left on device") as caught:
        export("relu", path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["model.onnx"]


def test_paths_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="cannot write"):
        export("relu", tmp_path / "missing" / "model.onnx")
    with pytest.raises(IsADirectoryError, match="cannot write"):
        export("relu", tmp_path)
    assert list(tmp_path.iterdir()) == []


# --- errors -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("geluu", {}), r"unknown activation 'geluu'; did you mean 'gelu'"),
        (("relu", {"opset": 12}), r"opset 12 is not supported: pyact writes opset 13 to \d+"),
        (("relu", {"opset": NEWEST + 1}), r"opset \d+ is not supported"),
        (("relu", {"opset": "18"}), r"opset must be an integer, not '18'"),
        (("relu", {"dtype": "int8"}), r"dtype 'int8' is not supported; there are float32"),
        (("relu", {"dtype": np.int32}), r"dtype .* is not supported"),
        (("relu", {"dtype": None}), r"dtype None is not supported"),
        (("relu", {"style": "fast"}), r"unknown style 'fast'; there are auto, inline, function, op"),
        (("relu", {"style": "function", "opset": 14}), r"style 'function' needs opset 15 or newer, not 14: model"),
        (("relu", {"style": "op", "gradient": True}), r"no operator for a gradient"),
        (("serf", {"style": "op"}), r"serf: ONNX has no operator that is this function, at any opset; use style="),
        (("gelu", {"style": "op", "opset": 19}), r"gelu: opset 20 is the first that has the operator Gelu, not 19"),
        (("silu", {"style": "op"}), r"silu: opset 24 is the first that has the operator Swish, not 18"),
        (("celu", {"style": "op", "dtype": "float64"}), r"opset 28 is the first that lets .* Celu take float64"),
        (("elu", {"style": "op", "dtype": "bfloat16"}), r"opset 22 is the first that lets .* take bfloat16, not 18"),
        (("shrink", {"style": "op", "dtype": "bfloat16"}), r"the operator Shrink does not take bfloat16 up to opset"),
        (("hardshrink", {"style": "op", "lambd": 0.3}), r"Shrink cannot hold lambd = 0.3: its attribute"),
        (("elu", {"style": "op", "dtype": "float64", "alpha": 0.1}), r"the operator Elu cannot hold alpha = 0.1"),
        (("selu", {"style": "op", "dtype": "float64"}), r"the operator Selu cannot hold alpha = 1.6732632423543772"),
        (("elu", {"style": "op", "alpha": [0.1, 0.2]}), r"elu: alpha has 2 values, and the attribute alpha"),
        (([nn.ReLU(), nn.LogSigmoid()], {"style": "op"}), r"logsigmoid: ONNX has no operator"),
        (("relu", {"shape": (2, -1)}), r"shape: -1 is no size"),
        (("relu", {"shape": (2.5,)}), r"shape: 2.5 is no size"),
        (("relu", {"shape": 3}), r"shape must be a sequence"),
        (("relu", {"shape": "NC"}), r"shape must be a sequence"),
        (("relu", {"alpha": 1.0}), r"relu has no parameter 'alpha'; it has no parameters"),
        (("elu", {"beta": 1.0}), r"elu has no parameter 'beta'; its parameters are alpha"),
        (("elu", {"alpha": "big"}), r"alpha must be a number"),
        (("elu", {"alpha": [[1.0, 2.0]]}), r"one number per channel"),
        (("rrelu", {"lower": 1.0, "upper": 0.5}), r"rrelu requires lower <= upper; got lower=1.0, upper=0.5"),
        (("softmax", {"axis": 5, "shape": ("N", 3)}), r"axis 5 is out of range for an input of rank 2"),
        (("softmax", {"axis": 1.5}), r"axis must be an integer"),
        (("softmax", {"shape": ()}), r"out of range for an input of rank 0"),
        (("prelu", {"weight": [0.1, 0.2], "shape": (3,)}), r"rank 1 has no dimension 1"),
        (("prelu", {"weight": [0.1, 0.2], "shape": ("N", 3)}), r"dimension 1 of the input has size 3"),
        ((nn.ReLU, {}), r"ReLU is a class; export a module"),
        ((nn.ReLU(), {"alpha": 1.0}), r"a module has its own parameters"),
        ((nn.GLU(), {"shape": (2, 5)}), r"splits dimension -1, whose size 5 is odd"),
        ((nn.Sequential(), {}), r"the network has no layers"),
        ((nn.Sequential(nn.Linear(3, 4), nn.ReLU()), {"gradient": True}), r"one activation, not a network"),
        ((nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 4)), {}), r"Linear takes 5 features; .* is 4"),
        (([nn.ReLU(), len], {}), r"cannot export a network with builtin_function_or_method in it"),
        ((3.5, {}), r"cannot export float"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(arguments: tuple[Any, dict[str, Any]], message: str) -> None:
    with pytest.raises(ExportError, match=message):
        export(arguments[0], **arguments[1])


def test_the_examples_of_the_docstring_run() -> None:
    examples = doctest.DocTestFinder().find(export, "export", globs={"pyact": pyact})
    assert sum(len(e.examples) for e in examples) >= 8
    for example in examples:
        assert doctest.DocTestRunner().run(example).failed == 0


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r"pip install pyact\[validate\]"):
        export("relu")
