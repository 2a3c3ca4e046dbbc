"""NEON under emulation: every kernel gives the bits that baseline x86-64 gives."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codegen.kernels import kernels_of
from codegen.spec import built_in
from codegen.targets import COMMON_FLAGS

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "generated_c"
CROSS_COMPILER, EMULATOR = "aarch64-linux-gnu-gcc", "qemu-aarch64"


def hashes(compiler: str, target: str, folder: Path, link: list[str], run: list[str]) -> list[str]:
    """What tests/csrc/kernels.c prints when built for one target."""
    sources = [*sorted(GENERATED.glob(f"*_{target}.c"))]
    sources += [GENERATED / f"{name}.c" for name in ("cpu", "run", "registry", "threads", "api")]
    sources.append(ROOT / "tests" / "csrc" / "kernels.c")

    def compile_one(source: Path) -> str:
        made = folder / f"{target}_{source.stem}.o"
        options = [*COMMON_FLAGS, "-Wall", "-Wextra", "-Werror", f"-I{GENERATED}"]
        subprocess.run([compiler, *options, "-c", str(source), "-o", str(made)], check=True)
        return str(made)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_one, sources))
    program = folder / f"kernels_{target}"
    subprocess.run([compiler, *objects, *link, "-lm", "-pthread", "-o", str(program)], check=True)
    done = subprocess.run([*run, str(program)], capture_output=True, text=True, check=True, timeout=300)
    return done.stdout.splitlines()


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="compares with baseline x86-64")
def test_every_kernel_has_the_bits_of_baseline_x86(tmp_path: Path) -> None:
    missing = [tool for tool in (CROSS_COMPILER, EMULATOR) if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed (Debian: gcc-aarch64-linux-gnu qemu-user)")
    baseline = hashes("cc", "sse2", tmp_path, [], [])
    neon = hashes(CROSS_COMPILER, "neon", tmp_path, ["-static"], [EMULATOR])
    assert len(baseline) == sum(1 for a in built_in().values() for _ in kernels_of(a))
    assert neon == baseline
