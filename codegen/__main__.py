"""python -m codegen [--check] [SPEC ...]

Without a spec: write generated_c/ and the generated Python of the pyact package from activations.toml.
With --check: write nothing; compare the set of files and their bytes, and exit with status 1 if they differ.
With specs: check each and write its C into the folder given by --output (default: <name>_c beside the spec).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from . import fitted, generate, lower_python, proofs, spec
from .lower_c import LoweringError

ROOT = Path(__file__).resolve().parent.parent


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _built_in_files() -> dict[str, str]:
    catalogue = spec.built_in()
    digest = generate.inputs_digest(spec.BUILT_IN.read_text(encoding="utf-8"))
    c_files = generate.c_files(catalogue, spec.BUILT_IN.name, digest, fitted.load_all())
    files = {f"generated_c/{n}": t for n, t in c_files.items()}
    files |= {f"pyact/{n}": t for n, t in lower_python.python_files(catalogue).items()}
    files["codegen/tables/proofs.json"] = proofs.prove(catalogue, _say, use_record=True)
    return files


def generate_built_in(*, check_only: bool) -> int:
    """The project's own files; returns the exit status."""
    if not (ROOT / "pyact" / "nn.py").exists():
        _say("python -m codegen without a spec works in a checkout of pyact; give it a spec file")
        return 2
    files = _built_in_files()
    c_only = {n.removeprefix("generated_c/"): t for n, t in files.items() if n.startswith("generated_c/")}
    python = {n: t for n, t in files.items() if n not in {f"generated_c/{c}" for c in c_only}}
    stale = [f"generated_c/{n}" for n in generate.compare(c_only, ROOT / "generated_c")]
    stale += [n for n, t in python.items() if not (ROOT / n).exists() or (ROOT / n).read_text(encoding="utf-8") != t]
    if check_only:
        for name in stale:
            _say(f"out of date: {name}")
        print("generated files are up to date" if not stale else f"{len(stale)} files differ; run python -m codegen")
        return 1 if stale else 0
    generate.write(c_only, ROOT / "generated_c")
    for name, text in python.items():
        (ROOT / name).write_text(text, encoding="utf-8")
    print(f"{len(files)} files from {len(spec.built_in())} activations; {len(stale)} changed")
    return 0


def generate_spec(path: Path, output: Path | None) -> int:
    """A user's own spec: proven, then written as C."""
    catalogue = proofs.prove_own(spec.load(path, base=spec.built_in()), _say)
    folder = output or path.with_name(f"{path.stem}_c")
    digest = generate.inputs_digest(path.read_text(encoding="utf-8"))
    changed = generate.write(generate.c_files(catalogue, path.name, digest), folder)
    print(f"{folder}: {len(catalogue)} activations; {len(changed)} files changed")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__.partition("\n\n")[2])
    parser.add_argument("specs", nargs="*", type=Path, metavar="SPEC", help="a spec of your own (TOML)")
    parser.add_argument("--check", action="store_true", help="compare with the files on disk, write nothing")
    parser.add_argument("--output", type=Path, help="folder for the C of a spec of your own")
    options = parser.parse_args(arguments)
    try:
        if not options.specs:
            return generate_built_in(check_only=options.check)
        if options.check:
            for path in options.specs:
                proofs.prove_own(spec.load(path, base=spec.built_in()), _say)
            return 0
        return max(generate_spec(path, options.output) for path in options.specs)
    except (spec.SpecError, LoweringError) as error:
        _say(f"error: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
