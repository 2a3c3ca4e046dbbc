"""What providers are known to get wrong: a table in `known_deviations.toml`, which says what its entries mean."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

KNOWN_DEVIATIONS = Path(__file__).with_name("known_deviations.toml")
ENOUGH_ULP = 16.0  # a provider this accurate has repaired what it is known for


class DeviationError(ValueError):
    """An entry of the table that is not as the table's head describes it."""


@dataclass(frozen=True)
class Deviation:
    """One entry: a wrong result at special inputs, or an error that is larger than it should be."""

    operator: str
    provider: str
    reason: str
    inputs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    dtype: str = ""
    error: float = 0.0
    ulp: float = 0.0
    above: float = -math.inf
    upto: float = math.inf
    since: str = ""
    before: str = ""

    def concerns(self, provider: str, version: str, operators: Iterable[str]) -> bool:
        """Whether the entry is about this version of the provider and a model with these operators."""
        ours = _numbers(version)
        return (
            self.provider == provider
            and self.operator in set(operators)
            and (not self.since or ours >= _numbers(self.since))
            and (not self.before or ours < _numbers(self.before))
        )

    def is_about(self, case: str, dtype: str) -> bool:
        """Whether the entry bounds the error of this case."""
        return case in self.cases and self.dtype == dtype

    def covers(self, x: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Where |x| is in the entry's range."""
        return np.asarray((np.abs(x) > self.above) & (np.abs(x) <= self.upto))

    @property
    def range_shown(self) -> str:
        above = f" above |x| = {self.above:g}" if self.above > -math.inf else ""
        return above + (f" up to |x| = {self.upto:g}" if self.upto < math.inf else "")

    def allows(self, got: float) -> bool:
        """Whether a special result is one that the entry names."""
        return any(got == float(g) or (math.isnan(got) and math.isnan(float(g))) for g in self.gives)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


_FIELDS = frozenset(Deviation.__dataclass_fields__)


def load(path: Path = KNOWN_DEVIATIONS) -> list[Deviation]:
    """The deviations that are known."""
    return [entry(table) for table in tomllib.loads(path.read_text(encoding="utf-8"))["deviation"]]


def entry(table: Mapping[str, Any]) -> Deviation:
    """One entry, from a table that may have a string in place of a list of one."""
    if unknown := set(table) - _FIELDS:
        raise DeviationError(f"a known deviation has no field {sorted(unknown)[0]!r}")
    listed: dict[str, Any] = {
        k: tuple([v] if isinstance(v, str) else v) if k in ("inputs", "gives", "cases") else v for k, v in table.items()
    }
    try:
        made = Deviation(**listed)
    except TypeError:
        raise DeviationError(f"a known deviation needs operator, provider and reason: {dict(table)}") from None
    special, bounded = bool(made.inputs and made.gives), bool(made.cases and made.dtype and (made.error or made.ulp))
    if special == bounded:
        raise DeviationError(f"{made.operator}: either inputs and gives, or cases, dtype and a bound (error or ulp)")
    return made
