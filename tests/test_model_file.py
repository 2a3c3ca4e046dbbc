"""`validate_model` finds activations in any spelling, says who is wrong, and refuses hostile files."""

from __future__ import annotations

import json
import os
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("mpmath")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from pyact import _toolchain  # noqa: E402
from pyact.__main__ import main  # noqa: E402
from pyact.onnx import ExportError, ModelFileError, ValidationError, export, runtime, validate_model  # noqa: E402
from pyact.onnx.export import STYLES, newest_opset  # noqa: E402
from pyact.onnx.model_file import reader, text  # noqa: E402
from pyact.onnx.model_file import validate as steps  # noqa: E402

spec = _toolchain.module("spec")

# --- models in a few words --------------------------------------------------------------------------------------------
_LINE = re.compile(r"(\w+) = (?:([\w.]+)\.)?(\w+)\(([^)]*)\)(?: \{(.*)\})?")


def nodes_of(body: str) -> tuple[list[Any], list[Any]]:
    """Nodes and initializers of "s = Sigmoid(x); y = Mul(x, 0.5) {axis=1}"."""
    nodes, constants = [], {}
    for line in body.split(";"):
        found = _LINE.fullmatch(line.strip())
        assert found is not None, line
        output, domain, op, arguments, attributes = found.groups()
        inputs = []
        for argument in filter(None, (a.strip() for a in arguments.split(","))):
            if argument == "_" or argument.isidentifier():
                inputs.append("" if argument == "_" else argument)
            else:
                constants[argument] = numpy_helper.from_array(np.array(float(argument), np.float32), argument)
                inputs.append(argument)
        given = json.loads("{" + re.sub(r"(\w+)=", r'"\1": ', attributes) + "}") if attributes else {}
        nodes.append(helper.make_node(op, inputs, [output], name=f"{op}_{output}", domain=domain or "", **given))
    return nodes, list(constants.values())


def model(
    body: str, *, opset: int = 18, more: list[Any] | None = None, inputs: tuple[str, ...] = ("x",), **options: Any
) -> Any:
    """A model from x to y, both float32."""
    nodes, constants = nodes_of(body)
    kind, shape = TensorProto.FLOAT, ["N", 8]
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info(n, kind, shape) for n in inputs],
        [helper.make_tensor_value_info("y", kind, None)],
        [*constants, *(more or [])],
    )
    domains = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=domains, ir_version=10, **options)


def found_in(given: Any) -> list[str]:
    """What is found, without running it."""
    parts, _, _ = steps._search(reader.read(given))
    return [("" if p.match.exact else "nearly ") + str(p.match) for p in parts]


