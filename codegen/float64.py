"""Which arithmetic a kernel uses for float64: what was measured to hold the promise, else the wide one.

`tables/float64.json` has one entry per kernel that was measured in a cheaper arithmetic and stayed below the bound
(`python -m tests.float64_choice` writes it). An entry counts only for the very expression that was measured.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import lower_c, lower_direct, lower_light
from .expr import BOOLEAN_OPS, RootSeries, postorder, to_text
from .kernels import Kernel

TABLE = Path(__file__).parent / "tables" / "float64.json"
_ALGEBRA = BOOLEAN_OPS | {
    "const", "var", "add", "sub", "mul", "div", "neg", "abs", "sign", "min", "max", "pow", "sqrt", "where", "near_root",
}  # fmt: skip


@functools.cache
def _table() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    return found


def digest(kernel: Kernel) -> str:
    """Identifies what was measured."""
    return hashlib.sha256(f"{kernel.factor} {to_text(kernel.expression)}".encode()).hexdigest()[:16]


def candidates(kernel: Kernel) -> list[str]:
    """The arithmetics that could evaluate the kernel, cheapest first; wide always can."""
    if kernel.narrow_suffices:
        return ["narrow"]
    if kernel.wide_only:
        return ["wide"]
    algebraic = all(n.op in _ALGEBRA for n in postorder(kernel.expression))
    light = lower_light.is_supported(kernel.expression)
    divides = lower_light.without_constant_divisors(kernel.expression) is not kernel.expression
    cheap = [*(["double"] if divides else []), "narrow"] if algebraic else []
    return [*cheap, *(["light"] if light else []), "wide"]


def _entry(kernel: Kernel) -> dict[str, Any] | None:
    entry = _table().get(kernel.name)
    return entry if entry is not None and entry["expression"] == digest(kernel) else None


def arithmetic(kernel: Kernel) -> str:
    """narrow, double, light or wide."""
    if kernel.narrow_suffices:
        return "narrow"
    entry = _entry(kernel)
    return "wide" if entry is None else str(entry["arithmetic"])


def direct_core(kernel: Kernel) -> str | None:
    """The loop over whole arrays, where the arithmetic has one."""
    chosen = arithmetic(kernel)
    if chosen == "narrow":
        return lower_direct.direct_core(kernel, lower_c.NARROW)
    if chosen == "double":
        return lower_direct.direct_core(lower_light.prepared_for_double(kernel), lower_c.DOUBLE)
    of_x = lower_light.direct_form(kernel) if chosen == "light" else None
    return None if of_x is None else lower_direct.core_of_function(kernel, of_x[0], guarded=of_x[1])


def function_of(kernel: Kernel) -> Callable[[Kernel, Mapping[RootSeries, str]], str] | None:
    """What prints the kernel's C for float64, where narrow and wide do not serve."""
    chosen = arithmetic(kernel)
    direct = direct_core(kernel)
    if direct is not None:
        own = lower_light.double_function if chosen == "double" and kernel.parameters else None
        return lambda kernel, series: "\n".join([*([own(kernel, series)] if own else []), direct])
    if chosen == "double":
        return lower_light.double_function
    entry = _entry(kernel)
    if chosen == "light" and entry is not None:
        return functools.partial(lower_light.light_function, checked=bool(entry["checked"]))
    return None


def core(kernel: Kernel) -> str:
    """Which of the kernel's cores float64 takes: NAME_<core>_core."""
    return arithmetic(kernel) if direct_core(kernel) is None else "direct"
