"""python -m benchmarks [NAME ...]: pyact beside the libraries that are installed; --help lists the options."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from . import environment, peers
from .cells import Cell, matrix
from .chart import svg
from .measure import Bench
from .options import parse
from .progress import Progress
from .report import environment_report, markdown, readme, summary, title
from .results import Results, load, save
from .timing import QUICK, Effort

SAVE_EVERY = 20  # seconds: what a power cut may cost
INTERRUPTED = 130  # the exit status a shell gives after Ctrl-C


def previous(path: Path) -> Results:
    try:
        return load(path)
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path}: not measurements ({error})") from error


def run(options: argparse.Namespace, results: Results) -> tuple[str, bool]:
    """The environment, and whether all was measured."""
    allowed = environment.processors()
    threads = 1 if options.threads == "1" else len(allowed or ()) or 1
    described = environment.describe(options.isa, threads, options.peers, options.quick)
    key, dropped = results.open_environment(described)
    if dropped:
        print(f"{dropped} cells of another build of pyact dropped", file=sys.stderr)
    o = options
    cells = list(dict.fromkeys(matrix(o.tables, o.names, o.directions, o.dtypes, o.sizes, o.inputs, chosen=o.chosen)))
    todo = [cell for cell in cells if cell not in results.cells[key]]
    missing = f"; not installed: {', '.join(described['missing'])}" if described["missing"] else ""
    print(f"{title(described)}: {len(todo)} of {len(cells)} cells to measure{missing}", file=sys.stderr)
    if not todo:
        return key, True
    # One thread means one processor, for libraries with a pool of their own, too.
    with environment.confined_to({max(allowed)} if threads == 1 and allowed else None):
        present = [peers.load(name, threads) for name in options.peers if peers.installed(name)]
        bench = Bench(present, threads, allowed, QUICK if options.quick else Effort())
        return key, measure_all(bench, todo, results, key, options.json)


def measure_all(bench: Bench, cells: Sequence[Cell], results: Results, key: str, path: Path | None) -> bool:
    """False after Ctrl-C."""
    progress, saved = Progress(len(cells)), time.monotonic()
    try:
        for cell in cells:
            progress.step(str(cell))
            results.add(key, bench.measure(cell))
            if path is not None and time.monotonic() - saved > SAVE_EVERY:
                save(results, path)
                saved = time.monotonic()
    except KeyboardInterrupt:
        progress.end()
        print(f"stopped after {progress.done - 1} of {len(cells)} cells; they are kept", file=sys.stderr)
        return False
    finally:
        gc.collect()
    progress.end()
    return True


def write(options: argparse.Namespace, results: Results, environments: Sequence[str]) -> None:
    """The files asked for, and on the standard output the report of these environments, or what it comes to."""
    if options.json is not None:
        save(results, options.json)
    for path, text in ((options.markdown, markdown), (options.svg, svg)):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(results))
    for key in environments:
        if options.readme:
            print(readme(results, key), end="")
        elif options.markdown is None:
            print(environment_report(results, key))
        else:
            print(f"## {title(results.environments[key])}\n\n{summary(results, key, most=5)}\n")
    for path in (options.json, options.markdown, options.svg):
        if path is not None:
            print(f"written: {path}", file=sys.stderr)


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else list(arguments)
    options = parse(given)
    if options.report is not None:
        results = previous(options.report)
        write(options, results, list(results.environments))
        return 0
    environment.start_anew_if_needed(options.isa, options.threads, given)
    results = previous(options.json) if options.append and options.json.exists() else Results()
    key, complete = run(options, results)
    write(options, results, [key])
    return 0 if complete else INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
