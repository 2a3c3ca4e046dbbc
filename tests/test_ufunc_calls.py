"""The short way into the ufuncs (csrc/ufunc_calls.c) gives what NumPy's own way into them gives."""

from __future__ import annotations

import copy
import functools
import itertools
from typing import Any

import numpy as np
import pytest

import pyact
from codegen import lower_python, spec

from .test_calls import VALUES, Other, data, described, outcome, outputs

PLAIN = [a for a in spec.built_in().values() if lower_python.is_plain(a)]
NAMES = [n for a in PLAIN for n in (a.name, f"{a.name}_backward", f"{a.name}_with_derivative")]
FEW = ["relu", "sigmoid", "sigmoid_backward", "tanh_with_derivative"]
WITH_PARAMETERS = ["elu", "hardtanh_backward", "softplus_with_derivative", "glu"]


@np.errstate(all="ignore")  # NumPy's casts warn, on both ways
def both(name: str, *args: Any, **keywords: Any) -> None:
    """The same call twice, on copies of the arguments; `where` sends it NumPy's way."""
    ufunc = getattr(pyact.ufuncs, name)
    outcomes = []
    for called in (ufunc, functools.partial(ufunc, where=True)):
        own_args, own_keywords = copy.deepcopy((args, keywords), {})
        got = outcome(called, *own_args, **own_keywords)
        arrays = [a for a in (*own_args, *own_keywords.values()) if isinstance(a, np.ndarray | tuple)]
        outcomes.append((got, described(tuple(arrays))))
    assert outcomes[0] == outcomes[1], (name, args, keywords)


def data_inputs(name: str) -> int:
    return 2 if "_backward" in name or name == "glu" else 1


def inputs_of(name: str, x: Any, parameter: Any = 0.7) -> list[Any]:
    count = data_inputs(name)
    return [x] * count + [parameter] * (getattr(pyact.ufuncs, name).nin - count)


def test_they_are_ufuncs() -> None:
    for name in NAMES:
        assert isinstance(getattr(pyact.ufuncs, name), np.ufunc)
        assert name.endswith("_with_derivative") or getattr(pyact, name) is getattr(pyact.ufuncs, name)


@pytest.mark.parametrize("name", [*NAMES, *WITH_PARAMETERS])
def test_data(name: str) -> None:
    for x in data().values():
        both(name, *inputs_of(name, x))


@pytest.mark.parametrize("name", ["sigmoid_backward", "glu"])
def test_two_data_inputs(name: str) -> None:
    xs = {k: v for k, v in data().items() if k not in ("list", "large", "c8", "O")}
    for a, b in itertools.product(xs.values(), repeat=2):
        both(name, a, b)


@pytest.mark.parametrize("name", WITH_PARAMETERS[:3])
def test_parameters(name: str) -> None:
    for x in (VALUES, VALUES.astype("f4"), np.float32(1), 2.0, -1):
        for parameter in (2, 0.7, np.float32(0.7), np.array([0.7]), np.array([[[0.7]]]), np.ones(4), "a", None, 2**70):
            both(name, *inputs_of(name, x, parameter))


@pytest.mark.parametrize("name", [*FEW, *WITH_PARAMETERS])
def test_out(name: str) -> None:
    x = VALUES.astype("f4")
    for out in outputs(x):
        for given in (x, np.asfortranarray(x), np.float32(1)):
            both(name, *inputs_of(name, given), out=out)
            both(name, *inputs_of(name, given), out)
            both(name, *inputs_of(name, given), out, out=out)
            both(name, *inputs_of(name, given), out, out)


@pytest.mark.parametrize("name", [n for n in FEW if "_with_" not in n])
@pytest.mark.parametrize("shift", [0, 1, 5, -3])
def test_overlap(name: str, shift: int) -> None:
    for kind in ("f2", "f4", "f8"):
        results = []
        for keywords in ({}, {"where": True}):
            room = np.linspace(-3, 3, 700).astype(kind)
            x, out = room[10:600], room[10 + shift : 600 + shift]
            assert getattr(pyact, name)(*inputs_of(name, x), out, **keywords) is out
            results.append(room)
        assert described(results[0]) == described(results[1])


@pytest.mark.parametrize("name", FEW)
def test_wrong_and_unusual_calls(name: str) -> None:
    x = VALUES.astype("f4")
    both(name)
    both(name, x=x)
    both(name, *([x] * 9))
    for keywords in ({"dtype": "f8"}, {"casting": "no"}, {"order": "F"}, {"subok": False}, {"axis": 1}, {"sig": 1}):
        both(name, *inputs_of(name, x), **keywords)
    both(name, *inputs_of(name, Other()))
    both(name, *inputs_of(name, x), Other())
    both(name, *inputs_of(name, x), **{"".join(("o", "ut")): np.zeros_like(x)})  # a name that is not interned


def test_bfloat16() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = VALUES.astype(ml_dtypes.bfloat16)
    for name in (*FEW, *WITH_PARAMETERS):
        both(name, *inputs_of(name, x))
        both(name, *inputs_of(name, x[0, 0]))
        both(name, *inputs_of(name, x), out=np.zeros((3, 4), "f4"))


def test_methods_are_numpys() -> None:
    x = np.array([1.0, -2.0])
    assert pyact.sigmoid_backward.outer(x, x).shape == (2, 2)
    pyact.relu.at(x, [1])
    assert x.tolist() == [1.0, 0.0]