# --- finding ----------------------------------------------------------------------------------------------------------
SPELLINGS = {
    "s = Sigmoid(x); y = Mul(x, s)": "silu",
    "n = Neg(x); e = Exp(n); d = Add(e, 1); y = Div(x, d)": "silu",
    "k = Mul(x, 1.702); s = Sigmoid(k); y = Mul(s, x)": "quick_gelu",
    "k = Mul(x, 2.5); s = Sigmoid(k); y = Mul(s, x)": "swish(beta=2.5)",
    "r = Sqrt(2); d = Div(x, r); e = Erf(d); a = Add(e, 1); m = Mul(x, a); y = Mul(m, 0.5)": "gelu",
    "d = Mul(x, 0.70710678); e = Erf(d); a = Mul(e, 0.5); b = Add(a, 0.5); y = Mul(b, x)": "gelu",
    "p = Pow(x, 3); k = Mul(p, 0.044715); a = Add(x, k); b = Mul(a, 0.7978845608); t = Tanh(b); c = Add(t, 1); "
    "h = Mul(x, 0.5); y = Mul(h, c)": "gelu_tanh",
    "q = Mul(x, x); c = Mul(q, x); k = Mul(c, 0.044715); a = Add(x, k); b = Mul(a, 1.5957691216); s = Sigmoid(b); "
    "y = Mul(x, s)": "gelu_tanh",
    "s = Softplus(x); t = Tanh(s); y = Mul(x, t)": "mish",
    "e = Exp(x); p = Add(e, 1); l = Log(p); t = Tanh(l); y = Mul(x, t)": "mish",
    "s = Sigmoid(x); y = Log(s)": "logsigmoid",
    "n = Neg(x); s = Softplus(n); y = Neg(s)": "logsigmoid",
    "a = Add(x, 3); c = Clip(a, 0, 6); y = Div(c, 6)": "hardsigmoid",
    "a = Add(x, 3); c = Clip(a, 0, 6); m = Mul(x, c); y = Div(m, 6)": "hardswish",
    "e = Exp(x); m = Sub(e, 1); k = Mul(m, 0.3); c = Greater(x, 0); y = Where(c, x, k)": "elu(alpha=0.3)",
    "p = Max(x, 0); n = Min(x, 0); e = Exp(n); m = Sub(e, 1); y = Add(p, m)": "elu(alpha=1.0)",
    "d = Div(x, 0.5); e = Elu(d); y = Mul(e, 0.5)": "celu(alpha=0.5)",
    "e = Elu(x) {alpha=1.6732632}; y = Mul(e, 1.050701)": "selu",
    "y = Max(x, 0)": "relu",
    "c = Greater(x, 0); y = Where(c, x, 0)": "relu",
    "r = Relu(x); y = Clip(r, 0, 6)": "relu6",
    "m = Mul(x, 0.02); y = Max(x, m)": "leaky_relu(negative_slope=0.02)",
    "c = Less(x, 0); m = Mul(x, 0.02); y = Where(c, m, x)": "leaky_relu(negative_slope=0.02)",
    "a = Abs(x); c = LessOrEqual(a, 0.25); y = Where(c, 0, x)": "hardshrink(lambd=0.25)",
    "a = Abs(x); b = Sub(a, 0.25); r = Relu(b); s = Sign(x); y = Mul(r, s)": "softshrink(lambd=0.25)",
    "t = Tanh(x); y = Sub(x, t)": "tanhshrink",
    "a = Abs(x); b = Add(a, 1); y = Div(x, b)": "softsign",
    "e = Exp(x); p = Add(e, 1); y = Log(p)": "softplus(beta=1.0, threshold=20.0)",
    "n = Neg(x); e = Exp(n); p = Add(e, 1); y = Reciprocal(p)": "sigmoid",
    "c = LessOrEqual(x, 0.1); y = Where(c, 20, x)": "threshold(threshold=0.1, value=20.0)",
    "m = ReduceMax(x) {axes=[-1]}; d = Sub(x, m); e = Exp(d); s = ReduceSum(e, -1); y = Div(e, s)": "softmax",
    "s = Softmax(x) {axis=-1}; y = Log(s)": "log_softmax",
    "n = Neg(x); y = Softmax(n) {axis=-1}": "softmin",
    # two in one region, and arithmetic around them
    "a = Mul(x, 2); r = Relu(a); b = Sub(r, 0.5); s = Sigmoid(b); t = Mul(b, s); y = Add(t, 1)": "relu silu",
    # not nearly an activation, but one and something after it
    "s = Sigmoid(x); y = Clip(s, 0.001, 0.999)": "sigmoid hardtanh(min_val=0.001, max_val=0.999)",
    "s = Softplus(x); y = Add(s, 0.001)": "softplus(beta=1.0, threshold=20.0)",
    "r = Relu(x); y = Add(r, 0.0001)": "relu",
    # wrong, and close enough to tell what is meant
    "p = Pow(x, 3); k = Mul(p, 0.04715); a = Add(x, k); b = Mul(a, 0.7978845608); t = Tanh(b); c = Add(t, 1); "
    "h = Mul(x, 0.5); y = Mul(h, c)": "nearly gelu_tanh",
    "a = Add(x, 3); c = Clip(a, 0, 6); y = Mul(c, 0.1667)": "nearly hardsigmoid",
    # onnxruntime's own
    "y = com.microsoft.QuickGelu(x) {alpha=1.702}": "quick_gelu",
    "y = com.microsoft.Gelu(x)": "gelu",
    "y = com.microsoft.FastGelu(x)": "gelu_tanh",
    # nothing
    "a = Mul(x, 2); y = Add(a, 1)": "",
    "p = Pow(x, 2); m = ReduceMean(p); e = Add(m, 0.00001); r = Sqrt(e); y = Div(x, r)": "",
}  # fmt: skip


