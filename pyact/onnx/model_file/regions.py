"""Finds the parts of a graph that are activations.

An activation is a part with one way in and one way out. Every value is taken for the way out in turn, the last ones
first, and each value that all its elementwise ancestors go through (its dominators) for the way in. The largest part
that is an activation wins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .candidate import Candidate
from .graph import Graph, Node
from .identify import Match, identify
from .operators import ARITHMETIC

MAX_PART = 200  # nodes of one activation: pyact's own float64 gelu has 74
MAX_IDENTIFIED = 2_000  # different functions looked at in one model, a bound on the time; then operators alone
MAX_STEPS = 100_000  # of walking a graph, and for each of its nodes 50 more; the same
_CLIMB = 256


@dataclass(frozen=True)
class Part:
    """A part of a graph that is an activation, exactly or nearly."""

    candidate: Candidate
    match: Match
    gate: str = ""  # the gated unit that it is one half of


# What multiplies the other half of a value: alone, or with the activation of that half.
_GATES = {
    ("sigmoid", ""): "glu", ("relu", ""): "reglu", ("gelu", ""): "geglu", ("silu", ""): "swiglu",
    ("tanh", "sigmoid"): "gtu", ("sigmoid", "tanh"): "gtu",
}  # fmt: skip


@dataclass
class Search:
    """Finds activations, graph after graph, within a budget for the whole model."""

    memo: dict[object, Match | None] = field(default_factory=dict)
    steps: int = 0
    exhausted: bool = False

    def match(self, candidate: Candidate) -> Match | None:
        key = candidate.key
        if key not in self.memo:
            if len(self.memo) >= MAX_IDENTIFIED and len(candidate.nodes) > 1:
                self.exhausted = True
                return None
            self.memo[key] = identify(candidate)
        return self.memo[key]


class _Finder:
    def __init__(self, graph: Graph, search: Search) -> None:
        self.graph, self.search = graph, search
        self.most_steps = search.steps + MAX_STEPS + 50 * len(graph.nodes)
        self.maker = {n.outputs[0]: (i, n) for i, n in enumerate(graph.nodes) if n.outputs and n.outputs[0]}
        self.splits = {
            output: ("Split", i) for i, n in enumerate(graph.nodes) if n.operation.op == "Split" for output in n.outputs
        }
        self.parent: dict[str, str | None] = {}  # the immediate dominator; None: there is none
        self.depth: dict[str, int] = {}
        for node in graph.nodes:
            self._place(node)

    def run(self) -> list[Part]:
        found: list[Part] = []
        self.claimed = claimed = set[str]()
        for node in reversed(self.graph.nodes):
            output = node.outputs[0] if node.outputs else ""
            if not output or output in claimed or not self._is_part(node):
                continue
            if (part := self._largest(output)) is not None:
                found.append(part)
                claimed |= {n.outputs[0] for n in part.candidate.nodes}
        return self._with_gates(found[::-1])

    def _with_gates(self, parts: list[Part]) -> list[Part]:
        """Says of which gated unit a part is one half: where both halves are cut, or computed, from one value."""
        by_output = {p.candidate.output: p for p in parts}
        gates: dict[str, str] = {}
        for node in self.graph.nodes:
            sources = self._sources(node) if node.operation.op == "Mul" else []
            if len(sources) != 2 or node.outputs[0] in self.claimed:
                continue
            halves = [by_output.get(s) for s in sources]
            entries = [p.candidate.entry if p else s for p, s in zip(halves, sources, strict=True)]
            origin = self._origin(entries[0])
            if origin is None or entries[0] == entries[1] or origin != self._origin(entries[1]):
                continue
            names = [p.match.name if p else "" for p in halves]
            gate = _GATES.get((names[0], names[1])) or _GATES.get((names[1], names[0]))
            gates |= {p.candidate.output: gate for p in halves if p and gate}
        return [replace(p, gate=gates.get(p.candidate.output, "")) for p in parts]

    def _origin(self, value: str) -> object:
        """The Split that cuts a value off, or what a layer computes it from; None if neither."""
        for _ in range(_CLIMB):
            if value in self.splits:
                return self.splits[value]
            if value not in self.maker:
                return None
            _, node = self.maker[value]
            if node.operation.op in ("MatMul", "Gemm", "Conv", "Slice"):
                return node.operation.op, node.inputs[0]
            if not self._is_part(node) or len(self._sources(node)) != 1:
                return None
            value = self._sources(node)[0]
        return None

    def unidentified(self) -> Counter[str]:
        """Operators beyond arithmetic that could be part of an activation and are part of none found."""
        return Counter(
            n.operation.op
            for n in self.graph.nodes
            if self._is_part(n) and n.outputs[0] not in self.claimed and n.operation.op not in ARITHMETIC
        )

    # -- the graph
    def _is_part(self, node: Node) -> bool:
        return node.meaning is not None and bool(node.outputs) and bool(self._sources(node))

    def _sources(self, node: Node) -> list[str]:
        constants = self.graph.constants
        ignored = node.meaning.ignored if node.meaning is not None else frozenset()
        return list(
            dict.fromkeys(n for i, n in enumerate(node.inputs) if n and n not in constants and i not in ignored)
        )

    def _place(self, node: Node) -> None:
        dominator: str | None = None
        if self._is_part(node):
            dominator = self._common(self._sources(node))
        for output in node.outputs:
            self.parent[output] = dominator
            self.depth[output] = 0 if dominator is None else self.depth.get(dominator, 0) + 1

    def _common(self, names: list[str]) -> str | None:
        """The nearest value that all of them go through."""
        result: str | None = names[0]
        for name in names[1:]:
            other: str | None = name
            for _ in range(_CLIMB):
                if result == other or result is None or other is None:
                    break
                if self.depth.get(result, 0) >= self.depth.get(other, 0):
                    result = self.parent.get(result)
                else:
                    other = self.parent.get(other)
            if result != other:
                return None
        return result

    def _candidates(self, output: str) -> Iterator[Candidate]:
        """Parts that end in the value, the largest first."""
        entries: list[str] = []
        entry = self.parent.get(output)
        while entry is not None and len(entries) < MAX_PART:
            entries.append(entry)
            entry = self.parent.get(entry)
        for entry in reversed(entries if not self.search.exhausted else entries[:1]):
            nodes = self._between(entry, output)
            if nodes is not None:
                candidate = Candidate(self.graph, entry, output, nodes)
                if self._goes_together(candidate):
                    yield candidate

    def _between(self, entry: str, output: str) -> tuple[Node, ...] | None:
        """The nodes from one value to the other, in order; None if there are too many."""
        taken: dict[int, Node] = {}
        stack = [output]
        while stack:
            name = stack.pop()
            if name == entry:
                continue
            position, node = self.maker[name]
            if position in taken:
                continue
            taken[position] = node
            self.search.steps += 1
            if self.search.steps > self.most_steps:
                self.search.exhausted = True
            if len(taken) > MAX_PART or (self.search.exhausted and len(taken) > 1):
                return None
            stack += self._sources(node)
        return tuple(taken[i] for i in sorted(taken))

    def _goes_together(self, candidate: Candidate) -> bool:
        """One axis for all reductions, and constants of one size."""
        sizes = {self.graph.constants[n].size for n in candidate.constants} - {1}
        if len(sizes) > 1:
            return False
        if not candidate.is_row:
            return True
        axes = {axis_of(self.graph, n) for n in candidate.nodes if n.meaning is not None and n.meaning.row}
        return len(axes) == 1 and None not in axes and not sizes

    # -- the choice
    def _largest(self, output: str) -> Part | None:
        near: Part | None = None
        for candidate in self._candidates(output):
            match = self.search.match(candidate)
            if match is not None and match.exact:
                return Part(candidate, match)
            if match is not None and near is None:
                near = Part(candidate, match)
        return near if near is not None and not self._holds_it(near) else None

    def _holds_it(self, near: Part) -> bool:
        """Whether there is the very activation inside, so that the rest is something else: sigmoid and a cut-off."""
        inside = {n.outputs[0] for n in near.candidate.nodes}
        for node in near.candidate.nodes[:-1]:
            for inner in self._candidates(node.outputs[0]):
                if inside.issuperset(n.outputs[0] for n in inner.nodes):
                    match = self.search.match(inner)
                    if match is not None and match.exact and match.name == near.match.name:
                        return True
        return False


def axis_of(graph: Graph, node: Node) -> int | str | None:
    """The one axis a node works along; "last ones" for Softmax before opset 13; None if there is none or several."""
    operation = node.operation
    if operation.op in ("Softmax", "LogSoftmax", "Hardmax"):
        axis = operation.attribute("axis", 1 if operation.version < 13 else -1)
        return axis if operation.version >= 13 else f"{axis} and all after it"
    given = operation.attributes.get("axes")
    if given is None and len(operation.inputs) > 1:
        values = graph.constants.get(operation.inputs[1])
        given = None if values is None else tuple(values.reshape(-1).tolist())
    if isinstance(given, tuple) and len(given) == 1:
        return int(given[0])
    return None


def find(graph: Graph, search: Search) -> tuple[list[Part], Counter[str]]:
    """The activations of a graph, and the operators left over that could have been some."""
    finder = _Finder(graph, search)
    return finder.run(), finder.unidentified()
