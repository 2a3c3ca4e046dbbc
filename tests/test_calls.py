"""The short way into the functions (csrc/functions.c) gives what the Python function it stands for gives."""

from __future__ import annotations

import copy
import gc
import inspect
import itertools
import pickle
import pydoc
import sys
import threading
import tracemalloc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pyact
from codegen import lower_python, spec

CATALOGUE = spec.built_in()


def activation_of(name: str) -> spec.Activation:
    return CATALOGUE[name.partition("_backward")[0].removesuffix("_with_derivative").removesuffix("_gradients")]


NAMES = [
    name
    for activation in CATALOGUE.values()
    if activation.name not in lower_python.HANDWRITTEN
    and activation.kind != "gate"
    and not lower_python.is_plain(activation)
    for name in lower_python.function_names(activation)
]
ROWS = [n for n in NAMES if activation_of(n).kind == "row"]
ELEMENTWISE = [n for n in NAMES if n not in ROWS]
FEW = ["elu", "prelu", "hardtanh", "elu_backward", "prelu_backward_weight", "softplus_backward", "elu_with_derivative",
       "prelu_gradients"]  # fmt: skip
ONE_RESULT = [n for n in FEW if "_with_" not in n and "_gradients" not in n]
VALUES = np.array([[0.0, -0.0, 1.5, -2.5], [-0.25, np.inf, -np.inf, np.nan], [3.0, -1e-3, 7.5, -8.0]])


class Labelled(np.ndarray):
    pass


