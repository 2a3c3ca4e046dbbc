"""The functions that ONNX lacks, or that onnxruntime lacks for float64, as primitives that keep the tails.

Every function takes the graph, its arguments and the name of its result.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .onnx_graph import Graph, Value

TABLES = Path(__file__).with_name("tables") / "onnx.json"  # written by fit_onnx.py


@cache
def _tables() -> Mapping[str, Any]:
    result: dict[str, Any] = json.loads(TABLES.read_text(encoding="utf-8"))
    return result


# --- elementary functions ---------------------------------------------------------------------------------------------
def power(g: Graph, base: Value, exponent: int, name: str) -> Value:
    """base ** exponent by squaring."""
    result: Value | None = None
    square, rest = base, abs(exponent)
    while True:
        if rest & 1:
            result = square if result is None else g.mul(result, square, name)
        rest >>= 1
        if not rest:
            break
        square = g.mul(square, square, "square" if square is base else name)
    assert result is not None
    return result if exponent > 0 else g.reciprocal(result, name)


def is_number(g: Graph, u: Value) -> Value:
    """Not NaN, as only NaN differs from itself: WebGPU has no IsNaN."""
    return g.call("Equal", u, u, name="is_number")


def sign(g: Graph, u: Value, name: str) -> Value:
    """1, -1, or u itself where it is 0 or NaN: WebGPU has no Sign, and the CPU's loses NaN in float16."""
    is_negative, is_positive = (
        g.call("Less", u, g.number(0), name="is_negative"),
        g.call("Less", g.number(0), u, name="is_positive"),
    )
    return g.where(is_positive, g.number(1), g.where(is_negative, g.number(-1), u, "minus_or_zero"), name)


def tanh(g: Graph, u: Value, name: str) -> Value:
    """The operator, but the identity next to 0: onnxruntime's intermediate results are subnormal there."""
    value = g.call("Tanh", u, name="tanh" if g.keeps_tails else name)
    return g.where(_is_tiny(g, u), u, value, name) if g.keeps_tails else value


def _is_tiny(g: Graph, u: Value) -> Value:
    """Where u**2 / 2 is nothing beside u."""
    return g.call("Less", g.call("Abs", u, name="magnitude"), g.number(2.0**-30, "tiny"), name="is_tiny")


def expm1(g: Graph, u: Value, name: str) -> Value:
    """tanh(u/2) * (exp(u) + 1): no cancellation anywhere, and -1 at -inf."""
    tanh = g.call("Tanh", g.mul(u, g.number(0.5), "half_argument"), name="tanh_of_half")
    exp = g.call("Exp", u, name="exp")
    value = g.mul(tanh, g.add(exp, g.number(1), "exp_plus_one"), name)
    return g.where(_is_tiny(g, u), u, value, name) if g.keeps_tails else value


def exp_of_difference(g: Graph, a: Value, b: Value, name: str) -> Value:
    """exp(a - b) with the rounding error of a - b put back: at -90 it is 64 ULP of the result."""
    difference = g.sub(a, b)
    minus_b = g.sub(difference, a, "minus_b")  # Knuth's TwoSum
    lost = g.sub(g.sub(a, g.sub(difference, minus_b), "lost_of_a"), g.add(b, minus_b, "lost_of_b"), "rounding_error")
    # Not a number where a is infinite.
    is_small = g.call("Less", g.call("Abs", lost, name="error_magnitude"), g.number(1), name="is_small")
    lost = g.where(is_small, lost, g.number(0), "finite_error")
    return g.mul(g.call("Exp", difference, name="exp"), g.add(g.number(1), lost, "error_factor"), name)


def log1p(g: Graph, u: Value, name: str) -> Value:
    """log(w) - ((w - 1) - u) / w with w = 1 + u: the second term restores what rounding w lost."""
    w = g.add(u, g.number(1), "one_plus")
    lost = g.sub(g.sub(w, g.number(1)), u, "rounding_error")
    return g.sub(g.call("Log", w, name="log"), g.div(lost, w, "correction"), name)


def softplus(g: Graph, u: Value, name: str) -> Value:
    """max(u, 0) + log1p(exp(-|u|)): neither overflows nor loses the tail."""
    minus = g.call("Neg", g.call("Abs", u, name="magnitude"), name="minus_magnitude")
    tail = log1p(g, g.call("Exp", minus, name="exp"), "log1p")
    return g.add(g.call("Max", u, g.number(0), name="positive_part"), tail, name)


