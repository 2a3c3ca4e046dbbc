"""The record of the exhaustive runs holds; and the harness that makes it is right, and sees what is wrong."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp

from codegen import reference
from codegen.derivative import differentiate
from codegen.expr import Expr, const, function, power, var, where
from codegen.kernel_text import GENERATED, kernel_text, kernel_text_digest, names_reached
from codegen.kernels import Kernel
from codegen.ulp import FORMATS, round_nearest, ulp_error

from . import exhaustive
from .accuracy import all_kernels
from .enclosure import GROUP, PRECISIONS, WAYS, Floats, Judge, Report, expression_of, variable_of
from .exhaustive import BLOCK, CHUNKS, QUAD_BUDGET, ChunkDigest, Outcome, State, blocks_of, float_of, judge_chunk

FORM = FORMATS["float32"]
# Which chunks are sampled: others every day, unless it is told.
TURN = int(os.environ.get("PYACT_ROTATION") or date.today().toordinal())
WIDEST = 2.0**-18  # as in enclosure.h
WRONGLY_ROUNDED, CORRECTLY_ROUNDED, NEAR_A_TIE, IMPRECISE = range(4)
KERNELS = {k.name: k for k in all_kernels()}
X = var("x")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("references")


def floats_of_every_kind(count: int, seed: int) -> Floats:
    """Any bit patterns but NaN, infinities and zeros; a third of them in the common range."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2**32, 2 * count, np.uint32).view(np.float32)
    common = np.ldexp(rng.uniform(1, 2, count), rng.integers(-12, 9, count)) * rng.choice([-1, 1], count)
    x = np.concatenate([x, common.astype(np.float32)])
    return rng.permutation(x[np.isfinite(x) & (x != 0)])[: 2 * count]


# ---- the record ----


def test_the_record_holds() -> None:
    """Texts, worst inputs and a sample of the outputs of every recorded kernel; what must be recorded is."""
    problems = exhaustive.check_record(len(os.sched_getaffinity(0)), turn=TURN)
    assert not problems, "\n".join(problems)


def test_all_chunks_have_their_turn() -> None:
    for kernel in list(KERNELS.values())[:2]:
        anywhere, common = zip(*(exhaustive.sampled_chunks(kernel, turn) for turn in range(3000)), strict=True)
        assert set(anywhere) == set(range(CHUNKS))
        assert set(common) == set(exhaustive.COMMON)


def test_the_record_keeps_the_promise() -> None:
    record = exhaustive.read_record()
    assert record
    for name, entry in record.items():
        assert name in KERNELS
        assert 0 <= entry["ulp"] <= exhaustive.BOUND, name
        assert entry["inputs"] == 2**32
        assert float_of(int(entry["x_bits"], 16)) == entry["x"]
        assert len(exhaustive.digests_of(KERNELS[name])) == CHUNKS, name


def test_a_sample_is_judged_again(folder: Path) -> None:
    """Of two recorded kernels, which ones their texts decide: 16 blocks of the common range stay within the record."""
    record = exhaustive.read_record()
    for name in sorted(record, key=lambda n: record[n]["text"])[:2]:
        kernel = KERNELS[name]
        judge = Judge(expression_of(kernel), folder)
        chunk = exhaustive.sampled_chunks(kernel)[1]
        outcome = judge_chunk(exhaustive.function_of(kernel), judge, chunk, range(0, 256, 16))
        assert outcome.finite == 16 * BLOCK
        assert outcome.worst <= record[name]["ulp"] + 2 * WIDEST
        assert not outcome.open


# ---- the judge ----


def neighbours(value: float) -> list[float]:
    """Floats around a real value, right ones, wrong ones and absurd ones."""
    with np.errstate(over="ignore"):
        near = np.float32(value)
    steps = [near]
    for direction in (-np.inf, np.inf):
        step = near
        for _ in range(2):
            with np.errstate(over="ignore"):
                step = np.nextafter(step, np.float32(direction))
            steps.append(step)
    return [float(s) for s in (*steps, -near, np.float32(np.inf), np.float32(-np.inf), np.float32(0))]


