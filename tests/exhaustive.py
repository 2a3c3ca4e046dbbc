"""Every float32 input of every kernel: python -m tests.exhaustive [KERNEL ...] [--jobs N] [--sample] [--check]

A kernel, value or derivative (grad_output 1, parameters at their defaults, the other input of a gate 1), is run on all
2**32 bit patterns and judged against enclosures of the exact values. Without names: the kernels whose generated text
changed since their record; of those whose outputs are, to the last bit, the recorded ones, the record stays and only
its text is brought up to date. A run that is interrupted goes on where it stopped: what is done stays in
build/exhaustive.

Why the recorded maximum is right. The reference is interval arithmetic over the C library (tests/csrc/enclosure.h): it
holds the exact value between two bounds whatever cancels, and takes the expression from the IR but no arithmetic from
the kernels. Applied to Taylor series, it finds for pieces of up to 2**20 neighbouring inputs a polynomial and how far
the exact values can be from it (tests/csrc/pieces.h): that comes first, and costs little. Pieces that have no such
polynomial are evaluated in double, input by input. Where the bounds are further apart than 2**-18 ULP, or round to
different floats, long double is asked, then __float128, and what even that leaves open, mpmath. So every result's
error is bounded from above to within 2**-18 ULP. The largest bound of 512 neighbours, if it is a new one, is made
sharp by long double; the largest of these finds the worst input, and its error in the record is mpmath's. No other
input has an error more than 2**-17 ULP above it: twice 2**-18, since what was made sharp has a width too. Results so
near a tie that no precision tells on which side (subnormal outputs that are half an odd number and next to nothing)
count as not correctly rounded; the record says how many they are.

Zeros and infinities must give the limits that the spec states, NaN the canonical NaN (unless a derivative is constant).

--check is the quick test of the record: the text is the one that was measured, and sampled outputs still have the
recorded digests, so what was proven of them holds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import pyact
from codegen import ieee, reference
from codegen.expr import to_text, variables
from codegen.kernel_text import kernel_text_digest
from codegen.kernels import Kernel
from codegen.ulp import FORMATS, PROMISE, ulp_error

from .accuracy import all_kernels
from .enclosure import OPEN_CASES, Floats, Judge, Report, digest_of, expression_of, variable_of

if TYPE_CHECKING:
    from hashlib import _Hash as Digest

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "codegen" / "tables"
RECORD = TABLES / "exhaustive.json"
DIGESTS = TABLES / "exhaustive"  # NAME.txt: the digests of the chunks, cut to 8 bytes
WORK = ROOT / "build" / "exhaustive"
FORM = FORMATS["float32"]
BOUND = PROMISE["float32"]

CHUNKS = 256  # a chunk is what its patterns' leading byte says: 2**24 of them
BLOCK = 2**16
BLOCKS = 2**32 // CHUNKS // BLOCK
QUAD_BUDGET = 200  # of results near a tie, in a block
SPECIAL = {"-inf": 0xFF800000, "-0.0": 0x80000000, "0.0": 0x00000000, "inf": 0x7F800000}
# Leading bytes of 2**-5 <= |x| < 2**9, where kernels do most of their work.
COMMON = tuple(sign | byte for sign in (0x00, 0x80) for byte in range(0x3D, 0x44))

Function = Callable[[Floats, Floats], object]
"""function(x, out): what is measured, on blocks of 65,536 inputs."""


def float_of(bits: int) -> float:
    return float(np.uint32(bits).view(np.float32))


def bits_of(value: float) -> int:
    return int(np.float32(value).view(np.uint32))


def function_of(kernel: Kernel) -> Function:
    """The compiled kernel, as Python users call it."""
    ufunc = getattr(pyact.ufuncs, kernel.name)
    ones = np.ones(BLOCK, np.float32)
    parameters = [kernel.activation.defaults[p] for p in kernel.parameters]
    variable = variable_of(kernel)

    def function(x: Floats, out: Floats) -> object:
        data = [x if name == variable else ones[: x.size] for name in kernel.data_inputs]
        return ufunc(*data, *parameters, out=out)

    return function


# ---- one chunk -----------------------------------------------------------------------------------------------------
@dataclass
class Outcome:
    """What is found of a chunk; of several, added up."""

    digest: str = ""
    finite: int = 0
    correct: int = 0
    near_ties: int = 0
    not_numbers: int = 0  # NaN inputs whose result is not the canonical NaN
    worst: float = -1.0  # a bound, to within 2**-18
    worst_x: int = 0  # as bits
    open: list[tuple[int, int]] = field(default_factory=list)  # (x, result) that quad could not enclose


def blocks_of(chunk: int, blocks: Iterable[int]) -> Iterator[Floats]:
    """Inputs in the order of their bits. The array is overwritten each time."""
    low = np.arange(BLOCK, dtype=np.uint32)
    bits = np.empty_like(low)
    for block in blocks:
        np.add(low, np.uint32((chunk * BLOCKS + block) * BLOCK), out=bits)
        yield bits.view(np.float32)


INPUTS = -1  # a kind of block: its outputs are its inputs; any other is the bits of the one number they all are


def kind_of(x: Floats, y: Floats) -> int | None:
    """Of the two kinds of block that make up half of most kernels' outputs, or None."""
    inputs, outputs = x.view(np.uint32), y.view(np.uint32)
    if outputs[0] == outputs[-1]:
        return int(outputs[0]) if (outputs == outputs[0]).all() else None
    return INPUTS if outputs[-1] == inputs[-1] and (outputs == inputs).all() else None