@pytest.mark.parametrize("body", SPELLINGS)
def test_any_spelling_is_found(body: str) -> None:
    assert " ".join(found_in(model(body, opset=13 if "axes" in body else 18))) == SPELLINGS[body]


OLD_OPERATORS = {
    "y = Clip(x) {min=0.0, max=6.0}": (6, "relu6"),
    "y = Selu(x)": (6, "selu"),
    "y = Softmax(x)": (9, "softmax"),
    "y = LeakyRelu(x)": (6, "leaky_relu(negative_slope=0.01)"),
    "y = Shrink(x) {bias=0.5, lambd=0.5}": (9, "softshrink(lambd=0.5)"),
    "y = Gelu(x) {approximate=\"tanh\"}": (20, "gelu_tanh"),
    "y = HardSigmoid(x)": (22, "hard_sigmoid(alpha=0.2, beta=0.5)"),
    "y = Swish(x) {alpha=0.5}": (24, "swish(beta=0.5)"),
}  # fmt: skip


@pytest.mark.parametrize("body", OLD_OPERATORS)
def test_operators_mean_what_their_opset_says(body: str) -> None:
    opset, wanted = OLD_OPERATORS[body]
    assert found_in(model(body, opset=opset)) == [wanted]


# The names of functions that are one and the same at their default parameters.
SAME = {
    "prelu": "leaky_relu", "celu": "elu", "pelu": "elu", "threshold": "relu", "swish": "silu", "shrink": "hardshrink",
    "smelu": "sparse_plus", "rrelu": "leaky_relu", "softmax2d": "softmax",
}  # fmt: skip
# Written with operators that no other activation needs (TopK, Gather); and no activation at all.
NOT_FOUND = {"sparsemax", "hardmax", "logsumexp", "linear"}
WRITTEN = [(s, d) for s, d in (("inline", "float32"), ("inline", "float16"), ("function", "float32")) if s in STYLES]


def test_every_export_of_pyact_is_found_again() -> None:
    wrong = {}
    for name, activation in spec.built_in().items():
        if activation.kind == "gate" or name in NOT_FOUND:
            continue
        for style, dtype in WRITTEN:
            found = found_in(export(name, style=style, dtype=dtype))
            names = [f.split("(")[0] for f in found]
            if names not in ([name], [SAME.get(name)]):
                wrong[name, style, dtype] = found
    assert wrong == {}


def test_functions_of_the_model_are_expanded() -> None:
    """A function with an attribute, in a function, called twice."""
    inner_nodes, _ = nodes_of("s = Softplus(a); t = Tanh(s); b = Mul(a, t)")
    elu = helper.make_node("Elu", ["a"], ["b"], name="elu")
    elu.attribute.append(onnx.AttributeProto(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT))
    imports = [helper.make_opsetid("", 18), helper.make_opsetid("my", 1)]
    functions = [
        helper.make_function("my", "MyMish", ["a"], ["b"], inner_nodes, imports),
        helper.make_function("my", "MyElu", ["a"], ["b"], [elu], imports, ["slope"]),
        helper.make_function("my", "Both", ["a"], ["c"], nodes_of("b = my.MyMish(a); c = my.MyElu(b) {slope=0.25}")[0],
                             imports),
    ]  # fmt: skip
    given = model("p = my.Both(x); q = MatMul(p, p); y = my.Both(q)", functions=functions)
    given.opset_import.append(helper.make_opsetid("my", 1))
    assert found_in(given) == ["mish", "elu(alpha=0.25)"] * 2
    report = validate_model(given)
    assert [(f.title, len(f.places)) for f in report.findings] == [("mish", 2), ("elu(alpha=0.25)", 2)]
    assert report.ok
    assert report.findings[0].places[0][0] == "Both_p [1] / MyMish_b [2] / Softplus_s"


