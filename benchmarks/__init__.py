"""Timings beside other libraries, never asserted in tests: python -m benchmarks --help.

cells.py         what is measured: a cell is one function, direction, dtype, shape and input distribution
inputs.py        the data of a cell
peers/           how each library computes it, one file per library; from_formula.py where it has no such function
timing.py        interleaved rounds, minima
measure.py       one cell: every peer checked for agreement, then timed
environment.py   instruction set, threads, versions
results.py       measurements as JSON, merged over several runs
bars.py          what pyact promises, and which cells keep it
report.py        Markdown;  chart.py  SVG
options.py       the command line;  progress.py  the bar on a terminal;  __main__.py  the run
"""
