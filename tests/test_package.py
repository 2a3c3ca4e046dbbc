"""What is shipped: the wheel and what works from it, the generated files, and the C library on its own."""

from __future__ import annotations

import math
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from mpmath import mp

from codegen import generate, reference
from codegen.spec import built_in
from codegen.targets import COMMON_FLAGS, Target, targets_for
from codegen.ulp import FORMATS, PROMISE, round_nearest, ulp_error

ROOT = Path(__file__).resolve().parent.parent
WHEEL_LIMIT = 5_000_000  # bytes
IMPORT_LIMIT = 0.060  # seconds, beyond numpy
WARNINGS = ("-Wall", "-Wextra", "-Werror")
MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
TARGETS = targets_for(MACHINE)


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command with the tools of this Python first, and nothing of the checkout on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYACT"))}
    return subprocess.run(
        [str(c) for c in command], cwd=cwd, env={**plain, "PATH": path, **environment}, capture_output=True, text=True,
        check=False, timeout=600,
    )  # fmt: skip


def succeed(*command: str | Path, cwd: Path, **environment: str) -> str:
    result = run(*command, cwd=cwd, **environment)
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    return result.stdout


# ---- the wheel ----


def copy_of_the_checkout(folder: Path) -> Path:
    """The sources, and the newest of the checkout's own builds; returns where a build of the copy goes.

    What that build compiled with the same flags is not compiled again, in the same place below the same sources.
    """
    caches = ("__pycache__", ".*_cache")
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".git", ".venv*", "build", "dist", "*.so", *caches))
    logs = [log for place in ("build", "build/werror") if (log := ROOT / place / ".ninja_log").exists()]
    if not logs:
        return folder / "build"
    newest = max(logs, key=lambda log: log.stat().st_mtime).parent
    shutil.copytree(newest, folder / newest.relative_to(ROOT), ignore=shutil.ignore_patterns("werror", "exhaustive"))
    return folder / newest.relative_to(ROOT)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built of a copy: nothing is written into the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = copy_of_the_checkout(folder / "checkout")
    succeed(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps",
        "--no-build-isolation", f"--config-settings=build-dir={build}", "--wheel-dir", folder, folder / "checkout",
        cwd=folder,
    )  # fmt: skip
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def installed(wheel: Path) -> Path:
    """A folder to put on PYTHONPATH."""
    folder = wheel.parent / "installed"
    succeed(
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index",
        "--target", folder, wheel, cwd=wheel.parent,
    )  # fmt: skip
    return folder


def from_wheel(installed: Path, *arguments: str | Path) -> str:
    """Standard output of a Python that imports the installed package, outside the checkout."""
    return succeed(sys.executable, *arguments, cwd=installed.parent, PYTHONPATH=str(installed))


def test_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < WHEEL_LIMIT


