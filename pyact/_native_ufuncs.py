"""The NumPy ufuncs of a compiled extension: pyact's own, or that of a package made by `python -m pyact build`."""

from __future__ import annotations

import functools
import operator
import os
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, cast

import numpy as np

from ._native import ffi as _ffi
from ._native import lib as _lib


def build(ffi: Any, lib: Any, docs: Mapping[str, str]) -> dict[str, np.ufunc]:
    """Every kernel as a ufunc, by name. A ufunc's docstring is fixed when it is made, hence `docs`."""
    if lib.pyact_isa() == ffi.NULL:
        raise ImportError(ffi.string(lib.pyact_isa_error()).decode())
    ufuncs: dict[str, np.ufunc] = {}
    texts = dict(docs)
    if lib.pyact_build_ufuncs(ffi.cast("void *", id(ufuncs)), ffi.cast("void *", id(texts))) != 0:
        raise ImportError("pyact could not make its NumPy ufuncs; the reason is printed above")
    return ufuncs


_Called = TypeVar("_Called", bound=Callable[..., Any])


class _Decorator(Protocol):
    def __call__(
        self, ufunc: np.ufunc, *, only_direct: bool = False, ordered: bool = False
    ) -> Callable[[_Called], _Called]: ...


def direct_calls(ffi: Any, lib: Any) -> _Decorator:
    """A decorator for a function that does nothing but call a ufunc: plain calls then run without Python.

    The function stays what it is, and handles every call that is not plain. With `only_direct` it does more than call
    the ufunc: for arguments other than arrays and single numbers, or where an argument after the parameters is neither
    None nor False. With `ordered` it refuses parameters that decrease.
    """
    types: dict[str, Any] = {}
    if lib.pyact_build_function_type(ffi.cast("void *", id(types))) != 0:
        raise ImportError("pyact could not make the type of its functions; the reason is printed above")
    compiled = types["Function"]

    def decorator(ufunc: np.ufunc, *, only_direct: bool = False, ordered: bool = False) -> Callable[[_Called], _Called]:
        def decorate(function: _Called) -> _Called:
            made: Any = compiled(function, ufunc, only_direct=only_direct, ordered=ordered)
            functools.update_wrapper(made, function)
            return cast(_Called, made)

        return decorate

    return decorator


def isa() -> str:
    """The instruction set the kernels run on: "baseline", "avx2", "avx512" or "neon".

    It is the best one that the processor and the operating system support. The environment variable `PYACT_ISA`, read
    when pyact is imported, pins another; the results are the same to the last bit.

    >>> import pyact
    >>> pyact.isa() in ("baseline", "avx2", "avx512", "neon")
    True
    """
    name: bytes = _ffi.string(_lib.pyact_isa())
    return name.decode()


def get_num_threads() -> int:
    """How many threads one call may use.

    Calls that would take one thread more than about 50 microseconds are split over them. It is what `set_num_threads`
    set, else the environment variable `PYACT_NUM_THREADS`, else the number of processors this process may run on.

    >>> import pyact
    >>> pyact.get_num_threads() >= 1
    True
    """
    return int(_lib.pyact_get_num_threads())


def set_num_threads(n: int | None) -> None:
    """Let every later call use at most `n` threads.

    Parameters
    ----------
    n : int or None
        From 1 up; more than 64 count as 64. None goes back to the default, see `get_num_threads`.

    Returns
    -------
    None

    Raises
    ------
    TypeError
        `n` is no integer.
    ValueError
        `n` is less than 1.

    Notes
    -----
    Results do not depend on it. It holds for the whole process.

    Examples
    --------
    >>> import pyact
    >>> pyact.set_num_threads(1)
    >>> pyact.get_num_threads()
    1
    >>> pyact.set_num_threads(None)
    """
    if n is not None:
        n = operator.index(n)
        if n < 1:
            raise ValueError(f"the number of threads must be at least 1, not {n}")
    _lib.pyact_set_num_threads(0 if n is None else min(n, 64))


def _check_environment() -> None:
    text = os.environ.get("PYACT_NUM_THREADS")
    if text is not None and not (text.isdecimal() and int(text) >= 1):
        raise ImportError(f"the environment variable PYACT_NUM_THREADS is {text!r}; it must be a number from 1 up")
    _lib.pyact_get_num_threads()  # reads it now


_check_environment()
