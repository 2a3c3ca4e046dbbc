"""What a validation found: a result per case and setting, and the report of them all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from .comparison import Error
from .curves import ErrorCurve
from .export import DEFAULT_OPSET
from .runtime import Placement


class ValidationError(ValueError):
    """A validation that cannot be made, or that would have compared nothing."""


@dataclass(frozen=True)
class Setting:
    """How a model is made and where it runs."""

    provider: str
    optimize: bool
    opset: int
    style: str


@dataclass
class Result:
    """One row of the report."""

    name: str
    dtype: str
    points: int
    kernel: Error
    runtime: Error
    promise: float
    deviations: list[str] = field(default_factory=list)  # known ones that were seen
    wrong: list[str] = field(default_factory=list)  # why the verdict is bad
    repaired: list[str] = field(default_factory=list)  # known ones that are gone
    curve: ErrorCurve | None = field(default=None, repr=False, compare=False)  # the error along x, where asked for
    provider: str = "cpu"
    optimize: bool = False
    opset: int = DEFAULT_OPSET
    style: str = "auto"
    difference: Error | None = None  # of the runtime from the kernel
    blame: list[str] = field(default_factory=list)  # who is wrong: kernel, provider, model, definition
    placement: list[Placement] = field(default_factory=list, repr=False)  # where each node ran

    @property
    def ok(self) -> bool:
        return not self.wrong

    @property
    def verdict(self) -> str:
        if self.wrong:
            return "; ".join(self.wrong)
        return "same" + (f" (known: {'; '.join(self.deviations)})" if self.deviations else "")

    def is_wrong(self, who: str, what: str) -> None:
        """Note what is wrong, and with whom, once."""
        if what not in self.wrong:
            self.wrong.append(what)
        if who not in self.blame:
            self.blame.append(who)


@dataclass(frozen=True)
class NotRun:
    """A model that a provider did not take: nothing was compared."""

    name: str
    dtype: str
    provider: str
    style: str
    opset: int
    reason: str
    operators: tuple[str, ...] = ()  # those without a kernel there

    def __str__(self) -> str:
        return f"{self.name} {self.dtype} (opset {self.opset}, {self.style}): {self.reason}"


@dataclass
class Report:
    """Every case of one validation."""

    results: list[Result]
    opset: int | str
    style: str
    gradient: bool
    runtime: str
    seconds: float
    versions: dict[str, str] = field(default_factory=dict)  # per provider what it ran on
    skipped: list[str] = field(default_factory=list)  # providers that are not there, and why
    missing: list[str] = field(default_factory=list)  # those of them that were asked for by name
    not_run: list[NotRun] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)  # activations that the style does not have

    @property
    def ok(self) -> bool:
        """Everything that was asked for was compared, and is the same function."""
        return self.is_complete and not self.different

    @property
    def is_complete(self) -> bool:
        return bool(self.results) and all(r.points > 0 for r in self.results) and not (self.not_run or self.missing)

    @property
    def different(self) -> list[Result]:
        """What is not the function it should be."""
        return [r for r in self.results if not r.ok]

    @property
    def points(self) -> int:
        return sum(r.points for r in self.results)

    def to_json(self) -> str:
        """All of it, as JSON; an infinite error is the string "inf"."""
        plain = asdict(replace(self, results=[replace(r, curve=None) for r in self.results])) | {"ok": self.ok}
        for shown, result in zip(plain["results"], self.results, strict=True):
            del shown["curve"]  # for the plots of `html.page`
            shown |= {"ok": result.ok, "verdict": result.verdict}
        return json_text(plain)


def json_text(plain: Mapping[str, Any]) -> str:
    """As JSON, which has no infinity and no NaN: they become strings such as "inf"."""
    return json.dumps(_finite(plain), indent=1) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list | tuple) else value
