"""The spec: TOML files -> frozen `Activation` objects. Every error names the file, the activation and the field."""

from __future__ import annotations

import difflib
import keyword
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from . import derivative as _derivative
from .expr import ROW_OPS, Expr, FormulaError, RootSeries, near_root, parse, postorder, substitute, variables

BUILT_IN = Path(__file__).with_name("activations.toml")
KINDS = ("elementwise", "gate", "row")
GRADIENT = "grad_output"
OUTPUT = "output"  # the result of an activation, in a derivative that starts from it
SPECIAL_POINTS = ("-inf", "-0.0", "0.0", "inf")
# Row kernels are written by hand; a row entry names the one that computes it by its own name.
ROW_KERNELS = ("softmax", "log_softmax", "softmin", "hardmax", "logsumexp", "softmax_one", "sparsemax")

_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "kind": str, "summary": str, "inputs": list, "parameters": dict, "requires": str, "formula": str, "kernel": str,
    "derivative": (str, dict), "derivative_roots": list, "limits": dict, "derivative_limits": dict, "float32": str,
    "derivative_from_output": str, "plain": str, "plain_derivative": str, "plain_derivative_from_output": str,
    "onnx": dict, "torch": str, "aliases": list, "source": str, "notes": str, "reduces": bool,
}  # fmt: skip
_PARAMETER_FIELDS: Mapping[str, type | tuple[type, ...]] = {"default": (int, float), "doc": str, "learned": bool}
_ONNX_FIELDS = {"op": str, "since": int, "attributes": dict, "inputs": list}
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class SpecError(ValueError):
    """A spec that cannot be used: `file: [activation] field: what is wrong and what to do`."""


@dataclass(frozen=True)
class Parameter:
    """A scalar of an activation; `learned` ones also get a gradient."""

    name: str
    default: float
    doc: str = ""
    learned: bool = False


@dataclass(frozen=True)
class OnnxOperator:
    """The standard operator that means this very function, and the opset that introduced it.

    An attribute (or entry of `inputs`) that names a parameter of the activation takes that parameter's value.
    """

    op: str
    since: int
    attributes: Mapping[str, Any]
    inputs: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Activation:
    """One entry of a spec, read and checked for form (`check.py` proves the mathematics)."""

    name: str
    family: str
    kind: str
    summary: str
    inputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    formula_text: str
    formula: Expr  # the definition
    kernel: Expr  # the same function in the form that is evaluated
    derivatives: Mapping[str, Expr]  # by input or learned parameter; for rows the vector-Jacobian product
    derivative_texts: Mapping[str, str]
    limits: Mapping[str, Expr]  # value at -inf, -0.0, 0.0, inf where the formula alone does not say
    derivative_limits: Mapping[str, Expr]
    requires: Expr | None = None
    requires_text: str = ""
    float32: str = "narrow"
    plain: Expr | None = None  # kernel and derivative as evaluated in float32 alone, where the spec writes that out
    plain_derivative: Expr | None = None
    derivative_from_output: Expr | None = None  # by x, as a function of the result
    derivative_from_output_text: str = ""
    plain_derivative_from_output: Expr | None = None
    reduces: bool = False
    onnx: OnnxOperator | None = None
    torch: str | None = None
    aliases: tuple[str, ...] = ()
    source: str = ""
    notes: str = ""
    labels: Mapping[Expr, str] = field(default_factory=dict)
    file: str = ""  # of the spec, for messages

    @property
    def names(self) -> tuple[str, ...]:
        """Everything the formula may mention: inputs, then parameters."""
        return (*self.inputs, *(p.name for p in self.parameters))

    @property
    def defaults(self) -> dict[str, float]:
        return {p.name: p.default for p in self.parameters}


class Catalogue(Mapping[str, Activation]):
    """Activations in file order, looked up by name or alias."""

    def __init__(self, activations: Mapping[str, Activation]) -> None:
        self._activations = dict(activations)
        self._aliases = {alias: a.name for a in activations.values() for alias in a.aliases}

    def __getitem__(self, name: str) -> Activation:
        key = self._aliases.get(name, name)
        if key not in self._activations:
            raise KeyError(unknown_name(name, [*self._activations, *self._aliases]))
        return self._activations[key]

    def __iter__(self) -> Any:
        return iter(self._activations)

    def __len__(self) -> int:
        return len(self._activations)

    @property
    def families(self) -> dict[str, list[Activation]]:
        result: dict[str, list[Activation]] = {}
        for activation in self._activations.values():
            result.setdefault(activation.family, []).append(activation)
        return result


def unknown_name(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=3)
    return f"unknown activation {name!r}" + (f"; did you mean {', '.join(map(repr, near))}?" if near else "")


@cache
def built_in() -> Catalogue:
    """The catalogue that ships with pyact."""
    return load(BUILT_IN, base=None)


