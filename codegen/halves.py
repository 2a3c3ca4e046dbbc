"""In which 16-bit formats the plain float32 core is right: rounded to the format, it is the exact value rounded once.

`tables/halves.json` lists the kernels for which that was found at all 65,536 inputs and the default parameters; of a
gradient, for all values of grad_output with every value of the derivative (`python -m tests.halves_choice` writes it).
An entry counts only for the very expression that was tried; the tests try all inputs again.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from .expr import to_text
from .kernels import Kernel

TABLE = Path(__file__).parent / "tables" / "halves.json"


@functools.cache
def _table() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    return found


def digest(kernel: Kernel) -> str:
    """Identifies what was tried."""
    plain = to_text(kernel.plain) if kernel.plain is not None else ""
    text = f"{kernel.factor} {to_text(kernel.expression)} {plain} {kernel.activation.defaults}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def formats_of(kernel: Kernel) -> list[str]:
    """Of "f16" and "bf16"."""
    entry = _table().get(kernel.name)
    return list(entry["formats"]) if entry is not None and entry["expression"] == digest(kernel) else []
