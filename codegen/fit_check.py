"""The judge of a fitted table: its C, compiled for this machine, against extended precision over dense bit patterns."""

from __future__ import annotations

import ctypes
import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .fitted import FittedKernel
from .kernels import Kernel
from .lower_c import family_header
from .lower_fitted import fitted_core
from .lower_reference import reference_source
from .targets import COMMON_FLAGS, TARGETS

CSRC = Path(__file__).parent / "csrc"
CHUNK = 1 << 16
PLACES = 8  # where the sample was worst, and every float around is checked

_PROGRAM = """\
#include <math.h>
{kernel}

/* Errors of y against head + tail in units of the last place; the largest, where it is, and how many exceed a bound. */
typedef struct {{ double worst; float where; long above; }} verdict;

void measure(const float *x, const double *head, const double *tail, size_t n, double bound, verdict *v)
{{
    static float y[{chunk}], ones[{chunk}];
    for (size_t i = 0; i < n; i++) ones[i] = 1.0f;
    const char *const in[] = {{{inputs}}};
    {name}_fitted_core(in, (char *)y, n);
    for (size_t i = 0; i < n; i++) {{
        if (!isfinite(head[i])) continue;
        int exponent;
        frexp(head[i], &exponent);
        exponent = exponent - 1 < -126 ? -126 : exponent - 1;
        if (fabs(head[i]) >= 0x1.ffffffp127 && isinf(y[i])) continue;
        const double error = fabs(((double)y[i] - head[i]) - tail[i]) * ldexp(1.0, 23 - exponent);
        if (!(error <= v->worst)) {{ v->worst = isnan(error) ? INFINITY : error; v->where = x[i]; }}
        v->above += !(error <= (fabsf(x[i]) < 0x1p-120f ? 1.0 : bound)); /* see check */
    }}
}}
"""


class _Verdict(ctypes.Structure):
    _fields_ = [("worst", ctypes.c_double), ("where", ctypes.c_float), ("above", ctypes.c_long)]


@dataclass(frozen=True)
class Verdict:
    """The largest error found, in ULP."""

    worst: float
    where: float
    above: int
    points: int


def host_target() -> tuple[str, tuple[str, ...]]:
    """The widest instruction set of this machine: all give the same bits."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    for target in reversed(TARGETS):
        needs = [f.removeprefix("-m") for f in target.flags]
        if target.flags and all(f" {n} " in flags.replace("\n", " ") for n in needs):
            return target.name, target.flags
    return "scalar", ()


def _compile(folder: Path, name: str, source: str, flags: list[str]) -> ctypes.CDLL:
    path = folder / f"{name}.c"
    path.write_text(source, encoding="utf-8")
    made = folder / f"{name}.so"
    compiler = shlex.split(os.environ.get("CC", "cc"))
    subprocess.run([*compiler, "-shared", "-fPIC", "-w", *flags, "-o", str(made), str(path), "-lm"], check=True)
    return ctypes.CDLL(str(made))


def patterns(table: FittedKernel, stride: int) -> Iterator[npt.NDArray[np.float32]]:
    """Bit patterns of 2^-15 <= |x| < 2^7 with a stride that is prime to the binades, and the rest 61 times thinner."""
    rng = np.random.default_rng(7)
    dense = np.arange(int(rng.integers(stride)), (127 + 7 - 112) << 23, stride, dtype=np.uint32) + np.uint32(112 << 23)
    thin = np.arange(int(rng.integers(stride)), 0x7F800000, stride * 61, dtype=np.uint32)
    edges = np.array([abs(v) for zone in table.zones for v in zone[1:]], dtype=np.float32)
    edges = np.concatenate([edges, np.abs(np.array(table.center, dtype=np.float32))])
    near = (edges.view(np.uint32)[:, None] + np.arange(-2000, 2000, dtype=np.int64)).clip(0, 0x7F7FFFFF)
    subnormal = np.arange(1, 0x00800000, 199, dtype=np.uint32)
    for bits in (dense, thin, subnormal, near.astype(np.uint32).ravel()):
        for start in range(0, bits.size, CHUNK // 2):
            part = bits[start : start + CHUNK // 2]
            yield np.concatenate([part, part | np.uint32(0x80000000)]).view(np.float32)


def around(x: float) -> Iterator[npt.NDArray[np.float32]]:
    """Every float within 3 percent of x."""
    ends = np.array([abs(x) * 0.97, abs(x) * 1.03], dtype=np.float32).view(np.uint32)
    bits = np.arange(ends[0], ends[1], dtype=np.uint32) | np.uint32(0x80000000 if x < 0 else 0)
    for start in range(0, bits.size, CHUNK):
        yield bits[start : start + CHUNK].view(np.float32)


def check(kernel: Kernel, table: FittedKernel, stride: int = 31, bound: float = 1.0) -> Verdict:
    """Run the generated C on a dense sample, then on every float around the worst points of that.

    Counts what exceeds the bound; where a product of x may be subnormal, two roundings of half a ULP each are allowed.
    """
    isa, flags = host_target()
    inputs = "(const char *)ones, (const char *)x" if kernel.factor else "(const char *)x"
    defaults = list(kernel.activation.defaults.values())
    inputs += "".join(f", (const char *)(const double[16]){{{', '.join([repr(d)] * 16)}}}" for d in defaults)
    header = family_header("check", [kernel], lambda k: fitted_core(k, table))
    program = _PROGRAM.format(kernel=header, chunk=CHUNK, inputs=inputs, name=kernel.name)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        fast = _compile(folder, "fitted", f"#define PYACT_ISA_{isa.upper()}\n{program}",
                        [*COMMON_FLAGS, *flags, f"-I{CSRC}"])  # fmt: skip
        exact = _compile(folder, "reference", reference_source([kernel], "long double"), ["-O2"])
        reference = exact[f"reference_{kernel.name}"]
        reference.restype = fast.measure.restype = None

        def measure(x: npt.NDArray[np.float32]) -> _Verdict:
            verdict = _Verdict(0.0, 0.0, 0)
            wide = x.astype(np.float64)
            ones = [np.ones_like(wide)] if kernel.factor is not None else []
            arguments = [*ones, wide, *(np.full_like(wide, d) for d in defaults)]
            pointers = (ctypes.c_void_p * len(arguments))(*(a.ctypes.data for a in arguments))
            head, tail = np.empty_like(wide), np.empty_like(wide)
            size = ctypes.c_size_t(x.size)
            reference(pointers, ctypes.c_void_p(head.ctypes.data), ctypes.c_void_p(tail.ctypes.data), size)
            fast.measure(ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(head.ctypes.data),
                         ctypes.c_void_p(tail.ctypes.data), size, ctypes.c_double(bound),
                         ctypes.byref(verdict))  # fmt: skip
            return verdict

        points, found = 0, []
        for x in patterns(table, stride):
            found.append(measure(x))
            points += x.size
        found.sort(key=lambda v: -v.worst)
        places: list[float] = []
        for v in found:
            if len(places) < PLACES and all(abs(v.where - p) > 0.03 * abs(p) for p in places) and v.where:
                places.append(float(v.where))
        for place in places:
            for x in around(place):
                found.append(measure(x))
                points += x.size
    worst = max(found, key=lambda v: v.worst)
    return Verdict(float(worst.worst), float(worst.where), sum(int(v.above) for v in found), points)
