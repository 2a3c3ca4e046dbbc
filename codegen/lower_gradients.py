"""The float32 core that gives two gradients in one pass: of a gate, or for an input and the one learned parameter.

It calls the functions of the two kernels on one vector, so its results are theirs to the last bit; both are inlined,
and the compiler evaluates once what they have in common. That is much where both begin with the same exponential;
kernels that are little more than loads and stores gain as much by loading once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from . import lower_staged_gates
from .kernels import Kernel
from .lower_c import SingleCore, wrap
from .lower_plain import UNROLLED, plain_vector

_PLACES = ("first", "second")


def gradients_core(gradients: Sequence[Kernel], cores: Mapping[str, SingleCore | None]) -> str | None:
    """The function `name_of(activation)`; None where the two kernels run one after the other, block by block: they are
    not of one arithmetic.
    """
    if any(k.wide_only for k in gradients):
        return None
    names = [core.name if (core := cores[k.name]) is not None else None for k in gradients]
    if names == [None, None]:
        return _core(gradients, _in_double(gradients))
    if names == [f"{k.name}_pair_core" for k in gradients] and not gradients[0].parameters:
        return _core(gradients, _in_pairs(gradients))
    if names == [f"{k.name}_staged_core" for k in gradients]:
        return lower_staged_gates.gradients_core(name_of(gradients[0].activation.name), gradients)
    if names == [f"{k.name}_plain_core" for k in gradients]:
        return _in_plain(gradients)
    return None


def name_of(activation: str) -> str:
    """Not one that begins with the name of a kernel: it is no part of what that kernel was measured with."""
    return f"gradients_of_{activation}"


def _core(
    gradients: Sequence[Kernel], loop: Iterable[str], before: Iterable[str] = (), unroll: Iterable[str] = ()
) -> str:
    """Pointers are copied first, since a store might change the arrays that hold them."""
    lines = [
        f"static int {name_of(gradients[0].activation.name)}(const char *const *in, char *const *out, size_t n)",
        "{",
        *(f"    {line}" for statement in before for line in wrap(statement)),
        *(f"    const char *const {n}_array = in[{k}];" for k, n in enumerate(gradients[0].data_inputs)),
        *(f"    char *const {place}_array = out[{k}];" for k, place in enumerate(_PLACES)),
        *unroll,
        "    for (size_t i = 0; i < n; i += FLANES) {",
        *(f"        {line}" for statement in loop for line in wrap(statement)),
    ]
    return "\n".join([*lines, "    }", "    return 1;", "}"])


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


def _in_plain(gradients: Sequence[Kernel]) -> str | None:
    name = name_of(gradients[0].activation.name)
    vectors = [plain_vector(k, f"{name}_{place}") for place, k in zip(_PLACES, gradients, strict=True)]
    texts, calls, before, conditions = [], [], [], []
    for vector in vectors:
        if vector is None:
            return None
        texts.append(vector.text)
        calls.append(vector.call)
        before += [line for line in vector.before if line not in before]
        conditions += [c for c in vector.conditions if c not in conditions]
    before += [f"if (!fmask_all({c})) return 0;" for c in conditions]
    loop = [f"const fvec {n} = plain_elements({n}_array, i, PYACT_F32);" for n in gradients[0].data_inputs]
    loop += [f"const fvec {place} = {call};" for place, call in zip(_PLACES, calls, strict=True)]
    loop += [f"fvec_store((float *)(void *){place}_array + i, {place});" for place in _PLACES]
    return "\n".join([*texts, _core(gradients, loop, before, [UNROLLED])])


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
