"""The spec loader, the formula language and the proof: what is accepted, and how each mistake is reported."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from mpmath import mp

from codegen import check, ieee
from codegen.derivative import differentiate
from codegen.expr import (
    FUNCTIONS,
    NEGATIVE_ZERO,
    ZERO,
    Expr,
    FormulaError,
    count,
    near_root,
    parse,
    postorder,
    rebuild,
    substitute,
    to_text,
    transform,
    var,
)
from codegen.reference import evaluate, evaluate_row
from codegen.spec import Activation, Catalogue, SpecError, built_in, load, loads

SILU = """
[my_silu]
summary = "Sigmoid linear unit"
formula = "x / (1 + exp(-x))"
kernel = "max(x, -1000) * sigmoid(x)"
derivative = "sigmoid(x) * (1 + x * sigmoid(-x))"
derivative_roots = [-1.2784645]
limits = { "-inf" = "-0.0", "inf" = "inf" }
"""


def only(text: str, name: str = "my_silu") -> Activation:
    return loads(text, "my.toml", base=built_in())[name]


def entry(**fields: str) -> str:
    """One entry; each field is given as TOML text."""
    given = {"summary": '"Something"', "formula": '"x"', **fields}
    return "[thing]\n" + "\n".join(f"{k} = {v}" for k, v in given.items())


def refused(text: str) -> str:
    """The message of the SpecError; it must name the file."""
    with pytest.raises(SpecError) as caught:
        loads(text, "my.toml", base=built_in())
    assert str(caught.value).startswith("my.toml: ")
    return str(caught.value)


# --- loading ----------------------------------------------------------------------------------------------------------
def test_a_complete_entry() -> None:
    silu = only(SILU)
    assert silu.summary == "Sigmoid linear unit"
    assert silu.inputs == ("x",)
    assert silu.formula_text == "x / (1 + exp(-x))"
    assert silu.kernel is parse("max(x, -1000) * sigmoid(x)", ("x",))
    assert silu.limits["-inf"] is NEGATIVE_ZERO
    assert silu.file == "my.toml"
    (mark,) = [n for n in postorder(silu.derivatives["x"]) if n.op == "near_root"]
    assert mark.value.approximate_root == Fraction("-1.2784645")


def test_the_derivative_may_be_left_out() -> None:
    activation = only(entry(formula='"x * alpha"', parameters="{ alpha = { default = 2, learned = true } }"), "thing")
    assert set(activation.derivatives) == {"x", "alpha"}
    assert activation.derivatives["x"] is var("alpha")
    assert activation.derivatives["alpha"] is var("x")


def test_families_are_the_headings_of_the_file() -> None:
    text = '# == First Part ==\n[a1]\nsummary = "s"\nformula = "x"\n'
    text += '# == Second ==\n[b1]\nsummary = "s"\nformula = "-x"\n'
    families = loads(text, "my.toml").families
    assert {k: [a.name for a in v] for k, v in families.items()} == {"first_part": ["a1"], "second": ["b1"]}


def test_a_formula_may_use_an_entry_that_comes_later() -> None:
    text = '[a1]\nsummary = "s"\nformula = "b1(x) + b1.derivative(x)"\n[b1]\nsummary = "s"\nformula = "x**2"\n'
    assert loads(text, "my.toml")["a1"].kernel is parse("x**2 + 2 * x", ("x",))


def test_parameters_not_given_take_their_defaults() -> None:
    text = '[a1]\nsummary = "s"\nformula = "elu(2 * x) + elu(x, 3)"\n'
    value = ieee.evaluate(loads(text, "my.toml", base=built_in())["a1"].kernel, {"x": -1.0})
    assert value == pytest.approx(math.expm1(-2) + 3 * math.expm1(-1), rel=1e-15)


def test_intermediate_names_become_labels() -> None:
    activation = only(entry(formula='"""\nhalf = x / 2\nhalf * exp(half)"""'), "thing")
    assert activation.labels == {parse("x / 2", ("x",)): "half"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["no activation"]),
        ("[thing", ["not TOML"]),
        ('thing = "x"', ["thing", "top-level value", "[thing]"]),
        ("[Thing]\n", ["[Thing]", "not a usable name"]),
        ("[lambda]\n", ["[lambda]", "not a usable name"]),
        (entry(formulla='"x"'), ["[thing] formulla", "unknown field", "did you mean 'formula'"]),
        (entry(zzz="1"), ["[thing] zzz", "unknown field", "known fields: kind"]),
        ('[thing]\nformula = "x"', ["[thing] summary", "missing"]),
        ('[thing]\nsummary = "s"', ["[thing] formula", "missing"]),
        (entry(summary="3"), ["[thing] summary", "wrong type int"]),
        (entry(aliases='"other"'), ["[thing] aliases", "wrong type str"]),
        (entry(aliases="[3]"), ["[thing] aliases", "list of strings"]),
        (entry(kind='"rows"'), ["[thing] kind", "'rows'", "elementwise, gate, row"]),
        (entry(kind='"row"'), ["[thing] kind", "by hand", "softmax"]),
        (entry(kind='"gate"'), ["[thing] inputs", "two", 'inputs = ["a", "b"]']),
        (entry(kind='"gate"', inputs='["a"]', formula='"a"'), ["[thing] inputs", "two"]),
        (entry(inputs='["a", "b"]', formula='"a * b"'), ["[thing] inputs", "the one input x"]),
        (
            entry(kind='"gate"', inputs='["a", "b"]', formula='"a * b"', derivative='"b"'),
            ["[thing] derivative", "one formula per input: a, b"],
        ),
        (entry(float32='"fast"'), ["[thing] float32", "narrow"]),
        (entry(derivative='{ z = "1" }'), ["[thing] derivative", "'z' is no input or parameter", "x"]),
        (entry(derivative="{ x = 1 }"), ["[thing] derivative.x", "formula in quotes", "int"]),
        (entry(limits='{ "1.0" = "1" }'), ["[thing] limits", "unknown point '1.0'", "-inf, -0.0, 0.0, inf"]),
        (entry(derivative_limits='{ "nan" = "1" }'), ["[thing] derivative_limits", "unknown point 'nan'"]),
        (entry(limits='{ "inf" = "x" }'), ["[thing] limits.inf", "unknown name 'x'"]),
        (entry(limits='{ "inf" = 1.0 }'), ["[thing] limits.inf", "formula in quotes"]),
        (entry(parameters="{ alpha = 1.0 }"), ["[thing] parameters.alpha", "table such as"]),
        (entry(parameters="{ alpha = {} }"), ["[thing] parameters.alpha", "needs a default"]),
        (entry(parameters='{ alpha = { default = "1" } }'), ["[thing] parameters.alpha.default", "wrong type str"]),
        (entry(parameters="{ alpha = { default = true } }"), ["[thing] parameters.alpha.default", "wrong type bool"]),
        (entry(parameters="{ alpha = { default = nan } }"), ["[thing] parameters.alpha.default", "no double"]),
        (entry(parameters="{ a = { default = 1" + "0" * 400 + " } }"), ["[thing] parameters.a.default", "no double"]),
        (entry(parameters="{ alpha = { defualt = 1.0 } }"), ["[thing] parameters.alpha", "'defualt'", "default"]),
        (entry(parameters="{ x = { default = 1.0 } }"), ["[thing] parameters", "must differ"]),
        (entry(parameters="{ grad_output = { default = 1.0 } }"), ["[thing] parameters", "must differ"]),
        (entry(parameters="{ Alpha = { default = 1.0 } }"), ["[thing] parameters", "'Alpha' is not a usable name"]),
        (entry(parameters="{ class = { default = 1.0 } }"), ["[thing] parameters", "'class' is not a usable name"]),
        (entry(requires='"x"'), ["[thing] requires", "must be a test"]),
        (entry(requires='"beta > 0"'), ["[thing] requires", "unknown name 'beta'"]),
        (entry(derivative_roots="['1']"), ["[thing] derivative_roots", "not a finite number"]),
        (entry(derivative_roots="[inf]"), ["[thing] derivative_roots", "not a finite number"]),
        (
            entry(formula='"a * x"', parameters="{ a = { default = 1 } }", derivative_roots="[1]"),
            ["[thing] derivative_roots", "without parameters"],
        ),
        (entry(derivative_from_output='"2 * x"'), ["[thing] derivative_from_output", "unknown name 'x'"]),
        (entry(plain_derivative_from_output='"1"'), ["plain_derivative_from_output", "beside derivative_from_output"]),
        (
            entry(kind='"gate"', inputs='["a", "b"]', formula='"a * b"', derivative_from_output='"1"'),
            ["[thing] derivative_from_output", "only for elementwise activations; this one is gate"],
        ),
        (
            entry(parameters="{ output = { default = 1.0 } }", derivative_from_output='"1"'),
            ["[thing] derivative_from_output", "called output, and so is a parameter"],
        ),
        (entry(onnx='{ op = "Relu" }'), ["[thing] onnx.since", "missing"]),
        (entry(onnx='{ op = "Relu", since = "6" }'), ["[thing] onnx.since", "wrong type str"]),
        (entry(onnx='{ op = "Relu", since = 6, opset = 7 }'), ["[thing] onnx", "unknown field 'opset'"]),
        (entry(onnx='{ op = "Clip", since = 11, inputs = ["y"] }'), ["[thing] onnx.inputs", "'y'"]),
        (entry(formula='"row_sum(x)"'), ["[thing] formula", "row_sum works on rows"]),
        (entry(formula='"softmax(x)"'), ["[thing] formula", "softmax works on rows"]),
        (entry(formula='"thing(x)"'), ["[thing] formula", "refers to itself", "thing -> thing"]),
        (entry(formula='"elu()"'), ["[thing] formula", "elu takes x, alpha, not 0 argument"]),
        (entry(formula='"relu(x, 1)"'), ["[thing] formula", "relu takes x, not 2 argument"]),
        (entry(formula='"gellu(x)"'), ["[thing] formula", "line 1, column 1", "unknown function 'gellu'"]),
    ],
)
def test_a_mistake_names_file_activation_and_field(text: str, parts: list[str]) -> None:
    message = refused(text)
    for part in parts:
        assert part in message


def test_two_entries_cannot_share_a_name_or_alias() -> None:
    other = '[other]\nsummary = "s"\nformula = "x"\naliases = ["thing"]\n'
    assert "already used by [thing]" in refused(entry() + "\n" + other)
    assert "already used by [other]" in refused(other + entry())
    assert "not TOML" in refused(entry() + "\n" + entry())
    twice = other.replace('["thing"]', '["same", "same"]')
    assert "'same' is already used by [other]" in refused(twice)


@pytest.mark.parametrize("name", ["gelu", "hard_swish"])
def test_a_user_entry_cannot_take_a_built_in_name(name: str) -> None:
    text = f'[{name}]\nsummary = "s"\nformula = "x"\n'
    assert f"'{name}' is already used by a built-in" in refused(text)


def test_a_cycle_is_reported_with_its_path() -> None:
    text = "".join(f'[c{i}]\nsummary = "s"\nformula = "1 + c{(i + 1) % 3}(x)"\n' for i in range(3))
    assert "refers to itself: c0 -> c1 -> c2 -> c0" in refused(text)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"missing\.toml: cannot be read"):
        load(tmp_path / "missing.toml")
    (tmp_path / "latin.toml").write_bytes(b'[caf\xe9]\nsummary = "s"\n')
    with pytest.raises(SpecError, match=r"latin\.toml: cannot be read"):
        load(tmp_path / "latin.toml")
    with pytest.raises(SpecError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "good.toml").write_text(SILU, encoding="utf-8")
    assert list(load(tmp_path / "good.toml")) == ["my_silu"]


def test_toml_nested_out_of_reason() -> None:
    assert "not TOML" in refused("a = " + "[" * 100_000)


# --- the formula language ---------------------------------------------------------------------------------------------
DEEP = 10_000


@pytest.mark.parametrize(
    "formula",
    [
        "(" * DEEP + "x" + ")" * DEEP,
        "-" * DEEP + "x",
        "exp(" * DEEP + "x" + ")" * DEEP,
        "+".join(["x"] * DEEP),
        "x" + "*x" * 9_000,
        "x" + "**2" * 6_000,
        "x" + ".a" * 6_000,
        "[" * DEEP + "x",
        "not " * 4_000 + "x",
        "(" * 300 + "x" + ")" * 300,
        "-" * 300 + "x",
        "where(" + "<".join(["x"] * 6_000) + ", 1, 0)",
    ],
    ids=lambda f: f"{f[:6]}...{len(f)}",
)
def test_formulas_nested_too_deeply_are_refused(formula: str) -> None:
    with pytest.raises(FormulaError, match=r"nested more than|longer than|more than 5000"):
        parse(formula, ("x",))


def test_formulas_nested_deeply_enough_for_anyone_are_read() -> None:
    assert parse("(" * 150 + "x" + ")" * 150, ("x",)) is var("x")
    assert count(parse("exp(" * 150 + "x" + ")" * 150, ("x",))) == 151
    doubling = "\n".join(["a0 = x + 1", *(f"a{i} = a{i - 1} * a{i - 1}" for i in range(1, 600)), "a599"])
    assert count(parse(doubling, ("x",))) == 602  # x, 1, x + 1 and the 599 squares


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("", "empty"),
        ("x +", "not a Python expression"),
        ("x; x", "only `name = expression`"),
        ("import os", "last line"),
        ("y = x", "last line"),
        ("x = 1\nx", "'x' is taken"),
        ("exp = x\nexp", "'exp' is taken"),
        ("pi = x\npi", "'pi' is taken"),
        ("a = b = x\na", "only `name = expression`"),
        ("del x\nx", "only `name = expression`"),
        ("y", "unknown name 'y'; known here: x, pi, e, inf"),
        ("__import__('os')", "not a number"),
        ("__import__(x)", "unknown function '__import__'"),
        ("x.real", "Attribute is not part"),
        ("x.exp(x)", "unknown member 'exp'"),
        ("().__class__(x)", "only named functions"),
        ("(lambda: x)()", "only named functions"),
        ("lambda: x", "Lambda is not part"),
        ("'text'", "'text' is not a number"),
        ("b'text'", "not a number"),
        ("f'{x}'", "JoinedStr is not part"),
        ("True", "True is not a number"),
        ("None", "None is not a number"),
        ("1j * x", "1j is not a number"),
        ("...", "not a number"),
        ("x[0]", "Subscript is not part"),
        ("[x]", "List is not part"),
        ("(x, x)", "Tuple is not part"),
        ("{x}", "Set is not part"),
        ("(y := x)", "NamedExpr is not part"),
        ("x if x else x", "IfExp is not part"),
        ("[x for x in x]", "ListComp is not part"),
        ("not x", "Not is not part"),
        ("~x", "Invert is not part"),
        ("x % 2", "Mod is not part"),
        ("x // 2", "FloorDiv is not part"),
        ("x @ x", "MatMult is not part"),
        ("x != 1", "NotEq is not part"),
        ("where(x in x, 1, 0)", "In is not part"),
        ("x ** x", "exponent must be a constant"),
        ("x ** 0.3", "not an integer or half-integer"),
        ("x ** 100", "between -32 and 32"),
        ("exp(x, x)", "exp takes 1 argument"),
        ("where(x > 0, x)", "where takes 3 argument"),
        ("where(x, 1, 0)", "argument 1 of where must be a test"),
        ("where(x > 0, x > 1, 0)", "argument 2 of where must be a number"),
        ("exp(x > 0)", "must be a number"),
        ("x > 0", "the result is a test"),
        ("where(x and x > 0, 1, 0)", "`and` joins comparisons only"),
        ("max(*x)", "positional arguments only"),
        ("max(x, b=1)", "positional arguments only"),
        ("max(**x)", "positional arguments only"),
        ("1e400 * x", "out of range"),
        ("1e-400000000 * x", "out of range"),
        ("(((9**32)**32)**32)**32", "out of range"),
        ("a = 10**32\nb = a**32\nc = b**32\nc * x", "out of range"),
        ("\n".join(["a0 = 10", *(f"a{i} = a{i - 1} * a{i - 1}" for i in range(1, 60)), "a59 * x"]), "out of range"),
        ("9" * 5_000, "not a Python expression"),
        ("x\0", "not a Python expression"),
        ("x " * 15_000, "longer than 20000 characters"),
    ],
)
def test_formulas_that_are_refused(formula: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(formula, ("x",))
    assert message in str(caught.value)


def test_an_error_says_where() -> None:
    with pytest.raises(FormulaError, match=r"line 2, column 6: unknown name 'z'; known here: x, y, pi, e, inf"):
        parse("y = x + 1\ny * (z + 1)", ("x",))


@pytest.mark.parametrize(
    ("formula", "x", "value"),
    [
        ("1 + 2 * x ** 2", 3.0, 19.0),
        ("-x ** 2", 3.0, -9.0),
        ("x ** -2", 4.0, 0.0625),
        ("x ** 0.5", 9.0, 3.0),
        ("x ** 1.5", 9.0, 27.0),
        ("(1 - x) - (2 - 3)", 5.0, -3.0),
        ("where(0 < x <= 2, 1, 0)", 2.0, 1.0),
        ("where(0 < x < 2 or x == 5, 1, 0)", 5.0, 1.0),
        ("where(x >= 0 and x > 4, 1, 0)", 4.0, 0.0),
        ("min(x, 1) + max(x, 1)", 3.0, 4.0),
        ("sign(x) * abs(x)", -3.0, -3.0),
        ("1_000 * x", 2.0, 2000.0),
        ("softplus(x) - log1p(exp(x))", 0.5, 0.0),
        ("sigmoid(x) + sigmoid(-x)", 0.7, 1.0),
    ],
)
def test_formulas_mean_what_they_say(formula: str, x: float, value: float) -> None:
    expression = parse(formula, ("x",))
    assert ieee.evaluate(expression, {"x": x}) == pytest.approx(value, abs=1e-15)
    assert float(evaluate(expression, {"x": x})) == pytest.approx(value, abs=1e-15)


def test_numbers_are_exact_decimals() -> None:
    assert parse("0.1", ()).value == Fraction(1, 10)
    assert parse("1e-3 + 2.5", ()).value == Fraction(2501, 1000)
    assert parse("1 / 3", ()).value == Fraction(1, 3)


def test_negative_zero_keeps_its_sign() -> None:
    assert parse("-0.0", ()) is NEGATIVE_ZERO
    assert parse("0.0", ()) is ZERO
    assert to_text(NEGATIVE_ZERO) == "-0.0"
    assert math.copysign(1, ieee.evaluate(NEGATIVE_ZERO, {})) == -1
    product = parse("a * -0.0", ("a",))
    assert [math.copysign(1, ieee.evaluate(product, {"a": a})) for a in (2.0, -2.0)] == [-1, 1]
    assert parse(to_text(product), ("a",)) is product


def test_equal_expressions_are_one_object() -> None:
    first = parse("x * sigmoid(x) + x * sigmoid(x)", ("x",))
    assert first is parse("(x*sigmoid(x))+(x * sigmoid( x ))", ("x",))
    assert first.args[0] is first.args[1]
    assert first is not parse("x * sigmoid(x) + x * tanh(x)", ("x",))
    assert substitute(first, {"x": var("x")}) is first
    assert transform(first, rebuild) is first


def _without_marks(root: Expr) -> Expr:
    return transform(root, lambda node, args: args[0] if node.op == "near_root" else rebuild(node, args))


def _expressions(activation: Activation) -> Iterator[tuple[str, Expr]]:
    yield "formula", activation.formula
    yield "kernel", activation.kernel
    yield from activation.derivatives.items()
    yield from activation.limits.items()
    yield from activation.derivative_limits.items()


@pytest.mark.parametrize("name", list(built_in()))
def test_printing_and_reading_back_gives_the_same_object(name: str) -> None:
    activation = built_in()[name]
    names = (*activation.names, "grad_output")
    expressions = list(_expressions(activation))
    assert len(expressions) >= 5
    for field, expression in expressions:
        plain = _without_marks(expression)
        assert parse(to_text(expression), names) is plain, field


@pytest.mark.parametrize(
    "formula",
    [
        "a - (b - a)", "a / (b / a)", "(a + b) * a", "-(a + b)", "-(a * b)", "(-a) * b", "-a**2", "(-a)**2", "a**-2",
        "(a * b)**3", "a - -1", "a * -1.5", "a + 1 / 3", "1 / 3 * a", "(a - 1) / 3", "-1 / 3 - a", "1e-20 * a",
        "where((a < b and b < 1) or a == 0, a, b)", "where(a < b < 1, min(a, b), max(a, -b))", "pi**2 * a + e - inf",
    ],
)  # fmt: skip
def test_printing_keeps_the_shape(formula: str) -> None:
    expression = parse(formula, ("a", "b"))
    assert parse(to_text(expression), ("a", "b")) is expression


# --- derivatives ------------------------------------------------------------------------------------------------------
SMOOTH = [f for f in FUNCTIONS if f not in ("where", "min", "max") and not f.startswith("row_")]


@pytest.mark.parametrize("function", SMOOTH)
@pytest.mark.parametrize("x", [0.37, 2.6])
def test_the_symbolic_derivative_of_each_function(function: str, x: float) -> None:
    _compare_with_numeric(parse(f"{function}(x * x / 2 + 0.1)", ("x",)), x)


@pytest.mark.parametrize(
    "formula",
    ["x**3 - 2 * x", "1 / x", "x / (1 + x**2)", "x**-3", "x**2.5", "min(x, 2) * max(x, 1)", "where(x < 1, x, x**2)"],
)
@pytest.mark.parametrize("x", [0.3, 1.7, 2.3])
def test_the_symbolic_derivative_of_operators(formula: str, x: float) -> None:
    _compare_with_numeric(parse(formula, ("x",)), x)


def _compare_with_numeric(expression: Expr, x: float) -> None:
    step = mp.mpf(2) ** -60
    with mp.workdps(60):
        high, low = (evaluate(expression, {"x": mp.mpf(x) + s * step}, digits=45) for s in (1, -1))
        numeric = (high - low) / (2 * step)
        exact = evaluate(differentiate(expression, "x"), {"x": x})
        assert abs(exact - numeric) <= mp.mpf(10) ** -20 * max(abs(numeric), 1)


def test_the_derivative_of_a_marked_expression_ignores_the_mark() -> None:
    silu = built_in()["silu"].derivatives["x"]
    assert silu.op == "near_root"
    assert differentiate(silu, "x") is differentiate(silu.args[0], "x")
    assert near_root(silu.args[0], silu.args[1], silu.value) is silu


# --- the oracle -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("formula", "x", "same"),
    [
        ("1 + erf(x)", -25.0, "erfc(-x)"),
        ("x * (1 + erf(x)) + exp(-x**2)", -20.0, "x * erfc(-x) + exp(-x**2)"),
        ("log(1 / (1 + exp(-x)))", 300.0, "-log1p(exp(-x))"),
        ("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", 1e-200, "tanh(x)"),
        ("x + sqrt(x**2 + 1)", -1e150, "1 / (sqrt(x**2 + 1) - x)"),
        ("sin(x + pi / 4)", 1e60, "(sin(x) + cos(x)) / sqrt(2)"),
    ],
)
def test_the_oracle_sees_through_cancellation(formula: str, x: float, same: str) -> None:
    got, want = (evaluate(parse(f, ("x",)), {"x": x}) for f in (formula, same))
    assert want != 0
    assert abs(got / want - 1) < mp.mpf(10) ** -28


def test_the_oracle_on_rows() -> None:
    log_softmax = built_in()["log_softmax"]
    got = evaluate_row(log_softmax.formula, {"x": [0.0, 400.0]})[1]
    assert abs(got / -mp.exp(-400) - 1) < 1e-14


def test_nan_in_nan_out() -> None:
    assert mp.isnan(evaluate(parse("where(x > 0, x, 0)", ("x",)), {"x": math.nan}))


# --- the proof --------------------------------------------------------------------------------------------------------
def disproved(text: str, name: str = "my_silu") -> str:
    activation = only(text, name)
    with pytest.raises(SpecError) as caught:
        check.check(activation)
    assert str(caught.value).startswith(f"my.toml: [{name}] ")
    return str(caught.value)


def test_a_right_entry_passes() -> None:
    check.check(only(SILU))


def test_a_wrong_derivative_is_refused_with_the_point() -> None:
    message = disproved(SILU.replace("(1 + x * sigmoid(-x))", "(1 - x * sigmoid(-x))"))
    assert "derivative.x: at x = 0.02999999999999999" in message
    assert "the formula's derivative is 0.514997750" in message
    assert "the authored one 0.500001124" in message


@pytest.mark.parametrize(
    ("right", "wrong", "field"),
    [
        ("-1000) * sigmoid(x)", "-1000) * sigmoid(1.0000001 * x)", "kernel"),
        ("max(x, -1000)", "max(x, -100)", "kernel"),  # changes e**-101 at x = -101
        ("max(x, -1000) * sigmoid(x)", "where(x > 1000, x / 2, x) * sigmoid(x)", "kernel"),
        ("max(x, -1000) * sigmoid(x)", "x * sigmoid(x) + 1e-30", "kernel"),
        ("max(x, -1000) * sigmoid(x)", "where(x == 0, 1, x * sigmoid(x))", "kernel"),
        ("sigmoid(x) * (1 +", "sigmoid(x) * (1.00000000000000000001 +", "derivative.x"),
        ("sigmoid(x) * (1 +", "sigmoid(max(x, -40)) * (1 +", "derivative.x"),
        ("[-1.2784645]", "[-1.27]", "derivative_roots"),
        ("[-1.2784645]", "[-1.2784645, 3.0]", "derivative_roots"),
        ("derivative_roots = [-1.2784645]", "", "derivative_roots"),
        ('"-inf" = "-0.0"', '"-inf" = "0.0"', "limits.-inf"),
        ('"-inf" = "-0.0"', '"-inf" = "-1"', "limits.-inf"),
        ('"inf" = "inf" }', '"inf" = "1" }', "limits.inf"),
        ('"inf" = "inf" }', '"inf" = "-inf" }', "limits.inf"),
        ('"inf" = "inf" }', '"inf" = "inf", "0.0" = "-0.0" }', "limits.0.0"),
        ('"inf" = "inf" }', '"inf" = "inf", "0.0" = "1 / 2" }', "limits.0.0"),
        ('"inf" = "inf" }', '"inf" = "inf" }\nderivative_limits = { "inf" = "1 / 2" }', "derivative_limits.inf"),
        ('"inf" = "inf" }', '"inf" = "inf" }\nderivative_limits = { "-inf" = "0.0" }', "derivative_limits.-inf"),
        ('"inf" = "inf" }', '"inf" = "inf" }\nderivative_limits = { "0.0" = "1" }', "derivative_limits.0.0"),
        ('"inf" = "inf" }', '"inf" = "inf" }\nonnx = { op = "Gelu", since = 20, attributes = { alpha = 1 } }', "onnx"),
        (
            '"inf" = "inf" }',
            '"inf" = "inf" }\nonnx = { op = "Elu", since = 6, attributes = { alpha = "beta" } }',
            "onnx.attributes",
        ),
    ],
)
def test_a_wrong_field_is_refused(right: str, wrong: str, field: str) -> None:
    assert right in SILU
    assert disproved(SILU.replace(right, wrong)).startswith(f"my.toml: [my_silu] {field}")


FROM_OUTPUT = """
[curve]
summary = "s"
parameters = { a = { default = 0.5 } }
formula = "a * tanh(x)"
derivative_from_output = "(a - output) * (a + output) / a"
plain_derivative_from_output = "a - output * output / a"
"""


def test_a_derivative_from_the_output_is_proved() -> None:
    check.check(only(FROM_OUTPUT, "curve"))
    for right, wrong, field in (
        ("(a + output) / a", "(a + output)", "derivative_from_output: at x = "),
        ("(a - output)", "(a - 1.0000000000000001 * output)", "derivative_from_output: at x = "),
        ('"a - output', '"1 - output', "plain_derivative_from_output: at x = "),
    ):
        assert disproved(FROM_OUTPUT.replace(right, wrong), "curve").startswith(f"my.toml: [curve] {field}")


def test_a_wrong_subgradient_is_refused_and_any_between_the_sides_is_not() -> None:
    relu = entry(formula='"max(x, 0)"', derivative='"where(x > 0, 1, where(x == 0, {}, 0))"')
    for allowed in ("0", "1", "1 / 2"):
        check.check(only(relu.format(allowed), "thing"))
    for refused_value in ("2", "-1"):
        assert "derivative.x: at x = 0.0" in disproved(relu.format(refused_value), "thing")


def test_a_wrong_piece_is_refused_beside_its_kink() -> None:
    text = entry(formula='"min(max(x, -3), 3)"', derivative='"where(-3 < x < 2.9999, 1, 0)"')
    assert "derivative.x: at x = 2.9999" in disproved(text, "thing")


def test_parameters_are_varied() -> None:
    elu = entry(
        formula='"where(x >= 0, x, alpha * (exp(x) - 1))"',
        derivative='{ x = "where(x > 0, 1, exp(x))" }',
        parameters="{ alpha = { default = 1.0 } }",
    )
    assert "derivative.x" in disproved(elu, "thing")
    assert "alpha = 0.8125" in disproved(elu, "thing")


def test_a_wrong_gradient_of_a_parameter_is_refused() -> None:
    text = entry(
        formula='"x * exp(-alpha)"',
        derivative='{ alpha = "x * exp(-alpha)" }',
        parameters="{ alpha = { default = 1.0, learned = true } }",
    )
    assert "derivative.alpha: at x = 0.02999999999999999" in disproved(text, "thing")


def test_a_wrong_gradient_of_a_gate_is_refused() -> None:
    text = entry(kind='"gate"', inputs='["a", "b"]', formula='"a * tanh(b)"', derivative='{ b = "a * tanh(b)" }')
    assert "derivative.b: at a = " in disproved(text, "thing")


def test_defaults_must_meet_their_requirement() -> None:
    text = entry(formula='"a * x"', parameters="{ a = { default = -1.0 } }", requires='"a > 0"')
    assert "requires: the defaults do not meet 'a > 0'" in disproved(text, "thing")


SOFTMAX = """
[softmax]
kind = "row"
summary = "Softmax"
formula = "exp(x) / row_sum(exp(x))"
derivative = '''
y = exp(x) / row_sum(exp(x))
y * (grad_output - row_sum(grad_output * y))'''
limits = { "-inf" = "0.0", "inf" = "1" }
"""


def test_rows_are_proved_too() -> None:
    def outcome(text: str) -> str:
        try:
            check.check(loads(text, "my.toml")["softmax"])
        except SpecError as error:
            return str(error)
        return "right"

    assert outcome(SOFTMAX) == "right"
    assert "derivative.x: element 0" in outcome(SOFTMAX.replace("(grad_output - row", "(grad_output + row"))
    assert "kernel: element 0" in outcome(SOFTMAX + 'kernel = "exp(x) / (1 + row_sum(exp(x)))"')
    assert "limits.inf" in outcome(SOFTMAX.replace('"inf" = "1"', '"inf" = "0.0"'))
    without = SOFTMAX[: SOFTMAX.index("derivative")]
    with pytest.raises(SpecError, match="states its vector-Jacobian product"):
        loads(without, "my.toml")


def test_check_all_reports_each_name() -> None:
    catalogue = Catalogue({n: built_in()[n] for n in ("relu", "softsign")})
    seen: list[str] = []
    check.check_all(catalogue, progress=seen.append)
    assert seen == ["relu", "softsign"]


def test_kinks_are_found() -> None:
    def found(formula: str) -> list[float]:
        return check.kinks([parse(formula, ("x", "a"))], "x", {"a": 2.0})

    assert found("max(x, 0)") == [0.0]
    assert found("where(2 * x - 1 > a, x, 0)") == [1.5]
    assert {-0.5, 0.5} <= set(found("where(abs(x) < 1 / 2, x, 0)"))
    assert {-3.0, 3.0} <= set(found("min(max(x + 3, 0), 6)"))
    assert found("max(tanh(x), 0)") == [0.0]
    assert found("where(a > 1, x, 0)") == []
