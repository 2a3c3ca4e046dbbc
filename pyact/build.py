"""Compile a spec of your own: `python -m pyact build my.toml` makes a package `my` beside it.

The spec is proven, turned into the same SIMD C as pyact's own catalogue, compiled for every instruction set of this
CPU family with the C compiler at hand (`CC`, else `cc`), and importable at once.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from cffi import FFI

from . import _toolchain


class BuildError(RuntimeError):
    """The compiler is missing or refused the generated C; the message holds what it printed."""


def build(spec_file: str | Path, output: str | Path | None = None, *, fit: bool = True) -> Path:
    """Build the package of a spec file; returns its folder.

    Parameters: `spec_file` is a TOML file in the format of pyact's own activations.toml; its formulas may use pyact's
    activations by name. `output` is the folder to make, by default the spec's name without `.toml`, beside it; it may
    exist only if an earlier build made it. With `fit` a table is searched for each smooth kernel, which makes float32
    several times faster, within 1 ULP on a dense check; the search takes about half a minute a kernel. Without, or
    where no table is found (which is said), float32 is evaluated in double.

    Raises `SpecError` (naming file, activation and field) for a spec that is wrong and `BuildError` for a compiler
    that is missing or fails. Nothing is left behind in either case.

    >>> folder = build("waves.toml")  # doctest: +SKIP
    >>> import waves; waves.ripple(1.0)  # doctest: +SKIP
    """
    spec: Any = _toolchain.module("spec")
    proofs: Any = _toolchain.module("proofs")
    path = Path(spec_file)
    catalogue = spec.load(path, base=spec.built_in())
    folder = Path(output) if output is not None else path.with_suffix("")
    if not folder.name.isidentifier():
        raise spec.SpecError(
            f"{path}: {folder.name!r} is not a name that Python can import; rename it or give an output"
        )
    if folder.exists() and not (folder / "_build.txt").exists():
        raise BuildError(f"{folder} exists and was not made by pyact; give another output folder")
    compiler = _compiler()
    catalogue = proofs.prove_own(catalogue, lambda text: print(text, file=sys.stderr))
    tables = _fitted_tables(catalogue) if fit else {}
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / folder.name
        package.mkdir()
        _write_sources(catalogue, path, package, Path(scratch), tables)
        has_rows = any(activation.kind == "row" for activation in catalogue.values())
        _compile(compiler, package, Path(scratch), has_rows=has_rows)
        (package / "_build.txt").write_text(f"Made by python -m pyact build {path.name}. Do not edit.\n")
        if folder.exists():
            shutil.rmtree(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(package, folder)
    return folder


def _fitted_tables(catalogue: Any) -> Any:
    module: Any = _toolchain.module("fit")
    return module.tables_for(module.smooth_kernels(catalogue), lambda text: print(text, file=sys.stderr))


def _write_sources(catalogue: Any, path: Path, package: Path, scratch: Path, tables: Any) -> None:
    generate: Any = _toolchain.module("generate")
    lower_python: Any = _toolchain.module("lower_python")
    digest = generate.inputs_digest(path.read_text(encoding="utf-8"))
    generate.write(generate.c_files(catalogue, path.name, digest, tables), scratch / "c")
    for name, text in lower_python.package_files(catalogue, path.name, package.name).items():
        (package / name).write_text(text, encoding="utf-8")
    shutil.copy(path, package / path.name)
    here = Path(__file__).parent
    ffi = FFI()
    ffi.cdef((here / "native.cdef.h").read_text())
    ffi.set_source(f"{package.name}._native", "#define _CFFI_NO_LIMITED_API\n" + (here / "native.csrc.c").read_text())
    ffi.emit_c_code(str(scratch / "c" / "python" / "_native.c"))


def _compiler() -> list[str]:
    module: Any = _toolchain.module("compiler")
    try:
        words: list[str] = module.command()
    except module.NoCompiler as error:
        raise BuildError(str(error)) from None
    return words


def _compile(compiler: list[str], package: Path, scratch: Path, *, has_rows: bool) -> None:
    targets: Any = _toolchain.module("targets")
    folder = scratch / "c"
    chosen = [t for t in targets.targets_for(targets.host_cpu_family()) if _accepts(compiler, t.flags)]
    have = {t.name for t in chosen}
    defines = [f"-DPYACT_WITH_{n.upper()}" for n in ("avx2", "avx512") if n in have]
    defines += ["-DPYACT_BASELINE_SCALAR"] if "scalar" in have else []
    defines += [] if has_rows else ["-DPYACT_WITHOUT_ROWS"]
    includes = [f"-I{folder}", f"-I{sysconfig.get_path('include')}", f"-I{np.get_include()}"]
    common = [folder / n for n in ("cpu.c", "run.c", "threads.c", "registry.c")]
    jobs = [(s, ()) for s in (*common, *sorted(folder.glob("python/*.c")))]
    jobs += [(s, t.flags) for t in chosen for s in sorted(folder.glob(f"*_{t.name}.c"))]

    def compile_one(job: tuple[Path, tuple[str, ...]]) -> str:
        source, flags = job
        made = source.with_suffix(".o")
        options = [*targets.COMMON_FLAGS, *flags, *defines, *includes, "-fPIC", "-fvisibility=hidden"]
        _run([*compiler, *options, "-c", str(source), "-o", str(made)])
        return str(made)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        objects = list(pool.map(compile_one, jobs))
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    undefined = ["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else []
    _run([*compiler, "-shared", *undefined, *objects, "-lm", "-pthread", "-o", str(package / f"_native{suffix}")])


def _accepts(compiler: list[str], flags: tuple[str, ...]) -> bool:
    """Whether the compiler knows the instruction set; one that does not builds without it."""
    command = [*compiler, *flags, "-x", "c", "-fsyntax-only", "-"]
    return not flags or subprocess.run(command, input=b"int x;", capture_output=True, check=False).returncode == 0


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BuildError(f"{shlex.join(command)}\n{done.stderr.strip()}")
