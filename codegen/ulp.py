"""Error in units in the last place, defined once.

The error of a result y against the exact value v is |y - v| / ulp(v), where ulp(v) is the spacing of the format at v:
2**(e - p + 1) for 2**e <= |v| < 2**(e + 1), never below the spacing of the subnormal numbers. If v rounds to infinity,
an infinite y of the same sign has error 0. NaN against NaN is 0; NaN on one side only is infinite.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from mpmath import mp


@dataclass(frozen=True)
class Format:
    """A binary floating-point format: precision in bits and the exponents of its normal numbers."""

    name: str
    precision: int
    min_exponent: int
    max_exponent: int

    @property
    def largest(self) -> Any:
        return (mp.mpf(2) - mp.mpf(2) ** (1 - self.precision)) * mp.mpf(2) ** self.max_exponent


FORMATS = {
    f.name: f
    for f in (
        Format("float16", 11, -14, 15),
        Format("bfloat16", 8, -126, 127),
        Format("float32", 24, -126, 127),
        Format("float64", 53, -1022, 1023),
    )
}


# What every elementwise kernel keeps, value and derivative, in ULP of the exact value. Half a ULP: correctly rounded.
PROMISE = {"float32": 1.0, "float64": 2.0, "float16": 0.5, "bfloat16": 0.5}


def spacing(value: Any, form: Format) -> Any:
    """The unit in the last place of the format at a finite real value."""
    exponent = form.min_exponent if value == 0 else max(int(mp.floor(mp.log(abs(value), 2))), form.min_exponent)
    if value != 0 and exponent > form.min_exponent:  # log may be off by one next to a power of two
        if mp.mpf(2) ** exponent > abs(value):
            exponent -= 1
        elif mp.mpf(2) ** (exponent + 1) <= abs(value):
            exponent += 1
    return mp.ldexp(mp.mpf(1), min(exponent, form.max_exponent) - form.precision + 1)


def ulp_error(result: float, value: Any, form: Format) -> float:
    """Error of `result` against the exact `value`, in ULP."""
    if mp.isnan(value) or math.isnan(result):
        return 0.0 if mp.isnan(value) and math.isnan(result) else float("inf")
    if mp.isinf(value) or abs(value) >= form.largest + spacing(form.largest, form) / 2:
        return 0.0 if mp.isinf(result) and (result > 0) == (value > 0) else float("inf")
    if mp.isinf(result):
        result_mp = mp.ldexp(mp.mpf(1 if result > 0 else -1), form.max_exponent + 1)
    else:
        result_mp = mp.mpf(float(result))
    with mp.workprec(max(mp.prec, value._mpf_[3] + 64)):
        return float(abs(result_mp - value) / spacing(value, form))


def round_nearest(value: Any, form: Format) -> float:
    """The exact value rounded once to the format (ties to even), as a Python float."""
    if not mp.isfinite(value):
        return float(value)
    unit = spacing(value, form)  # a power of two: dividing by it is exact
    with mp.workprec(max(mp.prec, value._mpf_[3] + 8)):
        rounded = mp.nint(value / unit) * unit
    if abs(rounded) > form.largest:
        return float("inf") if rounded > 0 else float("-inf")
    return float(rounded)


def ulp_errors(
    result: npt.NDArray[Any], head: npt.NDArray[np.float64], tail: npt.NDArray[np.float64], form: Format
) -> npt.NDArray[np.float64]:
    """The same for arrays, against exact values head + tail. NaN on one side or both is infinite."""
    exponent = np.maximum(np.frexp(head)[1] - 1, form.min_exponent)
    unit = np.ldexp(1.0, np.maximum(exponent - form.precision + 1, -1074))
    wide = result.astype(np.longdouble)
    with np.errstate(all="ignore"):
        difference = np.abs((wide - head.astype(np.longdouble)) - tail.astype(np.longdouble))
        error = (difference / unit.astype(np.longdouble)).astype(np.float64)
    beyond = np.abs(head) >= (float(form.largest) if form.precision < 53 else np.finfo(np.float64).max)
    error[beyond & np.isinf(result) & (np.sign(result) == np.sign(head))] = 0.0
    return np.where(np.isnan(error), np.inf, error)
