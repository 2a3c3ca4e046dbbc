"""A fitted float32 kernel: piecewise polynomials in one index map, with everything the C needs to evaluate them.

For an argument z (x itself, or |x| where the function is symmetric) the cell is round(z * (linear + quadratic * z)).
In a cell, t = z - center and

    plain        c0 + t * (c1 + t * (c2 + ...))
    compensated  hi = c0 + t * c1 rounded, lo = what the rounding lost; hi + (lo + t^2 * (c2 + ...))

so that only the last addition rounds noticeably. Centers are chosen so that c0 (and c1) are nearly float32 numbers
(Gal's accurate tables). The symmetry says how the function comes from the
tabulated h, whose `side` is a sign of x:

    none        h(x)
    even        h(|x|)
    complement  h(|x|) on one side, 1 - h(|x|) on the other
    identity    h(|x|) on one side, x + h(|x|) on the other

`codegen.fit` finds the tables, `lower_fitted` prints the C, `csrc/fitted.h` runs it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "tables" / "fitted"


@dataclass(frozen=True)
class Limit:
    """Beyond `start` (x >= start, or x <= start for the lower one) the function is `factor * x`, or the constant."""

    start: float
    kind: str  # "constant" or "proportional"
    value: float
    value_low: float = 0.0  # what rounding `value` to float32 has cut off
    in_loop: bool = False  # common inputs are there: chosen in the main loop, not among the rare lanes


@dataclass(frozen=True)
class PreciseCell:
    """A cell where c0 and c1 have low parts: around a root of the function (c0 is 0), or at x = 0."""

    cell: int
    c0_low: float
    c1_low: float


@dataclass(frozen=True)
class FittedKernel:
    """See the module. Tables are indexed by (cell - first) mod entries, and so are their first 8 or 16 entries, which
    are enough on an inner part of the zone: small tables are cheap to look up.
    """

    kernel: str
    symmetry: str
    side: int  # the sign of x for which h is tabulated directly (complement, identity)
    times_x: bool  # the result is x times the interpolated value
    compensated: bool
    linear: float
    quadratic: float
    first: int
    zones: tuple[tuple[int, float, float], ...]  # (entries, low, high), inner to whole: the zone is low < x < high
    center: tuple[float, ...]
    coefficients: tuple[tuple[float, ...], ...]  # [power][entry]
    other_c0: tuple[float, ...]  # for the other side (complement, identity)
    other_c1: tuple[float, ...]
    precise: PreciseCell | None
    lower: Limit | None
    upper: Limit | None
    fit_error_bits: float
    max_ulp: float
    max_ulp_x: float
    points: int

    @property
    def degree(self) -> int:
        return len(self.coefficients) - 1

    @property
    def entries(self) -> int:
        return self.zones[-1][0]

    @property
    def low(self) -> float:
        return self.zones[-1][1]

    @property
    def high(self) -> float:
        return self.zones[-1][2]

    @property
    def folded(self) -> bool:
        return self.symmetry != "none"


def path_of(kernel: str, folder: Path = FOLDER) -> Path:
    return folder / f"{kernel}.json"


def to_json(table: FittedKernel) -> str:
    def encode(value: Any) -> Any:
        if isinstance(value, float):
            return value.hex()
        if isinstance(value, dict):
            return {k: encode(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [encode(v) for v in value]
        return value

    fields = {k: round(v, 4) if k in ("fit_error_bits", "max_ulp") else encode(v) for k, v in asdict(table).items()}
    return json.dumps({**fields, "command": f"python -m codegen.fit {table.kernel}"}, indent=1) + "\n"


def from_json(text: str) -> FittedKernel:
    data = json.loads(text)
    data.pop("command")

    def decode(value: Any) -> Any:
        if isinstance(value, str) and ("0x" in value or value in ("inf", "-inf")):
            return float.fromhex(value)
        if isinstance(value, dict):
            return {k: decode(v) for k, v in value.items()}
        if isinstance(value, list):
            return tuple(decode(v) for v in value)
        return value

    decoded: dict[str, Any] = {k: decode(v) for k, v in data.items()}
    for name, kind in (("precise", PreciseCell), ("lower", Limit), ("upper", Limit)):
        if decoded[name] is not None:
            decoded[name] = kind(**decoded[name])
    return FittedKernel(**decoded)


def load_all(folder: Path = FOLDER) -> Mapping[str, FittedKernel]:
    """Every table there is, by kernel name."""
    tables = [from_json(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.json"))]
    return {t.kernel: t for t in tables}
