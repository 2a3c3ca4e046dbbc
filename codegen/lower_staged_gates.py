"""Staged kernels of gates -> C: functions written by hand (csrc/pair_glu.h), run in passes by csrc/staged_gates.h.

The passes before the last see one input, the gating one; both gradients of a gate share them and differ in the last. As
in lower_staged.py a kernel is one of them if its expression is that of the catalogue's.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import spec
from .expr import Expr
from .kernels import Kernel, kernels_of
from .lower_c import SingleCore, function


@dataclass(frozen=True)
class StagedGate:
    """Functions of the passes, `between` coming between the first and the last, and how many numbers they hand on."""

    first: str
    last: str
    members: int = 2
    between: str | None = None


@dataclass(frozen=True)
class StagedGradients:
    """Both gradients of a gate at once: what each of the kernels gives, to the last bit."""

    first: str
    between: str
    last: tuple[str, str]
    members: int


# By kernel of the catalogue.
GATES: Mapping[str, StagedGate] = {
    "glu": StagedGate("glu_power", "glu_rounded"),
    "glu_backward_a": StagedGate("glu_gradient_power", "glu_gradient_of_a_alone"),
    "glu_backward_b": StagedGate("glu_gradient_power", "glu_gradient_of_b", 3, "glu_gradient_second"),
}
# By activation.
GRADIENTS: Mapping[str, StagedGradients] = {
    "glu": StagedGradients(
        "glu_gradient_power", "glu_gradient_second", ("glu_gradient_of_a", "glu_gradient_of_b"), members=3
    ),
}


_Key = tuple[Expr, tuple[str, ...]]


def _key(kernel: Kernel) -> _Key:
    return kernel.expression, kernel.arguments


def _kernels(names: Iterable[str]) -> dict[str, list[Kernel]]:
    return {name: list(kernels_of(spec.built_in()[name])) for name in names}


@functools.cache
def _gates() -> dict[_Key, StagedGate]:
    known = {k.name: k for kernels in _kernels(GRADIENTS).values() for k in kernels}
    return {_key(known[name]): staged for name, staged in GATES.items()}


@functools.cache
def _gradients() -> dict[tuple[_Key, ...], StagedGradients]:
    found = _kernels(GRADIENTS)
    return {tuple(_key(k) for k in found[name] if k.factor): staged for name, staged in GRADIENTS.items()}


def gate_core(kernel: Kernel) -> SingleCore | None:
    """The core of a kernel that has functions of its own."""
    staged = _gates().get(_key(kernel))
    if staged is None or kernel.wide_only:
        return None
    between = f"fpair_{staged.between}" if staged.between else "NULL"
    call = (
        f"staged_gate_run(fpair_{staged.first}, {between}, fpair_{staged.last}, {staged.members}, "
        f"{kernel.factor is not None:d}, {kernel.name}_float_core, in, out, n);"
    )
    name = f"{kernel.name}_staged_core"
    text = function(f"static void {name}(const char *const *in, char *out, size_t n)", [call])
    return SingleCore(name, text, by_lane=True)


def gradients_core(name: str, gradients: Sequence[Kernel]) -> str | None:
    """The function `name` that gives both gradients of a gate at once."""
    staged = _gradients().get(tuple(map(_key, gradients)))
    if staged is None:
        return None
    passes = ", ".join(f"fpair_{f}" for f in (staged.first, staged.between, *staged.last))
    cores = ", ".join(f"{k.name}_float_core" for k in gradients)
    call = f"staged_gate_gradients_run({passes}, {staged.members}, {cores}, in, out, n);"
    return function(f"static int {name}(const char *const *in, char *const *out, size_t n)", [call, "return 1;"])
