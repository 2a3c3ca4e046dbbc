"""The built-in catalogue: what it holds, and that every entry is proved, sourced and complete."""

from __future__ import annotations

import math
import tomllib

import pytest

from codegen import check, ieee
from codegen.expr import Expr, postorder
from codegen.spec import BUILT_IN, ROW_KERNELS, SPECIAL_POINTS, Activation, built_in, unknown_name

NAMES = list(built_in())
ELEMENTWISE = [n for n in NAMES if built_in()[n].kind == "elementwise"]

REQUIRED = [
    "sigmoid", "tanh", "hardtanh", "relu", "leaky_relu", "prelu", "rrelu", "elu", "softmax", "log_softmax", "relu6",
    "hardsigmoid", "hardswish", "silu", "mish", "gelu", "gelu_tanh", "selu", "celu", "softplus", "softsign",
    "softshrink", "hardshrink", "tanhshrink", "logsigmoid", "threshold", "glu", "softmin", "thresholded_relu",
    "shrink", "hardmax", "hard_sigmoid", "swish", "swiglu", "quick_gelu", "relu_squared", "laplace", "squareplus",
    "sparse_plus", "sparse_sigmoid", "exponential", "linear", "geglu", "reglu", "star_relu", "snake", "lisht", "serf",
    "tanhexp", "logish", "smish", "phish", "hard_mish", "isru", "isrlu", "elish", "stanh", "bent_identity",
    "softmax_one", "logsumexp", "sparsemax",
]  # fmt: skip
ALIASES = {
    "hard_swish": "hardswish", "hard_silu": "hardswish", "hardsilu": "hardswish", "hard_tanh": "hardtanh",
    "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "gelu_fast": "gelu_tanh", "gelu_python": "gelu",
    "identity": "linear", "relu2": "relu_squared", "log_sigmoid": "logsigmoid", "soft_sign": "softsign",
    "soft_shrink": "softshrink", "hard_shrink": "hardshrink", "tanh_shrink": "tanhshrink", "exp": "exponential",
    "logsoftmax": "log_softmax", "telu": "tanhexp",
}  # fmt: skip
# torch.nn's constructor arguments that are parameters of the function, with its defaults.
TORCH: dict[str, dict[str, float]] = {
    "CELU": {"alpha": 1.0}, "ELU": {"alpha": 1.0}, "GELU": {}, "GLU": {}, "Hardshrink": {"lambd": 0.5},
    "Hardsigmoid": {}, "Hardswish": {}, "Hardtanh": {"min_val": -1.0, "max_val": 1.0}, "Identity": {},
    "LeakyReLU": {"negative_slope": 0.01}, "LogSigmoid": {}, "LogSoftmax": {}, "Mish": {}, "PReLU": {"weight": 0.25},
    "RReLU": {"lower": 1 / 8, "upper": 1 / 3}, "ReLU": {}, "ReLU6": {}, "SELU": {}, "SiLU": {}, "Sigmoid": {},
    "Softmax": {}, "Softmin": {}, "Softplus": {"beta": 1.0, "threshold": 20.0}, "Softshrink": {"lambd": 0.5},
    "Softsign": {}, "Tanh": {}, "Tanhshrink": {}, "Threshold": {"threshold": 0.0, "value": 0.0},
}  # fmt: skip
# Functions without a limit at infinity, and their derivatives.
INFINITIES = {"-inf", "inf"}
# Waves have no limit; a row that holds +inf (softmin: -inf) gives NaN, as in torch.
WITHOUT_LIMIT = {
    "sinusoid": INFINITIES, "cosine": INFINITIES, "softmax": {"inf"}, "log_softmax": {"inf"}, "softmin": {"-inf"},
    "softmax_one": {"inf"}, "sparsemax": {"inf"},
}  # fmt: skip
WITHOUT_DERIVATIVE_LIMIT = {"sinusoid": INFINITIES, "cosine": INFINITIES, "snake": INFINITIES}


def test_there_are_at_least_sixty_entries() -> None:
    table = tomllib.loads(BUILT_IN.read_text(encoding="utf-8"))
    assert len(NAMES) == len(table) >= 60
    assert len(set(NAMES)) == len(NAMES)


def test_every_required_name_is_an_entry() -> None:
    assert len(REQUIRED) == 61
    assert set(REQUIRED) <= set(NAMES)
    assert set(ROW_KERNELS) == {n for n in NAMES if built_in()[n].kind == "row"}


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_aliases_resolve(alias: str, name: str) -> None:
    assert alias not in NAMES
    assert built_in()[alias] is built_in()[name]


def test_families_are_chapters() -> None:
    families = built_in().families
    assert 5 <= len(families) <= 12
    assert sum(len(members) for members in families.values()) == len(NAMES)
    assert "activations" not in families  # the name where no heading came first
    assert all(len(members) >= 4 for members in families.values())
    order = [built_in()[n].family for n in NAMES]
    assert order == [f for f, members in families.items() for _ in members]  # each family in one place


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_is_complete(name: str) -> None:
    activation = built_in()[name]
    assert activation.file == "activations.toml"
    assert activation.source.startswith("https://")
    assert activation.summary[0].isupper()
    assert not activation.summary.endswith(".")
    assert all(p.doc for p in activation.parameters)
    assert set(activation.derivative_texts) == set(activation.derivatives)  # all authored, none found by rule
    wanted = [n for n in activation.parameters if n.learned]
    assert set(activation.derivatives) == {*activation.inputs, *(p.name for p in wanted)}


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_states_its_special_values(name: str) -> None:
    activation = built_in()[name]
    everywhere = set(SPECIAL_POINTS)
    assert set(activation.limits) == everywhere - WITHOUT_LIMIT.get(name, set())
    if activation.kind != "row":
        assert set(activation.derivative_limits) == everywhere - WITHOUT_DERIVATIVE_LIMIT.get(name, set())
    for limit in (*activation.limits.values(), *activation.derivative_limits.values()):
        assert not math.isnan(ieee.evaluate(limit, activation.defaults))


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_is_proved(name: str) -> None:
    check.check(built_in()[name])


