"""The extended-precision functions of lower_reference, compiled and called from NumPy."""

from __future__ import annotations

import ctypes
import hashlib
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from . import compiler
from .kernels import Kernel
from .lower_reference import reference_source

Doubles = npt.NDArray[np.float64]


class Reference:
    """The functions of some kernels, compiled once per set of expressions and kept in the temporary folder."""

    def __init__(self, kernels: Sequence[Kernel], precision: str) -> None:
        source = reference_source(list(kernels), precision)
        key = hashlib.sha256(source.encode()).hexdigest()[:16]
        library = Path(tempfile.gettempdir()) / f"pyact_reference_{key}.so"
        if not library.exists():
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "reference.c"
                path.write_text(source)
                made = Path(folder) / "reference.so"
                command = [*compiler.command(), "-O2", "-shared", "-fPIC", "-o", str(made), str(path), "-lm"]
                subprocess.run([*command, *(["-lquadmath"] if precision == "quad" else [])], check=True)
                library.write_bytes(made.read_bytes())
        self._library = ctypes.CDLL(str(library))

    def __call__(self, kernel: Kernel, inputs: list[Doubles]) -> tuple[Doubles, Doubles]:
        arrays = [np.ascontiguousarray(a, dtype=np.float64) for a in inputs]
        head, tail = np.empty_like(arrays[0]), np.empty_like(arrays[0])
        pointers = (ctypes.c_void_p * len(arrays))(*(a.ctypes.data for a in arrays))
        function = self._library[f"reference_{kernel.name}"]
        function.restype = None
        function(
            pointers, ctypes.c_void_p(head.ctypes.data), ctypes.c_void_p(tail.ctypes.data), ctypes.c_size_t(head.size)
        )
        return head, tail