@pytest.mark.parametrize("precision", [p.name for p in PRECISIONS])
@pytest.mark.parametrize("expression", [X, X * X, X * const(3) / const(2), X / const(2)], ids=repr)
def test_errors_are_those_of_ulp_py(expression: Expr, precision: str, folder: Path) -> None:
    """Values of every size, subnormal and beyond the largest float too; results right, near and far off."""
    judge = Judge(expression, folder)
    edges = [bits for e in range(0, 255, 9) for bits in (e << 23, (e << 23) + 1, (e << 23) - 1 if e else 3)]
    edges += [0x7F7FFFFF, 0x7F7FFFFE, 0x7F2AAAAA, 0x7F2AAAAB, 0x5F7FFFFF, 0x5F800000, 0x1A3504F3, 0x1A3504F4]
    edges = [b for b in edges if b]
    x = np.array([*edges, *(b | 0x80000000 for b in edges)], np.uint32).view(np.float32)
    x = np.concatenate([x, floats_of_every_kind(20, 5)])
    exact = [reference.evaluate(expression, {"x": float(v)}) for v in x]
    pairs = [(i, y) for i in range(x.size) for y in neighbours(float(exact[i]))]
    results = np.array([y for _, y in pairs], np.float32)
    error, grade = judge.judge(precision, x[[i for i, _ in pairs]], results)
    largest_tie = FORM.largest + mp.ldexp(1, 103)
    for (i, _), result, got, how in zip(pairs, results, error, grade, strict=True):
        want = ulp_error(float(result), exact[i], FORM)
        right = round_nearest(exact[i], FORM) == float(result)
        assert how != IMPRECISE or got > 0.25, (x[i], result)
        if how == IMPRECISE:  # an enclosure across a power of two, or one that may or may not overflow
            close = abs(abs(exact[i]) / mp.mpf(2) ** round(float(mp.log(abs(exact[i]), 2))) - 1) < 2**-50
            assert close or abs(abs(exact[i]) - largest_tie) < largest_tie * 2**-50, (x[i], result)
        else:
            fine = got == want or want * (1 - 2**-50) <= got <= want * (1 + 2**-40) + 2 * WIDEST
            assert fine, (x[i], result, got, want)
        if how in (WRONGLY_ROUNDED, CORRECTLY_ROUNDED):
            assert right == (how == CORRECTLY_ROUNDED), (x[i], result)
        if how == NEAR_A_TIE:
            assert abs(want - 0.5) < 2**-20 or abs(want - 1.5) < 2**-20 or want > 2, (x[i], result)


def test_nan_is_infinitely_wrong(folder: Path) -> None:
    error, grade = Judge(X, folder).judge("double", np.ones(9, np.float32), np.full(9, np.nan, np.float32))
    assert (error == np.inf).all()
    assert (grade == WRONGLY_ROUNDED).all()


# ---- the enclosures ----

FUNCTIONS = ("exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus", "erf", "erfc", "sin", "cos", "atan", "sqrt")


def assert_enclosed(root: Expr, variable: str, x: Floats, judge: Judge, precision: str, margin: float) -> None:
    """The exact value lies in the enclosure, and in the inner part of it: with `margin` 2 in its inner half."""
    ends = judge.enclose(precision, x)
    for i, value in enumerate(x):
        exact = reference.evaluate(root, {variable: float(value)}, digits=45)
        with mp.workdps(120):
            lo, hi = (mp.mpf(head[i]) + (mp.mpf(tail[i]) if np.isfinite(head[i]) else 0) for head, tail in ends)
            lo = min(lo, mp.ldexp(1, 1023))  # a lower end may be more than double can hold
            if not mp.isfinite(exact):  # beyond mpmath's patience
                assert hi == mp.inf, value
                continue
            unit = abs(exact) * mp.ldexp(1, -105)  # quad has more digits than head and tail hold
            assert lo - unit <= exact <= hi + unit, (value, lo, exact, hi)
            if mp.isfinite(lo) and mp.isfinite(hi) and lo not in (-1, 0) and hi not in (0, 1, 2):
                assert abs(exact - (lo + hi) / 2) * margin <= (hi - lo) / 2 + unit, (value, lo, exact, hi)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_elementary_functions_are_enclosed(name: str, folder: Path) -> None:
    """The C library's errors are less than half of what the enclosures allow for, here as it is installed."""
    x = np.concatenate([floats_of_every_kind(60, 7), np.random.default_rng(8).uniform(-30, 30, 80).astype(np.float32)])
    x = np.concatenate([x, np.linspace(-745, 712, 40, dtype=np.float32)])
    x = np.abs(x) if name in ("log", "sqrt") else x[x > -1] if name == "log1p" else x
    judge = Judge(function(name, X), folder)
    for precision in (p.name for p in PRECISIONS):
        assert_enclosed(function(name, X), "x", x, judge, precision, 2)