def load(path: str | Path, base: Catalogue | None = None) -> Catalogue:
    """Read one spec file. `base` is a catalogue whose activations its formulas may also use."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: cannot be read: {error}") from None
    return loads(text, path.name, base)


def loads(text: str, file: str, base: Catalogue | None = None) -> Catalogue:
    """Read a spec from a string; `file` is only for messages."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SpecError(f"{file}: not TOML: {error}") from None
    return Catalogue(_Loader(file, document, _family_of(text), base).load())


def _family_of(text: str) -> dict[str, str]:
    """Families are the file's own headings: a line `# == Rectifiers ==` starts one."""
    families: dict[str, str] = {}
    current = "activations"
    for line in text.splitlines():
        if heading := re.match(r"#\s*==+\s*(.+?)\s*==+\s*$", line):
            current = re.sub(r"[^a-z0-9]+", "_", heading.group(1).lower()).strip("_")
        elif table := re.match(r"\[\s*\"?([A-Za-z0-9_]+)\"?\s*(?:\.|\])", line):
            families.setdefault(table.group(1), current)
    return families


class _Loader:
    def __init__(self, file: str, document: dict[str, Any], families: dict[str, str], base: Catalogue | None) -> None:
        self.file, self.document, self.families, self.base = file, document, families, base
        self.done: dict[str, Activation] = {}
        self.open: list[str] = []

    def fail(self, name: str, field_name: str | None, message: str) -> SpecError:
        return SpecError(f"{self.file}: [{name}]{' ' + field_name if field_name else ''}: {message}")

    def load(self) -> dict[str, Activation]:
        if not self.document:
            raise SpecError(f"{self.file}: no activation in it; an entry is `[name]` with summary and formula")
        taken: dict[str, str] = {}
        for name, table in self.document.items():
            if not isinstance(table, dict):
                raise SpecError(f"{self.file}: {name}: a top-level value; an activation is a table `[{name}]`")
            if not _NAME.match(name) or keyword.iskeyword(name):
                raise self.fail(
                    name, None, "not a usable name: lower-case letters, digits and _, starting with a letter"
                )
            self._check_fields(name, table)
            for claimed in (name, *table.get("aliases", [])):
                if claimed in taken:
                    raise self.fail(name, "aliases", f"the name {claimed!r} is already used by [{taken[claimed]}]")
                if self.base is not None and claimed in self.base:
                    raise self.fail(name, None, f"the name {claimed!r} is already used by a built-in activation")
                taken[claimed] = name
        for name in self.document:
            self._activation(name)
        return {name: self.done[name] for name in self.document}  # file order, whatever order references forced

    def _check_fields(self, name: str, table: dict[str, Any]) -> None:
        for key, value in table.items():
            if key not in _FIELDS:
                near = difflib.get_close_matches(key, _FIELDS, n=1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known fields: {', '.join(_FIELDS)}"
                raise self.fail(name, key, f"unknown field{hint}")
            if not isinstance(value, _FIELDS[key]):
                raise self.fail(name, key, f"wrong type {type(value).__name__}")
            if isinstance(value, list) and key != "derivative_roots" and not all(isinstance(v, str) for v in value):
                raise self.fail(name, key, "must be a list of strings")
        for key in ("summary", "formula"):
            if key not in table:
                raise self.fail(name, key, "missing")
        if (kind := table.get("kind", "elementwise")) not in KINDS:
            raise self.fail(name, "kind", f"{kind!r} is not one of {', '.join(KINDS)}")
        if table.get("float32", "narrow") not in ("narrow", "wide"):
            raise self.fail(name, "float32", "must be 'narrow' or 'wide'")

    def _activation(self, name: str) -> Activation:
        if name in self.done:
            return self.done[name]
        if name in self.open:
            raise self.fail(name, "formula", f"refers to itself: {' -> '.join([*self.open, name])}")
        self.open.append(name)
        try:
            self.done[name] = self._read(name, self.document[name])
        finally:
            self.open.pop()
        return self.done[name]

    def _formula(
        self, name: str, field_name: str, text: object, names: tuple[str, ...], labels: dict[Expr, str]
    ) -> Expr:
        def resolve(callee: str, member: str | None, args: tuple[Expr, ...]) -> Expr | None:
            if callee in self.document:
                activation = self._activation(callee)
            elif self.base is not None and callee in self.base:
                activation = self.base[callee]
            else:
                return None
            return apply(activation, member, args)

        if not isinstance(text, str):
            raise self.fail(name, field_name, f"must be a formula in quotes, not {type(text).__name__}")
        try:
            return parse(text, names, resolve, labels)
        except FormulaError as error:
            raise self.fail(name, field_name, str(error)) from None

    def _read(self, name: str, table: dict[str, Any]) -> Activation:
        kind = table.get("kind", "elementwise")
        inputs = tuple(table.get("inputs", ["x"]))
        parameters = tuple(self._parameter(name, p, v) for p, v in table.get("parameters", {}).items())
        names = (*inputs, *(p.name for p in parameters))
        self._check_shape(name, kind, inputs, names)
        labels: dict[Expr, str] = {}

        def read(field_name: str, text: object, over: tuple[str, ...] = names) -> Expr:
            return self._formula(name, field_name, text, over, labels)

        formula = read("formula", table["formula"])
        kernel = read("kernel", table["kernel"]) if "kernel" in table else formula
        self._check_rows(name, kind, formula)
        texts = self._derivative_texts(name, kind, table, inputs, parameters)
        over = (*names, GRADIENT) if kind == "row" else names
        derivatives = {k: read(f"derivative.{k}", t, over) for k, t in texts.items()}
        for wanted in (*inputs, *(p.name for p in parameters if p.learned)):
            if wanted not in derivatives:
                if kind == "row":
                    raise self.fail(name, "derivative", "a row activation states its vector-Jacobian product")
                derivatives[wanted] = _derivative.differentiate(kernel, wanted)
        if roots := table.get("derivative_roots"):
            if len(inputs) != 1 or variables(derivatives["x"]) - {"x"}:
                raise self.fail(name, "derivative_roots", "only for a derivative of x alone, without parameters")
            derivatives["x"] = self._mark_roots(name, derivatives["x"], roots)

        def limits(field_name: str) -> dict[str, Expr]:
            points = table.get(field_name, {})
            if unknown := [p for p in points if p not in SPECIAL_POINTS]:
                raise self.fail(name, field_name, f"unknown point {unknown[0]!r}; known: {', '.join(SPECIAL_POINTS)}")
            return {p: read(f"{field_name}.{p}", t, tuple(q.name for q in parameters)) for p, t in points.items()}

        if inputs != ("x",) and (field_name := next((f for f in ("plain", "plain_derivative") if f in table), None)):
            raise self.fail(name, field_name, "only for a function of x")
        plain, plain_derivative = (read(f, table[f]) if f in table else None for f in ("plain", "plain_derivative"))
        from_output = self._from_output(name, kind, table, parameters, labels)
        requires = table.get("requires", "")
        return Activation(
            name=name, family=self.families.get(name, "activations"), kind=kind, summary=table["summary"],
            inputs=inputs, parameters=parameters, formula_text=table["formula"].strip(), formula=formula,
            kernel=kernel, derivatives=MappingProxyType(derivatives), derivative_texts=MappingProxyType(texts),
            limits=MappingProxyType(limits("limits")),
            derivative_limits=MappingProxyType(limits("derivative_limits")),
            requires=self._requirement(name, requires, names), requires_text=requires,
            float32=table.get("float32", "narrow"), plain=plain, plain_derivative=plain_derivative,
            derivative_from_output=from_output.get("derivative_from_output"),
            derivative_from_output_text=table.get("derivative_from_output", ""),
            plain_derivative_from_output=from_output.get("plain_derivative_from_output"),
            reduces=table.get("reduces", False),
            onnx=self._onnx(name, table.get("onnx"), names), torch=table.get("torch"),
            aliases=tuple(table.get("aliases", ())), source=table.get("source", ""), notes=table.get("notes", ""),
            labels=MappingProxyType(labels), file=self.file,
        )  # fmt: skip

    def _from_output(
        self, name: str, kind: str, table: dict[str, Any], parameters: tuple[Parameter, ...], labels: dict[Expr, str]
    ) -> dict[str, Expr]:
        """The derivative as a function of the result, and its form for float32 alone."""
        fields = ("derivative_from_output", "plain_derivative_from_output")
        given = {f: table[f] for f in fields if f in table}
        if given and kind != "elementwise":
            raise self.fail(name, next(iter(given)), f"only for elementwise activations; this one is {kind}")
        if given and fields[0] not in given:
            raise self.fail(name, fields[1], f"only beside {fields[0]}")
        if given and OUTPUT in (p.name for p in parameters):
            raise self.fail(name, fields[0], f"the result is called {OUTPUT}, and so is a parameter; rename that")
        over = (OUTPUT, *(p.name for p in parameters))
        return {f: self._formula(name, f, text, over, labels) for f, text in given.items()}

    def _check_shape(self, name: str, kind: str, inputs: tuple[str, ...], names: tuple[str, ...]) -> None:
        if len(set(names)) != len(names) or GRADIENT in names:
            raise self.fail(
                name, "parameters", f"names must differ from each other, from the inputs and from {GRADIENT}"
            )
        for n in names:
            if not _NAME.match(n) or keyword.iskeyword(n):
                raise self.fail(name, "parameters", f"{n!r} is not a usable name")
        if kind == "gate" and len(inputs) != 2:
            raise self.fail(name, "inputs", 'a gate has two, for example inputs = ["a", "b"]')
        if kind != "gate" and inputs != ("x",):
            raise self.fail(name, "inputs", f"a {kind} activation has the one input x; gates have two")
        if kind == "row" and name not in ROW_KERNELS:
            raise self.fail(name, "kind", f"row kernels are written by hand; there are {', '.join(ROW_KERNELS)}")

    def _check_rows(self, name: str, kind: str, formula: Expr) -> None:
        rows = sorted({n.op for n in postorder(formula)} & ROW_OPS)
        if rows and kind != "row":
            raise self.fail(name, "formula", f"{rows[0]} works on rows; this activation is {kind}")

    def _derivative_texts(
        self, name: str, kind: str, table: dict[str, Any], inputs: tuple[str, ...], parameters: tuple[Parameter, ...]
    ) -> dict[str, str]:
        given = table.get("derivative", {})
        texts = {inputs[0]: given} if isinstance(given, str) else dict(given)
        if isinstance(given, str) and len(inputs) > 1:
            raise self.fail(name, "derivative", f"a table with one formula per input: {', '.join(inputs)}")
        allowed = (*inputs, *(p.name for p in parameters))
        for key in texts:
            if key not in allowed:
                raise self.fail(name, "derivative", f"{key!r} is no input or parameter; there are {', '.join(allowed)}")
        return texts

    def _mark_roots(self, name: str, expression: Expr, roots: list[Any]) -> Expr:
        x = parse("x", ("x",))
        marked = expression
        for root in roots:
            if type(root) not in (int, float) or not math.isfinite(root):
                raise self.fail(name, "derivative_roots", f"{root!r} is not a finite number")
            marked = near_root(marked, x, RootSeries(expression, Fraction(str(root))))
        return marked

    def _parameter(self, name: str, parameter: str, table: object) -> Parameter:
        where = f"parameters.{parameter}"
        if not isinstance(table, dict):
            raise self.fail(name, where, "must be a table such as { default = 1.0 }")
        for key, value in table.items():
            if key not in _PARAMETER_FIELDS:
                raise self.fail(name, where, f"unknown field {key!r}; known: {', '.join(_PARAMETER_FIELDS)}")
            if not isinstance(value, _PARAMETER_FIELDS[key]) or (key == "default" and isinstance(value, bool)):
                raise self.fail(name, f"{where}.{key}", f"wrong type {type(value).__name__}")
        if "default" not in table:
            raise self.fail(name, where, "needs a default")
        try:
            default = float(table["default"])
        except OverflowError:
            default = math.nan
        if math.isnan(default):
            raise self.fail(name, f"{where}.default", f"{table['default']} is no double")
        return Parameter(parameter, default, table.get("doc", ""), table.get("learned", False))

    def _requirement(self, name: str, text: str, names: tuple[str, ...]) -> Expr | None:
        if not text:
            return None
        return self._formula(name, "requires", f"where({text}, 1, 0)", names, {}).args[0]

    def _onnx(self, name: str, table: dict[str, Any] | None, names: tuple[str, ...]) -> OnnxOperator | None:
        if table is None:
            return None
        for key, value in table.items():
            if key not in _ONNX_FIELDS:
                raise self.fail(name, "onnx", f"unknown field {key!r}; known: {', '.join(_ONNX_FIELDS)}")
            if not isinstance(value, _ONNX_FIELDS[key]):
                raise self.fail(name, f"onnx.{key}", f"wrong type {type(value).__name__}")
        for key in ("op", "since"):
            if key not in table:
                raise self.fail(name, f"onnx.{key}", "missing")
        inputs = tuple(table["inputs"]) if "inputs" in table else None
        for entry in inputs or ():
            if entry not in names:
                raise self.fail(name, "onnx.inputs", f"{entry!r} is no input or parameter")
        return OnnxOperator(table["op"], table["since"], MappingProxyType(table.get("attributes", {})), inputs)


def apply(activation: Activation, member: str | None, args: tuple[Expr, ...]) -> Expr:
    """The kernel form of an activation (or of its derivative by x) with arguments put in; defaults fill the rest."""
    if not len(activation.inputs) <= len(args) <= len(activation.names):
        raise FormulaError(f"{activation.name} takes {', '.join(activation.names)}, not {len(args)} argument(s)")
    if activation.kind == "row":
        raise FormulaError(f"{activation.name} works on rows and cannot be used inside another formula")
    values = dict(zip(activation.names, args, strict=False))
    for parameter in activation.parameters:
        values.setdefault(parameter.name, parse(repr(parameter.default), ()))
    expression = activation.kernel if member is None else activation.derivatives[activation.inputs[0]]
    return substitute(expression, values)