def update_alike(digest: Digest, kind: int, chunk: int, blocks: Iterable[int]) -> None:
    for x in blocks_of(chunk, blocks):
        if kind != INPUTS:
            x.view(np.uint32)[:] = kind
        digest.update(x.data)


@cache
def digest_alike(kind: int, chunk: int, blocks: tuple[int, ...]) -> str:
    """Of blocks of one kind; kept, for the next kernel."""
    digest = hashlib.sha256()
    update_alike(digest, kind, chunk, blocks)
    return digest.hexdigest()


class ChunkDigest:
    """SHA-256 of a chunk's outputs; if all blocks are of one kind, as it is known from before."""

    def __init__(self, chunk: int) -> None:
        self.chunk = chunk
        self._digest = hashlib.sha256()
        self._kind: int | None = None
        self._alike: list[int] = []  # blocks of that kind, not hashed yet
        self._differs = False

    def update(self, block: int, x: Floats, y: Floats) -> None:
        if not self._differs:
            kind = kind_of(x, y)
            if kind is not None and kind == (self._kind if self._alike else kind):
                self._kind = kind
                self._alike.append(block)
                return
            self._differs = True
            if self._kind is not None:
                update_alike(self._digest, self._kind, self.chunk, self._alike)
        self._digest.update(y.data)

    def hexdigest(self) -> str:
        if self._differs or self._kind is None:
            return self._digest.hexdigest()
        return digest_alike(self._kind, self.chunk if self._kind == INPUTS else 0, tuple(self._alike))


def digest_chunk(function: Function, chunk: int) -> str:
    """SHA-256 of a chunk's outputs."""
    digest, y = ChunkDigest(chunk), np.empty(BLOCK, np.float32)
    for block, x in enumerate(blocks_of(chunk, range(BLOCKS))):
        function(x, y)
        digest.update(block, x, y)
    return digest.hexdigest()


def judge_chunk(function: Function, judge: Judge, chunk: int, blocks: Sequence[int] = range(BLOCKS)) -> Outcome:
    """Run, judge and hash. The digest is that of the chunk only if all blocks are run."""
    report = Report(worst=-1.0)
    digest, y = ChunkDigest(chunk), np.empty(BLOCK, np.float32)
    for block, x in zip(blocks, blocks_of(chunk, blocks), strict=True):
        function(x, y)
        judge.check(report, x, y, QUAD_BUDGET)
        digest.update(block, x, y)
    if report.open > OPEN_CASES:
        raise RuntimeError(f"quad precision encloses too little: {report.open} inputs of chunk {chunk:#04x} are open")
    cases = [(bits_of(report.open_x[i]), bits_of(report.open_y[i])) for i in range(report.open)]
    return Outcome(
        digest.hexdigest(), report.finite, report.correct, report.near_ties, report.not_numbers, report.worst,
        bits_of(report.worst_x), cases,
    )  # fmt: skip


