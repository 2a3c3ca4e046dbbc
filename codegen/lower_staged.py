"""Staged kernels -> C: float32 functions written by hand in csrc/pair_functions.h, run in passes by csrc/staged.h.

They are flat: no input takes longer than another. A kernel is one of them if its expression is that of the catalogue's,
whatever its own name, and the defaults of its parameters are the same; with other parameters, another core serves.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
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


_Key = tuple[Expr, bool, tuple[float, ...]]


def _defaults(kernel: Kernel) -> tuple[float, ...]:
    return tuple(float(kernel.activation.defaults[p]) for p in kernel.parameters)


def _key(kernel: Kernel) -> _Key:
    return kernel.expression, kernel.factor is not None, _defaults(kernel)


@functools.cache
def _by_expression() -> dict[_Key, Staged]:
    known = {k.name: k for activation in spec.built_in().values() for k in kernels_of(activation)}
    return {_key(known[n]): staged for n, staged in FUNCTIONS.items()}


def staged_core(kernel: Kernel, others: SingleCore | None = None) -> SingleCore | None:
    """The core of a kernel that has a function of its own. `others` serves other parameters, or else double does."""
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
    lines = [
        f"static void {kernel.name}_staged_core(const char *const *in, char *out, size_t n)",
        "{",
        *(f"    {line}" for statement in (*check, call) for line in wrap(statement)),
        "}",
    ]
    text = "\n".join([*([others.text, ""] if defaults and others else []), *lines])
    return SingleCore(f"{kernel.name}_staged_core", text, by_lane=not defaults)