def _unlike(got: float, stated: float) -> bool:
    if got == stated == 0:
        return math.copysign(1, got) != math.copysign(1, stated)
    return not math.isclose(got, stated, rel_tol=1e-14)


def _unlike_stated(activation: Activation) -> list[str]:
    """Special points where plain double arithmetic does not give the stated value."""
    pairs = [("value", activation.kernel, activation.limits)]
    pairs.append(("derivative", activation.derivatives["x"], activation.derivative_limits))
    return [
        f"{field} at {point}"
        for field, expression, limits in pairs
        for point, limit in limits.items()
        for parameters in check.parameter_sets(activation)[:2]
        if _unlike(ieee.evaluate(expression, {"x": float(point), **parameters}), ieee.evaluate(limit, parameters))
    ]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_kernels_give_the_special_values_by_themselves(name: str) -> None:
    exceptions = {"snake": ["value at -0.0", "value at -0.0"]}  # x + sin(x)**2 of negative zero is positive zero
    assert _unlike_stated(built_in()[name]) == exceptions.get(name, [])


@pytest.mark.parametrize("name", ["gelu", "silu", "mish", "gelu_tanh", "quick_gelu", "hardswish"])
def test_gates_vanish_from_below_at_minus_infinity(name: str) -> None:
    value = ieee.evaluate(built_in()[name].limits["-inf"], {})
    assert value == 0
    assert math.copysign(1, value) == -1


# --- the outside world ------------------------------------------------------------------------------------------------
def test_torch_names_and_defaults() -> None:
    found = {a.torch: a.defaults for a in built_in().values() if a.torch}
    assert set(found) == set(TORCH)
    for name, defaults in TORCH.items():
        assert found[name] == pytest.approx(defaults)
        assert list(found[name]) == list(defaults)  # call order


@pytest.mark.parametrize("name", [n for n in ELEMENTWISE if built_in()[n].torch])
def test_torch_agrees_where_it_is_installed(name: str) -> None:
    """Values and gradients, kinks included; finite points, since torch gives NaN for silu(-inf)."""
    torch = pytest.importorskip("torch")
    activation = built_in()[name]
    renamed = {"weight": "init"} if name == "prelu" else {}
    module = getattr(torch.nn, str(activation.torch))(**{renamed.get(k, k): v for k, v in activation.defaults.items()})
    points = [-30.0, -6.0, -3.0, -2.0, -1.0, -0.5, -0.3, -0.0, 0.0, 0.3, 0.5, 1.0, 2.0, 3.0, 6.0, 10.0, 20.0, 20.5]
    x = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    y = module.double().eval()(x)
    y.sum().backward()
    for expression, theirs in ((activation.kernel, y), (activation.derivatives["x"], x.grad)):
        ours = [ieee.evaluate(expression, {"x": p, **activation.defaults}) for p in points]
        assert ours == pytest.approx(theirs.tolist(), rel=1e-6, abs=1e-12)


def test_onnx_operators_exist_since_then_with_these_attributes() -> None:
    defs = pytest.importorskip("onnx.defs")
    operators = [(a, a.onnx) for a in built_in().values() if a.onnx]
    assert len(operators) >= 25
    for activation, operator in operators:
        if operator.since > defs.onnx_opset_version():
            continue
        schema = defs.get_schema(operator.op, operator.since)
        assert schema.since_version <= operator.since, activation.name
        assert set(operator.attributes) <= set(schema.attributes), activation.name
        if operator.inputs:
            assert schema.min_input <= len(operator.inputs) <= schema.max_input
        else:
            assert schema.min_input == 1, activation.name


def test_the_table_of_onnx_attributes_is_onnx_s() -> None:
    defs = pytest.importorskip("onnx.defs")
    assert len(check.ONNX_ATTRIBUTES) >= 25
    for op, attributes in check.ONNX_ATTRIBUTES.items():
        assert attributes == set(defs.get_schema(op).attributes), op


# --- lookup -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("wrong", "near"),
    [("geluu", "gelu"), ("leaky_rely", "leaky_relu"), ("softmx", "softmax"), ("hard_swich", "hard_swish")],
)
def test_an_unknown_name_gets_suggestions(wrong: str, near: str) -> None:
    with pytest.raises(KeyError) as caught:
        built_in()[wrong]
    assert f"unknown activation {wrong!r}; did you mean" in caught.value.args[0]
    assert repr(near) in caught.value.args[0]


def test_nothing_near_gives_no_suggestion() -> None:
    assert unknown_name("zzzzzzzz", NAMES) == "unknown activation 'zzzzzzzz'"
    assert "zzzzzzzz" not in built_in()


def _by_input(activation: Activation) -> Expr:
    return activation.derivatives[activation.inputs[0]]


def test_roots_are_marked_where_derivatives_cancel() -> None:
    marked = {a.name for a in built_in().values() if any(n.op == "near_root" for n in postorder(_by_input(a)))}
    assert marked >= {
        "silu", "gelu", "gelu_tanh", "mish", "serf", "tanhexp", "logish", "smish", "phish", "elish", "swish",
        "quick_gelu", "swiglu", "geglu",
    }  # fmt: skip