@pytest.mark.parametrize(
    "name",
    ["silu_backward", "gelu_backward", "tanhshrink", "snake", "loglog", "serf_backward", "colu_backward", "isru",
     "bent_identity", "swiglu_backward_a", "softplus", "celu_backward_alpha"],
)  # fmt: skip
def test_kernels_are_enclosed(name: str, folder: Path) -> None:
    """Compositions of every kind, where terms cancel too."""
    kernel = KERNELS[name]
    judge, x = Judge(expression_of(kernel), folder), floats_of_every_kind(60, 11)
    x = x[np.abs(x) < 64]  # exp(exp(1e9)) is more than mpmath can take
    for precision in (p.name for p in PRECISIONS):
        assert_enclosed(expression_of(kernel), variable_of(kernel), x, judge, precision, 1)


@pytest.mark.parametrize(("name", "first"), [("hard_elish_backward", 0x3F123456), ("relu_squared", 0x3F800001)])
def test_exact_ties_are_known(name: str, first: int, folder: Path) -> None:
    """x + 1/2 for 1/2 <= x < 1 is a tie for every second x; the square of 1 + 2^-12 + .. may be one."""
    kernel = KERNELS[name]
    x = np.arange(first, first + 2**14, dtype=np.uint32).view(np.float32)
    y = np.empty_like(x)
    exhaustive.function_of(kernel)(x, y)
    judge = Judge(expression_of(kernel), folder)
    # Scalars see that a sum or product is exact; vectors leave ties to long double.
    assert np.isin(judge.judge("double", x, y)[1], (NEAR_A_TIE, CORRECTLY_ROUNDED)).all()
    assert (judge.judge("extended", x, y)[1] == CORRECTLY_ROUNDED).all()
    np.nextafter(y, np.float32(np.inf), out=y)  # what is half a unit off is not taken for right
    assert (judge.judge("extended", x, y)[1] != CORRECTLY_ROUNDED).all()


@pytest.mark.parametrize("name", ["gelu", "tanhshrink"])
def test_vectors_judge_like_scalars(name: str, folder: Path) -> None:
    """Other functions of the C library, so other last bits; the same findings."""
    kernel = KERNELS[name]
    x = floats_of_every_kind(20_000, 13)
    y = np.empty_like(x)
    exhaustive.function_of(kernel)(x, y)
    y[::7] = np.nextafter(y[::7], np.float32(0))
    ways = (Judge(expression_of(kernel), folder), Judge(expression_of(kernel), folder, WAYS[-1:]))
    (error, grade), (other_error, other_grade) = (judge.judge("double", x, y) for judge in ways)
    assert (grade != other_grade).sum() <= 2  # near a tie one may see more than the other
    clear = (grade != IMPRECISE) & (other_grade != IMPRECISE) & np.isfinite(error)
    np.testing.assert_allclose(error[clear], other_error[clear], rtol=2**-30, atol=2 * WIDEST)
    # Polynomials, with fused multiplications and without.
    report, other_report = (judge_chunk(exhaustive.function_of(kernel), judge, 0x40, [0x20]) for judge in ways)
    assert report.correct == other_report.correct
    assert abs(report.worst - other_report.worst) <= WIDEST


def test_near_a_root_double_is_not_believed(folder: Path) -> None:
    """silu' at the float next to its root: double leaves it open, quad decides."""
    kernel = KERNELS["silu_backward"]
    root = mp.findroot(lambda z: 1 + z / (1 + mp.exp(z)), -1.278)
    x = np.array([round_nearest(root, FORM)], np.float32)
    exact = reference.evaluate(expression_of(kernel), {"x": float(x[0])})
    result = np.array([round_nearest(exact, FORM)], np.float32)
    judge = Judge(expression_of(kernel), folder)
    assert judge.judge("double", x, result)[1] == IMPRECISE
    assert judge.judge("quad", x, result)[1] == CORRECTLY_ROUNDED


# ---- Taylor series, and the polynomials made of them ----


