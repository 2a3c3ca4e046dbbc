"""`pyact.activations`: what there is to know about each activation; `pyact.get`: the function of a name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from . import _derived, _functions
from ._catalogue import ALIASES, ENTRIES


class ParameterInfo(NamedTuple):
    """A parameter of an activation. A `learned` one has a gradient, `<activation>_backward_<parameter>`."""

    name: str
    default: float
    doc: str
    learned: bool


class ActivationInfo:
    """One activation: its definition, where it comes from, and how accurate its kernels were measured to be.

    name, kind ("elementwise", "gate" or "row"), family, summary, notes, source
        Text.
    inputs
        Names of the inputs: ("x",), or the two of a gate.
    parameters
        A tuple of `ParameterInfo`: name, default, doc, learned.
    formula
        The definition.
    derivative
        A mapping from each input or learned parameter to the formula of the derivative; for a row activation, of the
        vector-Jacobian product with grad_output.
    aliases
        Other names that `pyact.get` knows.
    torch, onnx
        The class in torch.nn, and the ONNX operator with its first opset, that mean the same; or None.
    accuracy, errors
        Largest measured error by kernel and dtype, {"gelu": {"float32": {"ulp": 0.51, "x": -0.75}}, ...}, and the same
        as text; empty where it was not measured. For float16 and bfloat16 "ulp" counts inputs rounded wrongly.
    function, backward
        The functions themselves.
    """

    __slots__ = (
        "accuracy", "aliases", "derivative", "errors", "family", "formula", "inputs", "kind", "name", "notes", "onnx",
        "parameters", "source", "summary", "torch",
    )  # fmt: skip
    name: str
    kind: str
    family: str
    summary: str
    inputs: tuple[str, ...]
    parameters: tuple[ParameterInfo, ...]
    formula: str
    derivative: Mapping[str, str]
    aliases: tuple[str, ...]
    torch: str | None
    onnx: tuple[str, int] | None
    source: str
    notes: str
    accuracy: Mapping[str, Mapping[str, Mapping[str, float]]]
    errors: Mapping[str, str]

    def __init__(self, entry: Mapping[str, Any]) -> None:
        for field in self.__slots__:
            object.__setattr__(self, field, entry[field])
        object.__setattr__(self, "parameters", tuple(ParameterInfo(*p) for p in entry["parameters"]))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("what pyact knows about an activation cannot be changed")

    @property
    def function(self) -> Callable[..., Any]:
        return _function(self.name)

    @property
    def backward(self) -> Callable[..., Any]:
        return _function(f"{self.name}_backward")

    def __repr__(self) -> str:
        parameters = ", ".join(f"{p.name}={p.default}{' (learned)' if p.learned else ''}" for p in self.parameters)
        onnx = f"{self.onnx[0]} (since opset {self.onnx[1]})" if self.onnx else ""
        rows = [
            ("kind", f"{self.kind}, family {self.family}"),
            ("formula", self.formula),
            *((f"d / d {n}" if self.kind != "row" else "backward", text) for n, text in self.derivative.items()),
            ("parameters", parameters),
            ("aliases", ", ".join(self.aliases)),
            ("torch", f"torch.nn.{self.torch}" if self.torch else ""),
            ("onnx", onnx),
            *((f"{kernel} error", text) for kernel, text in self.errors.items()),
            ("source", self.source),
            ("notes", self.notes),
        ]
        width = max(len(label) for label, text in rows if text) + 2
        lines = [f"{self.name}: {self.summary}"]
        for label, text in rows:
            if text:
                lines.append(f"  {label:<{width}}" + text.strip().replace("\n", "\n" + " " * (width + 2)))
        return "\n".join(lines)


def _function(name: str) -> Callable[..., Any]:
    module = _functions if hasattr(_functions, name) else _derived
    function: Callable[..., Any] = getattr(module, name)
    return function


class Activations(Mapping[str, ActivationInfo]):
    """Every activation by name, in the order of the catalogue; an alias finds its activation, too."""

    def __init__(self) -> None:
        self._by_name = {entry["name"]: ActivationInfo(entry) for entry in ENTRIES}

    def __getitem__(self, name: str) -> ActivationInfo:
        try:
            return self._by_name[ALIASES.get(name, name)]
        except KeyError:
            raise KeyError(_unknown(name)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._by_name or name in ALIASES

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"<{len(self)} activations: {', '.join(self)}>"


def _unknown(name: object) -> str:
    known = [*_NAMES, *ALIASES]
    close = difflib.get_close_matches(str(name).lower(), known, n=3)
    near = dict.fromkeys(n if n not in ALIASES or ALIASES[n] not in close else ALIASES[n] for n in close)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "list(pyact.activations) names all there are"
    return f"unknown activation {name!r}; {hint}"


def get(name: str) -> Callable[..., Any]:
    """The function of an activation, by its name or an alias.

    Parameters
    ----------
    name : str
        A name in `pyact.activations`, or one of its aliases.

    Returns
    -------
    callable
        The very function: `pyact.get("gelu") is pyact.gelu`.

    Raises
    ------
    ValueError
        There is no such activation; the message names the nearest ones.

    Examples
    --------
    >>> import pyact
    >>> pyact.get("gelu") is pyact.gelu
    True
    >>> pyact.get("sigmiod")
    Traceback (most recent call last):
        ...
    ValueError: unknown activation 'sigmiod'; did you mean 'sigmoid' or 'logsigmoid'?
    """
    canonical = ALIASES.get(name, name) if isinstance(name, str) else name
    if canonical not in _NAMES:
        raise ValueError(_unknown(name))
    return _function(canonical)


activations = Activations()
_NAMES = frozenset(activations)
