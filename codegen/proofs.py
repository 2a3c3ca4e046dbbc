"""Which entries of the spec have been proven (see check.py), by the digest of what was proven.

A proof takes about a second of 50-digit arithmetic, so its outcome is kept in `tables/proofs.json` and repeated only
when the entry, or the code that checks it, changes. The test-suite proves every entry anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from . import check
from .expr import Expr, postorder, to_text
from .spec import Activation, Catalogue

RECORD = Path(__file__).parent / "tables" / "proofs.json"


def digest(activation: Activation) -> str:
    """Hash of every expression the proof is about, and of the checker."""
    parts = [activation.name, activation.kind, to_text(activation.formula), to_text(activation.kernel)]
    parts += [f"{k}={to_text(v)}" for k, v in sorted(activation.derivatives.items())]
    parts += [f"{k}={to_text(v)}" for k, v in sorted(activation.limits.items())]
    parts += [f"{k}={to_text(v)}" for k, v in sorted(activation.derivative_limits.items())]
    parts += [f"{p.name}={p.default!r}" for p in activation.parameters] + [activation.requires_text]
    parts += [str(n.value.approximate_root) for n in _roots(activation)]
    for module in ("check", "reference", "derivative"):
        parts.append((Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _roots(activation: Activation) -> list[Expr]:
    return [n for d in activation.derivatives.values() for n in postorder(d) if n.op == "near_root"]


def prove_own(catalogue: Catalogue, report: Callable[[str], None]) -> Catalogue:
    """Prove a user's spec, which need not declare the roots of its derivatives; the catalogue with them marked."""
    completed = {}
    for name, activation in catalogue.items():
        report(f"proving {name}")
        completed[name] = check.with_roots(activation)
        check.check(completed[name], roots_declared=False)
    return Catalogue(completed)


def prove(catalogue: Catalogue, report: Callable[[str], None], *, use_record: bool) -> str:
    """Prove every entry (with `use_record`, those the record does not hold); raises SpecError at the first wrong one.

    Returns the text of the record that now holds.
    """
    known: dict[str, str] = json.loads(RECORD.read_text()) if use_record and RECORD.exists() else {}
    proven = {}
    for name, activation in catalogue.items():
        proven[name] = digest(activation)
        if known.get(name) != proven[name]:
            report(f"proving {name}")
            check.check(activation)
    return json.dumps(proven, indent=0) + "\n"