class Other:
    """An array of another library."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        return ("other", ufunc.__name__, method, len(inputs), sorted(keywords.keys() - {"where"}))


def outcome(function: Callable[..., Any], *args: Any, **keywords: Any) -> tuple[Any, ...]:
    """The result to the last bit, with its type, dtype and layout; or the exception."""
    try:
        result = function(*args, **keywords)
    except Exception as error:
        return type(error), str(error)
    return described(result)


def described(value: Any) -> tuple[Any, ...]:
    if isinstance(value, np.ndarray):
        layout = value.flags.c_contiguous, value.flags.f_contiguous, value.flags.writeable
        return type(value), value.dtype, value.shape, layout, value.tobytes()
    if isinstance(value, np.generic):
        return type(value), value.tobytes()
    if isinstance(value, tuple):
        return tuple(map(described, value))
    return type(value), value


@np.errstate(all="ignore")  # NumPy's casts warn, on both ways
def both(name: str, *args: Any, **keywords: Any) -> None:
    """The same call twice, on copies of the arguments; what is written into them must agree, too."""
    function = getattr(pyact, name)
    outcomes = []
    for called in (function, function.__wrapped__):
        memo: dict[int, Any] = {}
        own_args, own_keywords = copy.deepcopy((args, keywords), memo)
        got = outcome(called, *own_args, **own_keywords)
        arrays = [a for a in (*own_args, *own_keywords.values()) if isinstance(a, np.ndarray | tuple)]
        outcomes.append((got, described(tuple(arrays))))
    assert outcomes[0] == outcomes[1], (name, args, keywords)


def data() -> dict[str, Any]:
    with np.errstate(invalid="ignore"):  # NaN becomes an integer
        arrays: dict[str, Any] = {t: VALUES.astype(t) for t in ("f2", "f4", "f8", ">f4", "i1", "i8", "?", "c8", "O")}
    arrays |= {
        "Fortran order": np.asfortranarray(VALUES.astype("f4")), "strided": VALUES.astype("f4")[:, ::2],
        "transposed": VALUES.astype("f4").T, "reversed": VALUES.astype("f8")[::-1], "row": VALUES[0].astype("f4"),
        "misaligned": np.frombuffer(b"\0" + VALUES.astype("f4").tobytes(), "f4", offset=1).reshape(3, 4),
        "one": np.ones(1, "f4"), "no axes": np.array(-1.5, "f4"), "empty": np.empty((3, 0), "f4"),
        "read-only": np.frombuffer(VALUES.astype("f4").tobytes(), "f4"), "subclass": VALUES.astype("f4").view(Labelled),
        "large": np.linspace(-9, 9, 3000, dtype="f4"), "list": [0.5, -1.0],
        "f2 scalar": np.float16(-1.5), "f4 scalar": np.float32(-1.5), "f8 scalar": np.float64(-1.5),
        "int scalar": np.int8(-1), "float": -1.5, "int": -2, "bool": True, "large int": 2**70, "None": None,
        "text": "a", "complex": 1j, "float that f4 rounds": 0.1, "float above f4": 1e300,
    }  # fmt: skip
    return arrays


PARAMETERS: dict[str, Any] = {
    "float": 0.7, "int": 2, "large int": 2**64, "huge int": 2**70, "nan": float("nan"), "bool": True,
    "f8 scalar": np.float64(0.7), "f4 scalar": np.float32(0.7), "int scalar": np.int16(2),
    "no axes": np.array(0.7), "no axes f4": np.array(0.7, "f4"), "one": np.array([0.7]),
    "one of 2-D": np.array([[0.7]]), "one of 3-D": np.array([[[0.7]]]), "row": np.linspace(0.1, 0.4, 4),
    "column": np.linspace(0.1, 0.3, 3)[:, None],
    "per channel": np.array([0.1, 0.2, 0.3, 0.4]), "full": np.full((3, 4), 0.7), "list": [0.7], "None": None,
    "text": "a", "complex": 1j, "big-endian": np.array(0.7, ">f8"), "does not broadcast": np.ones(7),
}  # fmt: skip


def outputs(x: np.ndarray[Any, Any]) -> list[Any]:
    """What may stand for `out` beside a float32 array of 3 x 4, right and wrong."""
    return [
        None, np.zeros_like(x), np.zeros((3, 4), "f4", order="F"), np.zeros((3, 4)), np.zeros((3, 4), "f2"),
        np.zeros((3, 4), "i4"), np.zeros((4, 3), "f4"), np.zeros((2, 3, 4), "f4"), np.zeros((3, 8), "f4")[:, ::2],
        (np.zeros_like(x),), [0.0], np.zeros((3, 4), ">f4"), np.frombuffer(x.tobytes(), "f4").reshape(3, 4),
        np.zeros((3, 4), "f4").view(Labelled), (np.zeros_like(x), np.zeros_like(x)), (None, np.zeros_like(x)),
        (None, None),
    ]  # fmt: skip


def inputs_of(name: str, x: Any) -> list[Any]:
    return [x, x] if "_backward" in name or "_gradients" in name else [x]


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_data(name: str) -> None:
    for x in data().values():
        both(name, *inputs_of(name, x))


@pytest.mark.parametrize("name", FEW)
def test_parameters(name: str) -> None:
    kinds = ("f2", "f4", "f8", "row", "one", "no axes", "f4 scalar", "float", "list")
    xs = {k: v for k, v in data().items() if k in kinds}
    parameter = next(iter(activation_of(name).parameters)).name
    for x, value in itertools.product(xs.values(), PARAMETERS.values()):
        both(name, *inputs_of(name, x), value)
        both(name, *inputs_of(name, x), **{parameter: value})


@pytest.mark.parametrize("name", ["elu_backward", "hardtanh_backward", "prelu_backward_weight"])
def test_two_data_inputs(name: str) -> None:
    xs = {k: v for k, v in data().items() if k not in ("list", "large", "c8", "O", "subclass")}
    for a, b in itertools.product(xs.values(), repeat=2):
        both(name, a, b)


@pytest.mark.parametrize("name", FEW)
def test_out_and_where(name: str) -> None:
    x = VALUES.astype("f4")
    outs = outputs(x)
    for out, where in itertools.product(outs, (True, None, False, x > 0, np.True_)):
        new_arrays = out is None or (isinstance(out, tuple) and out[0] is None)
        if where is True or not new_arrays:  # else nothing is to be found where it is false
            both(name, *inputs_of(name, x), out=out, where=where)
    for out in outs:
        both(name, *inputs_of(name, x), out=out)
        both(name, *inputs_of(name, x), 0.5, out=out)
        both(name, *inputs_of(name, np.asfortranarray(x)), out=out)
        both(name, *inputs_of(name, np.float32(1)), out=out)


@pytest.mark.parametrize("name", ONE_RESULT)
@pytest.mark.parametrize("shift", [0, 1, 2, 5, -1, -3])
def test_overlap(name: str, shift: int) -> None:
    function = getattr(pyact, name)
    for kind in ("f2", "f4", "f8"):
        results = []
        for called in (function, function.__wrapped__):
            room = np.linspace(-3, 3, 700).astype(kind)
            x, out = room[10:600], room[10 + shift : 600 + shift]
            assert called(*inputs_of(name, x), out=out) is out
            results.append(room)
        assert described(results[0]) == described(results[1])


def test_a_parameter_may_overlap_the_output() -> None:
    room = np.linspace(0.5, 2, 64)
    expected = pyact.elu(-np.ones(32), 0.5 + 0 * room[0])
    out = room[:32]
    assert np.array_equal(pyact.elu(-np.ones(32), room[:1], out=out), expected)


@pytest.mark.parametrize("name", FEW)
def test_wrong_calls(name: str) -> None:
    x = VALUES.astype("f4")
    both(name)
    both(name, x=x)
    both(name, *inputs_of(name, x), alpha=1.0, min_val=2.0, nonsense=3)
    both(name, *inputs_of(name, x), x=x)
    both(name, *([x] * 9))
    for keywords in ({"dtype": "f8"}, {"casting": "no"}, {"order": "F"}, {"subok": False}, {"axis": 1}, {"sig": 1}):
        both(name, *inputs_of(name, x), **keywords)
    both(name, *inputs_of(name, Other()))
    both(name, *inputs_of(name, x), Other())


@pytest.mark.parametrize("name", FEW)
def test_keywords_that_are_not_interned(name: str) -> None:
    x = VALUES.astype("f4")
    names = [p.name for p in activation_of(name).parameters]
    keywords = {"".join(list(n)): 0.5 for n in (*names,)}
    assert described(getattr(pyact, name)(*inputs_of(name, x), **keywords)) == described(
        getattr(pyact, name)(*inputs_of(name, x), *([0.5] * len(names)))
    )
    assert pyact.elu(**{"".join(("x",)): x, "alpha": 0.5}).dtype == np.float32


def test_bfloat16() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    x = VALUES.astype(ml_dtypes.bfloat16)
    for name in FEW:
        both(name, *inputs_of(name, x))
        both(name, *inputs_of(name, x), 0.7)
        both(name, *inputs_of(name, x[0, 0]))
        both(name, *inputs_of(name, x), out=np.zeros((3, 4), "f4"))
    both("softmax", x)
    both("elu_backward", 1.0, x)


@pytest.mark.parametrize("name", ROWS)
def test_rows(name: str) -> None:
    reduces = activation_of(name).reduces

    def inputs(x: Any) -> list[Any]:
        if "_backward" not in name:
            return [x]
        gradient = x[..., 0] if reduces and isinstance(x, np.ndarray) and x.ndim and x.shape[-1] else x
        return [np.ascontiguousarray(gradient), x]

    for kind, x in data().items():
        both(name, *inputs(x))
        if kind in ("f4", "f8", "row", "large"):
            for axis in (-1, 0, 1, 2, -2, None, True, np.int64(-1), 2**70, "a"):
                both(name, *inputs(x), axis)
                both(name, *inputs(x), axis=axis)
    x = VALUES.astype("f4")
    shape = (3,) if reduces and "_backward" not in name else (3, 4)
    for out in (
        None, np.zeros(shape, "f4"), np.zeros(shape), np.zeros(shape, "f2"), np.zeros((7, 5), "f4"),
        (np.zeros(shape, "f4"),),
        np.frombuffer(np.zeros(shape, "f4").tobytes(), "f4").reshape(shape), np.zeros((*shape, 2), "f4")[..., 0],
    ):  # fmt: skip
        both(name, *inputs(x), out=out)
    both(name, *inputs(np.stack([x, -x])))
    both(name, *inputs(x), dtype="f8")
    both(name, *inputs(x), nonsense=1)
    both(name, *inputs(x), where=True)
    both(name, *([x] * 7))
    if reduces:
        for keepdims in (False, True, 0, 1, np.False_):
            both(name, *inputs(x), keepdims=keepdims)
    if "_backward" in name:
        both(name, 1.0, x)
        both(name, x, x.astype("f8"))
        both(name, x[:2], x)
    in_place = x.copy()
    if shape == x.shape:
        expected = getattr(pyact, name)(*inputs(x))
        given = inputs(in_place)
        assert getattr(pyact, name)(*given, out=in_place) is in_place
        np.testing.assert_array_equal(in_place, expected)


@pytest.mark.parametrize("number", [2, 2.0])
@pytest.mark.parametrize("parameter", [np.array(1.0), np.float64(1), np.ones(3), np.float32(1), np.array(1, "i4"), 1])
def test_ufuncs_take_python_numbers_for_float64(number: float, parameter: Any) -> None:
    """Beside a parameter of any dtype, as alone; NumPy would take the first loop that can hold them."""
    ufuncs = pyact.ufuncs
    assert ufuncs.elu(number, parameter).dtype == np.float64
    assert ufuncs.elu_backward(number, 1, parameter).dtype == np.float64
    assert ufuncs.elu_backward(1.0, number, parameter).dtype == np.float64
    assert ufuncs.elu_backward(np.float32(1), number, parameter).dtype == np.float32
    assert ufuncs.elu(np.float16(number), parameter).dtype == np.float16
    assert ufuncs.elu(number, parameter, signature="fd->f").dtype == np.float32
    assert pyact.elu(number, parameter).dtype == np.float64


# --- it looks like the Python function ----------------------------------------------------------------------------
def test_it_is_a_function_to_everybody() -> None:
    elu = pyact.elu
    assert (elu.__name__, elu.__qualname__, elu.__module__) == ("elu", "elu", "pyact._functions")
    assert inspect.isroutine(elu)
    assert list(inspect.signature(elu).parameters) == ["x", "alpha", "out", "where", "ufunc_keywords"]
    assert "elu(x: " in pydoc.plain(pydoc.render_doc(elu))
    assert "Exponential linear unit" in pydoc.render_doc(elu)
    assert inspect.getsource(elu).startswith("@_direct(_elu)\ndef elu(")
    assert repr(elu) == "<function elu>"
    assert copy.deepcopy(elu) is elu
    assert pickle.loads(pickle.dumps(elu)) is elu
    assert weakref.ref(elu)() is elu
    assert hash(elu) == hash(pyact.elu)
    assert elu != pyact.celu

    class Layer:
        act = elu

        def __init__(self) -> None:
            self.called = 0

        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.array([-1.0])

    assert np.array_equal(Layer().act(0.5), pyact.elu(np.array([-1.0]), 0.5))


def test_only_a_fitting_function_is_taken() -> None:
    kind = type(pyact.elu)
    with pytest.raises(TypeError):
        kind(pyact.elu.__wrapped__, "elu")
    with pytest.raises(TypeError, match="do not belong together"):
        kind(lambda x: x, pyact.ufuncs.elu)
    with pytest.raises(AttributeError):
        kind(1, pyact.ufuncs.elu)
    with pytest.raises(TypeError):
        kind()


def test_nothing_is_allocated_but_the_result() -> None:
    x, out = np.ones(100_000, np.float32), np.empty(100_000, np.float32)
    calls: list[Callable[[], Any]] = [
        lambda: pyact.elu(x, out=out), lambda: pyact.elu(x, 0.5, out=out), lambda: pyact.elu_backward(x, x, out=out),
        lambda: pyact.hardtanh(x, -2.0, max_val=2.0, out=out), lambda: pyact.prelu(x, np.array([0.5]), out=out),
        lambda: pyact.softmax(x, out=out),
    ]  # fmt: skip
    for call in calls:
        call()
        tracemalloc.start()
        call()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2000


def test_no_references_are_lost() -> None:
    x, alpha, out = np.ones(10, np.float32), np.array(0.25), np.empty(10, np.float32)
    weak = [(x, 0.5), (x, alpha), (x, 0.5, out), (1.0, alpha), (np.float32(1), 0.5)]

    def counts() -> list[int]:
        return [sys.getrefcount(o) for o in (x, alpha, out, pyact.elu, None, x.dtype)]

    def run() -> None:
        for arguments in weak:
            pyact.elu(*arguments)
            pyact.elu(*arguments[:2], out=np.empty(10, np.float32), where=np.array(True))
        pyact.softmax(x)
        pyact.logsumexp(x, out=np.empty((), np.float32))
        for wrong in ("a", None):
            with pytest.raises(TypeError):
                pyact.elu(x, wrong)

    run()
    gc.collect()
    before = counts()
    for _ in range(200):
        run()
    gc.collect()
    assert all(abs(a - b) < 50 for a, b in zip(counts(), before, strict=True))


def test_from_many_threads() -> None:
    x = np.linspace(-3, 3, 1000, dtype=np.float32)
    expected = pyact.elu(x, 0.5).tobytes()
    wrong: list[int] = []

    def work() -> None:
        for _ in range(300):
            through_ufunc = pyact.elu(x, alpha=0.5, out=np.empty_like(x), where=np.True_)
            if pyact.elu(x, 0.5).tobytes() != expected or through_ufunc.tobytes() != expected:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
