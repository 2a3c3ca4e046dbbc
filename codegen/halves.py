"""How a plain float32 core, rounded to a 16-bit format, gives the exact value rounded once: without tests, if possible.

`tables/halves.json` lists the kernels for which that was found at all 65,536 inputs and the default parameters; of a
gradient, for all values of grad_output with every value of the derivative (`python -m tests.halves_choice` writes it).
An entry counts only for the very expression that was tried; the tests try all inputs again. What the words of the
table mean, csrc/plain_cores.h says.
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


def certainty(kernel: Kernel, form: str) -> str:
    """The C constants that say how results are stored in "f16" or "bf16"; PLAIN_TESTED where nothing was found."""
    entry = _table().get(kernel.name)
    if entry is None or entry["expression"] != digest(kernel):
        return "PLAIN_TESTED"
    return str(entry["formats"].get(form, "PLAIN_TESTED"))
