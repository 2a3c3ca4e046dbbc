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
    estimates: int = 3  # single calls before the rounds: an interruption spoils one of them, hardly all

    def rounds_at(self, seconds: float, fastest: float) -> int:
        """For a function that takes so many seconds: one far from the fastest cannot be the best, so it gets fewer."""
        if seconds <= 5 * fastest:
            return self.rounds
        costly = seconds > 20 * fastest and seconds > 10 * self.seconds
        return min(self.rounds, 1 if costly else 4)


QUICK = Effort(rounds=2, seconds=0.0001, estimates=1)


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

    best, rounds, calls = {}, dict.fromkeys(timers, 0), dict.fromkeys(timers, 1)
    for name in timers:
        once(name, 1)  # caches, lazy initialisation
        best[name] = min(once(name, 1) for _ in range(effort.estimates))
    for turn in range(effort.rounds):
        fastest = min(best.values())
        for name in timers:
            if turn < effort.rounds_at(best[name], fastest):
                calls[name] = max(1, int(effort.seconds / max(best[name], 1e-9)))
                best[name] = min(best[name], once(name, calls[name]))
                rounds[name] += 1
    return {name: Timing(best[name], rounds[name], calls[name]) for name in timers}
