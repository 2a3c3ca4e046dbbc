"""python -m pyact.onnx.publish FILE: the page that pyact's documentation shows (`make report`).

Every activation of the catalogue in float32, value and gradient, on every provider that is present.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .export import ExportError, write_whole
from .html import page
from .report import ProgressBar, summary
from .results import ValidationError
from .runtime import ProviderError
from .validate import validate

_COMMAND = "make report"


def main(arguments: Sequence[str] | None = None) -> int:
    """Validate and write the page; the exit status is that of `python -m pyact validate`."""
    parser = argparse.ArgumentParser(prog="python -m pyact.onnx.publish", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="where the page is written")
    parser.add_argument("names", nargs="*", metavar="NAME", help="activations (default: all)")
    parser.add_argument("--provider", default="all", help="cpu, webgpu, cuda or all (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes for the exact values")
    given = parser.parse_args(arguments)
    try:
        reports = [
            validate(
                given.names or None,
                dtypes="float32",
                gradient=gradient,
                providers=given.provider,
                workers=given.workers,
                error_curves=True,
                progress=ProgressBar(),
            )
            for gradient in (False, True)
        ]
        write_whole(given.file, page(reports, command=_COMMAND).encode())
    except (ExportError, ProviderError, ValidationError, ImportError, OSError) as error:
        print(f"pyact.onnx.publish: {error}", file=sys.stderr)
        return 2
    for report in reports:
        print(summary(report))
    print(f"wrote {given.file}")
    return 1 if any(report.different for report in reports) else 0 if all(r.is_complete for r in reports) else 2


if __name__ == "__main__":
    sys.exit(main())
