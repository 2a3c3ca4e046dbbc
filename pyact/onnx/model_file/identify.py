"""Which activation a function is: found by its values, so that any spelling of it is recognised, and wrong ones too.

Parameters are looked for among the numbers of the graph. A function that is within `LOOSE` of an activation, but no
closer, is meant to be it and is not.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .candidate import Candidate
from .operators import expr, lower_numpy, spec

if TYPE_CHECKING:
    from codegen.spec import Activation

Array = npt.NDArray[Any]

# Largest difference at scale max(1, |y|): of the same function with constants of the format, and of one that is meant.
TIGHT = {"float32": 5e-6, "float64": 5e-7, "float16": 2e-3, "bfloat16": 2e-2}
LOOSE = {"float32": 0.02, "float64": 0.02, "float16": 0.02, "bfloat16": 0.04}
_UNSEEN = frozenset({"linear", "rrelu"})  # no activation; indistinguishable from leaky_relu
_MOST_NUMBERS = 12

_COMMON = np.concatenate([np.linspace(-6, 6, 96) + 1e-3, [-0.51, 0.49, 0.51, -0.49, 1e-3, -1e-3]])
_FAR = np.array([-60.0, -41.0, -25.3, -15.7, -10.2, -8.1, -7.3, 7.2, 8.4, 10.3, 15.1, 19.2, 25.7, 42.0, 61.0])
_PROBES = np.concatenate([_COMMON, _FAR])
_FIRST = _PROBES[::9]  # a quick look
_ROWS = tuple(np.random.default_rng(5).normal(0, 2, n) for n in (3, 5, 8))


@dataclass(frozen=True)
class Match:
    """An activation with parameters, and how far off the function is on the common range."""

    activation: Activation
    parameters: tuple[tuple[str, float], ...]
    difference: float
    exact: bool

    @property
    def name(self) -> str:
        return self.activation.name

    def __str__(self) -> str:
        return describe(self.name, self.parameters)


def describe(name: str, parameters: tuple[tuple[str, float], ...]) -> str:
    """Such as elu(alpha=0.5)."""
    listed = ", ".join(f"{n}={short(v)}" for n, v in parameters)
    return f"{name}({listed})" if listed else name


def short(value: float) -> str:
    """The shortest text: of a number that was stored as float32, its text there."""
    value = float(value)
    with np.errstate(over="ignore"):
        single = np.float32(value)
    return repr(float(str(single))) if float(single) == value else repr(value)


def identify(candidate: Candidate) -> Match | None:
    """The activation that a part of a graph computes, exactly or nearly; None if there is none."""
    if candidate.is_row:
        return _identify_row(candidate)
    if candidate.graph.dtypes.get(candidate.output, candidate.dtype) not in TIGHT:
        return None  # truth values, or integers
    values = candidate.in_doubles(_PROBES)
    if not np.isfinite(values[: _COMMON.size]).all() or _is_affine(values):
        return None
    tight, loose = TIGHT[candidate.dtype], LOOSE[candidate.dtype]
    if np.ptp(values[np.isfinite(values)]) < 4 * loose:
        return None  # all but constant
    fits = [
        (order, activation, parameters, difference)
        for order, activation in enumerate(_elementwise())
        for parameters, difference in _fits(activation, candidate.numbers, values, loose)
    ]
    if not fits:
        return None
    best = min(difference for *_, difference in fits)
    # The half formats round constants so much that two activations may both fit: those far from the best fit do not.
    enough = min(tight, max(TIGHT["float32"], 3 * best))

    def rank(fit: tuple[int, Activation, Any, float]) -> tuple[Any, ...]:
        order, activation, parameters, difference = fit
        hint = activation.onnx is not None and [activation.onnx.op] == [n.operation.op for n in candidate.nodes]
        exact = difference <= enough
        return (not exact, 0.0 if exact else difference, len(parameters), not hint, order)

    _, activation, parameters, difference = min(fits, key=rank)
    return Match(activation, parameters, difference, difference <= tight)


def _is_affine(values: Array) -> bool:
    """On the common range, and beyond it where it is finite."""
    slope, start = np.polyfit(_COMMON, values[: _COMMON.size], 1)
    line = slope * _PROBES + start
    with np.errstate(all="ignore"):
        error = np.abs(values - line) / np.maximum(1e-30, np.abs(values).max())
    return bool(np.nan_to_num(error, nan=np.inf).max() < 1e-6)


@cache
def _elementwise() -> tuple[Activation, ...]:
    return tuple(a for a in spec.built_in().values() if a.kind == "elementwise" and a.name not in _UNSEEN)


@cache
def _function(name: str) -> Callable[..., Array]:
    activation = spec.built_in()[name]
    function: Callable[..., Array] = lower_numpy.compile_numpy(activation.kernel, activation.names)
    return function


@cache
def _requirement(name: str) -> Callable[..., Array] | None:
    activation = spec.built_in()[name]
    if activation.requires is None:
        return None
    test = expr.where(activation.requires, expr.ONE, expr.ZERO)
    function: Callable[..., Array] = lower_numpy.compile_numpy(test, tuple(p.name for p in activation.parameters))
    return function


def _difference(wanted: Array, values: Array) -> Array:
    """At scale max(1, |y|); far from 0, where a function may overflow on its way, only what is finite counts."""
    error = np.abs(wanted - values) / np.maximum(1.0, np.abs(wanted))
    return np.where(np.isfinite(values), np.nan_to_num(error, nan=np.inf), 0.0)


def _fits(
    activation: Activation, numbers: tuple[float, ...], values: Array, loose: float
) -> list[tuple[tuple[tuple[str, float], ...], float]]:
    """Parameters with which the activation is within `loose`, the best few of them, and the difference."""
    names = [p.name for p in activation.parameters]
    function = _function(activation.name)
    if not names:
        if _difference(function(_FIRST), values[::9]).max() > loose:
            return []
        worst = float(_difference(function(_PROBES), values).max())
        return [((), worst)] if worst <= loose else []
    choices = _choices(activation, numbers)
    columns = choices.T[:, :, np.newaxis]
    with np.errstate(all="ignore"):
        quick = _difference(function(_FIRST, *columns), values[::9]).max(axis=-1)
        likely = choices[quick <= loose]
        if not likely.size:
            return []
        worst = _difference(function(_PROBES, *likely.T[:, :, np.newaxis]), values).max(axis=-1)
    order = np.argsort(worst, kind="stable")[:1]
    return [
        (tuple(zip(names, (float(v) for v in likely[i]), strict=True)), float(worst[i]))
        for i in order
        if worst[i] <= loose
    ]


def _choices(activation: Activation, numbers: tuple[float, ...]) -> Array:
    """Every assignment of likely numbers to the parameters that the activation allows."""
    seen = [n for n in numbers if np.isfinite(n)][:_MOST_NUMBERS]
    likely = dict.fromkeys(seen)
    likely |= dict.fromkeys(-n for n in seen)
    likely |= dict.fromkeys(1 / n for n in seen if abs(n) > 1e-30)
    pools = [list(dict.fromkeys([p.default, *likely, 0.0, 1.0])) for p in activation.parameters]
    choices = np.array(list(itertools.product(*pools)), np.float64)
    requirement = _requirement(activation.name)
    if requirement is not None:
        choices = choices[np.asarray(requirement(*choices.T)) == 1]
    return choices


def undetermined(match: Match) -> list[tuple[str, float]]:
    """Parameters that make no difference on the range looked at, so that the graph does not tell them."""
    if match.activation.kind == "row" or not match.parameters:
        return []
    values = dict(match.parameters)
    function = _function(match.name)
    plain = function(_PROBES, *values.values())
    found = []
    for name, value in match.parameters:
        other = function(_PROBES, *({**values, name: 2 * value + 1}).values())
        if _difference(other, plain).max() < TIGHT["float64"]:
            found.append((name, value))
    return found


# --- rows -------------------------------------------------------------------------------------------------------------
def _identify_row(candidate: Candidate) -> Match | None:
    try:
        values = [candidate.in_doubles(row) for row in _ROWS]
    except ValueError:  # shapes that do not go together
        return None
    best: Match | None = None
    for activation in _rows():
        wanted = [np.broadcast_to(_function(activation.name)(row), row.shape) for row in _ROWS]
        error = max(float(_difference(w, v).max()) for w, v in zip(wanted, values, strict=True))
        if not all(np.isfinite(v).all() for v in values) or error > LOOSE[candidate.dtype]:
            continue
        match = Match(activation, (), error, error <= TIGHT[candidate.dtype])
        if best is None or (not match.exact, match.difference) < (not best.exact, best.difference):
            best = match if best is None or not best.exact else best
    return best


@cache
def _rows() -> tuple[Activation, ...]:
    return tuple(a for a in spec.built_in().values() if a.kind == "row" and a.name != "softmax2d")


def named(text: str, parameters: Mapping[str, float]) -> Match:
    """An activation that the user names; KeyError if there is none, ValueError for a parameter it does not have."""
    activation = spec.built_in()[text]
    if unknown := set(parameters) - set(activation.defaults):
        raise ValueError(f"{activation.name} has no parameter {sorted(unknown)[0]!r}")
    return Match(activation, tuple({**activation.defaults, **parameters}.items()), 0.0, True)