# ---- a kernel ------------------------------------------------------------------------------------------------------
class State:
    """The chunks that are done, one JSON line each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: dict[int, Outcome] = {}
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        for line in path.read_text().splitlines() if path.exists() else []:
            try:
                entry = json.loads(line)
            except json.JSONDecodeError:  # cut off while it was written
                continue
            chunk = entry.pop("chunk")
            self.done[chunk] = Outcome(**entry | {"open": [tuple(c) for c in entry["open"]]})

    def add(self, chunk: int, outcome: Outcome) -> None:
        with self._lock, self.path.open("a") as file:
            file.write("\n" * (file.tell() > 0) + json.dumps({"chunk": chunk} | asdict(outcome)))
            self.done[chunk] = outcome


def exact_error(kernel: Kernel, x: int, result: int) -> float:
    """By mpmath, of a result given as bits."""
    exact = reference.evaluate(expression_of(kernel), {variable_of(kernel): float_of(x)})
    return ulp_error(float_of(result), exact, FORM)


def result_at(function: Function, x: int) -> int:
    """The result for one input, computed in a full block."""
    y = np.empty(BLOCK, np.float32)
    function(np.full(BLOCK, x, np.uint32).view(np.float32), y)
    return int(y.view(np.uint32)[0])


def wrong_special_values(kernel: Kernel, function: Function) -> list[str]:
    """Zeros and infinities whose result is not the stated limit, as text."""
    wrong = []
    # A gate states the limits of its gradient by the gating input, none of that by the other one.
    by_gate = kernel.name.endswith(f"_{variable_of(kernel)}")
    stated = kernel.factor is None or kernel.activation.kind != "gate" or by_gate
    for point, x in SPECIAL.items():
        bits = result_at(function, x)
        got = float_of(bits)
        if not stated or (limit := kernel.limits.get(point)) is None:
            # Nor are there limits of the gradients of parameters, or of waves at infinity.
            fine = "inf" in point or exact_error(kernel, x, bits) <= BOUND
            want = math.nan
        else:
            others = {name: 1.0 for name in kernel.data_inputs if name != variable_of(kernel)}
            want = ieee.evaluate(limit, {**kernel.activation.defaults, **others})
            if want == 0 or math.isinf(want):
                fine = got == want and math.copysign(1, got) == math.copysign(1, want)
            else:
                exact = reference.evaluate(limit, {**kernel.activation.defaults, **others})
                fine = ulp_error(got, exact, FORM) <= BOUND
        if not fine:
            wrong.append(f"at {point}: {got!r}, not {want!r}")
    return wrong


def compiler() -> str:
    """What the extension was compiled with."""
    path = ROOT / "build" / "meson-info" / "intro-compilers.json"
    if not path.exists():
        return "unknown"
    made = json.loads(path.read_text())["host"]["c"]
    return f"{made['id']} {made['version']}"


@dataclass(frozen=True)
class Result:
    """All chunks of a kernel together."""

    kernel: str
    entry: dict[str, Any]  # of the record
    digests: list[str]
    failures: list[str]


def combine(kernel: Kernel, function: Function, outcomes: Sequence[Outcome], text: str) -> Result:
    """The record's entry, its worst input found and evaluated by mpmath."""
    correct, near_ties = sum(o.correct for o in outcomes), sum(o.near_ties for o in outcomes)
    worst = max(outcomes, key=lambda o: o.worst)
    candidates = [(exact_error(kernel, x, y), x) for o in outcomes for x, y in o.open]
    correct += sum(error < 0.5 for error, _ in candidates)
    candidates.append((exact_error(kernel, worst.worst_x, result_at(function, worst.worst_x)), worst.worst_x))
    error, x = max(candidates)
    failures = wrong_special_values(kernel, function)
    reads = variable_of(kernel) in variables(kernel.expression)
    if reads and (not_numbers := sum(o.not_numbers for o in outcomes)):
        failures.append(f"{not_numbers} NaN inputs do not give the canonical NaN")
    if error > BOUND:
        failures.append(f"{error:.6f} ULP at x = {float_of(x)!r}: the bound is {BOUND}")
    finite = sum(o.finite for o in outcomes)
    entry = {
        "ulp": round(error, 6),
        "x": float_of(x),
        "x_bits": f"{x:#010x}",
        "correctly_rounded": round(correct / finite, 9),
        "near_ties": near_ties,
        "inputs": 2**32,
        "outputs_sha256": hashlib.sha256(b"".join(bytes.fromhex(o.digest) for o in outcomes)).hexdigest(),
        "text": text,
        "expression": expression_digest(kernel),
        "isa": pyact.isa(),
        "compiler": compiler(),
    }
    return Result(kernel.name, entry, [o.digest[:16] for o in outcomes], failures)


class Progress:
    """One line on a terminal, rewritten."""

    def __init__(self, name: str, total: int) -> None:
        self.name, self.total, self.done, self.start = name, total, 0, time.monotonic()

    def step(self) -> None:
        self.done += 1
        if sys.stderr.isatty():
            left = (time.monotonic() - self.start) / self.done * (self.total - self.done)
            end = "\r" if self.done < self.total else "\r\x1b[K"
            print(f"{self.name}: {self.done}/{self.total} chunks, {left:.0f} s left ", end=end, file=sys.stderr)