def test_graphs_inside_nodes_are_searched() -> None:
    def branch(body: str) -> Any:
        nodes, constants = nodes_of(body)
        output = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
        return helper.make_graph(nodes, "branch", [], [output], constants)

    given = model("c = ReduceMax(x) {keepdims=0}; b = Greater(c, 0); k = Sqrt(4)")
    choice = helper.make_node("If", ["b"], ["y"], name="choose")
    for name, body in (("then_branch", "t = Mul(x, k); u = Sigmoid(t); v = Mul(u, x)"), ("else_branch", "w = Tanh(x)")):
        choice.attribute.append(helper.make_attribute(name, branch(body)))
    given.graph.node.append(choice)
    assert sorted(found_in(given)) == ["swish(beta=2.0)", "tanh"]


@pytest.mark.parametrize(
    ("body", "gate"),
    [
        ("s = Sigmoid(b); y = Mul(a, s)", "glu"),
        ("s = Sigmoid(a); t = Mul(s, a); y = Mul(b, t)", "swiglu"),
        ("t = Tanh(a); s = Sigmoid(b); y = Mul(t, s)", "gtu"),
        ("p = MatMul(x, x); q = MatMul(x, x); r = Relu(p); y = Mul(r, q)", "reglu"),
        ("m = ReduceMean(x); s = Sigmoid(m); y = Mul(x, s)", ""),  # attention to channels
    ],
)
def test_gated_units_are_named(body: str, gate: str) -> None:
    given = model(body)
    given.graph.node.insert(0, helper.make_node("Split", ["x"], ["a", "b"], axis=-1, num_outputs=2))
    parts, _, _ = steps._search(reader.read(given))
    assert {p.gate for p in parts} == {gate}


def test_parameters_per_channel() -> None:
    slopes = numpy_helper.from_array(np.array([0.1, -0.5, 0.3], np.float32).reshape(3, 1, 1), "slopes")
    report = validate_model(model("y = PRelu(x, slopes)", more=[slopes]))
    assert [f.title for f in report.findings] == ["prelu(weight=-0.5..0.3)"]
    assert report.ok
    bias = numpy_helper.from_array(np.linspace(-1, 1, 8, dtype=np.float32), "bias")
    biased = validate_model(model("y = com.microsoft.BiasGelu(x, bias)", more=[bias]))
    assert [(f.title, f.ok) for f in biased.findings] == [("gelu", True)]


# --- judging ----------------------------------------------------------------------------------------------------------
def only(report: Any) -> Any:
    assert len(report.findings) == 1
    return report.findings[0]


def test_a_right_operator_is_the_same_and_its_lost_tail_is_told() -> None:
    report = validate_model(model("y = Gelu(x)", opset=20))
    found = only(report)
    assert report.ok
    assert found.verdict == "same"
    assert found.measured.rounded.ulp <= 0.51
    assert found.measured.runtime.ulp > 1e6
    assert found.measured.operator == "Gelu"
    assert any(n.startswith("the runtime of Gelu loses digits") for n in found.measured.notes)
    assert found.measured.special == ["runtime: nan at -inf, not -0.0"]


def test_log_of_sigmoid_is_a_wrong_formula_and_a_wrong_operator() -> None:
    measured = only(validate_model(model("s = Sigmoid(x); y = Log(s)"))).measured
    assert measured.formula < 1e-6  # as mathematics it is right
    assert measured.blame == ["formula", "runtime"]
    assert measured.operator == "Sigmoid"
    formula, operator = measured.wrong
    assert re.match(r"formula: does not survive rounding, from -(9\d|10\d)\.", formula)
    assert "-inf instead of" in formula
    assert re.match(r"runtime: Sigmoid is off, from -\d\.\d+ on", operator)


