"""Staged kernels -> C: float32 functions written by hand in csrc/pair_functions.h, which csrc/staged.h runs in passes;
those of gates, csrc/staged_gates.h.

They are flat: no input takes longer than another. A kernel is one of them if its expression is that of the catalogue's,
whatever its own name, and the defaults of its parameters are the same; with other parameters, another core serves.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from . import spec
from .expr import Expr
from .kernels import Kernel, kernels_of
from .lower_c import SingleCore, wrap


@dataclass(frozen=True)
class Staged:
    """The function's name in pair_functions.h, its number of passes, and how many numbers these hand on."""

    function: str
    passes: int = 2
    members: int = 2


# By kernel of the catalogue.
FUNCTIONS: Mapping[str, Staged] = {
    "sigmoid": Staged("sigmoid"),
    "sigmoid_backward": Staged("sigmoid_derivative"),
    "tanh": Staged("tanh"),
    "tanh_backward": Staged("tanh_derivative"),
    "tanhshrink": Staged("tanhshrink"),
    "tanhshrink_backward": Staged("tanhshrink_derivative", passes=3, members=3),
    "logsigmoid_backward": Staged("mirrored_sigmoid"),
    "softplus_backward": Staged("sigmoid"),  # at the default threshold it is 1 to within 1e-8
    "elu_backward": Staged("elu_derivative"),
    "celu_backward": Staged("elu_derivative"),
    "selu_backward": Staged("selu_derivative"),
    "bipolar_sigmoid_backward": Staged("bipolar_sigmoid_derivative"),
    "elu": Staged("elu"),
    "celu": Staged("elu"),
    "selu": Staged("selu"),
    "pelu": Staged("elu"),
    "pelu_backward": Staged("elu_derivative"),
    "softplus": Staged("softplus", passes=3),
    "logsigmoid": Staged("logsigmoid", passes=3),
    "mish": Staged("mish", passes=3),
    "mish_backward": Staged("mish_derivative", passes=3, members=5),
    "aranda": Staged("aranda", passes=3, members=4),
    "aranda_backward": Staged("aranda_derivative", passes=3, members=3),
    "colu": Staged("colu", passes=4, members=5),
    "logish": Staged("logish", passes=4, members=3),
    "smish": Staged("smish", passes=4),
    "smish_backward": Staged("smish_derivative", passes=4, members=5),
    "quick_gelu_backward": Staged("quick_gelu_derivative", passes=3),
    "stanh_backward": Staged("stanh_derivative"),
    "gaussian": Staged("gaussian"),
    "sinusoid": Staged("sine", members=5),
    "sinusoid_backward": Staged("cosine", members=5),
    "cosine": Staged("cosine", members=5),
    "cosine_backward": Staged("negative_sine", members=5),
    "exponential": Staged("exponential"),
    "exponential_backward": Staged("exponential"),
    "silu": Staged("silu"),
    "swish": Staged("silu"),
    "quick_gelu": Staged("quick_gelu"),
    "silu_backward": Staged("silu_derivative", passes=3),
    "swish_backward": Staged("silu_derivative", passes=3),
    "gelu": Staged("gelu", members=4),
    "gelu_backward": Staged("gelu_derivative", members=4),
    "gelu_tanh": Staged("gelu_tanh", passes=3),
    "gelu_tanh_backward": Staged("gelu_tanh_derivative", passes=4),
}


@dataclass(frozen=True)
class StagedGate:
    """The same of a gate, by its functions for the passes: `between` comes between the first and the last."""

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


_Key = tuple[Expr, tuple[str, ...], tuple[float, ...]]


def _defaults(kernel: Kernel) -> tuple[float, ...]:
    return tuple(float(kernel.activation.defaults[p]) for p in kernel.parameters)


def _key(kernel: Kernel) -> _Key:
    return kernel.expression, kernel.data_inputs, _defaults(kernel)


@functools.cache
def _catalogue() -> dict[str, Kernel]:
    return {k.name: k for activation in spec.built_in().values() for k in kernels_of(activation)}


@functools.cache
def _by_expression() -> dict[_Key, Staged]:
    return {_key(_catalogue()[n]): staged for n, staged in FUNCTIONS.items()}


@functools.cache
def _gates_by_expression() -> dict[_Key, StagedGate]:
    return {_key(_catalogue()[n]): staged for n, staged in GATES.items()}


@functools.cache
def _gradients_by_expression() -> dict[tuple[_Key, ...], StagedGradients]:
    kernels = {name: [k for k in _catalogue().values() if k.activation.name == name and k.factor] for name in GRADIENTS}
    return {tuple(map(_key, kernels[name])): staged for name, staged in GRADIENTS.items()}


def _function(head: str, body: Iterable[str]) -> str:
    return "\n".join([head, "{", *(f"    {line}" for statement in body for line in wrap(statement)), "}"])


def _gate_core(kernel: Kernel) -> SingleCore | None:
    staged = _gates_by_expression().get(_key(kernel))
    if staged is None or kernel.wide_only:
        return None
    between = f"fpair_{staged.between}" if staged.between else "NULL"
    call = (
        f"staged_gate_run(fpair_{staged.first}, {between}, fpair_{staged.last}, {staged.members}, "
        f"{kernel.factor is not None:d}, {kernel.name}_float_core, in, out, n);"
    )
    name = f"{kernel.name}_staged_core"
    text = _function(f"static void {name}(const char *const *in, char *out, size_t n)", [call])
    return SingleCore(name, text, by_lane=True)


def staged_gradients(name: str, gradients: Sequence[Kernel]) -> str | None:
    """The function `name` that gives both gradients of a gate at once."""
    staged = _gradients_by_expression().get(tuple(map(_key, gradients)))
    if staged is None:
        return None
    passes = ", ".join(f"fpair_{f}" for f in (staged.first, staged.between, *staged.last))
    cores = ", ".join(f"{k.name}_float_core" for k in gradients)
    call = f"staged_gate_gradients_run({passes}, {staged.members}, {cores}, in, out, n);"
    head = f"static int {name}(const char *const *in, char *const *out, size_t n)"
    return _function(head, [call, "return 1;"])


def staged_core(kernel: Kernel, others: SingleCore | None = None) -> SingleCore | None:
    """The core of a kernel that has a function of its own. `others` serves other parameters, or else double does."""
    if (gate := _gate_core(kernel)) is not None:
        return gate
    staged = _by_expression().get(_key(kernel))
    if staged is None or kernel.wide_only:
        return None
    count, defaults = len(kernel.data_inputs), _defaults(kernel)
    check = []
    if defaults:
        check = [
            f"static const double defaults[] = {{{', '.join(map(repr, defaults))}}};",
            f"if (!fitted_has_defaults(in + {count}, defaults, {len(defaults)})) {{",
            f"    {others.name if others else f'{kernel.name}_float_core'}(in, out, n);",
            "    return;",
            "}",
        ]
    between = [f"fpair_{staged.function}_{which}" for which in ("second", "third")[: staged.passes - 2]]
    passes = [f"fpair_{staged.function}_power", *between, *["NULL"] * (2 - len(between))]
    call = (
        f"staged_run({', '.join(passes)}, fpair_{staged.function}_rounded, {staged.members}, "
        f"{kernel.factor is not None:d}, {len(defaults)}, {kernel.name}_float_core, in, out, n);"
    )
    head = f"static void {kernel.name}_staged_core(const char *const *in, char *out, size_t n)"
    text = "\n".join([*([others.text, ""] if defaults and others else []), _function(head, [*check, call])])
    return SingleCore(f"{kernel.name}_staged_core", text, by_lane=not defaults)