def sigmoid(g: Graph, u: Value, name: str, negative: Value | None = None) -> Value:
    """1 / (1 + exp(-u)); the Sigmoid operator of onnxruntime is 0 below -18 in float32. `negative` is -u if known."""
    exp = g.call("Exp", negative or g.call("Neg", u, name="negative"), name="exp_of_negative")
    return g.reciprocal(g.add(g.number(1), exp, "one_plus_exp"), name)


def _split(g: Graph, v: Value) -> tuple[Value, Value]:
    """head**2, exactly, and v**2 - head**2 as (v - head) * (v + head), where head has few bits.

    Rounding v**2 would cost exp(-v**2) v**2 rounding errors.
    """
    grid = g.number(2.0**20 if g.is_double else 2.0**4, "grid")
    head = g.div(g.call("Floor", g.mul(v, grid), name="floor"), grid, "head")
    return g.mul(head, head, "head_square"), g.mul(g.sub(v, head), g.add(v, head))


def _exp_of_multiple(g: Graph, factor: float, square: Value, name: str) -> Value:
    """exp(factor * square); the factor is minus a power of two."""
    multiple = (
        g.call("Neg", square, name="minus_square") if factor == -1 else g.mul(square, g.number(factor), "minus_square")
    )
    return g.call("Exp", multiple, name=name)


def gaussian(g: Graph, v: Value, factor: float, name: str) -> Value:
    """exp(factor * v**2); the factor is minus a power of two near 1."""
    zero_above = g.number(math.ceil(math.sqrt(110 / -factor)), "gauss_is_zero_above")
    v = g.call("Min", g.call("Abs", v, name="magnitude"), zero_above, name="gauss_argument")
    square_of_head, rest = _split(g, v)
    gauss_of_head = _exp_of_multiple(g, factor, square_of_head, "gauss_of_head")
    return g.mul(gauss_of_head, _exp_of_multiple(g, factor, rest, "gauss_of_rest"), name)


def scaled_sigmoid(g: Graph, factor: Value, u: Value, name: str) -> Value:
    """factor * sigmoid(u) where sigmoid(u) alone would be subnormal: half of the exponential goes to either factor."""
    half = g.call("Exp", g.mul(g.call("Abs", u, name="magnitude"), g.number(-0.5), "minus_half"), name="half_exp")
    reciprocal = g.reciprocal(g.add(g.number(1), g.mul(half, half, "exp"), "one_plus_exp"), "sigmoid_of_magnitude")
    is_negative = g.call("Less", u, g.number(0), name="is_negative")
    share = g.where(is_negative, half, g.number(1), "share")
    return g.mul(g.mul(factor, share, "scaled"), g.mul(share, reciprocal, "rest_of_sigmoid"), name)


def _polynomial(g: Graph, variable: Value, coefficients: list[float], name: str) -> Value:
    """Horner's scheme."""
    *rest, result = (g.number(c, f"{name}_coefficient_{i}") for i, c in enumerate(coefficients))
    for coefficient in reversed(rest):
        result = g.add(g.mul(result, variable, "term"), coefficient, "polynomial")
    return result


def root_table(g: Graph, root: float) -> Mapping[str, Any] | None:
    """The polynomial around this root of a derivative, if there is one."""
    table: Mapping[str, Any] | None = _tables()["roots"].get(str(root), {}).get(g.dtype.name)
    return table


def near_root(g: Graph, u: Value, function: Value, table: Mapping[str, Any], name: str) -> Value:
    """The function of u, around its root as distance times polynomial: there its own terms cancel."""
    distance = g.sub(
        g.sub(u, g.number(table["root"], "root"), "coarse_distance"), g.number(table["root_rest"], "root_rest"),
        "distance_from_root",
    )  # fmt: skip
    series = g.mul(distance, _polynomial(g, distance, table["coefficients"], "root"), "near_root")
    magnitude = g.call("Abs", distance, name="magnitude")
    is_near = g.call("Less", magnitude, g.number(table["interval"][1], "reach"), name="is_near_root")
    return g.where(is_near, series, function, name)