@pytest.mark.parametrize(
    ("body", "blame", "part"),
    [
        ("a = Add(x, 3); c = Clip(a, 0, 6); y = Mul(c, 0.1667)", ["formula"], "is another function"),
        ("e = Exp(x); p = Add(e, 1); y = Log(p)", ["formula"], "inf instead of 90."),
        ("e = Exp(x); n = Neg(x); f = Exp(n); s = Sub(e, f); t = Add(e, f); y = Div(s, t)", ["formula"], "nan instead"),
        ("c = Less(x, 0); y = Where(c, 0, x); ", [], ""),
        ("c = Greater(x, 0); y = Where(c, x, 0)", ["formula"], "0.0 at nan, not nan"),
        ("y = Shrink(x)", [], ""),  # NaN becomes 0: known of onnxruntime
        ("s = Softmax(x); y = Log(s)", ["formula"], "-inf instead of"),
    ],
)
def test_formulas_are_judged_apart_from_the_runtime(body: str, blame: list[str], part: str) -> None:
    measured = only(validate_model(model(body.rstrip("; ")))).measured
    assert measured.blame == blame
    assert part in "; ".join(measured.wrong)


def test_a_wrong_runtime_is_found_and_the_operator_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(runtime.Session):
        """Its Tanh is off by 1e-3 for x > 2."""

        def __init__(self, given: Any, **options: Any) -> None:
            for node in list(given.graph.node):
                if node.op_type == "Tanh":
                    output, node.output[0] = node.output[0], "right"
                    nodes, constants = nodes_of("is_far = Greater(right, 0.964); step = Where(is_far, 0.001, 0)")
                    nodes.append(helper.make_node("Add", ["right", "step"], [output]))
                    position = list(given.graph.node).index(node) + 1
                    rest = list(given.graph.node)[position:]
                    del given.graph.node[position:]
                    given.graph.node.extend([*nodes, *rest])
                    given.graph.initializer.extend(constants)
            super().__init__(given, **options)

    monkeypatch.setattr(runtime, "Session", Wrong)
    measured = only(validate_model(model("s = Softplus(x); t = Tanh(s); y = Mul(x, t)"))).measured
    assert measured.blame == ["runtime"]
    assert measured.operator == "Tanh"
    assert measured.formula < 1e-6
    assert measured.rounded.scaled < 3e-6


def test_what_is_expected_counts_more_than_what_is_found() -> None:
    given = model("m = Mul(x, 2); s = Softplus(m); y = Div(s, 2)")
    alone = only(validate_model(given))
    assert alone.ok
    assert "the graph holds no threshold: 20.0 is assumed" in alone.measured.notes
    expected = only(validate_model(given, expect=["softplus(beta=2, threshold=5)"]))
    assert expected.measured.blame == ["formula"]
    assert 2.5 < abs(expected.measured.formula_at) < 2.7
    for wrong, message in (
        (["relu", "relu"], "2 activations are expected, the model has 1"),
        (["reluu"], "did you mean 'relu'"),
        (["softplus(gamma=1)"], "has no parameter 'gamma'"),
        (["softplus(1)"], "write name"),
        (["softplus(beta=__import__('os'))"], "malformed"),
    ):
        with pytest.raises(ValidationError, match=re.escape(message)):
            validate_model(given, expect=wrong)


def test_formats_and_the_optimizer() -> None:
    for dtype in ("float64", "float16", "bfloat16"):
        report = validate_model(export("hardswish", dtype=dtype, style="inline"), optimize=dtype == "float16")
        assert (only(report).dtype, report.ok) == (dtype, True)
    # float64 through a float32 operator is not float64
    nodes, _ = nodes_of("a = Cast(x) {to=1}; b = Celu(a) {alpha=2.0}; y = Cast(b) {to=11}")
    values = [helper.make_tensor_value_info(n, TensorProto.DOUBLE, ["N"]) for n in ("x", "y")]
    graph = helper.make_graph(nodes, "test", values[:1], values[1:])
    given = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    wrong = only(validate_model(given)).measured.wrong
    assert wrong[0].startswith("formula: does not survive rounding, being computed in float32")


def test_an_operator_without_a_kernel_is_not_a_pass() -> None:
    report = validate_model(model("y = Swish(x)", opset=newest_opset()))
    assert only(report).verdict == "not run"
    assert "Swish" in only(report).measured.not_run
    assert not report.ok
    assert report.wrong == []


def test_an_opset_of_the_future_is_not_run() -> None:
    report = validate_model(model("s = Sigmoid(x); y = Mul(x, s)", opset=999))
    assert only(report).title == "silu"
    assert "opset" in only(report).measured.not_run.lower()


