"""The C text that a float32 kernel depends on: a record of measurements is valid as long as this text stands.

It is read from generated_c/: the kernel's own functions and tables, and every definition they reach, in any header,
for all instruction sets. Comments, white space and banners do not count, and neither do definitions the kernel does not
reach: another kernel, or another elementary function, may change without effect.

The text is found by names alone, so it may hold too much, never too little. Left out on purpose are the wide
(double-double) arithmetic, except for kernels that run in it, what only float64 kernels run (light arithmetic, direct
loops), and the other dtypes' loading and storing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

GENERATED = Path(__file__).resolve().parent.parent / "generated_c"

_TOKEN = re.compile(r"[A-Za-z_]\w*")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CONDITIONAL = re.compile(r"#\s*(if|ifdef|ifndef|elif|else|endif)\b(.*)")
_DEFINE = re.compile(r"#\s*define\s+(\w+)")
# Definitions that a float32 kernel mentions through the macros it shares with other dtypes, but never runs.
_OTHER_DTYPES = re.compile(
    r"(load|store|round|scatter)_\w*(f16|bf16|f64|16)\w*|undo_lift|exceptional_lanes|\w+_b?f16_core"
    r"|plain_evaluate_listed|plain_note|PLAIN_\w+"
    r"|\w+_direct_(at|core)|PYACT_DIRECT_\w+|light|light_\w+|LIGHT_\w+|\w+_light(_\w+)?|PYACT_\w*LIGHT\w*"
)
_WIDE = re.compile(r"wide|wide_\w+|round_wide|\w+_wide(_at|_core)?|PYACT_WIDE_AT")


@dataclass(frozen=True)
class Item:
    """One definition, declaration, macro or macro call at file level."""

    file: str
    generated: bool  # from the spec, not copied from csrc/
    condition: str  # the #if's around it
    text: str
    names: frozenset[str]  # what it defines


def _names(text: str) -> frozenset[str]:
    """What a file-level item defines; for a macro call like PYACT_CORES_1(gelu, 1) nothing."""
    if (macro := _DEFINE.match(text)) is not None:
        return frozenset({macro[1]})
    if text.startswith("typedef"):
        pointer = re.search(r"\(\s*\*\s*(\w+)\s*\)", text)
        last = re.search(r"(\w+)\s*;\s*$", text)
        names = {m[1] for m in (pointer, last) if m is not None}
        if re.match(r"typedef\s+enum", text):
            names |= set(re.findall(r"[{,]\s*(\w+)", text))
        elif last is not None:  # typedef T a, b;
            names |= set(re.findall(r"(\w+)\s*,", text.rpartition("}")[2]))
        return frozenset(names)
    if text.startswith("enum"):
        return frozenset(re.findall(r"[{,]\s*(\w+)", text))
    head = re.split(r"[{=;]", text, maxsplit=1)[0]
    if re.match(r"\w+\s*\([^()]*\)\s*$", head):
        return frozenset()
    function = re.search(r"(\w+)\s*\(", re.sub(r"__attribute__\s*\(\(.*?\)\)", "", head))
    if function is not None:
        return frozenset({function[1]})
    variables = re.findall(r"(\w+)\s*(?:\[[^\]]*\]\s*)*(?:,|$)", head.strip())
    tag = re.match(r"(?:static\s+|const\s+)*(?:struct|union)\s+(\w+)", head)
    return frozenset(variables) | (frozenset({tag[1]}) if tag else frozenset())


def _items(file: str, text: str) -> Iterator[Item]:
    """Split a C file at the ends of its file-level definitions."""
    generated = "from csrc/" not in text.partition("\n")[0]  # the banner
    text = _COMMENT.sub(" ", text)
    conditions: list[str] = []
    pending: list[str] = []
    depth = 0
    lines = iter(text.split("\n"))
    for line in lines:
        while line.endswith("\\"):
            line = line[:-1] + " " + next(lines)
        stripped = line.strip()
        if stripped.startswith("#") and depth == 0:
            conditional = _CONDITIONAL.match(stripped)
            if conditional is None:
                if _DEFINE.match(stripped):
                    normal = " ".join(stripped.split())
                    yield Item(file, generated, " ".join(conditions), normal, _names(normal))
            elif conditional[1].startswith("if"):
                conditions.append(" ".join(stripped.split()))
            elif conditional[1] == "endif":
                conditions.pop()
            else:  # the branches before this one are part of its condition
                conditions[-1] += " " + " ".join(stripped.split())
            continue
        if stripped:
            pending.append(stripped)
        depth += sum(line.count(c) for c in "({") - sum(line.count(c) for c in ")}")
        if depth == 0 and pending and (not stripped or stripped[-1] in ";}"):
            normal = " ".join(" ".join(pending).split())
            yield Item(file, generated, " ".join(conditions), normal, _names(normal))
            pending = []
    if pending:
        normal = " ".join(" ".join(pending).split())
        yield Item(file, generated, " ".join(conditions), normal, _names(normal))


def _owner(identifier: str, kernels: Iterable[str]) -> str | None:
    """gelu_backward_narrow belongs to gelu_backward, not to gelu: the longest kernel name it starts with."""
    owners = [k for k in kernels if identifier == k or identifier.startswith(f"{k}_")]
    return max(owners, key=len, default=None)


@dataclass(frozen=True)
class _Library:
    """The items of all headers: by the kernel they are of, by the names they define, and the names they use."""

    of_kernel: dict[str, list[Item]]
    defining: dict[str, list[Item]]
    uses: dict[Item, list[str]]


@lru_cache(maxsize=4)
def _library(folder: Path, kernels: tuple[str, ...]) -> _Library:
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.h"))}
    items = [item for file, text in files.items() for item in _items(file, text)]
    library = _Library({}, {}, {})
    for item in items:
        for name in item.names:
            library.defining.setdefault(name, []).append(item)
        if item.generated:
            call = re.fullmatch(r"\w+\s*\(\s*(\w+)\b[^()]*\)\s*;?", item.text)  # PYACT_CORES_1(gelu, 1)
            owners = {_owner(name, kernels) for name in item.names} | ({call[1]} if call is not None else set())
            for owner in owners - {None}:
                library.of_kernel.setdefault(str(owner), []).append(item)
    for item in items:
        library.uses[item] = sorted(set(_TOKEN.findall(item.text)) & library.defining.keys())
    return library


def kernel_text(kernel: str, kernels: Iterable[str], wide_only: bool = False, folder: Path = GENERATED) -> str:
    """The normalised text, in a fixed order. `kernels` are the names of all kernels."""
    library = _library(folder, tuple(sorted(set(kernels))))

    def left_out(name: str) -> bool:
        return _OTHER_DTYPES.fullmatch(name) is not None or (not wide_only and _WIDE.fullmatch(name) is not None)

    waiting = [i for i in library.of_kernel.get(kernel, ()) if not any(left_out(n) for n in i.names)]
    if not waiting:
        raise KeyError(f"{folder.name} has no kernel {kernel}")
    reached: set[Item] = set()
    while waiting:
        item = waiting.pop()
        if item not in reached:
            reached.add(item)
            for name in library.uses[item]:
                if not left_out(name):
                    waiting.extend(library.defining[name])
    return "\n".join(sorted(f"{item.file} [{item.condition}] {item.text}" for item in reached)) + "\n"


def kernel_text_digest(kernel: str, kernels: Iterable[str], wide_only: bool = False, folder: Path = GENERATED) -> str:
    """A hash of kernel_text()."""
    return hashlib.sha256(kernel_text(kernel, kernels, wide_only, folder).encode()).hexdigest()[:16]


def names_reached(starts: Iterable[str], kernels: Iterable[str], folder: Path = GENERATED) -> frozenset[str]:
    """Everything some functions lead to but for wide arithmetic: what kernel_text() leaves out is seen here."""
    library = _library(folder, tuple(sorted(set(kernels))))
    waiting, reached = list(starts), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in reached and _WIDE.fullmatch(name) is None:
            reached.add(name)
            for item in library.defining[name]:
                waiting.extend(library.uses[item])
    return frozenset(reached)
