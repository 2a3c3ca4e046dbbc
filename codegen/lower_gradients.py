"""The float32 core of a gate that gives both of its gradients in one pass.

It calls the functions of the two kernels on one vector, so its results are theirs to the last bit; both are inlined,
and the compiler evaluates once what they have in common. That is much where both begin with the same exponential.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .kernels import Kernel
from .lower_c import SingleCore, wrap

_PLACES = ("first", "second")


def gradients_core(gradients: Sequence[Kernel], cores: Mapping[str, SingleCore | None]) -> str | None:
    """The function `name_of(gate)`; None where the two kernels run one after the other, block by block: they are not of
    one arithmetic, or so cheap that they share nothing but their inputs.
    """
    if any(k.wide_only for k in gradients):
        return None
    names = [core.name if (core := cores[k.name]) is not None else None for k in gradients]
    if names == [None, None]:
        return _core(gradients, _in_double(gradients))
    if names == [f"{k.name}_pair_core" for k in gradients] and not gradients[0].parameters:
        return _core(gradients, _in_pairs(gradients))
    return None


def name_of(gate: str) -> str:
    """Not one that begins with the name of a kernel: it is no part of what that kernel was measured with."""
    return f"gradients_of_{gate}"


def _core(gradients: Sequence[Kernel], loop: Iterable[str]) -> str:
    """Pointers are copied first, since a store might change the arrays that hold them."""
    lines = [
        f"static void {name_of(gradients[0].activation.name)}(const char *const *in, char *const *out, size_t n)",
        "{",
        *(f"    const char *const {n}_array = in[{k}];" for k, n in enumerate(gradients[0].data_inputs)),
        *(f"    char *const {place}_array = out[{k}];" for k, place in enumerate(_PLACES)),
        "    for (size_t i = 0; i < n; i += FLANES) {",
        *(f"        {line}" for statement in loop for line in wrap(statement)),
    ]
    return "\n".join([*lines, "    }", "}"])


def _in_pairs(gradients: Sequence[Kernel]) -> list[str]:
    """Lanes that one gradient leaves to double do not change the other."""
    names = gradients[0].data_inputs
    loop = [f"const fvec {n} = plain_elements({n}_array, i, PYACT_F32);" for n in names]
    loop.append("fpair_context first_context = {fmask_not(fmask_none())}, second_context = first_context;")
    decided = []
    for place, kernel in zip(_PLACES, gradients, strict=True):
        loop.append(f"fvec {place} = {kernel.name}_pair({', '.join(names)}, &{place}_context);")
        decided.append(
            f"    {place} = fpair_decide_in_double({place}, {place}_context.regular, {kernel.name}_float_core, "
            f"{len(names)}, {len(names)}, in, i);"
        )
    loop += ["if (__builtin_expect(!fmask_all(fmask_and(first_context.regular, second_context.regular)), 0)) {"]
    loop += [*decided, "}"]
    return loop + [f"fvec_store((float *)(void *){place}_array + i, {place});" for place in _PLACES]


def _in_double(gradients: Sequence[Kernel]) -> list[str]:
    names = gradients[0].data_inputs
    loop = [f"const fvec {n} = plain_elements({n}_array, i, PYACT_F32);" for n in names]
    parameters = [f"(const double *)(const void *)in[{len(names) + k}]" for k in range(len(gradients[0].parameters))]
    low = ", ".join([*(f"fvec_low_to_vec({n})" for n in names), *(f"vec_load({p})" for p in parameters)])
    high = ", ".join([*(f"fvec_high_to_vec({n})" for n in names), *(f"vec_load({p} + LANES)" for p in parameters)])
    for place, kernel in zip(_PLACES, gradients, strict=True):
        loop.append(f"const fvec {place} = fvec_from_vecs({kernel.name}_narrow({low}), {kernel.name}_narrow({high}));")
    store = "fvec_store((float *)(void *){0}_array + i, fitted_canonical_nan({0}));"
    return loop + [store.format(place) for place in _PLACES]
