"""Where it is measured: instruction set, threads, processor, versions. No date: it would tell nothing.

A restricted instruction set is read by most libraries when they are imported, so the process starts itself anew with
the variables set, before NumPy is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import pyact

from . import peers

# jaxlib takes its number of threads from the processors it may use; this also keeps it from splitting one operation.
ONE_THREAD = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}
AVX2 = {
    "PYACT_ISA": "avx2",
    "ATEN_CPU_CAPABILITY": "avx2",  # torch's own kernels
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # torch's oneDNN
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",  # torch's vector mathematics (gelu)
    "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",  # jax
    "NUMBA_CPU_NAME": "haswell",
}
# onnxruntime looks at the processor and has no switch: under AVX2 it is shown, and counts for no bar.
CANNOT_BE_RESTRICTED = ("onnxruntime",)


def numpy_wide_features() -> list[str]:
    """The groups with AVX-512 that NumPy would use: NPY_DISABLE_CPU_FEATURES takes those that it dispatches on."""
    umath: Any = np._core._multiarray_umath  # type: ignore[attr-defined]
    enabled: dict[str, bool] = umath.__cpu_features__
    dispatched: list[str] = umath.__cpu_dispatch__
    return [f for f in dispatched if enabled.get(f) and (f.startswith("AVX512") or f == "X86_V4")]


def variables(isa: str, threads: str) -> dict[str, str]:
    wanted = dict(ONE_THREAD) if threads == "1" else {}
    if isa == "avx2":
        flags = " ".join(filter(None, (wanted.get("XLA_FLAGS"), AVX2["XLA_FLAGS"])))
        wanted |= AVX2 | {"XLA_FLAGS": flags}
        if wide := numpy_wide_features():
            wanted["NPY_DISABLE_CPU_FEATURES"] = " ".join(wide)
    return wanted


def start_anew_if_needed(isa: str, threads: str, arguments: Sequence[str]) -> None:
    """Returns only where every variable is set already."""
    wanted = variables(isa, threads)
    if all(os.environ.get(key) == value for key, value in wanted.items()):
        return
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "benchmarks", *arguments], {**os.environ, **wanted})


def processors() -> set[int] | None:
    """Those this process may use; None where the system does not tell (it is not Linux)."""
    return set(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


@contextlib.contextmanager
def confined_to(allowed: set[int] | None) -> Iterator[None]:
    """The calling thread, and those it creates meanwhile, run on these processors only."""
    before = processors()
    if before is None or allowed is None:
        yield
        return
    os.sched_setaffinity(0, allowed)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_name() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.lower().startswith(("model name", "hardware")):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def pyact_build() -> str:
    """A hash of the compiled kernels: measurements of two builds are not mixed."""
    from pyact import _native

    return hashlib.sha256(Path(str(_native.__file__)).read_bytes()).hexdigest()[:12]


def describe(isa: str, threads: int, peer_names: Sequence[str], quick: bool) -> dict[str, Any]:
    """What tells one environment from another: measurements of two are never mixed."""
    present = [name for name in peer_names if peers.installed(name)]
    return {
        "cpu": cpu_name(),
        "processors": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "isa": pyact.isa(),
        "restricted": isa == "avx2",
        "threads": threads,
        "quick": quick,
        "pyact": pyact.__version__,
        "pyact_build": pyact_build(),
        "versions": {"numpy": np.__version__} | {name: peers.version(name) for name in present},
        "missing": [name for name in peer_names if name not in present],
        "variables": {key: os.environ[key] for key in sorted(variables(isa, str(threads))) if key in os.environ}
        | ({"NPY_DISABLE_CPU_FEATURES": os.environ.get("NPY_DISABLE_CPU_FEATURES", "")} if isa == "avx2" else {}),
    }
