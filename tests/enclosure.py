"""IR -> C that encloses: interval arithmetic over the C library in double, long double and __float128; Taylor series.

What is compiled for a kernel is its expression with parameters at their defaults and grad_output 1, as a function of
one variable. tests/csrc/enclosure.h holds the arithmetic and says why an enclosure is a proof, series.h the same for
Taylor coefficients, pieces.h what they are for; exhaustive.c judges results by both.
"""

from __future__ import annotations

import ctypes
import hashlib
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from mpmath import mp

from codegen import reference
from codegen.check import gating_input
from codegen.expr import ONE, Expr, const, function, postorder, substitute, var, variables
from codegen.kernels import Kernel

CSRC = Path(__file__).resolve().parent / "csrc"
FILES = ("enclosure.h", "judgement.h", "series.h", "expand.h", "precision.h", "pieces.h", "pieces.c", "exhaustive.c")
OPEN_CASES = 256  # as in exhaustive.c
GROUP, HIGHEST_ORDER = 512, 14  # as in pieces.h and expand.h
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


def variable_of(kernel: Kernel) -> str:
    """The input that runs through all numbers."""
    return gating_input(kernel.activation) if kernel.activation.kind == "gate" else kernel.inputs[0]


def expression_of(kernel: Kernel) -> Expr:
    """The kernel as a function of that input: parameters at their defaults, other inputs and grad_output 1."""
    defaults = kernel.activation.defaults
    values = {name: const(Fraction(defaults[name])) for name in kernel.parameters}
    values |= {name: ONE for name in kernel.data_inputs if name != variable_of(kernel)}
    return substitute(kernel.expression, values)


# ---- printing ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Precision:
    """A C type; `vector` where the compiler may use the vector functions of libm, `series` where series.h is used."""

    name: str
    type: str
    suffix: str
    epsilon: str
    largest: str
    literal: str
    header: str
    vector: bool = False
    series: bool = False


PRECISIONS = (
    Precision("double", "double", "", "0x1p-52", "0x1.fffffffffffffp1023", "", "math.h", vector=True),
    Precision("extended", "long double", "l", "0x1p-63L", "0x1.fffffffffffffffep16383L", "L", "math.h", series=True),
    Precision("quad", "__float128", "q", "0x1p-112Q", "FLT128_MAX", "Q", "quadmath.h", series=True),
)
# Functions of which glibc's libmvec has a vector version (x86-64, glibc 2.35 and later).
VECTOR_FUNCTIONS = ("exp", "expm1", "log", "log1p", "tanh", "erf", "erfc", "sin", "cos", "atan")
_CONDITIONS = frozenset({"lt", "le", "eq", "and", "or"})


def _is_double(value: Fraction) -> bool:
    return abs(value) < 2**1023 and Fraction(float(value)) == value


def _constant(node: Expr, precision: Precision) -> str:
    """Exactly where a double holds it, else enclosed."""
    if node.op == "const" and node.value == "inf":
        return "point(UNBOUNDED)"
    if node.op == "const" and node.value == "-0.0":
        return "point(set(-0.0))"
    if node.op == "const" and isinstance(node.value, Fraction) and _is_double(node.value):
        return f"point(set({float(node.value).hex()}))"
    with mp.workdps(60):
        text = mp.nstr(reference.evaluate(node, {}, digits=45), 40)
    return f"around(set({text if any(c in text for c in '.e') else text + '.0'}{precision.literal}))"


def _power_of_two(node: Expr) -> float | None:
    if node.op != "const" or not isinstance(node.value, Fraction) or node.value == 0:
        return None
    top, bottom = abs(node.value.numerator), node.value.denominator
    return float(node.value) if top & (top - 1) == 0 and bottom & (bottom - 1) == 0 and top * bottom < 2**64 else None


def _never_negative(root: Expr) -> set[Expr]:
    """Nodes whose enclosures have a lower end of 0 or more, by the rules of enclosure.h."""
    found: set[Expr] = set()
    for node in postorder(root):
        inside = [a in found for a in node.args]
        if node.op == "const":
            known = isinstance(node.value, Fraction) and node.value >= 0 and _is_double(node.value)
        elif node.op in ("add", "mul", "div"):
            known = all(inside) or (node.op == "mul" and node.args[0] is node.args[1])
        elif node.op == "max":
            known = any(inside)
        elif node.op in ("min", "where"):
            known = all(inside[-2:])
        else:
            known = node.op in ("abs", "exp", "sigmoid", "softplus", "erfc", "sqrt")
            known = known or (node.op == "pow" and node.value in (2, 4, 8, 16, 32))
        if known:
            found.add(node)
    return found


def _operation(node: Expr, text: Mapping[Expr, str], positive: set[Expr]) -> str:
    args = [text[a] for a in node.args]
    if node.op == "mul":
        for this, other in ((0, 1), (1, 0)):
            if (power := _power_of_two(node.args[this])) is not None:
                return f"e_scale({args[other]}, set({power.hex()}))"
        if node.args[0] is node.args[1]:
            return f"e_square({args[0]})"
    if node.op == "div" and (power := _power_of_two(node.args[1])) is not None:
        return f"e_scale({args[0]}, set({(1 / power).hex()}))"
    if node.op == "pow":
        return f"e_pow({args[0]}, {node.value})"
    if node.op == "near_root":  # the series is the kernel's own way; here the precision is raised
        return args[0]
    same_sign = node.op in ("add", "mul", "div") and all(a in positive for a in node.args)
    return f"e_{node.op}{'_positive' if same_sign else ''}({', '.join(args)})"