def assert_coefficients(root: Expr, judge: Judge, precision: str, lo: float, hi: float, unit: float) -> None:
    """Those at points of an interval, by symbolic differentiation, lie within what is told of the interval."""
    order = 4
    middle, radius = judge.expand(precision, lo, hi, unit, order)
    for k in range(order + 1):
        assert radius[k] < np.inf, (lo, hi, k)
        for x in np.linspace(lo, hi, 3) if lo < hi else [lo]:
            with mp.workdps(60):
                exact = reference.evaluate(root, {"x": float(x)}, digits=45) * mp.mpf(unit) ** k / math.factorial(k)
                assert abs(exact - mp.mpf(middle[k])) <= radius[k] * (1 + mp.mpf(2) ** -40), (x, k)
        root = differentiate(root, "x")


# Of an argument with a slope and a curvature of its own; a few in one expression, since compiling takes the longest.
ARGUMENT = X * X / const(4) + X + const(Fraction(1, 8))
SUMS = (
    ("exp", "expm1", "log", "log1p"), ("tanh", "sigmoid", "softplus"), ("erf", "erfc", "atan"), ("sin", "cos", "sqrt"),
)  # fmt: skip


@pytest.mark.parametrize("names", SUMS, ids="-".join)
def test_taylor_coefficients_are_enclosed(names: tuple[str, ...], folder: Path) -> None:
    assert {name for group in SUMS for name in group} == set(FUNCTIONS)
    root = X
    for number, name in enumerate(names):
        root = root + const(number + 1) * function(name, ARGUMENT)
    judge = Judge(root, folder)
    for precision in ("extended", "quad"):
        for x in (0.0625, 0.75, 2.5, *(() if {"log", "sqrt"} & set(names) else (-0.5, -1.75))):
            assert_coefficients(root, judge, precision, x, x, 0.125)
            assert_coefficients(root, judge, precision, x, x + 2**-6, 2**-7)


RATIONAL = (X * X + const(1)) / (const(3) - X) - function("sqrt", X * X + X + const(2)) * (X + const(1))
POWERS = power(X + const(2), Fraction(5)) + X * function("abs", X - const(9)) * power(X + const(4), Fraction(-3))


@pytest.mark.parametrize("root", [RATIONAL, POWERS], ids=repr)
def test_arithmetic_of_series_is_enclosed(root: Expr, folder: Path) -> None:
    judge = Judge(root, folder)
    for x in (-1.25, 0.5, 1.75):
        assert_coefficients(root, judge, "quad", x, x, 0.25)
        assert_coefficients(root, judge, "extended", x, x + 2**-5, 2**-6)


def test_at_a_kink_no_curvature_is_known(folder: Path) -> None:
    """The slope is between those of both sides; a step has none."""
    kink = Judge(function("max", X, const(2) * X), folder)
    middle, radius = kink.expand("extended", -1.0, 1.0, 1.0, 2)
    assert middle[1] - radius[1] <= 1 < 2 <= middle[1] + radius[1] < 2.001
    assert radius[2] == np.inf
    step = Judge(where(function("lt", X, const(1)), X, X + const(1)), folder)
    assert step.expand("extended", 0.5, 1.5, 0.5, 1)[1][1] == np.inf
    assert step.expand("extended", 0.5, 0.75, 0.125, 1)[1][1] < 1e-9


PIECES = (0x00000001, 0x00800000, 0x2F000000, 0x3C123400, 0x3F000000, 0x3F9D70A4, 0x40400000, 0x41300000, 0x42A00000)


@pytest.mark.parametrize("name", ["gelu_backward", "tanhshrink", "softplus", "isru", "snake", "loglog", "hardswish"])
def test_polynomials_judge_like_quad(name: str, folder: Path) -> None:
    """The bound of an error is no smaller than the error, nor larger by the width that is allowed."""
    kernel = KERNELS[name]
    judge, function = Judge(expression_of(kernel), folder), exhaustive.function_of(kernel)
    judged = 0
    for first in (*PIECES, *(p | 0x80000000 for p in PIECES)):
        x = np.arange(first, first + GROUP, dtype=np.uint32).view(np.float32)
        y = np.empty_like(x)
        function(x, y)
        y[::5] = np.nextafter(y[::5], np.float32(np.inf))
        piece = judge.piece_at(first)
        assert piece.first <= first < piece.first + piece.count
        if piece.degree < 0 or first + GROUP > piece.first + piece.count:
            continue
        error, (exact, grade) = np.array(judge.judge_group(piece, x, y).error), judge.judge("quad", x, y)
        known = error >= 0
        judged += known.sum()
        assert (grade[known] != IMPRECISE).all()
        assert (error[known] >= exact[known] * (1 - 2.0**-40)).all()
        assert (error[known] <= exact[known] + WIDEST).all()
        assert ((error[known] < 0.5) == (grade[known] == CORRECTLY_ROUNDED)).all()
    assert judged > 12 * GROUP