def test_one_run_for_all_that_are_alike() -> None:
    body = "; ".join(f"s{i} = Sigmoid(x{i}); z{i} = Mul(s{i}, x{i}); x{i + 1} = MatMul(z{i}, z{i})" for i in range(300))
    started = time.monotonic()
    report = validate_model(model(f"x0 = MatMul(x, x); {body}; y = Relu(x300)"))
    assert [(f.title, len(f.places)) for f in report.findings] == [("silu", 300), ("relu", 1)]
    assert time.monotonic() - started < 30


# --- hostile files ----------------------------------------------------------------------------------------------------
def tensor(name: str, **given: Any) -> Any:
    return TensorProto(name=name, **{"data_type": TensorProto.FLOAT, "dims": [1], **given})


def external(location: str, **more: Any) -> Any:
    entry = onnx.StringStringEntryProto(key="location", value=location)
    return tensor("slope", data_location=TensorProto.EXTERNAL, external_data=[entry], **more)


def recursive(depth: int) -> Any:
    """Functions F0, F1, ... of which each calls the next, twice; the last calls the first."""
    imports = [helper.make_opsetid("", 18), helper.make_opsetid("my", 1)]
    bodies = [nodes_of(f"b = my.F{i + 1}(a); c = my.F{i + 1}(b)")[0] for i in range(depth)]
    functions = [helper.make_function("my", f"F{i}", ["a"], ["c"], b, imports) for i, b in enumerate(bodies)]
    functions.append(helper.make_function("my", f"F{depth}", ["a"], ["c"], nodes_of("c = Relu(a)")[0], imports))
    given = model("y = my.F0(x)", functions=functions)
    given.opset_import.append(helper.make_opsetid("my", 1))
    return given


def cyclic_functions() -> Any:
    given = recursive(3)
    given.functions[3].node[0].op_type, given.functions[3].node[0].domain = "F1", "my"
    return given


def nested(depth: int) -> Any:
    graph = helper.make_graph([], "inner", [], [])
    for _ in range(depth):
        node = helper.make_node("If", ["x"], [], then_branch=graph)
        graph = helper.make_graph([node], "outer", [], [])
    given = model("y = Relu(x)")
    given.graph.node.extend(graph.node)
    return given


