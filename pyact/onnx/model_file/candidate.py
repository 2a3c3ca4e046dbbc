"""A part of a graph with one input and one output, as a function that can be evaluated in three ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from .. import oracle, points
from .graph import Graph, Node
from .operators import reference

Array = npt.NDArray[Any]
AGREEMENT = 1e-25  # of two precisions
_CHANNELS = 3  # looked at, where constants hold one number per channel


@dataclass(frozen=True)
class Candidate:
    """The nodes from the value `entry` to the value `output`, for one of the channels of its constants."""

    graph: Graph
    entry: str
    output: str
    nodes: tuple[Node, ...]
    channel: int = 0

    @cached_property
    def dtype(self) -> str:
        """The format of the entry; where nothing tells, that of the constants beside it, or float32."""
        dtypes = self.graph.dtypes
        if dtypes.get(self.entry) in oracle.FORMATS:
            return dtypes[self.entry]
        for node in self.nodes:
            for name in (*node.inputs, *node.outputs):
                if dtypes.get(name) in oracle.FORMATS:
                    return dtypes[name]
        return "float32"

    @cached_property
    def result_dtype(self) -> str:
        known = self.graph.dtypes.get(self.output, self.dtype)
        return known if known in oracle.FORMATS else self.dtype

    @cached_property
    def is_row(self) -> bool:
        return any(n.meaning is not None and n.meaning.row for n in self.nodes)

    @cached_property
    def constants(self) -> Mapping[str, float]:
        """Of each constant input the number that counts for the channel."""
        found = {}
        for node in self.nodes:
            ignored = node.meaning.ignored if node.meaning is not None else frozenset()
            for position, name in enumerate(node.inputs):
                if name in self.graph.constants and name not in found and position not in ignored:
                    values = self.graph.constants[name].reshape(-1)
                    if values.size:
                        found[name] = float(values[self.channel % values.size])
        return found

    @cached_property
    def channels(self) -> tuple[int, ...]:
        """A few channels that stand for all: those with the smallest and the largest constant, and the first."""
        arrays = [self.graph.constants[n].reshape(-1) for n in self.constants]
        varying = [a.astype(np.float64) for a in arrays if a.size > 1 and (a != a[0]).any()]
        if not varying:
            return (0,)
        return tuple(dict.fromkeys([0, int(np.argmin(varying[0])), int(np.argmax(varying[0]))]))[:_CHANNELS]

    @cached_property
    def numbers(self) -> tuple[float, ...]:
        """Constants and attributes, which may be parameters."""
        found = dict.fromkeys(self.constants.values())
        for node in self.nodes:
            for value in node.operation.attributes.values():
                if isinstance(value, float):
                    found[value] = None
        return tuple(found)

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Equal for functions that are computed alike."""
        places = {self.entry: 0}
        parts: list[Any] = [self.dtype]
        for position, node in enumerate(self.nodes, start=1):
            arguments = tuple(
                ("c", repr(self.constants[n]), self.graph.dtypes.get(n, "")) if n in self.constants else places.get(n)
                for n in node.inputs
            )
            parts.append((node.signature, arguments))
            places.update(dict.fromkeys(node.outputs, position))
        return tuple(parts)

    # -- evaluation
    def _walk(self, x: Any, apply: Callable[[Node, list[Any]], Any], constant: Callable[[float], Any]) -> Any:
        values: dict[str, Any] = {"": None, self.entry: x}
        for node in self.nodes:
            assert node.meaning is not None
            arguments = [
                constant(0.0) if i in node.meaning.ignored and n
                else values[n] if n in values else constant(self.constants[n])
                for i, n in enumerate(node.inputs)
            ]  # fmt: skip
            values[node.outputs[0]] = apply(node, arguments)
        return values[self.output]

    def in_doubles(self, x: Array) -> Array:
        """As a formula, nothing rounded to the format."""

        def apply(node: Node, arguments: list[Any]) -> Array:
            assert node.meaning is not None
            return node.meaning.numbers(arguments)

        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(self._walk(x, apply, np.float64), np.float64), x.shape)

    def rounded(self, x: Array) -> Array:
        """As a runtime without fault would: the result of every node is the nearest number of its format."""

        def apply(node: Node, arguments: list[Any]) -> Array:
            assert node.meaning is not None
            result = node.meaning.numbers(arguments)
            dtype = self.graph.dtypes.get(node.outputs[0], self.dtype)
            return result if dtype not in oracle.FORMATS else points.rounded(result, dtype).astype(np.float64)

        with np.errstate(all="ignore"):
            return np.broadcast_to(self._walk(x, apply, np.float64), x.shape)

    def exact(self, x: float | Sequence[float]) -> Any:
        """The formula in high precision at one number, or one row."""
        mp = reference.mp

        def apply(node: Node, arguments: list[Any]) -> Any:
            assert node.meaning is not None
            return node.meaning.exact(arguments)

        with mp.workdps(400):
            start = [mp.mpf(v) for v in x] if isinstance(x, Sequence) else mp.mpf(x)
            result = self._walk(start, apply, mp.mpf)
        return result

    def is_tame(self, x: Array) -> Array:
        """Where no sine has an argument with more digits than a double can count."""
        tame = np.ones(x.shape, bool)

        def apply(node: Node, arguments: list[Any]) -> Array:
            assert node.meaning is not None
            if node.operation.op in ("Sin", "Cos"):
                np.logical_and(tame, np.isfinite(arguments[0]), out=tame)
            return node.meaning.numbers(arguments)

        with np.errstate(all="ignore"):
            self._walk(x, apply, np.float64)
        return tame