def _statements(root: Expr, precision: Precision) -> list[str]:
    """The expression in the operations of enclosure.h."""
    lines = []
    text: dict[Expr, str] = {}
    positive = _never_negative(root)
    for number, node in enumerate(postorder(root)):
        if node.op == "var":
            text[node] = "x"
            continue
        if not variables(node) and node.op not in _CONDITIONS:
            operation = _constant(node, precision)
        else:
            operation = _operation(node, text, positive)
        text[node] = f"t{number}"
        kind = "condition" if node.op in _CONDITIONS else "enclosure"
        lines.append(f"    const {kind} t{number} = {operation};")
    return [*lines, f"    return {text[root]};"]


def _series(statement: str) -> str:
    """The same statement in the operations of series.h."""
    kind, name, equals, operation = statement.removeprefix("    const ").removesuffix(";").split(" ", 3)
    if operation.startswith(("point(", "around(")):
        operation = f"s_constant(x.order, {operation})"
    operation = re.sub("^e_", "s_", operation)
    return f"    const {kind.replace('enclosure', 'series')} {name} {equals} {operation};"


def precision_source(root: Expr, precision: Precision) -> str:
    """One translation unit: judge_<precision>, enclose_<precision>, and expand_<precision> where there are series."""
    names = variables(root)
    if len(names) > 1:
        raise ValueError(f"a function of {', '.join(sorted(names))}: not one variable")
    lines = ["/* Made by tests/enclosure.py. */", f"#include <{precision.header}>"]
    if precision.vector:
        lines += ["#ifdef VECTOR_LIBM", "#define VECTOR", "#include <immintrin.h>"]
        lines += [f"__m512d _ZGVeN8v_{function}(__m512d) __attribute__((const));" for function in VECTOR_FUNCTIONS]
        lines += ["#define F(name) _ZGVeN8v_##name", "#else"]
    lines.append(f"#define F(name) {f'name##{precision.suffix}' if precision.suffix else 'name'}")
    if precision.vector:
        lines.append("#endif")
    lines += [
        f"typedef {precision.type} scalar;",
        f"#define EPSILON {precision.epsilon}",
        f"#define LARGEST {precision.largest}",
        f"#define JUDGE judge_{precision.name}",
        f"#define ENCLOSE enclose_{precision.name}",
        f'#include "{CSRC.name}/enclosure.h"',
    ]
    statements = _statements(root, precision)
    lines += ["", "static inline enclosure exact_value(enclosure x)", "{", "    (void)x;", *statements, "}", ""]
    if precision.series:
        lines += [f"#define EXPAND expand_{precision.name}", f'#include "{CSRC.name}/series.h"']
        body = [*map(_series, statements[:-1]), statements[-1]]
        lines += ["", "static series exact_series(series x)", "{", "    (void)x;", *body, "}", ""]
    return "\n".join([*lines, f'#include "{CSRC.name}/precision.h"', ""])


