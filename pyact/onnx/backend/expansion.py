"""How large a model is once its functions are expanded, found before anything is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from onnx import FunctionProto, NodeProto

from .errors import BackendError, UnsupportedError

MOST_NODES = 200_000  # that functions may add
DEEPEST_NESTING = 100

FunctionKey = tuple[str, str, str]  # domain, name, overload


def key_of(node: NodeProto) -> FunctionKey:
    """By which the node's function would be known."""
    return without_alias(node.domain), node.op_type, node.overload


def without_alias(domain: str) -> str:
    """The standard's domain has two names."""
    return "" if domain == "ai.onnx" else domain


def title(op_type: str, domain: str) -> str:
    return f"{domain}::{op_type}" if domain else op_type


def check_expansion(nodes: Iterable[NodeProto], functions: Mapping[FunctionKey, FunctionProto]) -> None:
    """Refuse functions that call themselves, nest too deeply or, calling each other twice, grow exponentially."""
    sizes: dict[FunctionKey, int] = {}

    def size(calls: Iterable[NodeProto], callers: tuple[FunctionKey, ...]) -> int:
        return sum(1 if (key := key_of(n)) not in functions else of_function(key, callers) for n in calls)

    def of_function(key: FunctionKey, callers: tuple[FunctionKey, ...]) -> int:
        if key in callers:
            raise BackendError(f"function {title(key[1], key[0])} calls itself, which ONNX does not allow")
        if len(callers) >= DEEPEST_NESTING:
            raise UnsupportedError(f"function {title(key[1], key[0])}: calls are nested deeper than {DEEPEST_NESTING}")
        if key not in sizes:
            sizes[key] = size(functions[key].node, (*callers, key))
        return sizes[key]

    own = list(nodes)
    total = size(own, ())
    if total > len(own) + MOST_NODES:
        raise UnsupportedError(f"with its functions expanded the model has {total} nodes; {MOST_NODES} is the limit")