def test_wheel_holds_the_package_and_the_toolchain(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder, place in (("pyact", "pyact"), ("codegen", "pyact/codegen")):
        sources = [p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix not in (".so", ".pyd", ".pyc")]
        expected = {f"{place}/{p.relative_to(ROOT / folder).as_posix()}" for p in sources}
        assert not expected - names
    shipped = ("py.typed", "__init__.pyi", "native.cdef.h", "native.csrc.c", "codegen/activations.toml")
    assert {f"pyact/{name}" for name in shipped} <= names
    assert {"pyact/codegen/csrc/simd_avx2.h", "pyact/codegen/csrc/run.c", "pyact/codegen/tables/proofs.json"} <= names
    assert any(re.match(r"pyact/_native\..*(so|pyd)$", name) for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"pyact"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_wheel_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
        lines = archive.read(name).decode().splitlines()
    required = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist")]
    plain = {re.split(r"[^\w-]", r)[0] for r in required if "extra ==" not in r}
    assert plain == {"numpy", "cffi"}


def test_installed_package_computes(installed: Path) -> None:
    code = """
import sys, numpy as np, pyact
assert "onnx" not in sys.modules and "mpmath" not in sys.modules and "pyact.nn" not in sys.modules
print(pyact.__file__)
print(float(pyact.gelu(np.float32(1))).hex(), float(pyact.silu_backward(1.0, 2.0)).hex())
print(pyact.softmax([[0.0, 0.0]]).tolist(), pyact.nn.Hardtanh(-2, 2), pyact.get("swish1").__name__)
"""
    file, numbers, rest = from_wheel(installed, "-c", code).splitlines()
    assert Path(file).is_relative_to(installed)
    gelu = reference.evaluate(built_in()["gelu"].formula, {"x": 1.0})
    silu = reference.evaluate(built_in()["silu"].derivatives["x"], {"x": 2.0})
    single, double = map(float.fromhex, numbers.split())
    assert ulp_error(single, gelu, FORMATS["float32"]) <= PROMISE["float32"]
    assert double == round_nearest(silu, FORMATS["float64"])
    assert rest.startswith("[[0.5, 0.5]] Hardtanh(")
    assert rest.endswith(" silu")


def test_installed_toolchain(installed: Path) -> None:
    """pyact.codegen reads its spec, proves and lowers it, without the checkout."""
    code = """
import sys
from pathlib import Path
import pyact.codegen.spec as spec
from pyact.codegen import check, generate
own = spec.loads('[ripple]\\nsummary = "A ripple"\\nformula = "x + sin(x) / 2"\\n', "own.toml", spec.built_in())
check.check_all(own)
files = generate.c_files(own, "own.toml", "0")
assert any("ripple_backward" in text for text in files.values())
assert "codegen" not in sys.modules
print(spec.__file__, len(spec.built_in()))
"""
    file, count = from_wheel(installed, "-c", code).split()
    assert Path(file).is_relative_to(installed)
    assert int(count) == len(built_in())


def test_installed_command_line(installed: Path) -> None:
    pytest.importorskip("onnxruntime")
    output = from_wheel(installed, "-m", "pyact", "validate", "sigmoid", "--dtype", "float32", "--workers", "1")
    assert "sigmoid" in output


def test_installed_package_is_typed(installed: Path) -> None:
    """A user's type checker sees the functions."""
    pytest.importorskip("mypy")
    program = installed.parent / "user.py"
    program.write_text(
        "import numpy as np\nimport pyact\n\ny = pyact.elu(np.zeros(3), alpha=0.5)\nreveal_type(pyact.isa())\n"
        'pyact.elu(np.zeros(3), "half", 3, 4)\n'
    )
    result = run(
        sys.executable, "-m", "mypy", "--strict", "--follow-imports", "silent", "--cache-dir", os.devnull,
        program, cwd=installed.parent, MYPYPATH=str(installed),
    )  # fmt: skip
    errors = [line for line in result.stdout.splitlines() if " error: " in line]
    assert '"str"' in result.stdout
    assert errors, result.stdout
    assert all(line.startswith("user.py:6:") for line in errors), result.stdout


def test_import_is_quick(installed: Path) -> None:
    """Beyond numpy's own time; the least of several, since everything else on the machine only adds."""
    code = """
import time, numpy
start = time.perf_counter()
import pyact
print(time.perf_counter() - start)
"""
    least = math.inf
    for _ in range(2):
        least = min(least, *(float(from_wheel(installed, "-c", code)) for _ in range(7)))
        if least < IMPORT_LIMIT:
            break
    assert least < IMPORT_LIMIT


# ---- the generated files ----


CHANGED = ("generated_c/pyact.h", "generated_c/python/ufuncs.c", "pyact/_functions.py")
MISSING = ("generated_c/run.c", "pyact/__init__.pyi")
EXTRA = "generated_c/forgotten.c"


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the generator reads and writes, with files changed by a bit, missing and left over."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in ("codegen", "generated_c", "pyact"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    for name in CHANGED:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])
    for name in MISSING:
        (folder / name).unlink()
    (folder / EXTRA).write_text("/* of an earlier version */\n")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Of the generated C, and of the generated Python beside what is written by hand."""
    paths = [p for part in ("generated_c", "pyact") for p in (folder / part).rglob("*") if p.is_file()]
    kept = [p for p in paths if p.suffix not in (".so", ".pyc")]
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in kept}


def check_generated(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "codegen", "--check", cwd=folder)


def test_generated_files_are_up_to_date() -> None:
    result = check_generated(ROOT)
    assert result.returncode == 0, result.stderr


def test_check_sees_what_is_changed_missing_or_extra(spoilt: Path) -> None:
    before = contents(spoilt)
    result = check_generated(spoilt)
    assert result.returncode == 1
    said = sorted(result.stderr.splitlines())
    assert said == sorted(f"out of date: {name}" for name in (*CHANGED, *MISSING, EXTRA))
    assert contents(spoilt) == before  # it only looks


@pytest.mark.parametrize("fault", ["changed", "missing", "extra"])
def test_one_difference_is_enough(fault: str, tmp_path: Path) -> None:
    files = {"run.c": "int run;\n", "python/ufuncs.c": "int ufuncs;\n"}
    generate.write(files, tmp_path)
    assert generate.compare(files, tmp_path) == []
    name = "extra.c" if fault == "extra" else "python/ufuncs.c"
    if fault == "missing":
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text("int ufuncs:\n")
    assert generate.compare(files, tmp_path) == [name]


def test_generating_repairs(spoilt: Path) -> None:
    succeed(sys.executable, "-m", "codegen", cwd=spoilt)
    assert contents(spoilt) == contents(ROOT)


# ---- the C library on its own ----


def compile_c(source: Path, target: Target, folder: Path) -> Path:
    made = folder / f"{source.stem}.o"
    command = ["cc", *COMMON_FLAGS, *target.flags, *WARNINGS, "-I", str(ROOT / "generated_c")]
    succeed(*command, "-c", source, "-o", made, cwd=folder)
    return made


@pytest.fixture(scope="module")
def c_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The baseline alone, every file without a warning."""
    folder = tmp_path_factory.mktemp("library")
    baseline = TARGETS[0]
    common = [ROOT / "generated_c" / f"{name}.c" for name in ("cpu", "run", "threads", "registry", "api")]
    own = sorted((ROOT / "generated_c").glob(f"*_{baseline.name}.c"))
    assert len(own) == 1 + len((ROOT / "generated_c" / "families.txt").read_text().split())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(lambda source: compile_c(source, baseline, folder), [*common, *own]))
    succeed("ar", "rcs", "libpyact.a", *objects, cwd=folder)
    return folder / "libpyact.a"


@pytest.mark.parametrize("target", TARGETS[1:], ids=lambda t: t.name)
def test_other_isas_compile_without_a_warning(target: Target, tmp_path: Path) -> None:
    """One family for each ISA; `make check` compiles them all."""
    for name in ("driver", "kernels_algebraic"):
        compile_c(ROOT / "generated_c" / f"{name}_{target.name}.c", target, tmp_path)


PROGRAM = r"""
#include <stdio.h>
#include <string.h>
#include "pyact.h"

int main(void)
{
    const float x[3] = {-30.0f, 1.0f, 2.5f};
    float y[3], spread[6] = {-30.0f, 0.0f, 1.0f, 0.0f, 2.5f, 0.0f};
    double z[2] = {-1.0, 3.0};
    if (pyact_gelu_f32(x, y, 3) != PYACT_OK) return 1;
    if (pyact_elu_f64(z, 0.5, z, 2) != PYACT_OK) return 2;
    const void *const inputs[] = {spread};
    const ptrdiff_t strides[] = {2 * sizeof(float)};
    if (pyact_run(pyact_kernel_at(PYACT_KERNEL_GELU), PYACT_F32, inputs, strides, spread + 1, 2 * sizeof(float), 3))
        return 3;
    for (int i = 0; i < 3; i++)
        if (memcmp(&spread[2 * i + 1], &y[i], sizeof y[i]) != 0) return 4;
    if (pyact_run(pyact_kernel_at(PYACT_KERNEL_GELU), (pyact_dtype)9, inputs, strides, y, 4, 3) != PYACT_ERROR_ARGUMENT)
        return 5;
    double row[2] = {1000.0, 1000.0};
    const pyact_row_array array = {(char *)row, sizeof row, sizeof row[0]};
    if (pyact_run_rows(PYACT_ROW_SOFTMAX, PYACT_F64, 1, 2, &array, array) != PYACT_OK) return 6;
    printf("%s\n%a %a %a\n%a %a\n%a %a\n", pyact_isa(), y[0], y[1], y[2], z[0], z[1], row[0], row[1]);
    return 0;
}
"""


def test_c_program(c_library: Path) -> None:
    """generated_c/ compiled and used without Python."""
    folder = c_library.parent
    (folder / "program.c").write_text(PROGRAM)
    include = str(ROOT / "generated_c")
    succeed(
        "cc",
        "-std=c11",
        "-O1",
        *WARNINGS,
        "-I",
        include,
        "program.c",
        c_library,
        "-lm",
        "-pthread",
        "-o",
        "program",
        cwd=folder,
    )
    isa, gelu, elu, softmax = succeed(folder / "program", cwd=folder).splitlines()
    assert isa == "baseline"
    values = [reference.evaluate(built_in()["gelu"].formula, {"x": x}) for x in (-30.0, 1.0, 2.5)]
    for result, exact in zip(gelu.split(), values, strict=True):
        assert ulp_error(float.fromhex(result), exact, FORMATS["float32"]) <= PROMISE["float32"]
    with mp.workdps(40):
        low = round_nearest(mp.expm1(-1) / 2, FORMATS["float64"])
    assert [float.fromhex(v) for v in elu.split()] == [low, 3.0]
    assert [float.fromhex(v) for v in softmax.split()] == [0.5, 0.5]


def test_c_library_needs_no_other_library(c_library: Path) -> None:
    """Only its own symbols, the C library and libm; every symbol that others see starts with pyact_."""
    symbols = succeed("nm", "-g", c_library, cwd=c_library.parent)
    defined = set(re.findall(r"^[0-9a-f]+ [A-TV-Z] (\w+)$", symbols, re.MULTILINE))
    wanted = set(re.findall(r"^ +U (\w+)$", symbols, re.MULTILINE))
    assert all(name.startswith("pyact_") for name in defined)
    assert not {name for name in wanted - defined if name.startswith(("Py", "_Py", "pyact_"))}


def test_generated_c_has_no_machine_path() -> None:
    for path in (ROOT / "generated_c").rglob("*.[ch]"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("/* Generated by python -m codegen from ")
        assert str(ROOT) not in text