# ---- compiling -----------------------------------------------------------------------------------------------------
FLAGS = ("-std=gnu11", "-O3", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fopenmp-simd", "-fPIC")
NATIVE = ("-march=native", "-mprefer-vector-width=512")
# Tried in this order: not every machine has wide vectors and a vector libm, and the results do not depend on them.
WAYS = ((*NATIVE, "-DVECTOR_LIBM"), NATIVE, ())


def sources(root: Expr) -> dict[str, str]:
    files = {f"{p.name}.c": precision_source(root, p) for p in PRECISIONS}
    return files | {f"{CSRC.name}/{name}": (CSRC / name).read_text(encoding="utf-8") for name in FILES}


def digest_of(root: Expr) -> str:
    """Changes with anything the judgement depends on."""
    return hashlib.sha256(repr(sorted(sources(root).items())).encode()).hexdigest()[:16]


def _run_compiler(files: Mapping[str, str], folder: Path, way: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    """Makes made.so in the folder, or says what is wrong."""
    for path, content in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
    units = sorted(path for path in files if path.endswith(".c"))
    libraries = [*(["-lmvec"] if "-DVECTOR_LIBM" in way else []), "-lquadmath", "-lm"]
    command = ["cc", *FLAGS, *way, "-shared", "-Wl,--no-undefined", "-o", "made.so", *units, *libraries]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@cache
def _is_usable(way: tuple[str, ...]) -> bool:
    """Whether the exponential function compiles in this way, and so anything: asked once, as it takes a second."""
    with tempfile.TemporaryDirectory() as name:
        return _run_compiler(sources(function("exp", var("x"))), Path(name), way).returncode == 0


def _compile(files: Mapping[str, str], made: Path, ways: Sequence[tuple[str, ...]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for way in [way for way in ways[:-1] if _is_usable(way)] + list(ways[-1:]):
            done = _run_compiler(files, folder, way)
            if done.returncode == 0:
                break
        else:
            raise RuntimeError(f"the reference does not compile:\n{done.stderr[:3000]}")
        made.parent.mkdir(parents=True, exist_ok=True)
        unfinished = made.with_suffix(".unfinished")
        unfinished.write_bytes((folder / "made.so").read_bytes())
        unfinished.replace(made)


class Report(ctypes.Structure):
    """`report` of exhaustive.c."""

    _fields_ = (
        *((name, ctypes.c_uint64) for name in
          ("finite", "correct", "near_ties", "not_numbers", "in_extended", "in_quad", "open")),
        ("worst", ctypes.c_double),
        ("worst_x", ctypes.c_float),
        ("worst_y", ctypes.c_float),
        ("open_x", ctypes.c_float * OPEN_CASES),
        ("open_y", ctypes.c_float * OPEN_CASES),
    )  # fmt: skip


class Piece(ctypes.Structure):
    """`piece` of pieces.h."""

    _fields_ = (
        ("first", ctypes.c_uint32),
        ("count", ctypes.c_uint32),
        ("degree", ctypes.c_int),
        *((name, ctypes.c_double) for name in ("center", "inverse_unit", "radius")),
        ("coefficient", ctypes.c_double * (HIGHEST_ORDER + 1)),
    )


class Group(ctypes.Structure):
    """`group` of pieces.h."""

    _fields_ = (
        ("error", ctypes.c_double * GROUP),
        ("correct", ctypes.c_size_t),
        ("open", ctypes.c_size_t),
        ("worst", ctypes.c_double),
    )


class Judge:
    """The compiled functions of one expression; the library is kept in `folder`."""

    def __init__(self, root: Expr, folder: Path, ways: Sequence[tuple[str, ...]] = WAYS) -> None:
        path = folder / f"reference_{digest_of(root)}{'' if ways == WAYS else '_another_way'}.so"
        if not path.exists():
            _compile(sources(root), path, ways)
        self._library = ctypes.CDLL(str(path))
        self._library.check_block.restype = None

    def check(self, report: Report, x: Floats, y: Floats, quad_budget: int) -> None:
        """Judge y and add to the report; x is a whole block as check_block wants it."""
        assert x.dtype == y.dtype == np.float32
        assert x.flags.c_contiguous
        assert y.flags.c_contiguous
        assert x.size == y.size
        self._library.check_block(
            ctypes.byref(report), ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data),
            ctypes.c_size_t(x.size), ctypes.c_uint(quad_budget),
        )  # fmt: skip

    def judge(self, precision: str, x: Floats, y: Floats) -> tuple[Doubles, Doubles]:
        """Error and grade of each result in one precision."""
        error, grade = self._call(f"judge_{precision}", [x, np.ascontiguousarray(y)], 2)
        return error, grade

    def enclose(self, precision: str, x: Floats) -> tuple[tuple[Doubles, Doubles], tuple[Doubles, Doubles]]:
        """Lower and upper ends, each as head and tail."""
        lo, lo_tail, hi, hi_tail = self._call(f"enclose_{precision}", [x], 4)
        return (lo, lo_tail), (hi, hi_tail)

    def piece_at(self, bits: int) -> Piece:
        """The piece of an input."""
        function = self._library.piece_at
        function.restype, function.argtypes = ctypes.POINTER(Piece), [ctypes.c_uint32]
        return Piece.from_buffer_copy(function(bits).contents)

    def judge_group(self, piece: Piece, x: Floats, y: Floats) -> Group:
        """At most GROUP results in a piece that has a polynomial."""
        group = Group()
        self._library.judge_group.restype = None
        self._library.judge_group(
            ctypes.byref(piece), ctypes.c_void_p(x.ctypes.data), ctypes.c_void_p(y.ctypes.data),
            ctypes.c_size_t(x.size), ctypes.byref(group),
        )  # fmt: skip
        return group

    def expand(self, precision: str, lo: float, hi: float, unit: float, order: int) -> tuple[Doubles, Doubles]:
        """Middle and radius of the Taylor coefficients between lo and hi, the k-th times unit^k."""
        middle, radius, ends = np.empty(order + 1), np.empty(order + 1), np.empty(2)
        function = self._library[f"expand_{precision}"]
        function.restype = None
        function(
            ctypes.c_double(lo), ctypes.c_double(hi), ctypes.c_double(unit), order,
            *(ctypes.c_void_p(a.ctypes.data) for a in (middle, radius, ends)),
        )  # fmt: skip
        return middle, radius

    def _call(self, name: str, inputs: list[Floats], outputs: int) -> list[Doubles]:
        made = [np.empty(inputs[0].size) for _ in range(outputs)]
        pointers: list[Any] = [ctypes.c_void_p(a.ctypes.data) for a in inputs]
        pointers.append(ctypes.c_size_t(inputs[0].size))
        pointers += [ctypes.c_void_p(a.ctypes.data) for a in made]
        function = self._library[name]
        function.restype = None
        function(*pointers)
        return made
