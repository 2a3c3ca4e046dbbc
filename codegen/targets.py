"""The instruction sets: the one list that the generator, the build and the run-time compiler work from."""

from __future__ import annotations

import platform
from dataclasses import dataclass

# One arithmetic everywhere: no contraction of a * b + c, and nothing that lets the compiler reorder.
COMMON_FLAGS = ("-std=c11", "-O2", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")


@dataclass(frozen=True)
class Target:
    """One instruction set: the suffix of its C symbols, the CPU family it belongs to, its compiler flags."""

    name: str
    cpu_family: str
    flags: tuple[str, ...]
    features: str


TARGETS = (
    Target("sse2", "x86_64", (), "Baseline of x86-64; fused multiply-add is emulated exactly"),
    Target("avx2", "x86_64", ("-mavx2", "-mfma", "-mf16c"), "AVX2, FMA and F16C"),
    Target(
        "avx512",
        "x86_64",
        ("-mavx512f", "-mavx512dq", "-mavx512bw", "-mavx512vl", "-mfma", "-mf16c"),
        "AVX-512 F, DQ, BW and VL",
    ),
    Target("neon", "aarch64", (), "Baseline of 64-bit Arm"),
    Target("scalar", "any", (), "Plain C with fma() of libm, for every other CPU"),
)


MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}


def host_cpu_family() -> str:
    return MACHINES.get(platform.machine().lower(), "any")


def targets_for(cpu_family: str) -> list[Target]:
    """Baseline first. A family of its own has no scalar variant."""
    own = [t for t in TARGETS if t.cpu_family == cpu_family]
    return own or [t for t in TARGETS if t.cpu_family == "any"]
