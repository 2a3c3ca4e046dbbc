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

    def rounds_at(self, ratio: float) -> int:
        """For a function that takes so many times as long as the fastest: it cannot be the best, so it gets fewer."""
        if ratio <= 5:
            return self.rounds
        return min(self.rounds, 3 if ratio <= 20 else 1)


QUICK = Effort(rounds=2, seconds=0.0001)


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
        fastest = min(best.values())
        for name in timers:
            if turn < effort.rounds_at(best[name] / fastest):
                best[name] = min(best[name], once(name, calls[name]))
                rounds[name] += 1
    return {name: Timing(best[name], rounds[name], calls[name]) for name in timers}
