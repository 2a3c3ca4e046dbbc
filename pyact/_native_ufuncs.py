"""The NumPy ufuncs of a compiled extension: pyact's own, or that of a package made by `python -m pyact build`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