def _erfc_of_magnitude(g: Graph, v: Value, name: str, scale: float = 1.0, factor: Value | None = None) -> Value:
    """factor * erfc(a) for a = scale * v >= 0, as exp(-a*a) * P(s) / (1 + 2*a).

    scale**2 is a power of two: exp(-a*a) is made of v, so that a may be rounded. The factor goes in before the
    exponential, which may be subnormal where the product is not.
    """
    table_name = "erfc_float64" if g.is_double else "erfc_float32"
    table = _tables()[table_name]
    v = g.call("Min", v, g.number(table["largest"] / scale, "erfc_is_zero_above"), name="erfc_argument")
    square_of_head, rest = _split(g, v)
    exponent = -(2.0 ** round(math.log2(scale * scale)))
    gauss_of_head = _exp_of_multiple(g, exponent, square_of_head, "gauss_of_head")
    correction = _exp_of_multiple(g, exponent, rest, "gauss_of_rest")
    a = v if scale == 1.0 else g.mul(v, g.number(scale, "erfc_scale"), "scaled_argument")
    center = g.number(table["center"], "erfc_center")
    variable = g.div(g.sub(a, center), g.add(a, center), "erfc_variable")
    polynomial = _polynomial(g, variable, table["coefficients"], "erfc")
    scaled = g.div(polynomial, g.add(g.add(a, a), g.number(1), "one_plus_twice"), "scaled_erfc")
    if factor is not None:
        scaled = g.mul(factor, scaled, "scaled_erfc")
    return g.mul(g.mul(scaled, gauss_of_head), correction, name)


def erfc(g: Graph, v: Value, name: str, scale: float = 1.0, factor: Value | None = None) -> Value:
    """factor * erfc(scale * v), by reflection: erfc(-a) = 2 - erfc(a). scale**2 is a power of two."""
    zero = g.number(0)
    is_negative = g.call("Less", *((v, zero) if scale > 0 else (zero, v)), name="is_negative")
    if factor is None:
        tail = _erfc_of_magnitude(g, g.call("Abs", v, name="magnitude"), "erfc_of_magnitude", abs(scale))
        return g.where(is_negative, g.sub(g.number(2), tail, "reflected"), tail, name)
    before = g.where(is_negative, g.number(1), factor, "factor_of_tail")
    tail = _erfc_of_magnitude(g, g.call("Abs", v, name="magnitude"), "tail", abs(scale), before)
    return g.where(is_negative, g.mul(factor, g.sub(g.number(2), tail, "reflected"), "product"), tail, name)


def erf(g: Graph, u: Value, name: str) -> Value:
    """The operator for float32; for float64 an odd polynomial up to 1, then 1 - erfc."""
    if not g.is_double:
        return g.call("Erf", u, name=name)
    magnitude = g.call("Abs", u, name="magnitude")
    series = _polynomial(g, g.mul(u, u, "square"), _tables()["erf_float64"]["coefficients"], "erf")
    near = g.mul(u, series, "erf_near_zero")
    rest = g.sub(g.number(1), _erfc_of_magnitude(g, magnitude, "erfc_of_magnitude"), "one_minus_erfc")
    far = g.mul(g.call("Sign", u, name="sign"), rest, "erf_far_from_zero")
    return g.where(g.call("Less", magnitude, g.number(1), name="is_near_zero"), near, far, name)


def atan(g: Graph, u: Value, name: str) -> Value:
    """The operator for float32. For float64, r = min(|u|, 1/|u|), and atan(r) = 2 atan(r / (1 + sqrt(1 + r*r)))."""
    if not g.is_double:
        return g.call("Atan", u, name=name)
    one = g.number(1)
    magnitude = g.call("Abs", u, name="magnitude")
    is_large = g.call("Less", one, magnitude, name="is_large")
    ratio = g.where(is_large, g.reciprocal(magnitude), magnitude, "ratio")
    root = g.call("Sqrt", g.add(g.mul(ratio, ratio, "ratio_square"), one), name="root")
    tangent = g.div(ratio, g.add(root, one), "tangent_of_half")
    series = _polynomial(g, g.mul(tangent, tangent, "square"), _tables()["atan_float64"]["coefficients"], "atan")
    half = g.mul(tangent, series, "half_angle")
    angle = g.add(half, half, "angle")
    angle = g.where(is_large, g.sub(g.number(math.pi / 2, "half_pi"), angle, "complement"), angle, "atan_of_magnitude")
    is_negative = g.call("Less", u, g.number(0), name="is_negative")
    return g.where(is_negative, g.call("Neg", angle, name="minus_angle"), angle, name)


# --- rows -------------------------------------------------------------------------------------------------------------
def row_sum(g: Graph, u: Value, axis: int, name: str) -> Value:
    return g.call("ReduceSum", u, g.axis_list(axis), name=name, keepdims=1)


