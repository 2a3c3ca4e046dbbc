"""Measurements, as JSON that several runs can add to.

{"format": 1,
 "environments": {id: {...}},                 what environment.describe says
 "measurements": [{"environment": id, "table": ..., "name": ..., "direction": ..., "dtype": ..., "shape": [...],
                   "axis": -1, "inputs": ..., "who": "torch", "status": "ok",
                   "seconds": ..., "rounds": ..., "calls": ...}]}

`who` is a library, `LIMIT`, or one row of a small table ("pyact, 2 threads"). `status` is "ok", or says why there is
no time, or why it does not count.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .cells import Cell

FORMAT = 1
LIMIT = "limit"  # np.copyto, or np.add of two arrays where two are read
NP_TANH = "np.tanh"
OK = "ok"


@dataclass(frozen=True)
class Measurement:
    cell: Cell
    who: str
    status: str
    seconds: float | None = None
    rounds: int = 0
    calls: int = 0


Environment = dict[str, Any]


def environment_id(environment: Environment) -> str:
    return hashlib.sha256(json.dumps(environment, sort_keys=True).encode()).hexdigest()[:8]


@dataclass
class Results:
    environments: dict[str, Environment] = field(default_factory=dict)
    cells: dict[str, dict[Cell, list[Measurement]]] = field(default_factory=dict)  # by environment

    def add(self, environment: str, measurements: Iterable[Measurement]) -> None:
        for m in measurements:
            self.cells.setdefault(environment, {}).setdefault(m.cell, []).append(m)

    def open_environment(self, environment: Environment) -> tuple[str, int]:
        """Its id; and how many cells were dropped because they belong to another build of pyact."""
        key, dropped = environment_id(environment), 0

        def but_for_the_build(e: Environment) -> Environment:
            return {k: v for k, v in e.items() if k != "pyact_build"}

        for other, known in list(self.environments.items()):
            if other != key and but_for_the_build(known) == but_for_the_build(environment):
                dropped += len(self.cells.pop(other, {}))
                del self.environments[other]
        self.environments[key] = environment
        self.cells.setdefault(key, {})
        return key, dropped


def to_json(results: Results) -> str:
    measurements = [
        {
            "environment": environment,
            "table": m.cell.table, "name": m.cell.name, "direction": m.cell.direction, "dtype": m.cell.dtype,
            "shape": list(m.cell.shape), "axis": m.cell.axis, "inputs": m.cell.inputs,
            "who": m.who, "status": m.status, "seconds": m.seconds, "rounds": m.rounds, "calls": m.calls,
        }
        for environment, cells in results.cells.items() for group in cells.values() for m in group
    ]  # fmt: skip
    head = json.dumps({"format": FORMAT, "environments": results.environments}, indent=1)
    lines = ",\n  ".join(json.dumps(m) for m in measurements)  # a line each: differences can be read
    return f'{head[:-2]},\n "measurements": [\n  {lines}\n ]\n}}\n'


def from_json(text: str) -> Results:
    document = json.loads(text)
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"not measurements in format {FORMAT}")
    results = Results(environments=document["environments"], cells={k: {} for k in document["environments"]})
    for m in document["measurements"]:
        cell = Cell(m["table"], m["name"], m["direction"], m["dtype"], tuple(m["shape"]), m["inputs"], m["axis"])
        measurement = Measurement(cell, m["who"], m["status"], m["seconds"], m["rounds"], m["calls"])
        results.add(m["environment"], [measurement])
    return results


def save(results: Results, path: Path) -> None:
    """Whole or not at all, also when interrupted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(to_json(results))
    os.replace(unfinished, path)


def load(path: Path) -> Results:
    return from_json(path.read_text())