HOSTILE: dict[str, tuple[Callable[[], Any], str]] = {
    "a cycle": (lambda: model("a = Add(x, c); b = Relu(a); c = Abs(b); y = Neg(c)"), "has a cycle through Add_a"),
    "a value twice": (lambda: model("a = Relu(x); a = Abs(x); y = Neg(a)"), "value 'a' is defined twice"),
    "an initializer twice": (lambda: model("y = Relu(x)", more=[tensor("w", float_data=[1])] * 2), "'w' is defined"),
    "a missing input": (lambda: model("y = Add(x, nowhere)"), "reads 'nowhere', which nothing produces"),
    "a missing output": (lambda: model("z = Relu(x)"), "output 'y' is produced by no node"),
    "2 GB of nothing": (lambda: model("y = PRelu(x, w)", more=[tensor("w", dims=[1 << 29], raw_data=b"1234")]),
                        "tensor 'w' claims 536,870,912 elements (2,147,483,648 bytes), but holds 4 bytes"),
    "2 GB of nothing, typed": (lambda: model("y = PRelu(x, w)", more=[tensor("w", dims=[1 << 29], float_data=[1])]),
                               "but holds 1 numbers"),
    "dimensions that overflow": (
        lambda: model("y = PRelu(x, w)", more=[tensor("w", dims=[1 << 62] * 2, raw_data=b"")]), "but holds 0 bytes"),
    "a negative dimension": (lambda: model("y = PRelu(x, w)", more=[tensor("w", dims=[-1], raw_data=b"")]), "negative"),
    "many dimensions": (
        lambda: model("y = PRelu(x, w)", more=[tensor("w", dims=[1] * 99, float_data=[1])]), "has 99 dimensions"),
    "functions that call each other": (cyclic_functions, "calls itself"),
    "functions that explode": (lambda: recursive(40), "more than 200,000 nodes"),
    "a tower of functions": (lambda: recursive(100), "more than 64 deep"),
    "graphs in graphs": (lambda: nested(20), "nested more than 16 deep"),
    "no opset": (lambda: onnx.ModelProto(ir_version=8, graph=model("y = Relu(x)").graph), "it has no opset"),
    "nothing": (lambda: onnx.ModelProto(producer_name="x"), "it has no IR version and no graph and no opset"),
    "an absolute path": (lambda: model("y = PRelu(x, slope)", more=[external("/etc/passwd")]), "outside the folder"),
    "a path upwards": (lambda: model("y = PRelu(x, slope)", more=[external("a/../../b")]), "outside the folder"),
    "a Windows path": (lambda: model("y = PRelu(x, slope)", more=[external("C:\\b")]), "outside the folder"),
    "no path": (lambda: model("y = PRelu(x, slope)", more=[external("")]), "which is no file name"),
    "a folder as data": (lambda: model("y = PRelu(x, slope)", more=[external("folder")]), "not a regular file"),
    "a link outside": (lambda: model("y = PRelu(x, slope)", more=[external("link")]), "leads outside the folder"),
    "a linked folder": (lambda: model("y = PRelu(x, slope)", more=[external("folder/up/secret")]), "leads outside"),
    "data that ends": (lambda: model("y = PRelu(x, slope)", more=[external("data", dims=[99])]), "ends before its"),
    "no data": (lambda: model("y = PRelu(x, slope)", more=[external("absent")]), "cannot be read"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with data, beside a secret."""
    inside = tmp_path / "models"
    (inside / "folder").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(np.float32(0.5).tobytes())
    (inside / "data").write_bytes(np.float32([7, 0.5]).tobytes())
    (inside / "link").symlink_to(tmp_path / "secret")
    (inside / "folder" / "up").symlink_to(tmp_path)
    return inside


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_models_are_refused(what: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, message = HOSTILE[what]
    path = folder / "model.onnx"
    path.write_bytes(make().SerializeToString())
    tracemalloc.start()
    started = time.monotonic()
    try:
        assert main(["validate", str(path)]) == 2
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("pyact validate: ")
    assert output.err.count("\n") == 1
    assert message in output.err
    assert peak < 100e6
    assert time.monotonic() - started < 20


def test_external_data_in_the_folder_is_read(folder: Path) -> None:
    offset = onnx.StringStringEntryProto(key="offset", value="4")
    given = external("data")
    given.external_data.append(offset)
    path = folder / "model.onnx"
    onnx.save(model("y = PRelu(x, slope)", more=[given]), path)
    assert found_in(path) == ["leaky_relu(negative_slope=0.5)"] or found_in(path) == ["prelu(weight=0.5)"]


def test_files_that_are_no_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = model("s = Sigmoid(x); y = Mul(x, s)").SerializeToString()
    cases = {
        "empty.onnx": (b"", "is empty"),
        "random.onnx": (np.random.default_rng(1).bytes(999), "not an ONNX model"),
        "cut.onnx": (good[: len(good) // 2], "not an ONNX model"),
        "text.onnx": (b"hello " * 50, "not an ONNX model"),
    }
    for name, (content, message) in cases.items():
        (tmp_path / name).write_bytes(content)
        assert main(["validate", str(tmp_path / name)]) == 2
        assert message in capsys.readouterr().err
    os.mkfifo(tmp_path / "pipe.onnx")
    with open(tmp_path / "large.onnx", "wb") as file:
        file.truncate(3 << 30)  # a hole: no space is used
    special = {
        str(tmp_path): "is a directory",
        str(tmp_path / "absent.onnx"): "No such file",
        str(tmp_path / "pipe.onnx"): "not a regular file",
        str(tmp_path / "large.onnx"): "at most 2,147,483,647",
    }
    for path, message in special.items():
        assert main(["validate", path]) == 2
        assert message in capsys.readouterr().err


def test_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    """Cut short at every place, and with bytes changed: nothing but a report or a ModelFileError."""
    good = export("gelu_tanh", style="inline").SerializeToString()
    generator = np.random.default_rng(2)
    damaged = [good[:length] for length in range(0, len(good), 31)]
    for _ in range(250):
        changed = bytearray(good)
        for place in generator.integers(0, len(good), int(generator.integers(1, 5))):
            changed[place] = int(generator.integers(256))
        damaged.append(bytes(changed))
    path = tmp_path / "damaged.onnx"
    refused = []
    for content in damaged:
        path.write_bytes(content)
        try:
            steps._search(reader.read(path))
        except ModelFileError as error:
            refused.append(str(error))
    assert len(refused) > 100
    assert all(map(str.isprintable, refused))


def test_names_are_safe_on_a_terminal() -> None:
    given = model("y = Relu(x)")
    given.graph.node[0].name = "\x1b[31mred\n" + "a" * 10_000
    shown = text(validate_model(given))
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) < 300


def test_what_is_unknown_is_skipped_and_said() -> None:
    report = validate_model(model("a = my.domain.Magic(x); b = Frobnicate(a); c = Relu(b); d = Pow(c, 3); y = Tan(d)"))
    assert [f.title for f in report.findings] == ["relu"]
    assert "unknown operator my.domain::Magic (once)" in report.skipped
    assert "unknown operator Frobnicate (once)" in report.skipped
    assert any("Pow" in s for s in report.skipped)


def test_a_long_hostile_chain_takes_bounded_time() -> None:
    """Every value is the end of hundreds of parts that are no activation."""
    body = "; ".join(f"v{i + 1} = {('Sqrt', 'Abs', 'Exp', 'Sin')[i % 4]}(v{i})" for i in range(2000))
    started = time.monotonic()
    given = model(f"v0 = Relu(x); {body}; y = Neg(v2000)")
    steps._search(reader.read(given))
    assert time.monotonic() - started < 60


# --- the command ------------------------------------------------------------------------------------------------------
def test_exit_status_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(body: str, *options: str) -> tuple[int, str]:
        onnx.save(model(body), tmp_path / "model.onnx")
        status = main(["validate", str(tmp_path / "model.onnx"), *options])
        return status, "".join(capsys.readouterr())

    target = tmp_path / "report.json"
    assert run("y = Relu(x)", "--json", str(target))[0] == 0
    written = json.loads(target.read_text())
    assert (written["ok"], written["findings"][0]["activation"], written["findings"][0]["verdict"]) == (
        True, "relu", "same")  # fmt: skip
    status, shown = run("s = Sigmoid(x); y = Log(s)")
    assert status == 1
    assert "WRONG: formula and runtime" in shown
    assert "logsigmoid: Sigmoid_s, Log_y" in shown
    status, shown = run("y = Add(x, 1)")
    assert status == 2
    assert "no activation found" in shown
    assert run("y = Relu(x)", "--expect", "relu")[0] == 0
    assert run("y = Relu(x)", "--json", str(tmp_path / "no" / "report.json"))[0] == 2
    assert run("y = Relu(x)", "--json", str(tmp_path))[0] == 2
    for option in (["relu"], ["--html", "x"], ["--opset", "18"], ["--optimize", "both"], ["--provider", "all"]):
        assert main(["validate", str(tmp_path / "model.onnx"), *option]) == 2
    assert main(["validate", "relu", "--expect", "relu"]) == 2
    assert capsys.readouterr().err.count("\n") == 6


def test_a_provider_that_is_not_there() -> None:
    with pytest.raises(ValidationError, match="unknown provider 'tpu'"):
        validate_model(model("y = Relu(x)"), provider="tpu")
    for name, found in runtime.available_providers().items():
        if not found.present:
            with pytest.raises(ValidationError, match=f"provider {name}: "):
                validate_model(model("y = Relu(x)"), provider=name)


def test_exports_to_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "no" / "model.onnx", tmp_path / "file" / "model.onnx"):
        with pytest.raises(OSError, match="cannot write the file"):
            export("relu", path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]
    with pytest.raises(ExportError):
        export("relu", tmp_path / "model.onnx", opset=5)
    assert sys.modules["pyact.onnx.model_file"] is not None