def text_digest(kernel: Kernel, names: Iterable[str] | None = None) -> str:
    """Of the generated text the kernel stands on."""
    every = [k.name for k in all_kernels()] if names is None else names
    return kernel_text_digest(kernel.name, every, kernel.wide_only)


def expression_digest(kernel: Kernel) -> str:
    """Of the exact function that outputs are judged against."""
    return hashlib.sha256(to_text(expression_of(kernel)).encode()).hexdigest()[:16]


def run_kernel(kernel: Kernel, jobs: int, sample: bool = False, function: Function | None = None) -> Result:
    """All inputs, or with `sample` every 16th block of them."""
    function = function or function_of(kernel)
    expression = expression_of(kernel)
    judge = Judge(expression, WORK)
    text = text_digest(kernel)
    blocks = range(0, BLOCKS, 16) if sample else range(BLOCKS)
    mark = hashlib.sha256(f"{text} {digest_of(expression)} {pyact.isa()}".encode()).hexdigest()[:12]
    state = State(WORK / f"{kernel.name}{'_sample' if sample else ''}_{mark}.jsonl")
    missing = [chunk for chunk in range(CHUNKS) if chunk not in state.done]
    progress = Progress(kernel.name, len(missing))
    with ThreadPoolExecutor(jobs) as pool:
        futures = {pool.submit(judge_chunk, function, judge, chunk, blocks): chunk for chunk in missing}
        try:
            for future in as_completed(futures):
                state.add(futures[future], future.result())
                progress.step()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return combine(kernel, function, [state.done[chunk] for chunk in range(CHUNKS)], text)


# ---- the record ----------------------------------------------------------------------------------------------------
def read_record() -> dict[str, dict[str, Any]]:
    record: dict[str, dict[str, Any]] = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    return record


def write_entry(kernel: str, entry: dict[str, Any]) -> None:
    """In the order of the catalogue; kernels that no longer exist leave the record."""
    record = read_record() | {kernel: entry}
    names = [k.name for k in all_kernels()]
    RECORD.write_text(json.dumps({n: record[n] for n in names if n in record}, indent=1) + "\n")


def write_record(result: Result) -> None:
    """The entry of one kernel and the digests of its chunks."""
    write_entry(result.kernel, result.entry)
    names = [k.name for k in all_kernels()]
    DIGESTS.mkdir(exist_ok=True)
    (DIGESTS / f"{result.kernel}.txt").write_text("".join(f"{d}\n" for d in result.digests))
    for path in DIGESTS.glob("*.txt"):
        if path.stem not in names:
            path.unlink()


def has_recorded_outputs(kernel: Kernel, entry: dict[str, Any], jobs: int) -> bool:
    """Whether outputs and exact values are those that were judged, over all inputs. The chunks where kernels do most of
    their work come first: what differs shows there.
    """
    recorded, function = digests_of(kernel), function_of(kernel)
    if entry.get("expression") != expression_digest(kernel) or len(recorded) != CHUNKS:
        return False
    found: dict[int, str] = {}
    with ThreadPoolExecutor(jobs) as pool:
        for chunks in (COMMON, [c for c in range(CHUNKS) if c not in COMMON]):
            found |= zip(chunks, pool.map(lambda c: digest_chunk(function, c), chunks), strict=True)
            if any(found[c][:16] != recorded[c] for c in chunks):
                return False
    whole = hashlib.sha256(b"".join(bytes.fromhex(found[c]) for c in range(CHUNKS))).hexdigest()
    return whole == entry["outputs_sha256"] and not wrong_special_values(kernel, function)


def must_be_recorded() -> set[str]:
    """Kernels that may not be without a record: all of the catalogue."""
    return {k.name for k in all_kernels()}


def stale(kernels: Sequence[Kernel], record: dict[str, dict[str, Any]]) -> list[Kernel]:
    """Kernels without a record of their present text."""
    names = [k.name for k in all_kernels()]
    return [k for k in kernels if record.get(k.name, {}).get("text") != text_digest(k, names)]


def sampled_chunks(kernel: Kernel, turn: int = 0) -> tuple[int, int]:
    """Any one, and one of the common range; which ones, the name and the turn decide."""
    seed = hashlib.sha256(f"{kernel.name} {turn}".encode()).digest()
    return seed[0], COMMON[seed[1] % len(COMMON)]


