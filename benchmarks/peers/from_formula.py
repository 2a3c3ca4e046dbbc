"""An activation that a library lacks, as its user writes it: the catalogue's formula in the library's own functions.

The stable form, and the derivative as it stands in the catalogue, with the default parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from codegen import spec
from codegen.expr import Expr, postorder

from .base import Unsupported

CATALOGUE = spec.built_in()
# Operations of formulas whose name in NumPy and jax.numpy is another one.
NAMES = {
    "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "min": "minimum", "max": "maximum",
    "lt": "less", "le": "less_equal", "eq": "equal", "and": "logical_and", "or": "logical_or", "atan": "arctan",
}  # fmt: skip
SYMBOLS = {"inf": float("inf")}


@dataclass(frozen=True)
class Library:
    module: Any  # numpy or jax.numpy
    more: Mapping[str, Callable[..., Any]]  # operations that the module lacks: sigmoid, softplus, erf ...

    def operation(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] | None = self.more.get(name) or getattr(self.module, NAMES.get(name, name), None)
        if function is None:
            raise Unsupported("no such function")
        return function

    def constant(self, value: Any) -> float:
        """A Python float, so that the arrays keep their type."""
        if isinstance(value, str):
            return SYMBOLS[value] if value in SYMBOLS else float(getattr(self.module, value, value))
        return float(value)

    def function(self, root: Expr, names: tuple[str, ...]) -> Callable[..., Any]:
        """Of arrays for these names."""
        order = list(postorder(root))
        operations = {n.op: self.operation(n.op) for n in order if n.op not in ("const", "var", "pow", "near_root")}

        def run(*arrays: Any) -> Any:
            known = dict(zip(names, arrays, strict=True))
            values: dict[Expr, Any] = {}
            for node in order:
                arguments = [values[a] for a in node.args]
                if node.op == "const":
                    values[node] = self.constant(node.value)
                elif node.op == "var":
                    values[node] = known[node.value]
                elif node.op == "pow":
                    values[node] = arguments[0] ** float(node.value)
                elif node.op == "near_root":  # a note to the compiler of kernels; the value is that of the argument
                    values[node] = arguments[0]
                else:
                    values[node] = operations[node.op](*arguments)
            return values[root]

        return run


def inputs_of(library: Library, name: str, x: Any) -> list[Any]:
    """The array, or the two halves of a gate's, and the parameters."""
    activation = CATALOGUE[name]
    half = x.shape[-1] // 2
    arrays = [x] if activation.kind == "elementwise" else [x[..., :half], x[..., half:]]
    return [*arrays, *(p.default for p in activation.parameters)]


def names_of(name: str) -> tuple[str, ...]:
    if name not in CATALOGUE or CATALOGUE[name].kind == "row":
        raise Unsupported("no such function")
    activation = CATALOGUE[name]
    return (*activation.inputs, *(p.name for p in activation.parameters))


def value(library: Library, name: str) -> Callable[[Any], Any]:
    names = names_of(name)
    function = library.function(CATALOGUE[name].kernel, names)
    return lambda x: function(*inputs_of(library, name, x))


def gradient(library: Library, name: str) -> Callable[[Any, Any], Any]:
    """Of (grad, x)."""
    names = names_of(name)
    functions = [library.function(CATALOGUE[name].derivatives[i], names) for i in CATALOGUE[name].inputs]

    def run(g: Any, x: Any) -> Any:
        inputs = inputs_of(library, name, x)
        parts = [g * function(*inputs) for function in functions]
        return parts[0] if len(parts) == 1 else library.module.concatenate(parts, axis=-1)

    return run
