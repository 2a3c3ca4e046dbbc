"""The gradients for x and for the one learned parameter at once: to the last bit what the separate functions give,
wherever the arrays lie and whatever shape the parameter has. tests/test_gates.py has those of gates.
"""

from __future__ import annotations

import inspect
import itertools
import math
from typing import Any

import numpy as np
import pytest

import pyact
from codegen import generate, spec
from codegen.kernels import gradients_at_once, kernels_of, learned_alone

from .test_gates import DTYPES, LENGTHS, assert_same, isa, samples  # noqa: F401 - isa is a fixture

CATALOGUE = spec.built_in()
LEARNED = {n: learned for n, a in CATALOGUE.items() if (learned := learned_alone(a)) is not None}


def inputs(dtype: Any, n: int) -> list[Any]:
    return [samples(dtype, n, 3 * n + k) for k in range(2)]


def separately(name: str, grad: Any, x: Any, parameter: Any) -> tuple[Any, Any]:
    ufuncs = pyact.ufuncs
    by_x, by_parameter = getattr(ufuncs, f"{name}_backward"), getattr(ufuncs, f"{name}_backward_{LEARNED[name]}")
    return by_x(grad, x, parameter), by_parameter(grad, x, parameter)


def parameters(name: str) -> list[float]:
    """The default, one that is no float, and ones that need the narrow arithmetic."""
    return [CATALOGUE[name].defaults[LEARNED[name]], 0.3, -1.75, 0.0, 1e300, math.inf, math.nan]


def test_which_have_it() -> None:
    assert LEARNED == {"prelu": "weight", "elu": "alpha", "celu": "alpha", "swish": "beta", "snake": "alpha"}
    assert {n for n in dir(pyact.ufuncs) if n.endswith("_gradients")} == {f"{n}_gradients" for n in LEARNED}
    for name in LEARNED:
        ufunc = getattr(pyact.ufuncs, f"{name}_gradients")
        assert (ufunc.nin, ufunc.nout, ufunc.types) == (3, 2, ["eed->ee", "ffd->ff", "ddd->dd"])
        kernels = list(kernels_of(CATALOGUE[name]))
        assert gradients_at_once(CATALOGUE[name], kernels) == kernels[1:]  # the C relies on this order
    assert gradients_at_once(CATALOGUE["pelu"], kernels_of(CATALOGUE["pelu"])) == []


@pytest.mark.parametrize("name", LEARNED)
@pytest.mark.parametrize("dtype", DTYPES, ids=lambda d: d.name)
def test_same_bits_as_separately(isa: str, name: str, dtype: Any) -> None:  # noqa: F811
    function = getattr(pyact, f"{name}_gradients")
    for n in LENGTHS:
        grad, x = inputs(dtype, n)
        for parameter in parameters(name) if n == 1024 else parameters(name)[:1]:
            expected = separately(name, grad, x, parameter)
            assert_same(function(grad, x, parameter), expected)
            for targets in ((0, 1), (1, 0), (None, 0), (1, None)):  # over inputs
                own = [grad.copy(), x.copy()]
                out = tuple(np.empty_like(x) if k is None else own[k] for k in targets)
                got = function(*own, parameter, out=out)
                assert got[0] is out[0]
                assert got[1] is out[1]
                assert_same(got, expected)
        expected = separately(name, grad, x, parameters(name)[0])
        assert_same(function(grad, x), expected)
        room = np.zeros((2, n, 2), dtype)
        room[:, :, 1] = grad, x
        assert_same(function(*room[:, :, 1]), expected)
        assert_same(function(*room[:, :, 1], out=(room[1, :, 1], room[0, :, 1])), expected)
        assert not room[:, :, 0].any()
        misaligned = [np.frombuffer(b"\0" + v.tobytes(), dtype, offset=1) for v in (grad, x)]
        assert_same(function(*misaligned), expected)
        ufunc, each = getattr(pyact.ufuncs, f"{name}_gradients"), np.linspace(-1, 2, n)
        assert_same(ufunc(grad, x, each), separately(name, grad, x, each))
        assert_same(ufunc(grad[:1], x, 0.5), separately(name, grad[:1], x, 0.5))


@pytest.mark.parametrize("shift", [1, -1, 5, -300])
def test_overlap(shift: int) -> None:
    for place, which in itertools.product((0, 1), (0, 1)):
        room, own = samples("float32", 3000, 5), inputs("float32", 1600)
        own[which] = room[400:2000]
        expected = separately("prelu", *(v.copy() for v in own), 0.25)
        target, other = room[400 + shift : 2000 + shift], np.empty(1600, np.float32)
        assert_same(pyact.prelu_gradients(*own, out=(target, other) if place == 0 else (other, target)), expected)


@pytest.mark.parametrize("shape", [(7,), (5, 3), (2, 3, 4, 5)])
def test_channels(shape: tuple[int, ...]) -> None:
    n = math.prod(shape)
    grad, x = (v.reshape(shape) for v in inputs("float32", n))
    weights = np.linspace(-0.5, 2, shape[1] if len(shape) > 1 else 1)
    expected = pyact.prelu_backward(grad, x, weights), pyact.prelu_backward_weight(grad, x, weights)
    assert_same(pyact.prelu_gradients(grad, x, weights), expected)
    with pytest.raises(ValueError, match="one weight or one per channel"):
        pyact.prelu_gradients(grad, x, np.ones(9))


def test_threads() -> None:
    grad, x = inputs("float32", (1 << 18) + 77)
    try:
        pyact.set_num_threads(1)
        expected = separately("prelu", grad, x, 0.25)
        pyact.set_num_threads(5)
        assert_same(pyact.prelu_gradients(grad, x), expected)
        assert_same(pyact.prelu_gradients(grad, x, out=(x, grad)), expected)
    finally:
        pyact.set_num_threads(None)


def test_cheap_gradients_are_one_loop() -> None:
    """What shares only its inputs, too: then it loads them once."""
    files = generate.c_files(CATALOGUE, "activations.toml", "digest")
    text = "".join(t for n, t in files.items() if n.startswith("kernels_") and n.endswith(".h"))
    for name in ("prelu", "reglu", "bilinear"):
        assert f"static int gradients_of_{name}(" in text


def test_signature() -> None:
    assert list(inspect.signature(pyact.prelu_gradients).parameters) == [
        "grad_output", "x", "weight", "out", "where", "ufunc_keywords"
    ]  # fmt: skip
    assert "for_x, for_weight" in str(pyact.prelu_gradients.__doc__)