def check_kernel(
    kernel: Kernel, entry: dict[str, Any], digests: Sequence[str], function: Function | None = None,
    chunks: Sequence[int] = (),
) -> list[str]:  # fmt: skip
    """What of the record of a kernel no longer holds, in these chunks or the two that are sampled."""
    remedy = f"run: make exhaustive KERNELS={kernel.name}"
    if entry["text"] != text_digest(kernel):
        return [f"{kernel.name}: its generated text has changed since it was recorded; {remedy}"]
    function = function or function_of(kernel)
    problems = []
    if len(digests) != CHUNKS:
        problems.append(f"{kernel.name}: {len(digests)} chunk digests, not {CHUNKS}; {remedy}")
    else:
        for chunk in chunks or sampled_chunks(kernel):
            if digest_chunk(function, chunk)[:16] != digests[chunk]:
                where = f"for x of leading byte {chunk:#04x}"
                problems.append(f"{kernel.name}: other results than recorded, {where}; {remedy}")
    x = int(entry["x_bits"], 16)
    error = exact_error(kernel, x, result_at(function, x))
    if round(error, 6) != entry["ulp"] or error > BOUND:
        problems.append(f"{kernel.name}: {error:.6f} ULP at x = {entry['x']}, recorded {entry['ulp']}; {remedy}")
    return problems


def digests_of(kernel: Kernel) -> list[str]:
    path = DIGESTS / f"{kernel.name}.txt"
    return path.read_text().split() if path.exists() else []


def check_record(jobs: int, kernels: Sequence[Kernel] | None = None, turn: int | None = None) -> list[str]:
    """Every recorded kernel, and those that should be: texts, sampled digests, the worst input.

    With a turn one of the two chunks of that turn: of every kernel either kind in every second turn.
    """
    record = read_record()
    chosen = all_kernels() if kernels is None else kernels
    problems = [
        f"{k.name}: has no record; run: make exhaustive KERNELS={k.name}"
        for k in chosen
        if k.name in must_be_recorded() - record.keys()
    ]
    recorded = [k for k in chosen if k.name in record]
    chunks: list[Sequence[int]] = [()] * len(recorded)
    if turn is not None:
        chunks = [sampled_chunks(k, turn)[(position + turn) % 2 :][:1] for position, k in enumerate(recorded)]

    def check_one(kernel: Kernel, chosen: Sequence[int]) -> list[str]:
        return check_kernel(kernel, record[kernel.name], digests_of(kernel), chunks=chosen)

    with ThreadPoolExecutor(jobs) as pool:
        for found in pool.map(check_one, recorded, chunks):
            problems += found
    return problems


# ---- the command ---------------------------------------------------------------------------------------------------
def report_check(kernels: Sequence[Kernel], jobs: int) -> int:
    problems = check_record(jobs, kernels)
    record = read_record()
    without = [k.name for k in kernels if k.name not in record]
    if without:
        print(f"{len(without)} kernels have no record: {' '.join(without)}")
    print("\n".join(problems) if problems else f"the records of {len(kernels) - len(without)} kernels hold")
    return 1 if problems else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", help="a kernel, or an activation: all its kernels")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="threads")
    parser.add_argument("--sample", action="store_true", help="every 16th block of 65,536 inputs; nothing is recorded")
    parser.add_argument("--check", action="store_true", help="the quick test of the record")
    options = parser.parse_args()
    kernels = all_kernels(options.kernels)
    if options.check:
        return report_check(kernels, options.jobs)
    only_changed = not options.kernels and not options.sample
    if only_changed:
        kernels = stale(kernels, read_record())
    print(f"{len(kernels)} kernels on {pyact.isa()}, {options.jobs} threads")
    print(f"{'kernel':34} {'max ULP':>9} {'correctly rounded':>18} {'near ties':>10} {'seconds':>8}  worst x")
    failed = 0
    for kernel in kernels:
        start = time.monotonic()
        recorded = read_record().get(kernel.name)
        if only_changed and recorded is not None and has_recorded_outputs(kernel, recorded, options.jobs):
            now = {"text": text_digest(kernel), "isa": pyact.isa(), "compiler": compiler()}
            write_entry(kernel.name, recorded | now)
            print(f"{kernel.name:34} has the outputs of its record{time.monotonic() - start:30.1f}", flush=True)
            continue
        result = run_kernel(kernel, options.jobs, options.sample)
        entry = result.entry
        print(
            f"{kernel.name:34} {entry['ulp']:9.6f} {entry['correctly_rounded']:18.7%} {entry['near_ties']:10} "
            f"{time.monotonic() - start:8.1f}  {entry['x']!r}", flush=True,
        )  # fmt: skip
        for failure in result.failures:
            print(f"    NOT RECORDED: {failure}", flush=True)
        failed += bool(result.failures)
        if not options.sample and not result.failures:
            write_record(result)
    if failed:
        print(f"{failed} kernels above the bound or wrong at special values")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
