"""Seconds per call: interleaved rounds, so that a change of clock or a noisy neighbour hits all alike; minima."""

from __future__ import annotations

import timeit
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Effort:
    rounds: int = 15
    seconds: float = 0.002  # of one function in one round
    # A function this many times slower than the fastest cannot be the best: it gets fewer rounds.
    hopeless: float = 5
    hopeless_rounds: int = 3


QUICK = Effort(rounds=2, seconds=0.0001, hopeless_rounds=1)


@dataclass(frozen=True)
class Timing:
    seconds: float
    rounds: int
    calls: int  # in one round


@dataclass(frozen=True)
class Timed:
    call: Callable[[], Any]
    before: Callable[[], Any] | None = None  # run before each round and not timed


def interleaved_minima(functions: Mapping[str, Timed], effort: Effort) -> dict[str, Timing]:
    timers = {name: timeit.Timer(function.call) for name, function in functions.items()}

    def once(name: str, number: int) -> float:
        before = functions[name].before
        if before is not None:
            before()
        return timers[name].timeit(number) / number

    calls, best, rounds = {}, {}, {}
    for name in timers:
        once(name, 1)  # caches, lazy initialisation
        estimate = once(name, 1)
        if estimate < effort.seconds / 20:
            estimate = once(name, 10)
        calls[name] = max(1, int(effort.seconds / max(estimate, 1e-9)))
        best[name], rounds[name] = estimate, 0
    for turn in range(effort.rounds):
        fastest = min(best.values(), default=0.0)
        for name in timers:
            if turn >= effort.hopeless_rounds and best[name] > effort.hopeless * fastest:
                continue
            best[name] = min(best[name], once(name, calls[name]))
            rounds[name] += 1
    return {name: Timing(best[name], rounds[name], calls[name]) for name in timers}