@pytest.mark.parametrize("name", ["gelu_backward", "hardswish", "silu_backward", "loglog"])
def test_reports_are_those_of_long_double(name: str, folder: Path) -> None:
    """Whole blocks, kinks and roots among them: what is counted, and the worst."""
    kernel = KERNELS[name]
    judge, function = Judge(expression_of(kernel), folder), exhaustive.function_of(kernel)
    for chunk, block in ((0x00, 0x01), (0x3F, 0x40), (0xBF, 0x3F), (0x40, 0x40), (0xC0, 0x3F), (0xC2, 0x2E)):
        (x,) = blocks_of(chunk, [block])
        y = np.empty_like(x)
        function(x, y)
        report = Report(worst=-1.0)
        judge.check(report, x, y, QUAD_BUDGET)
        error, grade = judge.judge("extended", x, y)
        assert report.finite == BLOCK
        clear = grade <= CORRECTLY_ROUNDED
        at_most = (grade == CORRECTLY_ROUNDED).sum() + (~clear).sum()
        assert (grade == CORRECTLY_ROUNDED).sum() <= report.correct <= at_most
        assert abs(report.worst - error[grade != IMPRECISE].max()) <= WIDEST, (chunk, block)
        assert report.in_extended < BLOCK / 8 + (~clear).sum()


def test_exact_results_have_no_error(folder: Path) -> None:
    """Bounds of errors are above 0; what is noted as the worst is not."""
    kernel = KERNELS["relu"]
    judge = Judge(expression_of(kernel), folder)
    outcome = judge_chunk(exhaustive.function_of(kernel), judge, 0, [0, 1, 200])
    assert outcome.worst == 0
    assert outcome.worst_x == 1
    assert outcome.correct == outcome.finite == 3 * BLOCK - 1


def test_infinite_values_are_judged_alike(folder: Path) -> None:
    judge = Judge(function("exp", X), folder)
    x, y = np.arange(0x43000000, 0x43000010, dtype=np.uint32).view(np.float32), np.full(16, np.inf, np.float32)
    y[3] = np.finfo(np.float32).max
    report = Report(worst=-1.0)
    judge.check(report, x, y, 0)
    assert judge.piece_at(0x43000000).degree == 0
    assert report.correct == 15
    assert report.worst == np.inf
    assert report.worst_x == x[3]


# ---- planted errors ----


@pytest.fixture(scope="module")
def sigmoid(folder: Path) -> tuple[Kernel, Judge]:
    return KERNELS["sigmoid"], Judge(expression_of(KERNELS["sigmoid"]), folder)


def planted(kernel: Kernel, at: int, change: Callable[[int], int]) -> exhaustive.Function:
    """The kernel with the bits of one result changed."""
    right = exhaustive.function_of(kernel)

    def wrong(x: Floats, out: Floats) -> None:
        right(x, out)
        bits = out.view(np.uint32)
        for i in np.flatnonzero(x.view(np.uint32) == at):
            bits[i] = change(int(bits[i]))

    return wrong


def around(x: int) -> tuple[int, list[int]]:
    """The chunk of an input, and its block in there."""
    return x >> 24, [(x >> 16) & 0xFF]


@pytest.mark.parametrize("precision_needed", [0x3F412345, 0xBF654321])
def test_one_wrong_result_is_seen(folder: Path, precision_needed: int) -> None:
    kernel = KERNELS["laplace"]  # evaluated in double: every result of these blocks is correctly rounded
    judge = Judge(expression_of(kernel), folder)
    at = precision_needed
    chunk, block = around(at)
    right = judge_chunk(exhaustive.function_of(kernel), judge, chunk, block)
    assert right.worst < 0.501
    assert right.correct == right.finite == BLOCK
    one_off = judge_chunk(planted(kernel, at, lambda b: b + 1), judge, chunk, block)
    assert one_off.correct == right.correct - 1
    assert one_off.worst > 0.5
    assert one_off.worst_x == at
    assert one_off.digest != right.digest
    two_off = judge_chunk(planted(kernel, at, lambda b: b - 2), judge, chunk, block)
    assert two_off.worst_x == at
    exact = exhaustive.exact_error(kernel, at, exhaustive.result_at(planted(kernel, at, lambda b: b - 2), at))
    assert exact > 1
    assert exact <= two_off.worst <= exact + WIDEST
    absurd = judge_chunk(planted(kernel, at, lambda _: 0x7FC00000), judge, chunk, block)
    assert absurd.worst == np.inf


