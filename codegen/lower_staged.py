"""Staged kernels -> C: float32 functions written by hand in csrc/pair_functions.h, which csrc/staged.h runs in passes
(those of gates: lower_staged_gates.py).

They are flat: no input takes longer than another. A kernel is one of them if its expression is that of the catalogue's,
whatever its own name, and the defaults of its parameters are the same. With other parameters another core serves, or
functions that are given constants made of these (csrc/staged_parameters.h).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from . import spec
from .expr import Expr, variables
from .kernels import Kernel, kernels_of
from .lower_c import SingleCore, function, wrap


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
    "elu_backward_alpha": Staged("elu_alpha_derivative"),
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
    "snake": Staged("snake", members=4),
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

# With other parameters, or with any.
PARAMETRIC: Mapping[str, Staged] = {
    "elu": Staged("scaled_elu", members=3),
    "elu_backward": Staged("scaled_elu_derivative"),
    "celu": Staged("scaled_celu", passes=3, members=3),
    "celu_backward": Staged("scaled_celu_derivative"),
    "celu_backward_alpha": Staged("scaled_celu_alpha_derivative", passes=3, members=5),
    "pelu": Staged("scaled_pelu", passes=3, members=3),
    "pelu_backward": Staged("scaled_pelu_derivative"),
    "pelu_backward_a": Staged("scaled_pelu_a_derivative", passes=3, members=3),
    "pelu_backward_b": Staged("scaled_pelu_b_derivative"),
    "softplus": Staged("scaled_softplus", passes=3, members=3),
    "softplus_backward": Staged("scaled_softplus_derivative"),
    "swish": Staged("scaled_silu"),
    "swish_backward": Staged("scaled_silu_derivative", passes=3),
    "swish_backward_beta": Staged("scaled_silu_rate"),
    "snake": Staged("scaled_snake", members=4),
}


_Key = tuple[Expr, bool, tuple[float, ...]]
_ParametricKey = tuple[Expr, bool, tuple[str, ...]]


def _defaults(kernel: Kernel) -> tuple[float, ...]:
    return tuple(float(kernel.activation.defaults[p]) for p in kernel.parameters)


def _key(kernel: Kernel) -> _Key:
    """Defaults count where the expression has the parameters at all."""
    named = variables(kernel.expression)
    return kernel.expression, kernel.factor is not None, _defaults(kernel) if named & set(kernel.parameters) else ()


def _parametric_key(kernel: Kernel) -> _ParametricKey:
    return kernel.expression, kernel.factor is not None, kernel.parameters


@functools.cache
def _catalogue() -> tuple[dict[_Key, Staged], dict[_ParametricKey, Staged]]:
    known = {k.name: k for activation in spec.built_in().values() for k in kernels_of(activation)}
    at_defaults = {_key(known[n]): staged for n, staged in FUNCTIONS.items()}
    return at_defaults, {_parametric_key(known[n]): staged for n, staged in PARAMETRIC.items()}


def is_staged_for_all_parameters(kernel: Kernel) -> bool:
    """Also where it has none."""
    at_defaults, parametric = _catalogue()
    key = _key(kernel)
    return _parametric_key(kernel) in parametric or (not key[2] and key in at_defaults)


def staged_core(kernel: Kernel, others: SingleCore | None = None) -> SingleCore | None:
    """The core of a kernel that has a function of its own. If that is for the defaults only, `others` serves other
    parameters, or else double does.
    """
    at_defaults, parametric = _catalogue()
    key = _key(kernel)
    usual, any_other = at_defaults.get(key), parametric.get(_parametric_key(kernel))
    if (usual is None and any_other is None) or kernel.activation.float32 == "wide":
        return None
    defaults, needed = key[2], _in_wide(kernel) if kernel.wide_only else ""
    if usual is None or any_other is not None:
        assert any_other is not None
        body = _for_all_parameters(kernel, usual, any_other)
    elif defaults:
        needed = others.text if others else ""
        other_name = others.name if others else _finer_core(kernel)
        body = [
            _array_of(defaults),
            f"if (!fitted_has_defaults(in + {len(kernel.data_inputs)}, defaults, {len(defaults)})) {{",
            f"    {other_name}(in, out, n);",
            "    return;",
            "}",
            _run(kernel, usual),
        ]
    else:
        body = [_run(kernel, usual)]
    text = function(f"static void {kernel.name}_staged_core(const char *const *in, char *out, size_t n)", body)
    by_lane = any_other is not None or not defaults
    return SingleCore(f"{kernel.name}_staged_core", "\n\n".join(t for t in (needed, text) if t), by_lane)


def _array_of(defaults: tuple[float, ...]) -> str:
    return f"static const double defaults[] = {{{', '.join(map(repr, defaults))}}};"


def _finer_core(kernel: Kernel) -> str:
    """What serves lanes out of range."""
    return f"{kernel.name}_in_wide_core" if kernel.wide_only else f"{kernel.name}_float_core"


def _in_wide(kernel: Kernel) -> str:
    call = f"float_in_wide({kernel.name}_wide_core, {len(kernel.data_inputs)}, {len(kernel.parameters)}, in, out, n);"
    return function(f"static void {_finer_core(kernel)}(const char *const *in, char *out, size_t n)", [call])


def _passes(staged: Staged) -> str:
    between = [f"fpair_{staged.function}_{which}" for which in ("second", "third")[: staged.passes - 2]]
    passes = [f"fpair_{staged.function}_power", *between, *["NULL"] * (2 - len(between))]
    return f"{', '.join(passes)}, fpair_{staged.function}_rounded, {staged.members}"


def _run(kernel: Kernel, staged: Staged) -> str:
    return (
        f"staged_run({_passes(staged)}, {kernel.factor is not None:d}, {len(kernel.parameters)}, "
        f"{_finer_core(kernel)}, in, out, n);"
    )


def _for_all_parameters(kernel: Kernel, usual: Staged | None, staged: Staged) -> list[str]:
    """`usual` is for the defaults."""
    count = len(kernel.parameters)

    def others(lanes: str) -> str:
        return (
            f"staged_run_otherwise({lanes}, fpair_{staged.function}_prepare, {_passes(staged)}, "
            f"{kernel.factor is not None:d}, {count}, {kernel.name}_staged_core, {_finer_core(kernel)}, in, out, n);"
        )

    if usual is None:
        return [others("fmask_none()")]
    return [
        _array_of(_defaults(kernel)),
        f"const fmask usual = staged_are_defaults(in + {len(kernel.data_inputs)}, defaults, {count});",
        "if (!fmask_all(usual)) {",
        *(f"    {line}" for line in wrap(others("usual"))),
        "    return;",
        "}",
        _run(kernel, usual),
    ]
