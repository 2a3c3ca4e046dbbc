"""Catalogue -> the public Python functions: `pyact/_functions.py`, `_catalogue.py` and `__init__.pyi`.

A parameterless activation is the NumPy ufunc itself. One with parameters is a thin function that gives them their
defaults; a gate splits its input; a row activation names its axis. What is written by hand stays in the pyact package
(rrelu, softmax2d, prelu's channels): `HANDWRITTEN` lists it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import docstrings
from .expr import to_text
from .kernels import kernels_of, learned_alone
from .spec import Activation, Catalogue

ACCURACY = Path(__file__).parent / "tables" / "accuracy.json"
ROWS = Path(__file__).parent / "tables" / "rows.json"
EXHAUSTIVE = Path(__file__).parent / "tables" / "exhaustive.json"
LINE_LENGTH = 120
# Public functions that pyact writes by hand; a catalogue entry of that name only brings its kernels.
HANDWRITTEN: Mapping[str, str] = {
    "rrelu": "lower: float = 0.125, upper: float = 0.3333333333333333, training: bool = False, "
    "rng: np.random.Generator | int | None = None, out: NDArray[Any] | None = None",
    "softmax2d": "out: NDArray[Any] | None = None",
}
_HANDWRITTEN_BACKWARD: Mapping[str, str] = {
    "rrelu": "lower: float = 0.125, upper: float = 0.3333333333333333, slope: ArrayLike | None = None, "
    "out: NDArray[Any] | None = None",
    "softmax2d": "out: NDArray[Any] | None = None",
}
# Entries of `pyact.activations` without kernels of their own.
_DERIVED: tuple[dict[str, Any], ...] = (
    {
        "name": "softmax2d", "kind": "row", "family": "rows", "summary": "Softmax over the channels of images",
        "inputs": ("x",), "parameters": (), "formula": "softmax(x) along axis -3",
        "derivative": {"x": "that of softmax along axis -3"},
        "aliases": (), "torch": "Softmax2d", "onnx": None,
        "source": "https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax2d.html",
        "notes": "For arrays of shape (C, H, W) or (N, C, H, W).", "accuracy": {}, "errors": {},
    },
)  # fmt: skip
_BANNER = "Made by `python -m codegen` from activations.toml; do not edit."
_LONG_LINES = "# ruff: noqa: E501\n"
_KEYWORDS = "**ufunc_keywords: Any"
_PAIR = "tuple[NDArray[Any] | None, NDArray[Any] | None]"


def measured_accuracy(catalogue: Catalogue) -> dict[str, Any]:
    """The record by kernel and dtype; for float32 that of all inputs, where there is one.

    All inputs were run with parameters at their defaults and a gate's other input 1, the samples with others too: there
    the larger error counts.
    """
    records = [json.loads(p.read_text(encoding="utf-8")) if p.exists() else {} for p in (ACCURACY, EXHAUSTIVE)]
    accuracy: dict[str, Any] = records[0]
    for activation in catalogue.values():
        for kernel in kernels_of(activation):
            if (all_inputs := records[1].get(kernel.name)) is None:
                continue
            by_dtype = accuracy.setdefault(kernel.name, {})
            sampled = by_dtype.get("float32")
            if sampled is None or not (kernel.parameters or activation.kind == "gate"):
                by_dtype["float32"] = {key: all_inputs[key] for key in ("ulp", "x")} | {"points": all_inputs["inputs"]}
            elif all_inputs["ulp"] > sampled["ulp"]:
                by_dtype["float32"] = sampled | {"ulp": all_inputs["ulp"], "x": all_inputs["x"]}
    if ROWS.exists():
        accuracy |= json.loads(ROWS.read_text(encoding="utf-8"))
    return accuracy


def python_files(catalogue: Catalogue) -> dict[str, str]:
    """The generated modules, by path below pyact/."""
    accuracy = measured_accuracy(catalogue)
    return {
        "_functions.py": functions_module(catalogue, accuracy),
        "_catalogue.py": catalogue_module(catalogue, accuracy),
        "__init__.pyi": stubs(catalogue),
    }


def package_files(catalogue: Catalogue, spec_name: str, package: str | None = None) -> dict[str, str]:
    """The Python of a package made from a user's own spec, by path; its extension `_native` lies beside it.

    `package` is the name it is imported by, normally that of the spec file.
    """
    package = package or Path(spec_name).stem
    functions = functions_module(catalogue, {}, _IN_A_PACKAGE)
    made_by = f"`python -m pyact build {spec_name}`"
    functions = functions.replace("`python -m codegen` from activations.toml", made_by, 1)
    for before in (">>> import ", ">>> ", "(see "):
        functions = functions.replace(f"{before}pyact", f"{before}{package}")
    listed = ", ".join(catalogue)
    return {
        "_functions.py": functions,
        "__init__.py": (
            f'"""Activations made by `python -m pyact build {spec_name}`: {listed}."""\n\n'
            "from . import _functions\n"
            "from ._functions import *  # noqa: F403\n"
            "from ._functions import UFUNCS as ufuncs\n\n"
            '__all__ = [*_functions.__all__, "ufuncs"]\n'
        ),
    }


# --- which functions there are --------------------------------------------------------------------------------------
def gradient_names(activation: Activation) -> dict[str, str]:
    """Public gradient function -> what it differentiates by. A gate has one for its whole input, "x"."""
    first = "x" if activation.kind == "gate" else activation.inputs[0]
    names = {f"{activation.name}_backward": first}
    for parameter in activation.parameters:
        if parameter.name in activation.derivatives:
            names[f"{activation.name}_backward_{parameter.name}"] = parameter.name
    return names


def pair_names(activation: Activation) -> list[str]:
    """The function that gives value and derivative at once, where there is one."""
    return [f"{activation.name}_with_derivative"] if activation.kind == "elementwise" else []


def both_names(activation: Activation) -> list[str]:
    """The function that gives the gradients for x and for the one learned parameter at once, where there is one."""
    return [f"{activation.name}_gradients"] if learned_alone(activation) is not None else []


def from_output_names(activation: Activation) -> list[str]:
    """The gradient that starts from the saved result, where there is one."""
    return [f"{activation.name}_backward_from_output"] if docstrings.from_output_formula(activation) else []


def function_names(activation: Activation) -> list[str]:
    """The public functions of an activation."""
    gradients = [*gradient_names(activation), *from_output_names(activation)]
    return [activation.name, *gradients, *both_names(activation), *pair_names(activation)]


def public_names(catalogue: Catalogue) -> list[str]:
    return [n for a in catalogue.values() if a.name not in HANDWRITTEN for n in function_names(a)]


def is_plain(activation: Activation) -> bool:
    """Whether the public functions are the ufuncs themselves."""
    return activation.kind == "elementwise" and not activation.parameters


def _ufunc_names(activation: Activation) -> list[str]:
    """The ufuncs of the activation that its public functions call."""
    if activation.kind != "gate":
        return function_names(activation)
    single = [f"{activation.name}_backward_{n}" for n in activation.inputs]
    return [activation.name, *single, *gradient_names(activation)]


# --- signatures: one place for the code and the stubs ---------------------------------------------------------------
def _arguments(activation: Activation, function: str) -> list[str]:
    """The parameters of a public function that is written in Python."""
    by = gradient_names(activation).get(function)
    is_gradient = by is not None or function in both_names(activation)
    inputs = ["grad_output: ArrayLike", "x: ArrayLike"] if is_gradient else ["x: ArrayLike"]
    if function in from_output_names(activation):
        inputs = ["grad_output: ArrayLike", "y: ArrayLike"]
    parameters = [f"{p.name}: ArrayLike = {p.default!r}" for p in activation.parameters]
    out = "out: NDArray[Any] | None = None"
    if function in [*pair_names(activation), *both_names(activation)]:
        out = f"out: {_PAIR} | None = None"
    if activation.kind == "elementwise":
        return [*inputs, *parameters, out, "*", "where: ArrayLike = True", _KEYWORDS]
    axis = "axis: int = -1"
    if activation.kind == "gate":
        if by is None:
            return [*inputs, axis, *parameters, out, "*", "where: ArrayLike = True", _KEYWORDS]
        return [*inputs, axis, *parameters, out] if by == "x" else [*inputs, axis, *parameters, out, _KEYWORDS]
    keepdims = ["keepdims: bool = False"] if activation.reduces else []
    return [*inputs, axis, *keepdims, *parameters, out, _KEYWORDS]


def _definition(name: str, arguments: str | list[str], ending: str = ":") -> str:
    joined = arguments if isinstance(arguments, str) else ", ".join(arguments)
    line = f"def {name}({joined}) -> Any{ending}"
    if len(line) <= LINE_LENGTH:
        return line
    indented = f"    {joined}"
    if len(indented) <= LINE_LENGTH:
        return f"def {name}(\n{indented}\n) -> Any{ending}"
    pieces = "".join(f"    {a},\n" for a in _split_arguments(joined))
    return f"def {name}(\n{pieces}) -> Any{ending}"


def _split_arguments(joined: str) -> list[str]:
    """Split at the commas outside brackets."""
    pieces, depth, start = [], 0, 0
    for position, character in enumerate(joined):
        depth += (character == "[") - (character == "]")
        if character == "," and depth == 0:
            pieces.append(joined[start:position].strip())
            start = position + 1
    return [*pieces, joined[start:].strip()]


# --- _functions.py --------------------------------------------------------------------------------------------------
_IN_PYACT = "from . import _composed, _native_ufuncs\nfrom ._native import ffi, lib"
_IN_A_PACKAGE = "from pyact import _composed, _native_ufuncs\n\nfrom ._native import ffi, lib"


def functions_module(catalogue: Catalogue, accuracy: Mapping[str, Any], imports: str = _IN_PYACT) -> str:
    """Text of the module with every public function and its docstring."""
    docs, bodies = [], []
    for activation in catalogue.values():
        for name in _ufunc_names(activation):
            docs.append((name, _ufunc_doc(activation, name, accuracy)))
        if activation.name in HANDWRITTEN:
            continue
        if is_plain(activation):
            bodies.append(_plain(activation, accuracy))
        else:
            bodies.append("\n" + _wrapped(activation, function_names(activation), accuracy))
    listed = "".join(f'    "{n}",\n' for n in public_names(catalogue))
    texts = "".join(f'    "{name}": """{_escaped(text)}""",\n' for name, text in docs)
    return (
        f'"""The public functions. {_BANNER}"""\n\n{_LONG_LINES}\n'
        "from __future__ import annotations\n\n"
        "from collections.abc import Mapping\n"
        "from typing import Any\n\n"
        "import numpy as np\n"
        "from numpy.typing import ArrayLike, NDArray\n\n"
        f"{imports}\n\n"
        f"__all__ = [  # noqa: RUF022 - in the order of the catalogue\n{listed}]\n\n"
        f"_DOCS = {{\n{texts}}}\n"
        "UFUNCS: Mapping[str, np.ufunc] = _native_ufuncs.build(ffi, lib, _DOCS)\n"
        "_direct = _native_ufuncs.direct_calls(ffi, lib)\n\n" + "".join(bodies)
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _ufunc_doc(activation: Activation, name: str, accuracy: Mapping[str, Any]) -> str:
    if name in pair_names(activation):
        called = ", ".join(activation.names)
        return f"Value and derivative of {activation.name} at once: {called} (see pyact.{name})."
    if name in both_names(activation):
        called = ", ".join(("grad_output", *activation.names))
        both = f"{activation.inputs[0]} and {learned_alone(activation)}"
        return f"Gradients of {activation.name} for {both} at once: {called} (see pyact.{name})."
    is_ufunc = is_plain(activation) and activation.name not in HANDWRITTEN
    if name in from_output_names(activation):
        if is_ufunc:
            return docstrings.from_output(activation, accuracy)
        called = ", ".join(("grad_output", "y", *(p.name for p in activation.parameters)))
        return f"Gradient of {activation.name} from its result: {called} (see pyact.{name})."
    if is_ufunc:
        return docstrings.function(activation, gradient_names(activation).get(name), accuracy)
    if name == activation.name:
        return f"{activation.summary}: {', '.join(activation.names)} (see pyact.{activation.name})."
    if activation.kind == "gate" and name == f"{activation.name}_backward":
        called = ", ".join(("grad_output", *activation.names))
        both = " and ".join(activation.inputs)
        return f"Gradients of {activation.name} for {both} at once: {called} (see pyact.{name})."
    by = name.removeprefix(f"{activation.name}_backward").lstrip("_") or activation.inputs[0]
    called = ", ".join(("grad_output", *activation.names))
    return f"Gradient of {activation.name} for {by}: {called} (see pyact.{activation.name}_backward)."


def _docstring(activation: Activation, name: str, accuracy: Mapping[str, Any]) -> str:
    if name in pair_names(activation):
        return docstrings.with_derivative(activation)
    if (learned := learned_alone(activation)) is not None and name in both_names(activation):
        return docstrings.both_gradients(activation, learned)
    if name in from_output_names(activation):
        return docstrings.from_output(activation, accuracy)
    return docstrings.function(activation, gradient_names(activation).get(name), accuracy)


def _plain(activation: Activation, accuracy: Mapping[str, Any]) -> str:
    names = [activation.name, *gradient_names(activation), *from_output_names(activation)]
    ufuncs = "".join(f'{n}: np.ufunc = UFUNCS["{n}"]\n' for n in names)
    return f"\n{ufuncs}{_wrapped(activation, pair_names(activation), accuracy)}"


def _wrapped(activation: Activation, names: Sequence[str], accuracy: Mapping[str, Any]) -> str:
    called = [n for n in _ufunc_names(activation) if n in names]
    lines = [f'_{n} = UFUNCS["{n}"]\n' for n in called]
    write = {"elementwise": _elementwise_body, "gate": _gate_body, "row": _row_body}[activation.kind]
    functions = []
    for name in names:
        doc = _escaped(_docstring(activation, name, accuracy))
        indented = "\n".join(f"    {line}".rstrip() for line in doc.splitlines())
        definition = f"{_decorator(activation, name)}{_definition(name, _arguments(activation, name))}"
        functions.append(f'\n\n{definition}\n    """{indented.lstrip()}\n    """\n{write(activation, name)}')
    return "".join(lines) + "".join(functions) + "\n"


def _decorator(activation: Activation, name: str) -> str:
    """For functions whose plain calls need no Python: see csrc/functions.c."""
    if activation.kind == "gate" and gradient_names(activation).get(name, "x") != "x":
        return ""
    return f"@_direct(_{name}{', only_direct=True' if activation.name == 'prelu' else ''})\n"


def _elementwise_body(activation: Activation, name: str) -> str:
    by = gradient_names(activation).get(name)
    pairs = [*pair_names(activation), *both_names(activation)]
    inputs = "grad_output, x" if by is not None or name in both_names(activation) else "x"
    if name in from_output_names(activation):
        inputs = "grad_output, y"
    called = ", ".join([inputs, *(p.name for p in activation.parameters)])
    channels = "    weight = _composed.channel_weight(x, weight)\n" if activation.name == "prelu" else ""
    out = "out=(None, None) if out is None else out" if name in pairs else "out"
    return f"{channels}    return _{name}({called}, {out}, where=where, **ufunc_keywords)\n"


def _gate_body(activation: Activation, name: str) -> str:
    by = gradient_names(activation).get(name)
    halves = ", ".join(activation.inputs)
    parameters = ", ".join(p.name for p in activation.parameters)
    split = f'    {halves} = _composed.split_in_halves("{activation.name}", x, axis)\n'
    if by is None:
        called = ", ".join([halves, *([parameters] if parameters else [])])
        return f"{split}    return _{name}({called}, out=out, where=where, **ufunc_keywords)\n"
    if by != "x":
        return f"{split}    return _{name}(grad_output, {halves}, {parameters}, out=out, **ufunc_keywords)\n"
    listed = f"({parameters},)" if parameters else "()"
    return f'    return _composed.gate_backward("{activation.name}", _{name}, grad_output, x, axis, {listed}, out)\n'


_ROW_OUTPUT = "    if out is None and not ufunc_keywords:\n        out = _composed.row_output({})\n"


def _row_body(activation: Activation, name: str) -> str:
    if name in from_output_names(activation):
        output = _ROW_OUTPUT.format("grad_output, y")
        return f"{output}    return _{name}(grad_output, y, axis=axis, out=out, **ufunc_keywords)\n"
    by = gradient_names(activation).get(name)
    called = ", ".join([*([] if by is None else ["grad_output"]), "x", *(p.name for p in activation.parameters)])
    if not activation.reduces:
        return f"{_ROW_OUTPUT.format(called)}    return _{name}({called}, axis=axis, out=out, **ufunc_keywords)\n"
    if by is None:
        return f"    return _{name}({called}, axis=axis, keepdims=keepdims, out=out, **ufunc_keywords)\n"
    return (
        "    if keepdims:\n        grad_output = np.squeeze(grad_output, axis)\n"
        f"    return _{name}({called}, axis=axis, out=out, **ufunc_keywords)\n"
    )


# --- _catalogue.py --------------------------------------------------------------------------------------------------
def catalogue_module(catalogue: Catalogue, accuracy: Mapping[str, Any]) -> str:
    """Text of the module with the data behind `pyact.activations`."""
    entries = [_entry(a, accuracy) for a in catalogue.values()]
    entries += [e for e in _DERIVED if e["name"] not in catalogue]
    aliases = {alias: e["name"] for e in entries for alias in e["aliases"]}
    written = "".join(
        "    {\n" + "".join(f"        {json.dumps(k)}: {_literal(v)},\n" for k, v in entry.items()) + "    },\n"
        for entry in entries
    )
    mapped = "".join(f"    {json.dumps(k)}: {json.dumps(v)},\n" for k, v in aliases.items())
    return (
        f'"""What `pyact.activations` knows. {_BANNER}"""\n\n{_LONG_LINES}\n'
        "from __future__ import annotations\n\n"
        "from typing import Any\n\n"
        f"ENTRIES: tuple[dict[str, Any], ...] = (\n{written})\n"
        f"ALIASES: dict[str, str] = {{\n{mapped}}}\n"
    )


def _literal(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_literal(k)}: {_literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        return "(" + ", ".join(_literal(v) for v in value) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def derivative_text(activation: Activation, by: str) -> str:
    return activation.derivative_texts.get(by, "").strip() or to_text(activation.derivatives[by])


def _entry(activation: Activation, accuracy: Mapping[str, Any]) -> dict[str, Any]:
    kernels = [activation.name, *_ufunc_names(activation)[1:]]
    return {
        "name": activation.name,
        "kind": activation.kind,
        "family": activation.family,
        "summary": activation.summary,
        "inputs": activation.inputs,
        "parameters": tuple((p.name, p.default, p.doc, p.learned) for p in activation.parameters),
        "formula": activation.formula_text,
        "derivative": {by: derivative_text(activation, by) for by in activation.derivatives},
        "aliases": activation.aliases,
        "torch": activation.torch,
        "onnx": (activation.onnx.op, activation.onnx.since) if activation.onnx else None,
        "source": activation.source,
        "notes": activation.notes,
        "accuracy": {k: accuracy[k] for k in kernels if k in accuracy},
        "errors": {k: docstrings.measured_of(activation, k, accuracy[k]) for k in kernels if k in accuracy},
    }


# --- __init__.pyi ---------------------------------------------------------------------------------------------------
_STUBS_HEAD = '''\
"""Types of the public interface. {banner}"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import nn as nn
from . import onnx as onnx
from . import ufuncs as ufuncs
from ._info import ActivationInfo as ActivationInfo
from ._info import ParameterInfo as ParameterInfo