def test_a_wrong_nan_is_seen(sigmoid: tuple[Kernel, Judge]) -> None:
    kernel, judge = sigmoid
    for at in (0x7F800001, 0xFFFFFFFF, 0x7FC00000):
        chunk, block = around(at)
        assert judge_chunk(exhaustive.function_of(kernel), judge, chunk, block).not_numbers == 0
        for other in (0xFFC00000, 0x7FC00001, 0x3F800000):
            assert judge_chunk(planted(kernel, at, lambda _, o=other: o), judge, chunk, block).not_numbers == 1


@pytest.mark.parametrize(("name", "point", "result"), [
    ("silu", 0x80000000, 0x00000000), ("silu", 0xFF800000, 0x00000000), ("sigmoid", 0x7F800000, 0x3F7FFFFD),
    ("silu", 0x7F800000, 0x7F7FFFFF), ("logsigmoid", 0x00000000, 0xBF317216), ("relu", 0x80000000, 0x00000000),
    ("swiglu_backward_a", 0xFF800000, 0x00000000), ("elu_backward_alpha", 0x00000000, 0x3F800000),
])  # fmt: skip
def test_a_wrong_limit_is_seen(name: str, point: int, result: int) -> None:
    kernel = KERNELS[name]
    assert exhaustive.wrong_special_values(kernel, exhaustive.function_of(kernel)) == []
    assert len(exhaustive.wrong_special_values(kernel, planted(kernel, point, lambda _: result))) == 1


def test_every_kernel_has_its_special_values() -> None:
    for name, kernel in KERNELS.items():
        assert exhaustive.wrong_special_values(kernel, exhaustive.function_of(kernel)) == [], name


def test_blocks_make_up_all_inputs() -> None:
    first, last = next(blocks_of(0, [0])).copy(), next(blocks_of(255, [255])).copy()
    assert first.view(np.uint32)[0] == 0
    assert last.view(np.uint32)[-1] == 2**32 - 1
    assert next(blocks_of(1, [0])).view(np.uint32)[0] == first.view(np.uint32)[-1] + 1 + 2**24 - BLOCK
    assert CHUNKS * exhaustive.BLOCKS * BLOCK == 2**32


