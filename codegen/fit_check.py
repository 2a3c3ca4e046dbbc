"""The judge of a fitted table: its C, compiled for this machine, against extended precision over dense bit patterns."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from . import compiler
from .compiled_reference import Reference
from .fitted import FittedKernel
from .kernels import Kernel
from .lower_c import SingleCore, family_header
from .lower_fitted import fitted_core
from .targets import COMMON_FLAGS, Target, host_cpu_family, targets_for
from .ulp import FORMATS, ulp_errors

CSRC = Path(__file__).parent / "csrc"
Floats = npt.NDArray[np.float32]
CHUNK = 1 << 16
LARGEST_VECTOR = 16  # floats
NEARLY_SUBNORMAL = 2.0**-120
PLACES = 8  # where the sample was worst, and every float around is checked

_PROGRAM = """\
#define PYACT_ISA_{isa}
{kernel}

void run(const char *const *in, char *out, size_t n) {{ {core}(in, out, n); }}
"""


@dataclass(frozen=True)
class Verdict:
    """The largest error found, in ULP."""

    worst: float
    where: float
    above: int
    points: int


def host_target() -> Target:
    """The widest instruction set of this machine: all give the same bits."""
    known = Path("/proc/cpuinfo")
    features = set(known.read_text().split()) if known.exists() else set()
    for target in reversed(targets_for(host_cpu_family())):
        if {f.removeprefix("-m") for f in target.flags} <= features:
            return target
    return targets_for("any")[0]


def compile_core(kernel: Kernel, core: SingleCore, folder: Path) -> ctypes.CDLL:
    """A library whose `run` is the core."""
    target = host_target()
    header = family_header("check", [kernel], {kernel.name: core})
    source, made = folder / "core.c", folder / "core.so"
    source.write_text(_PROGRAM.format(isa=target.name.upper(), kernel=header, core=core.name), encoding="utf-8")
    options = ["-shared", "-fPIC", "-w", *COMMON_FLAGS, *target.flags, f"-I{CSRC}", "-o", str(made)]
    subprocess.run([*compiler.command(), *options, str(source), "-lm"], check=True)
    return ctypes.CDLL(str(made))


def patterns(table: FittedKernel | None, stride: int) -> Iterator[Floats]:
    """Bit patterns of 2^-15 <= |x| < 2^7 with a stride that is prime to the binades, and the rest 61 times thinner."""
    rng = np.random.default_rng(7)
    dense = np.arange(int(rng.integers(stride)), (127 + 7 - 112) << 23, stride, dtype=np.uint32) + np.uint32(112 << 23)
    thin = np.arange(int(rng.integers(stride)), 0x7F800000, stride * 61, dtype=np.uint32)
    subnormal = np.arange(1, 0x00800000, 199, dtype=np.uint32)
    parts = [dense, thin, subnormal]
    if table is not None:
        edges = np.array([abs(v) for zone in table.zones for v in zone[1:]], dtype=np.float32)
        edges = np.concatenate([edges, np.abs(np.array(table.center, dtype=np.float32))])
        near = (edges.view(np.uint32)[:, None] + np.arange(-2000, 2000, dtype=np.int64)).clip(0, 0x7F7FFFFF)
        parts.append(near.astype(np.uint32).ravel())
    for bits in parts:
        for start in range(0, bits.size, CHUNK // 2):
            part = bits[start : start + CHUNK // 2]
            yield np.concatenate([part, part | np.uint32(0x80000000)]).view(np.float32)


def around(x: float) -> Iterator[Floats]:
    """Every float within 3 percent of x."""
    ends = np.array([abs(x) * 0.97, abs(x) * 1.03], dtype=np.float32).view(np.uint32)
    bits = np.arange(ends[0], ends[1], dtype=np.uint32) | np.uint32(0x80000000 if x < 0 else 0)
    for start in range(0, bits.size, CHUNK):
        yield bits[start : start + CHUNK].view(np.float32)


def check(kernel: Kernel, table: FittedKernel, stride: int = 31, bound: float = 1.0) -> Verdict:
    """Run the generated C on a dense sample, then on every float around the worst points of that.

    Counts what exceeds the bound; where a product of x may be subnormal, two roundings of half a ULP each are allowed.
    """
    defaults = list(kernel.activation.defaults.values())
    oracle = Reference([kernel], "long double")
    parameters = [np.full(LARGEST_VECTOR, d) for d in defaults]
    with tempfile.TemporaryDirectory() as scratch:
        core = compile_core(kernel, fitted_core(kernel, table), Path(scratch)).run
    core.restype = None

    def measure(points: Floats) -> Verdict:
        x = np.concatenate([points, np.full(-points.size % LARGEST_VECTOR, points[-1])])  # whole vectors
        data = [np.ones_like(x), x] if kernel.factor is not None else [x]
        inputs = [*data, *parameters]
        pointers = (ctypes.c_void_p * len(inputs))(*(a.ctypes.data for a in inputs))
        result = np.empty_like(x)
        core(pointers, ctypes.c_void_p(result.ctypes.data), ctypes.c_size_t(x.size))
        exact = [*(a.astype(np.float64) for a in data), *(np.full(x.shape, d) for d in defaults)]
        head, tail = oracle(kernel, exact)
        error = np.where(np.isfinite(head), ulp_errors(result, head, tail, FORMATS["float32"]), 0.0)
        above = error > np.where(np.abs(x) < NEARLY_SUBNORMAL, 1.0, bound)
        worst = int(np.argmax(error))
        return Verdict(float(error[worst]), float(x[worst]), int(above[: points.size].sum()), points.size)

    found = [measure(x) for x in patterns(table, stride)]
    places: list[float] = []
    for where in (v.where for v in sorted(found, key=lambda v: -v.worst)):
        if len(places) < PLACES and where and all(abs(where - p) > 0.03 * abs(p) for p in places):
            places.append(where)
    found += [measure(x) for place in places for x in around(place)]
    worst = max(found, key=lambda v: v.worst)
    return Verdict(worst.worst, worst.where, sum(v.above for v in found), sum(v.points for v in found))
