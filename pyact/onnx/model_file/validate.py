"""The whole way from a file to a report."""

from __future__ import annotations

import ast
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..results import ValidationError
from ..validate import _require
from .graph import flatten
from .identify import Match, describe, identify, named
from .measure import Measurement, measure, shown_parameters
from .reader import Model, read, shown
from .regions import Part, Search, find
from .report import Finding, ModelReport

MAX_FINDINGS = 200  # different ones that are measured


def validate_model(
    model: Any,
    *,
    provider: str = "cpu",
    optimize: bool = False,
    expect: Sequence[str] | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> ModelReport:
    """Find the activations in a model of any origin, and test each on its own against the definition.

    Activations are found by what they compute: as standard operators of any opset, in functions of the model, among
    onnxruntime's own operators, and written out in primitives in any way. Of each, only its own nodes are run. The
    model as a whole is never loaded into the runtime, and nothing outside its folder is read.

    Parameters
    ----------
    model
        Path of an ONNX file, or an `onnx.ModelProto`.
    provider, optimize
        Where to run, "cpu", "webgpu" or "cuda", and whether the runtime may rewrite the graphs.
    expect
        What the activations are meant to be, in the order of the graph, such as "softplus(beta=2, threshold=5)": then
        each is held to that, and not to what its graph is found to be.
    progress
        Called with the activations done, their number, and the name of the next one.

    Returns
    -------
    ModelReport
        `report.findings` has one entry per activation, `report.skipped` says what was not looked at, and `report.ok`
        whether every activation is the function it should be.

    Raises
    ------
    ModelFileError
        If the file is no sound model.
    ValidationError
        If `expect` does not fit, or the provider cannot be had.
    ImportError
        If onnx, onnxruntime or mpmath is missing.
    """
    onnxruntime = _require()
    started = time.monotonic()
    provider = _present(provider)
    checked = read(model)
    parts, skipped, nodes = _search(checked)
    groups = _grouped(parts)
    if expect is not None:
        groups = _expected(groups, expect)
    if len(groups) > MAX_FINDINGS:
        skipped.append(f"{len(groups) - MAX_FINDINGS} more activations: only {MAX_FINDINGS} different ones are tested")
    findings = []
    total = min(len(groups), MAX_FINDINGS)
    for done, group in enumerate(groups[:MAX_FINDINGS]):
        if progress is not None:
            progress(done, total, group[0].match.name)
        findings.append(_finding(group, provider, optimize))
    if progress is not None:
        progress(total, total, "")
    name = os.path.basename(os.fspath(model)) if isinstance(model, str | os.PathLike) else checked.proto.graph.name
    return ModelReport(
        shown(str(name)),
        findings,
        nodes,
        skipped,
        f"onnxruntime {onnxruntime.__version__}",
        provider,
        optimize,
        {shown(o.domain): int(o.version) for o in list(checked.proto.opset_import)[:8]},
        time.monotonic() - started,
    )


def _present(provider: str) -> str:
    """The provider's short name, if models can run there."""
    from .. import runtime

    try:
        name = runtime.provider_name(provider)
        if name != "cpu" and not (found := runtime.availability(name)).present:
            raise ValidationError(f"provider {name}: {found.text}")
    except runtime.ProviderError as error:
        raise ValidationError(str(error)) from None
    return name


def _search(model: Model) -> tuple[list[Part], list[str], int]:
    """Activations of all graphs, what was passed over, and the number of nodes."""
    search = Search()
    parts: list[Part] = []
    left: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    nodes = 0
    for graph in flatten(model):
        nodes += len(graph.nodes)
        unknown.update(graph.unknown)
        found, rest = find(graph, search)
        parts += found
        left += rest
    skipped = [f"unknown operator {name} ({_times(count)})" for name, count in unknown.most_common(20)]
    if len(unknown) > 20:
        skipped.append(f"{len(unknown) - 20} more unknown operators")
    if left:
        listed = ", ".join(f"{op} ({_times(count)})" for op, count in left.most_common(12))
        skipped.append(f"part of no activation in the catalogue: {listed}")
    if search.exhausted:
        skipped.append("the search was ended: the graph holds too many different functions")
    return parts, skipped, nodes


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _grouped(parts: list[Part]) -> list[list[Part]]:
    """Parts that compute the same in the same way, together."""
    groups: dict[Any, list[Part]] = {}
    for part in parts:
        groups.setdefault((part.candidate.key, _channel_constants(part), part.gate), []).append(part)
    return list(groups.values())


def _channel_constants(part: Part) -> Any:
    """What tells parts apart whose first channels are alike."""
    candidate = part.candidate
    return tuple(tuple(replace(candidate, channel=c).constants.values()) for c in candidate.channels)


def _finding(group: list[Part], provider: str, optimize: bool) -> Finding:
    """Tests one part for all that are alike; of one number per channel the extremes, and reports the worst."""
    part = group[0]
    results: list[tuple[Match, Measurement]] = []
    for channel in part.candidate.channels:
        candidate = replace(part.candidate, channel=channel)
        match = part.match if channel == part.candidate.channel else _like(part.match, identify(candidate))
        if match is not None:
            results.append((match, measure(candidate, match, provider, optimize)))
    results.sort(key=lambda r: (bool(r[1].wrong), r[1].runtime.scaled if r[1].runtime else 0.0), reverse=True)
    match, measured = results[0]
    return Finding(
        match.name,
        dict(match.parameters),
        shown_parameters(match, [m for m, _ in results[1:]]),
        match.exact,
        part.candidate.dtype,
        [n.operation.op for n in part.candidate.nodes],
        [[n.label for n in p.candidate.nodes] for p in group],
        measured,
        part.gate,
    )


def _like(first: Match, other: Match | None) -> Match | None:
    """Another channel, if it is the same activation there."""
    return other if other is not None and other.name == first.name else None


# --- what the user expects --------------------------------------------------------------------------------------------
_EXPECTED = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\((.*)\))?\s*\Z", re.DOTALL)


def _expected(groups: list[list[Part]], expect: Sequence[str]) -> list[list[Part]]:
    """Every place with what it is meant to be, in order."""
    wanted = [_meant(text) for text in expect]
    places = [part for group in groups for part in group]
    if len(wanted) != len(places):
        listed = ", ".join(describe(p.match.name, p.match.parameters) for p in places) or "none"
        raise ValidationError(f"{len(wanted)} activations are expected, the model has {len(places)}: {listed}")
    return [[replace(part, match=_stored(match, part))] for part, match in zip(places, wanted, strict=True)]


def _stored(match: Match, part: Part) -> Match:
    """With parameters as a model of this format can hold them: its threshold of 0.1 is the float32 next to it."""
    if part.candidate.dtype == "float64":
        return match
    return replace(match, parameters=tuple((n, float(np.float32(v))) for n, v in match.parameters))


def _meant(text: str) -> Match:
    found = _EXPECTED.match(text)
    try:
        if found is None:
            raise ValueError("write name(parameter=value, ...)")
        call = ast.parse(f"f({found[2] or ''})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args:
            raise ValueError("write name(parameter=value, ...)")
        parameters = {str(k.arg): float(ast.literal_eval(k.value)) for k in call.keywords}
        return named(found[1], parameters)
    except KeyError as error:
        raise ValidationError(f"expected {text!r}: {error.args[0]}") from None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise ValidationError(f"expected {text!r}: {error}") from None