@pytest.mark.parametrize("blocks", [(0,), (0, 16, 32), (7, 8)])
def test_digests_are_those_of_the_outputs(blocks: tuple[int, ...]) -> None:
    """Whether blocks are all of one kind, or of several, or a block of some kind is spoilt at its end."""
    chunk = 0x41
    inputs = [x.copy() for x in blocks_of(chunk, blocks)]
    spoilt = inputs[-1].copy()
    spoilt[BLOCK // 2] = 5
    constant = np.full(BLOCK, 3, np.float32)
    for outputs in (
        inputs, [constant] * len(inputs), [-constant] * len(inputs), [*inputs[:-1], constant], [*inputs[:-1], spoilt],
        [constant, *inputs[1:]], [x * 2 for x in inputs], [inputs[0] * 2, *inputs[1:]],
    ):  # fmt: skip
        digest = ChunkDigest(chunk)
        for block, x, y in zip(blocks, inputs, outputs, strict=True):
            digest.update(block, x, y)
        assert digest.hexdigest() == hashlib.sha256(b"".join(y.tobytes() for y in outputs)).hexdigest()
    assert ChunkDigest(chunk).hexdigest() == hashlib.sha256().hexdigest()


# ---- running ----


def test_an_interrupted_run_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(exhaustive, "WORK", tmp_path)
    kernel = KERNELS["sigmoid"]
    calls: list[int] = []

    def judged(function: object, judge: object, chunk: int, blocks: object) -> Outcome:
        if len(calls) == 100:
            while not list(tmp_path.glob("sigmoid_*.jsonl")):  # until something is kept
                time.sleep(0.001)
            raise KeyboardInterrupt
        calls.append(chunk)
        return Outcome(f"{chunk:064x}", finite=10, correct=9, worst=0.5 + chunk / 1024, worst_x=0x3F800000 + chunk)

    monkeypatch.setattr(exhaustive, "judge_chunk", judged)
    with pytest.raises(KeyboardInterrupt):
        exhaustive.run_kernel(kernel, jobs=1)
    assert len(calls) == 100
    (state,) = tmp_path.glob("sigmoid_*.jsonl")
    kept = State(state).done.keys()  # any of the hundred: they are kept in the order in which they are heard of
    with state.open("a") as file:
        file.write('\n{"chunk": 7, "dig')  # the power went
    calls.clear()

    def judged_again(function: object, judge: object, chunk: int, blocks: object) -> Outcome:
        calls.append(chunk)
        return Outcome(f"{chunk:064x}", finite=10, correct=9)

    monkeypatch.setattr(exhaustive, "judge_chunk", judged_again)
    result = exhaustive.run_kernel(kernel, jobs=2)
    assert sorted(calls) == sorted(set(range(CHUNKS)) - kept)
    assert result.digests == [f"{c:064x}"[:16] for c in range(CHUNKS)]
    assert result.entry["correctly_rounded"] == 0.9
    assert result.entry["x_bits"] == f"{0x3F800000 + max(kept):#010x}"


def test_only_chunks_of_the_same_text_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(exhaustive, "WORK", tmp_path)
    calls: list[int] = []

    def judged(function: object, judge: object, chunk: int, blocks: object) -> Outcome:
        calls.append(chunk)
        return Outcome("00" * 32, 10, 10, worst_x=1)

    monkeypatch.setattr(exhaustive, "judge_chunk", judged)
    for text in ("one", "two"):
        monkeypatch.setattr(exhaustive, "text_digest", lambda kernel, text=text: text)
        assert exhaustive.run_kernel(KERNELS["sigmoid"], jobs=1).entry["text"] == text
    assert len(calls) == 2 * CHUNKS


def test_a_record_stays_where_outputs_are_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A changed text whose outputs are the recorded ones is not judged again; one input's last bit, and it is."""
    kernel = KERNELS["relu"]
    entry = exhaustive.read_record()["relu"]
    digests = {chunk: exhaustive.digests_of(kernel)[chunk] for chunk in range(CHUNKS)}
    asked: list[int] = []

    def recorded(function: object, chunk: int) -> str:
        asked.append(chunk)
        return digests[chunk].ljust(64, "0")

    whole = hashlib.sha256(b"".join(bytes.fromhex(d.ljust(64, "0")) for d in digests.values())).hexdigest()
    monkeypatch.setattr(exhaustive, "digest_chunk", recorded)
    monkeypatch.setattr(exhaustive, "RECORD", tmp_path / "record.json")
    old = entry | {"outputs_sha256": whole, "text": "of before"}
    assert exhaustive.has_recorded_outputs(kernel, old, 2)
    assert sorted(asked) == list(range(CHUNKS))
    assert not exhaustive.has_recorded_outputs(kernel, old | {"expression": "another"}, 2)
    assert not exhaustive.has_recorded_outputs(kernel, entry, 2)  # another digest of the whole
    asked.clear()
    digests[exhaustive.COMMON[3]] = "0" * 16
    assert not exhaustive.has_recorded_outputs(kernel, old, 2)
    assert sorted(asked) == sorted(exhaustive.COMMON)


# ---- checking ----


@pytest.fixture
def recorded() -> tuple[Kernel, dict[str, object], list[str]]:
    """A kernel of the record, to spoil."""
    record = exhaustive.read_record()
    kernel = KERNELS[min(record)]
    return kernel, record[kernel.name], exhaustive.digests_of(kernel)


def test_check_names_kernel_and_command(recorded: tuple[Kernel, dict[str, object], list[str]]) -> None:
    kernel, entry, digests = recorded
    assert exhaustive.check_kernel(kernel, entry, digests) == []
    (problem,) = exhaustive.check_kernel(kernel, entry | {"text": "0" * 16}, digests)
    assert problem.startswith(f"{kernel.name}: its generated text has changed")
    assert f"make exhaustive KERNELS={kernel.name}" in problem


def test_check_sees_other_results(recorded: tuple[Kernel, dict[str, object], list[str]]) -> None:
    kernel, entry, digests = recorded
    at = (exhaustive.sampled_chunks(kernel)[1] << 24) + 0x123456
    (problem,) = exhaustive.check_kernel(kernel, entry, digests, planted(kernel, at, lambda b: b ^ 1))
    assert "other results than recorded" in problem
    worst = int(str(entry["x_bits"]), 16)
    problems = exhaustive.check_kernel(kernel, entry, digests, planted(kernel, worst, lambda b: b + 2))
    assert any("ULP at x" in p for p in problems)
    (problem,) = exhaustive.check_kernel(kernel, entry, digests[:-1])
    assert "255 chunk digests" in problem


def test_every_kernel_must_be_recorded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(exhaustive, "RECORD", tmp_path / "none.json")
    problems = exhaustive.check_record(1)
    assert len(problems) == len(exhaustive.all_kernels())
    assert all("has no record; run: make exhaustive" in problem for problem in problems)


def test_side_files_stay_small() -> None:
    files = list(exhaustive.DIGESTS.glob("*.txt"))
    assert {f.stem for f in files} == exhaustive.read_record().keys()
    assert sum(f.stat().st_size for f in files) < 1_000_000
    assert json.loads(exhaustive.RECORD.read_text())


# ---- the text ----


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The generated headers, to change."""
    folder = tmp_path / "headers"
    folder.mkdir()
    for path in GENERATED.glob("*.h"):
        shutil.copy(path, folder)
    return folder


def changed(folder: Path, file: str, old: str, new: str) -> set[str]:
    """Kernels whose text is another one after a change."""
    path, before = folder / file, folder.parent / "before"
    shutil.copytree(folder, before)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))

    def digest(k: Kernel, where: Path) -> str:
        return kernel_text_digest(k.name, KERNELS, k.wide_only, where)

    return {k.name for k in KERNELS.values() if digest(k, before) != digest(k, folder)}


def test_every_kernel_has_a_text() -> None:
    for kernel in KERNELS.values():
        text = kernel_text(kernel.name, KERNELS, kernel.wide_only)
        assert f" {kernel.name}_" in text
        assert "Generated by" not in text


def test_no_float32_core_leads_to_what_only_float64_runs() -> None:
    """The text leaves light arithmetic and direct loops out."""
    of_float64 = re.compile(r"light|light_\w+|\w+_light(_\w+)?|\w+_direct_(at|core)")
    defined = {
        n for path in GENERATED.glob("kernels_*.h") for n in re.findall(r"^[\w ]*\b(\w+)\(", path.read_text(), re.M)
    }
    assert any(map(of_float64.fullmatch, names_reached({"gelu_light"}, KERNELS)))
    for kernel in KERNELS.values():
        if kernel.wide_only:
            continue
        ways = {f"{kernel.name}_{way}" for way in ("staged_core", "pair_core", "fitted_core", "plain_core", "narrow")}
        assert ways & defined, kernel.name
        found = names_reached(ways & defined, KERNELS)
        assert not [n for n in found if of_float64.fullmatch(n)], kernel.name


def test_text_changes_with_its_kernel_alone(copied: Path) -> None:
    text = kernel_text("gelu_tanh", KERNELS)
    (file,) = {line.partition(" ")[0] for line in text.splitlines() if " gelu_tanh_narrow(" in line}
    assert changed(copied, file, "gelu_tanh_narrow(vec x)\n{", "gelu_tanh_narrow(vec x)\n{\n    x = vec_neg(x);") == {
        "gelu_tanh"
    }


def test_text_follows_elementary_functions(copied: Path) -> None:
    names = changed(copied, "vec_math.h", "vec vec_erfc(vec x)\n{", "vec vec_erfc(vec x)\n{\n    x = vec_neg(x);")
    assert {"gelu", "gelu_backward", "laplace", "phish", "geglu_backward_b"} <= names
    assert not names & {"sigmoid", "relu", "silu", "mish", "tanhshrink", "elu", "snake"}


def test_text_ignores_what_changes_no_bit(copied: Path) -> None:
    for file in ("vec_math.h", "core_loops.h"):
        path = copied / file
        path.write_text("/* another banner */\n" + path.read_text().replace("\n\n", "\n\n/* a comment */\n\n"))
    assert changed(copied, "rows.h", "static", "inline static") == set()
