"""The command line."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Sequence
from pathlib import Path

import pyact

from .cells import BACKWARD, FORWARD, ROW_FUNCTIONS, TABLES
from .inputs import DISTRIBUTIONS, DTYPES
from .peers import PEERS
from .report import README_DTYPE, README_INPUTS, README_SIZE

DEFAULT_SIZES = (4096, 65_536, 1 << 20)
SUFFIXES = {"k": 1 << 10, "m": 1 << 20}

EPILOG = """examples:
  python -m benchmarks                                 what `make bench` runs: a few minutes
  python -m benchmarks gelu silu --inputs all          two functions on every distribution of inputs
  python -m benchmarks --readme                        the table of the README
  python -m benchmarks --tables rows                   softmax and log_softmax
  python -m benchmarks --isa avx2 --peers torch numpy  AVX2 beside torch and NumPy restricted to AVX2
  python -m benchmarks all --dtype all --sizes all --inputs all --json all.json --append
                                                       the full matrix: hours, and can be stopped and continued
  python -m benchmarks --report all.json               the report of what was measured, measuring nothing
"""


def size(text: str) -> int:
    """1000, 65_536, 64k, 16M"""
    cleaned = text.strip().lower().replace(",", "").replace("_", "")
    factor = SUFFIXES.get(cleaned[-1:], 1)
    digits = cleaned[:-1] if factor > 1 else cleaned
    if not digits.isdecimal() or int(digits) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size: a positive number, with k or M for 2^10 or 2^20")
    return int(digits) * factor


def parser() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Time pyact beside the libraries that are installed.",
        epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    p.add_argument("names", nargs="*", metavar="NAME", help="activations, or all (default: torch.nn's)")
    p.add_argument("--tables", nargs="+", choices=(*TABLES, "all"), help="what to measure (default: all)")
    p.add_argument("--rows", action="store_true", help="short for --tables rows")
    p.add_argument("--direction", choices=(FORWARD, BACKWARD), help="default: both")
    p.add_argument("--dtype", nargs="+", default=["f32"], choices=(*DTYPES, *DTYPES.values(), "all"))
    p.add_argument("--sizes", nargs="+", metavar="N", help="elements, or all (default: 4096 64k 1M)")
    p.add_argument("--inputs", nargs="+", choices=(*DISTRIBUTIONS, "all"), help="default: normal1 normal3")
    p.add_argument("--threads", choices=("1", "all"), default="1")
    p.add_argument("--isa", choices=("native", "avx2"), default="native", help="avx2 restricts the peers, too")
    p.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS), metavar="PEER", help=", ".join(PEERS))
    p.add_argument("--quick", action="store_true", help="a few calls each: to see that it works, not for figures")
    p.add_argument("--json", type=Path, metavar="FILE", help="where every measurement goes")
    p.add_argument("--append", action="store_true", help="keep what is in the JSON file, measure what is not")
    p.add_argument("--markdown", type=Path, metavar="FILE", help="where the report goes (default: printed)")
    p.add_argument("--svg", type=Path, metavar="FILE", help="where the bar chart goes")
    p.add_argument("--readme", action="store_true", help="measure and print only the table of the README")
    p.add_argument("--report", type=Path, metavar="FILE", help="measure nothing: report what is in a JSON file")
    return p


ALL_SIZES = (1, 100, *DEFAULT_SIZES, 1 << 24)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    p = parser()
    options = p.parse_args(arguments)
    if options.append and options.json is None:
        p.error("--append needs --json FILE: the measurements to add to")
    if options.names == ["all"]:
        options.names = [n for n, a in pyact.activations.items() if a.kind != "row" or n in ROW_FUNCTIONS]
    for name in options.names:
        if name not in pyact.activations:
            near = difflib.get_close_matches(name, list(pyact.activations), n=3)
            p.error(f"pyact has no activation {name!r}" + (f"; did you mean {', '.join(near)}?" if near else ""))
    if options.report is not None and options.json is not None:
        p.error("--report measures nothing, so it writes no --json")
    options.chosen = bool(options.names)
    if not options.names:
        known = pyact.activations.items()
        options.names = [n for n, a in known if a.kind != "row" and (a.torch or n == "gelu_tanh")]
        options.names += ROW_FUNCTIONS
    options.tables = ["rows"] if options.rows else list(options.tables or ["all"])
    if "all" in options.tables:
        options.tables = list(TABLES)
    options.directions = [options.direction] if options.direction else [FORWARD, BACKWARD]
    options.dtypes = list(dict.fromkeys(DTYPES.get(d, d) for d in options.dtype))
    if "all" in options.dtypes:
        options.dtypes = list(DTYPES.values())
    try:
        options.sizes = ALL_SIZES if options.sizes == ["all"] else [size(s) for s in options.sizes or ()]
    except argparse.ArgumentTypeError as error:
        p.error(f"argument --sizes: {error}")
    options.sizes = list(options.sizes) or list(DEFAULT_SIZES)
    options.inputs = list(options.inputs or ("normal1", "normal3"))
    if "all" in options.inputs:
        options.inputs = list(DISTRIBUTIONS)
    if options.readme:
        options.tables, options.dtypes, options.inputs = ["activations"], [README_DTYPE], [README_INPUTS]
        options.sizes, options.directions = [README_SIZE], [FORWARD, BACKWARD]
    return options
