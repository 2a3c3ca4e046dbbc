"""Docstrings of the public functions, in numpydoc form, from the spec alone.

The examples are computed here: in plain double arithmetic, and again by the oracle, which must agree.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from . import ieee, reference
from .expr import Expr, FormulaError, postorder, to_text, variables
from .lower_numpy import compile_numpy
from .spec import GRADIENT, OUTPUT, SPECIAL_POINTS, Activation, Parameter

_POINTS = (-2.0, -0.5, 0.5, 2.0)
_HALVES = (1.0, 2.0, -1.0, 0.5)  # of a gate: a = 1, 2 and b = -1, 0.5
_ROW = (1.0, 2.0, 4.0)
_ROWS = (_ROW, (0.0, 0.0, 0.0))
_TEXT_WIDTH = 96
_LONGEST_LIMIT = 20  # a longer formula of the parameters says less than its value at their defaults
_FARTHEST_KINK = 1e3
_UNBROKEN = "\0"  # a space at which no line may break
_DTYPES = "float16, bfloat16, float32 or float64; integers and booleans are promoted as NumPy promotes them."
_SOFTMAX_ROWS = "a row with +inf or NaN in it, or of -inf alone, gives NaN throughout"
# What the row kernels do at infinities and NaN (csrc/rows.h): value, gradient.
_ROWS_AT_INFINITY: Mapping[str, tuple[str, str]] = {
    "softmax": (f"-inf gives 0; {_SOFTMAX_ROWS}", f"-inf gives 0; {_SOFTMAX_ROWS}"),
    "log_softmax": (f"-inf gives -inf; {_SOFTMAX_ROWS}", _SOFTMAX_ROWS),
    "sparsemax": (f"-inf gives 0; {_SOFTMAX_ROWS}", f"-inf gives 0; {_SOFTMAX_ROWS}"),
    "softmin": ("+inf gives 0; a row with -inf or NaN in it, or of +inf alone, gives NaN throughout",) * 2,
    "softmax_one": ("-inf gives 0; a row with +inf or NaN in it gives NaN throughout",) * 2,
    "hardmax": (
        "the first maximum counts, infinite or not; a row with NaN in it gives NaN throughout",
        "the gradient is 0 whatever the row holds",
    ),
    "logsumexp": (
        "-inf adds nothing; a row with +inf gives inf, a row of -inf alone or of length 0 gives -inf; NaN gives NaN",
        "-inf gives 0; a row with +inf or NaN in it, or of -inf alone, gives NaN throughout",
    ),
}


def function(activation: Activation, by: str | None, accuracy: Mapping[str, Any]) -> str:
    """The docstring of the activation (`by` None), or of its gradient for "x" or a learned parameter."""
    sections = [
        _summary(activation, by),
        _section("Parameters", _parameters(activation, by)),
        _section("Returns", _returns(activation, by)),
        _section("Raises", _raises(activation, by)),
        _section("Notes", "\n\n".join(_notes(activation, by, accuracy))),
        _section("Examples", _examples(activation, by)),
    ]
    return "\n\n".join(s for s in sections if s)


# Gradients of rows that start from the saved result y (csrc/rows_from_output.h).
_ROWS_FROM_OUTPUT = {
    "softmax": "y * (grad_output - sum(grad_output * y))",
    "log_softmax": "grad_output - exp(y) * sum(grad_output)",
    "softmin": "-y * (grad_output - sum(grad_output * y))",
}


def from_output_formula(activation: Activation) -> str:
    """The gradient that starts from the saved result y; empty where there is none."""
    if activation.kind == "row":
        return _ROWS_FROM_OUTPUT.get(activation.name, "")
    return re.sub(rf"\b{OUTPUT}\b", "y", activation.derivative_from_output_text.strip())


def from_output(activation: Activation, accuracy: Mapping[str, Any]) -> str:
    """The docstring of the gradient that starts from the saved result."""
    name, is_row = activation.name, activation.kind == "row"
    parameters = (
        _parameters(activation, "x")
        .replace(
            f"x : array_like\n{_indent(_wrapped(_input_doc(activation)))}",
            f"y : array_like\n{_indent(_wrapped(f'What `{name}` gave. {_input_doc(activation)}'))}",
        )
        .replace("against `x`", "against `y`")
    )
    called = f"{name}_backward_from_output"
    error = accuracy.get(called, {})
    notes = [
        f"What the forward pass has computed is not computed again. Where x is at hand, `{name}_backward` is more "
        "accurate, as y has been rounded. The error is that of this formula for y as given.",
        *([f"Largest measured error: {measured_of(activation, called, error)}."] if error else []),
        "A row of y that holds NaN gives NaN throughout." if is_row else "NaN gives NaN.",
    ]
    what = "the vector-Jacobian product" if is_row else "grad_output times the derivative"
    sections = [
        f"Gradient of {name} from its result: {what}.\n\n{_indent(from_output_formula(activation))}",
        _section("Parameters", parameters),
        _section("Returns", _returns(activation, "x").replace("`x`", "`y`")),
        _section("Raises", _raises(activation, "x").replace("`x`", "`y`")),
        _section("Notes", "\n\n".join(_wrapped(n) for n in notes)),
        _section("Examples", _from_output_example(activation)),
    ]
    return "\n\n".join(sections)


def with_derivative(activation: Activation) -> str:
    """The docstring of the function that gives value and derivative of an elementwise activation."""
    name = activation.name
    derivative = _indent(_derivative_text(activation, "x"))
    formulas = f"{_indent(activation.formula_text)}\n\nand\n\n{derivative}"
    parameters = _parameters(activation, None).replace(
        f"out : ndarray, optional\n{_indent('Where the result is written; it may be an input.')}",
        f"out : tuple of two ndarrays or None, optional\n{_indent(_wrapped(_PAIR_OUT))}",
    )
    note = f"To the last bit what `{name}` and, with a grad_output of 1, `{name}_backward` give; their notes hold."
    sections = [
        f"Value and derivative of {name}, in one pass over memory.\n\n{formulas}",
        _section("Parameters", parameters),
        _section("Returns", f"value, derivative : {_returns(activation, None)}"),
        _section("Raises", _raises(activation, None)),
        _section("Notes", _wrapped(note)),
        _section("Examples", _pair_example(activation)),
    ]
    return "\n\n".join(sections)


def both_gradients(activation: Activation, learned: str) -> str:
    """The docstring of the function that gives the gradients for x and for the one learned parameter."""
    name = activation.name
    formulas = "\n\nand\n\n".join(_indent(_derivative_text(activation, by)) for by in ("x", learned))
    parameters = _parameters(activation, "x").replace(
        f"out : ndarray, optional\n{_indent('Where the gradient is written; it may be an input.')}",
        f"out : tuple of two ndarrays or None, optional\n{_indent(_wrapped(_GRADIENTS_OUT))}",
    )
    note = f"To the last bit what `{name}_backward` and `{name}_backward_{learned}` give; their notes hold."
    (arguments, by_x), (_, by_learned) = (_example(activation, by) for by in ("x", learned))
    example = (
        f">>> import pyact\n>>> for_x, for_{learned} = pyact.{name}_gradients({', '.join(arguments)})\n"
        f">>> for_x\n{np.array(by_x)!r}\n>>> for_{learned}\n{np.array(by_learned)!r}"
    )
    sections = [
        f"Gradients of {name} for x and for its parameter {learned}, element by element, in one pass over memory:\n"
        f"grad_output times the derivatives.\n\n{formulas}",
        _section("Parameters", parameters),
        _section("Returns", f"for_x, for_{learned} : {_returns(activation, 'x')}"),
        _section("Raises", _raises(activation, "x")),
        _section("Notes", _wrapped(note)),
        _section("Examples", example),
    ]
    return "\n\n".join(sections)


_GRADIENTS_OUT = "Where both gradients are written, None for a new array; one of the two may be an input."
_PAIR_OUT = "Where value and derivative are written, None for a new array; one of the two may be an input."


def _section(title: str, text: str) -> str:
    return f"{title}\n{'-' * len(title)}\n{text}" if text else ""


def _indent(text: str, by: str = "    ") -> str:
    return "\n".join(f"{by}{line}".rstrip() for line in text.strip().splitlines())


def _wrapped(text: str, width: int = _TEXT_WIDTH) -> str:
    return "\n".join(textwrap.wrap(" ".join(text.split()), width, break_long_words=False, break_on_hyphens=False))


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text.endswith(".") else text + "."


def _derivative_text(activation: Activation, by: str) -> str:
    return activation.derivative_texts.get(by, "").strip() or to_text(activation.derivatives[by])


# --- what it is -----------------------------------------------------------------------------------------------------
def _summary(activation: Activation, by: str | None) -> str:
    if by is None:
        return f"{_sentence(activation.summary)}\n\n{_indent(activation.formula_text)}"
    name = activation.name
    if activation.kind == "row":
        return f"Gradient of {name}: the vector-Jacobian product.\n\n{_indent(_derivative_text(activation, 'x'))}"
    if activation.kind == "gate" and by == "x":
        formulas = "\n".join(
            f"{GRADIENT} * d/d{i}:\n{_indent(_derivative_text(activation, i))}" for i in activation.inputs
        )
        return f"Gradient of {name} for x, both halves.\n\n{_indent(formulas)}"
    what = f"Gradient of {name}" if by == "x" else f"Gradient of {name} for its parameter {by}, element by element"
    return f"{what}: grad_output times the derivative.\n\n{_indent(_derivative_text(activation, by))}"


# --- what goes in and comes out -------------------------------------------------------------------------------------
def _parameters(activation: Activation, by: str | None) -> str:
    entries = []
    if by is not None:
        entries.append(("grad_output : array_like", _gradient_doc(activation)))
    entries.append(("x : array_like", _input_doc(activation)))
    if activation.kind != "elementwise":
        axis = "The axis that is split." if activation.kind == "gate" else "The axis along which the rows lie."
        entries.append(("axis : int, default -1", axis))
    if activation.reduces:
        who = "The result keeps" if by is None else "`grad_output` has"
        entries.append(("keepdims : bool, default False", f"{who} the axis, with length 1."))
    entries += [_parameter(activation, p) for p in activation.parameters]
    result = "result" if by is None else "gradient"
    entries.append(("out : ndarray, optional", f"Where the {result} is written; it may be an input."))
    if activation.kind == "elementwise" or (activation.kind == "gate" and by is None):
        text = "Where to compute; elsewhere `out` is left as it is."
        entries.append(("where : array_like of bool, default True", text))
    if activation.kind != "gate" or by != "x":
        entries.append(("**ufunc_keywords", "casting, order, dtype, subok: as for any NumPy ufunc."))
    return "\n".join(f"{head}\n{_indent(_wrapped(text))}" for head, text in entries)


def _gradient_doc(activation: Activation) -> str:
    if activation.kind == "elementwise":
        return "Gradient of the loss for the result; 1.0 gives the derivative itself. It broadcasts against `x`."
    if activation.kind == "gate":
        return "Gradient of the loss for the result: half as long as `x` along the axis, or a scalar."
    if activation.reduces:
        return "Gradient of the loss for the result, of its shape."
    return "Gradient of the loss for the result, of the shape of `x`."


def _input_doc(activation: Activation) -> str:
    if activation.kind == "gate":
        first, second = activation.inputs
        return f"{first} and {second}, one after the other along the axis: {_DTYPES}"
    return f"Any shape: {_DTYPES}" if activation.kind == "elementwise" else f"At least one axis: {_DTYPES}"


def _parameter(activation: Activation, parameter: Parameter) -> tuple[str, str]:
    if activation.name == "prelu":
        text = "One value, or one per channel (axis 1 of `x`) as a 1-D array; an array of more axes broadcasts."
    else:
        text = "A scalar, or an array that broadcasts against `x`."
    doc = f"{_capitalised(_sentence(parameter.doc), activation)} {text}"
    return f"{parameter.name} : float or array_like, default {parameter.default!r}", doc


def _capitalised(text: str, activation: Activation) -> str:
    first = text.partition(" ")[0]
    return text if first in (*activation.names, "e") else text[:1].upper() + text[1:]


def _returns(activation: Activation, by: str | None) -> str:
    if by is not None and activation.kind == "gate" and by == "x":
        return "ndarray\n    The shape of `x`; the dtype that `grad_output` and `x` promote to."
    shape = {"elementwise": "The shape that the arguments broadcast to", "row": "The shape of `x`"}.get(activation.kind)
    if activation.kind == "gate":
        shape = "Half as long as `x` along the axis"
    if activation.reduces and by is None:
        shape = "The shape of `x` without the axis"
    dtype = "the dtype of `x`" if by is None else "the dtype that `grad_output` and `x` promote to"
    note = " Parameters do not change it." if activation.parameters else ""
    text = _wrapped(f"{shape}; {dtype} (integers: the float that holds them).{note}")
    scalar = activation.kind == "elementwise" or (activation.reduces and by is None)
    return f"ndarray{', or a scalar if that has no axes' * scalar}\n{_indent(text)}"


def _raises(activation: Activation, by: str | None) -> str:
    wrong_shape = "the shapes do not broadcast, or `out` has another shape or is read-only"
    if activation.kind == "gate":
        wrong_shape = "The length along the axis is odd, " + wrong_shape
    elif activation.kind == "row":
        wrong_shape = "`x` has no axes, " + wrong_shape
    elif activation.name == "prelu":
        wrong_shape = "A 1-D weight has neither length 1 nor one entry per channel, " + wrong_shape
    else:
        wrong_shape = wrong_shape[0].upper() + wrong_shape[1:]
    entries = [
        ("TypeError", "An input is complex, object or text, or `out` has a dtype that the result does not cast to."),
        ("ValueError", wrong_shape + "."),
    ]
    if activation.kind != "elementwise":
        entries.append(("numpy.exceptions.AxisError", "`x` has no such axis (a ValueError, too)."))
    return "\n".join(f"{head}\n{_indent(_wrapped(text))}" for head, text in entries)


# --- notes ----------------------------------------------------------------------------------------------------------
def _notes(activation: Activation, by: str | None, accuracy: Mapping[str, Any]) -> Iterator[str]:
    if activation.notes:
        yield _wrapped(_sentence(activation.notes))
    if activation.requires_text:
        yield f"Meant for {activation.requires_text}; other values follow the formula as far as it goes."
    if activation.kind == "elementwise":
        expression = activation.kernel if by is None else activation.derivatives[by]
        yield from _special_values(activation, by, expression)
    if activation.kind == "row" and activation.name in _ROWS_AT_INFINITY:
        yield _wrapped(f"Special values: {_ROWS_AT_INFINITY[activation.name][by is not None]}.")
    elif activation.kind != "row":
        yield "NaN gives NaN."
    if by is not None and activation.kind == "gate" and by == "x":
        by_input = {i: accuracy.get(f"{activation.name}_backward_{i}", {}) for i in activation.inputs}
        texts = [f"{measured(m)} for {i}" for i, m in by_input.items() if m]
    else:
        suffix = "" if by is None else "_backward" if by == "x" else f"_backward_{by}"
        kernel = activation.name + suffix
        texts = [measured_of(activation, kernel, m)] if (m := accuracy.get(kernel, {})) else []
    if texts:
        yield _wrapped(f"Largest measured error: {'; '.join(texts)}.")
    if activation.torch:
        yield f"The function of torch.nn.{activation.torch}."
    if activation.source:
        yield f"Source: {activation.source}"


def measured_of(activation: Activation, kernel: str, by_dtype: Mapping[str, Mapping[str, float]]) -> str:
    """The record of one function as text. Gradients of rows are sums of terms that may cancel to less."""
    if activation.kind != "row":
        return measured(by_dtype)
    text = ", ".join(f"{dtype} {record['ulp']:.3g} ULP" for dtype, record in by_dtype.items())
    return text if kernel == activation.name else f"{text}, of the largest term"


def measured(by_dtype: Mapping[str, Mapping[str, float]]) -> str:
    """The record of one kernel as text; for the half formats it counts inputs that are rounded wrongly."""
    parts = []
    for dtype, record in by_dtype.items():
        if dtype not in ("float16", "bfloat16"):
            every = " over all inputs" if dtype == "float32" and record["points"] == 2**32 else ""
            parts.append(f"{dtype} {record['ulp']:.3g} ULP{every}")
        elif record["ulp"] == 0:
            parts.append(f"{dtype} none (correctly rounded)")
        else:
            parts.append(f"{dtype} {record['ulp']:.0f} of 65,536 inputs rounded the other way")
    return ", ".join(parts)


def _special_values(activation: Activation, by: str | None, expression: Expr) -> Iterator[str]:
    limits = activation.limits if by is None else activation.derivative_limits if by == "x" else {}
    parts = []
    for point in SPECIAL_POINTS:
        stated = limits.get(point, expression)
        text = to_text(stated) if point in limits and variables(stated) else ""
        if not text or len(text) > _LONGEST_LIMIT:
            text = _short(ieee.evaluate(stated, {**activation.defaults, "x": float(point)}))
        parts.append(f"{point} -> {text}".replace(" ", _UNBROKEN))
    given = " with the default parameters" if activation.parameters else ""
    what = "Special values" if by is None else "Special values of the derivative"
    yield _wrapped(f"{what}{given}: {', '.join(parts)}.").replace(_UNBROKEN, " ")
    if by == "x":
        kinks = list(_kinks(activation, expression, limits))
        if kinks:
            yield _wrapped(f"The derivative jumps{given} at {'; at '.join(kinks)}.").replace(_UNBROKEN, " ")


def _short(value: float) -> str:
    return format(value, ".9g") if value != int_or_nan(value) else f"{value:g}.0" if abs(value) < 1e6 else f"{value:g}"


def int_or_nan(value: float) -> float:
    """The integer at a finite value, else NaN, which equals nothing."""
    return float(round(value)) if math.isfinite(value) else math.nan


def _kinks(activation: Activation, derivative: Expr, limits: Mapping[str, Expr]) -> Iterator[str]:
    """Points where the formula branches and the derivative jumps, with its value there and on both sides."""

    def slope(x: float) -> float:
        point = repr(x) if repr(x) in limits else None
        return ieee.evaluate(limits[point] if point else derivative, {**activation.defaults, "x": x})

    for x in sorted(_branch_points(activation)):
        step = max(abs(x), 1.0) * 1e-9
        left, right = slope(x - step), slope(x + step)
        if abs(left - right) > 1e-6:
            yield (
                f"x = {_short(x)}, where it is {_round(slope(x))} (left {_round(left)}, right {_round(right)})"
            ).replace(" ", _UNBROKEN)


def _round(value: float) -> str:
    return format(value, ".6g")


def _branch_points(activation: Activation) -> set[float]:
    points = set()
    for root in (activation.formula, activation.kernel, activation.derivatives["x"]):
        for node in postorder(root):
            if node.op in ("abs", "sign"):
                sides: Sequence[tuple[Expr, Expr | None]] = [(node.args[0], None)]
            elif node.op in ("lt", "le", "eq", "min", "max"):
                sides = [(node.args[0], node.args[1]), (node.args[1], node.args[0])]
            else:
                continue
            for moving, level in sides:
                if level is not None and "x" in variables(level):
                    continue
                target = 0.0 if level is None else ieee.evaluate(level, activation.defaults)
                insides = [(moving, target)]
                if moving.op == "abs":
                    insides = [(moving.args[0], target), (moving.args[0], -target)]
                for inside, value in insides:
                    if (point := _solve_linear(inside, value, activation.defaults)) is not None:
                        points.add(point + 0.0)  # -0.0 becomes 0.0
    return points


def _solve_linear(moving: Expr, target: float, defaults: Mapping[str, float]) -> float | None:
    """x where `moving` is `target`, if `moving` is linear in x."""
    if "x" not in variables(moving):
        return None
    at = [ieee.evaluate(moving, {**defaults, "x": x}) for x in (0.0, 1.0, 2.0, -1.0)]
    slope = at[1] - at[0]
    linear = math.isclose(at[2] - at[1], slope) and math.isclose(at[0] - at[3], slope)
    solution = (target - at[0]) / slope if linear and slope else math.inf
    return solution if abs(solution) < _FARTHEST_KINK else None


# --- examples -------------------------------------------------------------------------------------------------------
def _examples(activation: Activation, by: str | None) -> str:
    name = activation.name if by is None else f"{activation.name}_backward" + ("" if by == "x" else f"_{by}")
    arguments, values = _example(activation, by)
    return f">>> import pyact\n>>> pyact.{name}({', '.join(arguments)})\n{np.array(values)!r}"


def _from_output_example(activation: Activation) -> str:
    name = activation.name
    given, upstream = ("[1.0, 2.0, 4.0]", "[1.0, 0.0, 0.0]") if activation.kind == "row" else (_listed(_POINTS), "1.0")
    _, value = _example(activation, "x")
    return (
        f">>> import pyact\n>>> y = pyact.{name}({given})\n"
        f">>> pyact.{name}_backward_from_output({upstream}, y)\n{np.array(value)!r}"
    )


def _pair_example(activation: Activation) -> str:
    arguments, value = _example(activation, None)
    _, derivative = _example(activation, "x")
    return (
        f">>> import pyact\n>>> y, slope = pyact.{activation.name}_with_derivative({', '.join(arguments)})\n"
        f">>> y\n{np.array(value)!r}\n>>> slope\n{np.array(derivative)!r}"
    )


def _listed(values: Sequence[Any]) -> str:
    return repr([list(v) if isinstance(v, tuple) else v for v in values])


def _example(activation: Activation, by: str | None) -> tuple[list[str], Any]:
    """The arguments as text, and the result."""
    if activation.kind == "elementwise":
        expression = activation.kernel if by is None else activation.derivatives[by]
        limits = activation.limits if by is None else activation.derivative_limits if by == "x" else {}
        given = [] if by is None else ["1.0"]
        return [*given, _listed(_POINTS)], [_value(activation, expression, limits, {"x": x}) for x in _POINTS]
    if activation.kind == "gate":
        first, second = activation.inputs
        half = len(_HALVES) // 2
        pairs = [{first: a, second: b} for a, b in zip(_HALVES[:half], _HALVES[half:], strict=True)]
        if by is None:
            return [_listed(_HALVES)], [_value(activation, activation.kernel, {}, p) for p in pairs]
        wanted = activation.inputs if by == "x" else (by,)
        values = [_value(activation, activation.derivatives[i], {}, p) for i in wanted for p in pairs]
        return ["1.0", _listed(_HALVES)], values
    return _row_example(activation, by)


def _value(activation: Activation, expression: Expr, limits: Mapping[str, Expr], inputs: Mapping[str, float]) -> float:
    values = {**activation.defaults, **inputs}
    plain = ieee.evaluate(limits.get(repr(inputs.get("x")), expression), values)
    exact = float(reference.evaluate(expression, values))
    if not math.isclose(plain, exact, rel_tol=1e-9, abs_tol=1e-12):
        raise FormulaError(f"[{activation.name}]: at {dict(inputs)} the kernel form gives {plain}, the oracle {exact}")
    return exact or plain  # a zero keeps the sign that IEEE arithmetic gives it


def _row_example(activation: Activation, by: str | None) -> tuple[list[str], Any]:
    names = ("x",) if by is None else ("x", GRADIENT)
    names = (*names, *(p.name for p in activation.parameters))
    parameters = [p.default for p in activation.parameters]
    expression = activation.kernel if by is None else activation.derivatives["x"]
    run = compile_numpy(expression, names)
    if by is None:
        values = np.array([np.broadcast_to(run(row, *parameters), len(row)) for row in _ROWS])
        values = values[:, 0] if activation.reduces else values
        return [_listed(_ROWS)], values
    upstream: Any = 1.0 if activation.reduces else (1.0, 0.0, 0.0)
    value = np.broadcast_to(run(_ROW, upstream, *parameters), len(_ROW))
    return [repr(upstream) if activation.reduces else _listed(upstream), _listed(_ROW)], value