def row_sum_of_fractions(g: Graph, u: Value, axis: int, name: str) -> Value:
    """The sum of numbers from 0 to 1 whose rounding errors do not grow with the row, in float32.

    Adding and subtracting 1.5 * 2**12 leaves the multiples of 2**-11 of u. They add up exactly as long as the sum is
    below 2**13; what the rests lose is 2**-11 of what u itself would.
    """
    shift = g.number(1.5 * 2.0**12, "rounder")
    head = g.sub(g.add(u, shift, "shifted"), shift, "heads")
    sum_of_rests = row_sum(g, g.sub(u, head, "rests"), axis, "sum_of_rests")
    return g.add(row_sum(g, head, axis, "sum_of_heads"), sum_of_rests, name)


def row_max(g: Graph, u: Value, axis: int, name: str = "row_max") -> Value:
    if g.opset < 18:  # the axes became an input there
        return g.call("ReduceMax", u, name=name, axes=g.axes_attribute(axis), keepdims=1)
    return g.call("ReduceMax", u, g.axis_list(axis), name=name, keepdims=1)


def row_length(g: Graph, u: Value, axis: int) -> Value:
    """As a tensor of one integer. From opset 15 on without a Gather of integers, which WebGPU lacks; but a function,
    whose axis is an attribute, cannot say where the next axis begins."""
    if g.opset < 15 or g.axis_attribute(axis) != axis:
        shape = g.call("Shape", u, name="shape")
        return g.call("Gather", shape, g.axis_list(axis), name="row_length", axis=0)
    end = {} if axis == -1 else {"end": axis + 1}
    return g.call("Shape", u, name="row_length", start=axis, **end)


def running_sum(g: Graph, u: Value, axis: int, name: str) -> Value:
    return g.call("CumSum", u, g.axis_scalar(axis), name=name, exclusive=0, reverse=0)


def is_first_max(g: Graph, u: Value, axis: int) -> Value:
    """Where the row has its maximum for the first time: the running count of maxima is 1 there.

    It is counted in the arithmetic's type: WebGPU has no integers of 64 bits, and a count that stops growing at 2**24
    is still not 1.
    """
    is_max = g.call("Equal", u, row_max(g, u, axis), name="is_max")
    flags = g.where(is_max, g.number(1), g.number(0), "max_flag")
    count = running_sum(g, flags, axis, "count_of_maxima")
    return g.call("And", is_max, g.call("Equal", count, g.number(1), name="is_first"), name="is_first_max")


def row_first_max(g: Graph, u: Value, axis: int, name: str) -> Value:
    return g.where(is_first_max(g, u, axis), g.number(1), g.number(0), name)


def others(g: Graph, u: Value, x: Value, axis: int) -> Value:
    """u with nothing at the element where the row x has its first maximum (u - u there: NaN is still counted)."""
    return g.where(is_first_max(g, x, axis), g.sub(u, u, "nothing"), u, "others")


def below_max(g: Graph, u: Value, axis: int) -> Value:
    return g.sub(u, row_max(g, u, axis), "below_max")


def shifted_simplex_threshold(g: Graph, u: Value, axis: int) -> Value:
    """The threshold of sparsemax for the row `below_max`, which keeps the digits that large values would lose.

    Martins & Astudillo 2016, algorithm 1: the k largest are the support while 1 + k z_k > z_1 + ... + z_k.
    """
    one, zero = g.number(1), g.number(0)
    attributes = {"axis": g.axis_attribute(axis), "largest": 1, "sorted": 1}
    names = ("descending", "order")
    descending, _ = g.call_many("TopK", below_max(g, u, axis), row_length(g, u, axis), names=names, **attributes)
    ones = g.where(is_number(g, descending), one, one, "ones")
    gain = g.add(g.mul(running_sum(g, ones, axis, "rank"), descending), one, "gain")
    in_support = g.call("Less", running_sum(g, descending, axis, "sum_so_far"), gain, name="in_support")
    size = row_sum(g, g.where(in_support, one, zero, "support_flag"), axis, "support_size")
    total = row_sum(g, g.where(in_support, descending, zero, "support"), axis, "support_sum")
    return g.div(g.sub(total, one), size, "threshold")


def row_has_nan(g: Graph, x: Value, axis: int) -> Value:
    """A count: comparisons lose NaN, and so does ReduceMax in onnxruntime unless NaN comes first."""
    flags = g.where(is_number(g, x), g.number(0), g.number(1), "nan_flag")
    return g.call("Less", g.number(0), row_sum(g, flags, axis, "nan_count"), name="row_has_nan")
