"""python -m pyact COMMAND: what pyact does from a terminal.

    python -m pyact validate            every activation in onnxruntime, beside the exact values
    python -m pyact validate gelu silu --dtype float32 --opset 20 --gradient --json report.json
    python -m pyact validate --provider all --html report.html      on every device there is
    python -m pyact validate model.onnx every activation in a model file, whoever wrote it
    python -m pyact providers           where models can run here, and why not elsewhere
    python -m pyact build waves.toml    a package `waves` of SIMD ufuncs from a spec of your own

Exit status: 0 if all is well, 1 if something is not the function it should be, 2 if the command cannot be carried out,
or not wholly.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyact.onnx.results import Report


def _validate(arguments: argparse.Namespace) -> int:
    from pyact.onnx import ExportError, ProviderError, ValidationError, validate
    from pyact.onnx.export import write_whole
    from pyact.onnx.report import ProgressBar, text

    if files := _model_files(arguments.names):
        return _validate_file(files[0], arguments)
    try:
        if arguments.expect:
            raise ValidationError("--expect goes with a model file")
        page = _html_page() if arguments.html else None
        report = validate(
            arguments.names or None,
            dtypes=_split(arguments.dtype),
            opset=_numbers(arguments.opset),
            style=_split(arguments.style),
            gradient=arguments.gradient,
            providers=_split(arguments.provider) or "cpu",
            optimize=arguments.optimize,
            workers=arguments.workers,
            error_curves=page is not None,
            progress=ProgressBar(),
        )
        if arguments.json:
            write_whole(arguments.json, report.to_json().encode())
        if page is not None:
            write_whole(arguments.html, page(report).encode())
    except (ExportError, ProviderError, ValidationError, ImportError, OSError) as error:
        print(f"pyact validate: {error}", file=sys.stderr)
        return 2
    print(text(report))
    return 1 if report.different else 0 if report.is_complete else 2


def _model_files(names: Sequence[str]) -> list[str]:
    """Which of the names are files rather than activations."""
    return [n for n in names if n.lower().endswith(".onnx") or os.sep in n or os.path.isfile(n)]


def _validate_file(path: str, arguments: argparse.Namespace) -> int:
    """The activations in a model file of the user's own."""
    from pyact.onnx import ModelFileError, ValidationError, validate_model
    from pyact.onnx.export import write_whole
    from pyact.onnx.model_file import text
    from pyact.onnx.report import ProgressBar

    try:
        if reason := _not_with_a_file(arguments):
            raise ValidationError(reason)
        report = validate_model(
            path,
            provider=(arguments.provider or ["cpu"])[0],
            optimize=arguments.optimize == "on",
            expect=arguments.expect,
            progress=ProgressBar(),
        )
        if arguments.json:
            write_whole(arguments.json, report.to_json().encode())
    except (ModelFileError, ValidationError, ImportError, OSError) as error:
        print(f"pyact validate: {error}", file=sys.stderr)
        return 2
    print(text(report))
    return 1 if report.wrong else 0 if report.ok else 2  # 2: nothing was found, or nothing could be run


def _not_with_a_file(arguments: argparse.Namespace) -> str:
    """What was asked for that makes no sense with a model file; "" if nothing."""
    if len(arguments.names) > 1:
        return "give one model file, and no activations beside it"
    if arguments.optimize == "both" or len(_split(arguments.provider) or []) > 1 or arguments.provider == ["all"]:
        return "a model file is validated on one provider, with --optimize off or on"
    options = [o for o in ("dtype", "opset", "style", "gradient", "html") if getattr(arguments, o)]
    return f"--{options[0]} does not go with a model file, which has its own" if options else ""


def _html_page() -> Callable[[Report], str]:
    """Asked for before the work, so that its absence is noticed then."""
    try:
        page: Callable[[Report], str] = importlib.import_module("pyact.onnx.html").page
    except ModuleNotFoundError as error:
        raise ImportError(f"--html cannot be had: {error}") from None
    return page


def _split(given: list[str] | None) -> list[str] | None:
    """A repeated option that also takes several values by commas."""
    return None if given is None else [v.strip() for g in given for v in g.split(",")]


def _numbers(given: list[str] | None) -> list[int]:
    from pyact.onnx.export import DEFAULT_OPSET, ExportError

    try:
        return [int(v) for v in _split(given) or [str(DEFAULT_OPSET)]]
    except ValueError:
        raise ExportError(f"--opset takes numbers such as 18 or 18,21, not {', '.join(given or [])}") from None


def _add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "validate",
        help="check kernels and exported models against the exact functions",
        description="Runs pyact's kernels, and exported models in onnxruntime, on bit patterns of every binade, and "
        "compares both with the definition in high precision and with each other.",
        epilog="Options that list values take several, by commas or repeated. Exit status: 0 if all that was asked for "
        "was compared and is the same; 1 if something is different; 2 if the command cannot be carried out, or a model "
        "or a provider that was asked for by name could not run.",
    )
    command.add_argument(
        "names", nargs="*", metavar="NAME", help="activations, by name or alias (default: all), or one model file"
    )
    command.add_argument(
        "--expect",
        action="append",
        metavar="ACTIVATION",
        help="with a model file: what its activations are meant to be, in the order of the graph, such as "
        "'softplus(beta=2, threshold=5)'",
    )
    command.add_argument(
        "--provider", action="append", help="cpu, webgpu, cuda, or all: those that are present (default: cpu)"
    )
    command.add_argument(
        "--dtype",
        action="append",
        help="float32, float64, float16, bfloat16 (default: all; on webgpu float32)",
    )
    command.add_argument("--opset", action="append", help="opset of the models (default: 18)")
    command.add_argument(
        "--style", action="append", help="auto, inline, function or op (default: auto on the CPU, inline elsewhere)"
    )
    command.add_argument("--gradient", action="store_true", help="validate the gradients instead of the values")
    command.add_argument(
        "--optimize",
        choices=("off", "on", "both"),
        default="off",
        help="onnxruntime's graph optimizations (default: %(default)s)",
    )
    command.add_argument("--json", metavar="FILE", help="write the report to this file, too")
    command.add_argument("--html", metavar="FILE", help="write the report as a web page with plots of the errors")
    command.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes for the exact values (default: %(default)s)"
    )
    command.set_defaults(run=_validate)


def _providers(arguments: argparse.Namespace) -> int:
    from pyact.onnx.runtime import PROVIDERS, ProviderError, available_providers, provider_name

    try:
        asked = [provider_name(p) for p in arguments.names] or list(PROVIDERS)
        found = available_providers()
    except (ProviderError, ImportError) as error:
        print(f"pyact providers: {error}", file=sys.stderr)
        return 2
    for name in asked:
        print(f"{name:8}{'present' if found[name].present else 'absent':9}{found[name].text}")
    return 0 if all(found[name].present for name in arguments.names) else 1


def _add_providers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "providers",
        help="where exported models can run on this machine",
        description="Tries each execution provider of onnxruntime with a small model and says what it runs on, or why "
        "it does not. Exit status 1 if one that was named is absent.",
    )
    command.add_argument("names", nargs="*", metavar="PROVIDER", help="cpu, webgpu, cuda (default: all)")
    command.set_defaults(run=_providers)


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
_COMMANDS = (_add_validate, _add_providers, _add_build)


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
