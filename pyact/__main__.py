"""python -m pyact COMMAND: what pyact does from a terminal.

    python -m pyact validate            every activation in onnxruntime, beside the exact values
    python -m pyact validate gelu silu --dtype float32 --opset 20 --gradient --json report.json
    python -m pyact build waves.toml    a package `waves` of SIMD ufuncs from a spec of your own

Exit status: 0 if all is well, 1 if something is not the function it should be, 2 if the command cannot be carried out.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence


def _validate(arguments: argparse.Namespace) -> int:
    from pyact.onnx import ExportError, ValidationError, validate
    from pyact.onnx.export import DTYPES, write_whole
    from pyact.onnx.report import ProgressBar, text

    try:
        report = validate(
            arguments.names or None,
            dtypes=[d for given in arguments.dtype or [",".join(DTYPES)] for d in given.split(",")],
            opset=arguments.opset,
            style=arguments.style,
            gradient=arguments.gradient,
            workers=arguments.workers,
            progress=ProgressBar(),
        )
        if arguments.json:
            write_whole(arguments.json, report.to_json().encode())
    except (ExportError, ValidationError, ImportError, OSError) as error:
        print(f"pyact validate: {error}", file=sys.stderr)
        return 2
    print(text(report))
    return 0 if report.ok else 1


def _add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "validate",
        help="check kernels and exported models against the exact functions",
        description="Runs pyact's kernels, and exported models in onnxruntime (CPU, optimizer off), on bit patterns of "
        "every binade, and compares both with the definition in high precision.",
    )
    command.add_argument("names", nargs="*", metavar="NAME", help="activations, by name or alias (default: all)")
    command.add_argument(
        "--dtype", action="append", help="float32, float64, float16, bfloat16; several by commas (default: all)"
    )
    command.add_argument("--opset", type=int, default=18, help="opset of the models (default: %(default)s)")
    command.add_argument("--style", default="auto", help="auto or inline (default: %(default)s)")
    command.add_argument("--gradient", action="store_true", help="validate the gradients instead of the values")
    command.add_argument("--json", metavar="FILE", help="write the report to this file, too")
    command.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes for the exact values (default: %(default)s)"
    )
    command.set_defaults(run=_validate)


def _build(arguments: argparse.Namespace) -> int:
    from pyact.build import BuildError, build

    try:
        folder = build(arguments.spec, arguments.output, fit=not arguments.no_fit)
    except (ValueError, BuildError, ImportError, OSError) as error:  # a SpecError is a ValueError
        print(f"pyact build: {error}", file=sys.stderr)
        return 1
    print(f"{folder}: import {folder.name}")
    return 0


def _add_build(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "build",
        help="compile a spec of your own into a package",
        description="Proves a spec file, compiles it for every instruction set, and writes an importable package.",
    )
    command.add_argument("spec", metavar="SPEC", help="a TOML file in the format of pyact's activations.toml")
    command.add_argument("--output", metavar="FOLDER", help="the package (default: beside the spec, named after it)")
    command.add_argument("--no-fit", action="store_true", help="no search for float32 tables: slower kernels")
    command.set_defaults(run=_build)


# Each adds one subcommand, whose `run` takes the parsed arguments and gives the exit status.
_COMMANDS = (_add_validate, _add_build)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pyact", description="Neural-network activation functions.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in _COMMANDS:
        add(commands)
    parsed = parser.parse_args(arguments)
    status: int = parsed.run(parsed)
    return status


if __name__ == "__main__":
    sys.exit(main())
