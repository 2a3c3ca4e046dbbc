"""The libraries pyact is timed beside, one file each; a file is imported only where its library is installed."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util

from .base import Call, Peer, Unsupported

__all__ = ["PEERS", "Call", "Peer", "Unsupported", "installed", "load", "version"]

# name: (packages it needs, the file beside this one). The first package gives the version.
_FILES = {
    "torch": (("torch",), "with_torch"),
    "onnxruntime": (("onnxruntime", "onnx"), "with_onnxruntime"),
    "numpy": (("numpy",), "with_numpy"),
    "scipy": (("scipy",), "with_scipy"),
    "jax": (("jax",), "with_jax"),
    "numba": (("numba",), "with_numba"),
}
PEERS = tuple(_FILES)


def installed(name: str) -> bool:
    return all(importlib.util.find_spec(package) is not None for package in _FILES[name][0])


def version(name: str) -> str:
    return importlib.metadata.version(_FILES[name][0][0])


def load(name: str, threads: int) -> Peer:
    """The peer, on this many threads."""
    peer: Peer = importlib.import_module(f".{_FILES[name][1]}", __name__).create(threads)
    return peer
