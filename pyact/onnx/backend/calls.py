"""What the backend knows of one node before it runs, and the table of operators that make a function of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .element_types import Dtype

Function = Callable[..., Any]  # of the input arrays (None for an absent one): an array, or a tuple of arrays


@dataclass(frozen=True)
class Call:
    """A node: all that is fixed when the model is prepared."""

    where: str  # for messages: the node and its operator
    op: str
    version: int  # of the operator: the opset that introduced this meaning
    attributes: Mapping[str, Any]  # the defaults of that version filled in
    inputs: tuple[Dtype | None, ...]  # None: left out
    results: tuple[Dtype, ...]

    @property
    def dtype(self) -> Dtype:
        """Of the first input."""
        dtype = self.inputs[0]
        assert dtype is not None, self.where
        return dtype


Maker = Callable[[Call], Function]


@dataclass(frozen=True)
class Operator:
    """An operator from one version on."""

    since: int
    make: Maker


OPERATORS: dict[str, list[Operator]] = {}  # the oldest first


def operator(*names: str, since: int = 1) -> Callable[[Maker], Maker]:
    """Enter the maker into the table."""

    def enter(make: Maker) -> Maker:
        for name in names:
            OPERATORS.setdefault(name, []).append(Operator(since, make))
            OPERATORS[name].sort(key=lambda o: o.since)
        return make

    return enter


def simple(function: Function, *names: str, since: int = 1) -> None:
    """Enter operators that are one function of their inputs, whatever the attributes and types."""
    operator(*names, since=since)(lambda call: function)
