"""Seconds per call: interleaved rounds, so that a noisy neighbour hits all alike; minima over short samples.

Samples are short because on a shared machine the other hyperthread of the core is often someone else's: while that one
works, arithmetic takes some 1.4 times as long, and the core is ours alone for less than a millisecond at a time. A
sample that fits into such a gap says what the code takes; the mean over a longer one says what the neighbour did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Effort:
    rounds: int = 40
    seconds: float = 0.002  # of one function in one round
    sample: float = 0.00002  # shortest time that is measured: far above what reading the clock takes
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


def fastest_sample(call: Callable[[], Any], samples: int, calls: int) -> float:
    """Seconds per call in the fastest of some samples of so many calls each."""
    best = float("inf")
    for _ in range(samples):
        start = perf_counter()
        for _ in range(calls):
            call()
        best = min(best, perf_counter() - start)
    return best / calls


def interleaved_minima(functions: Mapping[str, Timed], effort: Effort) -> dict[str, Timing]:
    def once(name: str, samples: int, calls: int) -> float:
        before = functions[name].before
        if before is not None:
            before()
        return fastest_sample(functions[name].call, samples, calls)

    best, rounds, calls = {}, dict.fromkeys(functions, 0), dict.fromkeys(functions, 1)
    for name in functions:
        once(name, 1, 1)  # caches, lazy initialisation
        best[name] = min(once(name, 1, 1) for _ in range(effort.estimates))
    for turn in range(effort.rounds):
        fastest = min(best.values())
        for name in functions:
            if turn < effort.rounds_at(best[name], fastest):
                in_a_sample = max(1, int(effort.sample / max(best[name], 1e-9)))
                samples = max(1, int(effort.seconds / max(best[name] * in_a_sample, 1e-9)))
                calls[name] = samples * in_a_sample
                best[name] = min(best[name], once(name, samples, in_a_sample))
                rounds[name] += 1
    return {name: Timing(best[name], rounds[name], calls[name]) for name in functions}