__version__: str
activations: Mapping[str, ActivationInfo]

def get(name: str) -> Callable[..., Any]: ...
def isa() -> str: ...
def get_num_threads() -> int: ...
def set_num_threads(n: int | None) -> None: ...

class _Ufunc(Protocol):
    """What every NumPy ufunc has."""

    @property
    def __name__(self) -> str: ...
    @property
    def nin(self) -> int: ...
    @property
    def nout(self) -> int: ...
    @property
    def nargs(self) -> int: ...
    @property
    def types(self) -> list[str]: ...
    @property
    def signature(self) -> str | None: ...

class _Activation(_Ufunc, Protocol):
    def __call__(
        self,
        x: ArrayLike,
        /,
        out: NDArray[Any] | tuple[NDArray[Any]] | None = None,
        *,
        where: ArrayLike = True,
        casting: Literal["no", "equiv", "safe", "same_kind", "unsafe"] = "same_kind",
        order: Literal["K", "A", "C", "F"] = "K",
        dtype: DTypeLike | None = None,
        subok: bool = True,
    ) -> Any: ...
    def at(self, a: NDArray[Any], indices: Any, /) -> None: ...

class _Gradient(_Ufunc, Protocol):
    def __call__(
        self,
        grad_output: ArrayLike,
        x: ArrayLike,
        /,
        out: NDArray[Any] | tuple[NDArray[Any]] | None = None,
        *,
        where: ArrayLike = True,
        casting: Literal["no", "equiv", "safe", "same_kind", "unsafe"] = "same_kind",
        order: Literal["K", "A", "C", "F"] = "K",
        dtype: DTypeLike | None = None,
        subok: bool = True,
    ) -> Any: ...
'''


def stubs(catalogue: Catalogue) -> str:
    """Text of the type stubs for `import pyact`."""
    parts = [_STUBS_HEAD.format(banner=_BANNER)]
    for activation in catalogue.values():
        if activation.name in HANDWRITTEN:
            continue
        written = {n: _definition(n, _arguments(activation, n), ": ...") for n in function_names(activation)}
        if is_plain(activation):
            gradients = [*gradient_names(activation), *from_output_names(activation)]
            written |= {n: f"{n}: _Gradient" for n in gradients}
            written[activation.name] = f"{activation.name}: _Activation"
        parts.append("".join(f"{text}\n" for text in written.values()))
    for name, arguments in HANDWRITTEN.items():
        parts.append(f"{_definition(name, f'x: ArrayLike, {arguments}', ': ...')}\n")
        backward = f"grad_output: ArrayLike, x: ArrayLike, {_HANDWRITTEN_BACKWARD[name]}"
        parts.append(f"{_definition(f'{name}_backward', backward, ': ...')}\n")
    return "\n".join(parts)
