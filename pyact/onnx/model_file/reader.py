"""A model file from anywhere, read with nothing believed: every claim in it is checked before it is acted upon.

Nothing is executed and no library but protobuf sees the file. No tensor is allocated on the word of its dimensions, and
no file but the model, and data beside it, is opened.
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import numpy.typing as npt

from ..export import import_onnx

Array = npt.NDArray[Any]

LARGEST_FILE = 2**31 - 1  # what protobuf can hold in one message
LARGEST_CONSTANT = 65_536  # elements; larger tensors are weights, whose values are never needed
MAX_NESTING = 16  # graphs within graphs
MAX_CALLS = 64  # functions that call functions
MAX_GRAPHS = 2_000  # in If, Loop and Scan nodes
MAX_NODES = 200_000  # after functions have been expanded
_NAME_LENGTH = 80


class ModelFileError(ValueError):
    """A file that is no sound ONNX model; the message says what is wrong with it."""


def shown(name: str) -> str:
    """A name out of a file, safe on a terminal and of bounded length."""
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in name[: _NAME_LENGTH + 1])
    return text if len(text) <= _NAME_LENGTH else text[: _NAME_LENGTH - 3] + "..."


@dataclass
class Model:
    """A model whose form has been checked, and the folder its external data may lie in."""

    proto: Any
    folder: Path | None
    functions: Mapping[tuple[str, str], Any] = field(default_factory=dict)

    def constant(self, tensor: Any) -> Array | None:
        """The values of a small tensor; None if it is large, not numeric, or kept outside a model in memory."""
        onnx = import_onnx()
        if not _is_numeric(tensor) or _size(tensor) > LARGEST_CONSTANT:
            return None
        if tensor.data_location == onnx.TensorProto.EXTERNAL:
            if self.folder is None:
                return None
            inner = onnx.TensorProto(name=tensor.name, data_type=tensor.data_type, dims=tensor.dims)
            inner.raw_data = _external_bytes(tensor, self.folder)
            tensor = inner
        try:
            values: Array = onnx.numpy_helper.to_array(tensor)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            raise ModelFileError(f"tensor {shown(tensor.name)!r} cannot be read: {error}") from None
        return None if values.dtype.kind == "c" else values


def read(given: Any) -> Model:
    """A model from a path, or from a ModelProto, with its form checked."""
    onnx = import_onnx()
    if isinstance(given, onnx.ModelProto):
        proto, folder = given, None
    else:
        proto, folder = _parse(_content(given)), Path(given).parent
    model = Model(proto, folder)
    _check_header(proto)
    _check_text(proto)
    model.functions = _functions(proto)
    _check_calls(proto, model.functions)
    for graph, outer, title in graphs(proto):
        _check_graph(graph, outer, title)
    for function in model.functions.values():
        _check_function(function)
    for tensor in _tensors(proto):
        _check_tensor(tensor, folder)
    return model


# --- the file ---------------------------------------------------------------------------------------------------------
def _content(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a regular file of a size that can be a model."""
    try:
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            raise ModelFileError(f"{path}: is a directory, not a model file")
        if not stat.S_ISREG(status.st_mode):
            raise ModelFileError(f"{path}: is not a regular file")
        if status.st_size == 0:
            raise ModelFileError(f"{path}: is empty")
        if status.st_size > LARGEST_FILE:
            raise ModelFileError(f"{path}: has {status.st_size:,} bytes; a model has at most {LARGEST_FILE:,}")
        with open(path, "rb") as file:
            return file.read(status.st_size)
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        if isinstance(error, ModelFileError):
            raise
        raise ModelFileError(f"{shown(str(path))}: cannot be read: {error}") from None


def _parse(content: bytes) -> Any:
    onnx = import_onnx()
    try:
        return onnx.ModelProto.FromString(content)
    except Exception as error:  # protobuf's DecodeError, whose module has no types
        if type(error).__name__ not in ("DecodeError", "RecursionError"):
            raise
        raise ModelFileError("not an ONNX model: the file is damaged, cut short, or of another kind") from None


def _check_header(proto: Any) -> None:
    if proto.ir_version <= 0 or not proto.HasField("graph") or not proto.opset_import:
        missing = [
            name
            for name, there in (
                ("IR version", proto.ir_version > 0),
                ("graph", proto.HasField("graph")),
                ("opset", bool(proto.opset_import)),
            )
            if not there
        ]
        raise ModelFileError(f"not an ONNX model, or cut short: it has no {' and no '.join(missing)}")


def _check_text(proto: Any) -> None:
    """protobuf gives bytes where text is no UTF-8."""

    def named(*values: Any) -> Iterator[Any]:
        return (v.name for some in values for v in some)

    def texts() -> Iterator[Any]:
        yield from (o.domain for o in proto.opset_import)
        for function in proto.functions:
            yield from (function.name, function.domain, *function.input, *function.output, *function.attribute)
            yield from (o.domain for o in function.opset_import)
        for graph, _, _ in graphs(proto):
            yield from named([graph], graph.input, graph.output, graph.value_info)
        for tensor in _tensors(proto):
            yield from (tensor.name, *(t for e in tensor.external_data for t in (e.key, e.value)))
        for nodes in (proto.graph.node, *(f.node for f in proto.functions)):
            for node in _all_nodes(nodes):
                yield from (node.name, node.op_type, node.domain, *node.input, *node.output)
                yield from (t for a in node.attribute for t in (a.name, a.ref_attr_name))

    if not all(isinstance(text, str) for text in texts()):
        raise ModelFileError("not an ONNX model, or damaged: it holds names that are not text")


# --- graphs -----------------------------------------------------------------------------------------------------------
def subgraphs(node: Any) -> Iterator[Any]:
    """Graphs in the attributes of a node, such as the branches of an If."""
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def graphs(proto: Any) -> Iterator[tuple[Any, frozenset[str], str]]:
    """Every graph outside functions, the names it can see of graphs around it, and what to call it."""
    stack: list[tuple[Any, frozenset[str], str, int]] = [(proto.graph, frozenset(), "", 0)]
    count = 0
    while stack:
        graph, outer, title, depth = stack.pop()
        count += 1
        if count > MAX_GRAPHS:
            raise ModelFileError(f"the model has more than {MAX_GRAPHS:,} graphs inside nodes")
        if depth > MAX_NESTING:
            raise ModelFileError(f"graphs are nested more than {MAX_NESTING} deep")
        yield graph, outer, title
        inner = [(n, g) for n in graph.node for g in subgraphs(n)]
        if inner:
            visible = outer | defined(graph)
            stack += [(g, visible, f"{title}{label(n)} / ", depth + 1) for n, g in reversed(inner)]


def defined(graph: Any) -> frozenset[str]:
    """Names of all values of a graph."""
    names = {i.name for i in graph.input} | {i.name for i in graph.initializer}
    names |= {i.values.name for i in graph.sparse_initializer}
    return frozenset(names | {o for n in graph.node for o in n.output if o})


def label(node: Any) -> str:
    """What to call a node: its name, else its operator and output."""
    if not isinstance(node.name, str) or not isinstance(node.op_type, str):
        return "?"
    return shown(node.name or f"{node.op_type}({next(iter(node.output), '')})")


def _check_graph(graph: Any, outer: frozenset[str], title: str) -> None:
    made: dict[str, str] = {}
    where = f" in {title.removesuffix(' / ')}" if title else ""
    inputs = [i.name for i in graph.input]
    constants = [t.name for t in graph.initializer] + [t.values.name for t in graph.sparse_initializer]
    for names, kind in ((inputs, "input"), (constants, "initializer")):
        for name in names:
            if made.get(name) in (kind, "node"):
                raise ModelFileError(f"value {shown(name)!r}{where} is defined twice")
            made[name] = kind
    _check_nodes(graph.node, made, outer, where)
    for output in graph.output:
        if output.name not in made and output.name not in outer:
            raise ModelFileError(f"output {shown(output.name)!r}{where} is produced by no node")


def _check_function(function: Any) -> None:
    made = dict.fromkeys(function.input, "input")
    if len(made) != len(function.input):
        raise ModelFileError(f"function {shown(function.name)!r} has two inputs of one name")
    where = f" in function {shown(function.name)!r}"
    _check_nodes(function.node, made, frozenset(), where)
    for output in function.output:
        if output not in made:
            raise ModelFileError(f"output {shown(output)!r}{where} is produced by no node")


def _check_nodes(nodes: Any, made: dict[str, str], outer: frozenset[str], where: str) -> None:
    for node in nodes:
        if not node.op_type:
            raise ModelFileError(f"node {label(node)}{where} has no operator")
        for name in node.output:
            if name and name in made:
                raise ModelFileError(f"value {shown(name)!r}{where} is defined twice")
            if name:
                made[name] = "node"
    for node in nodes:
        for name in node.input:
            if name and name not in made and name not in outer:
                raise ModelFileError(f"node {label(node)}{where} reads {shown(name)!r}, which nothing produces")
    in_order(nodes, where)


def in_order(nodes: Any, where: str = "") -> list[Any]:
    """The nodes, each after those it reads from."""
    maker = {name: i for i, node in enumerate(nodes) for name in node.output if name}
    waiting = [0] * len(nodes)
    readers: dict[int, list[int]] = {}
    for i, node in enumerate(nodes):
        for before in {maker[n] for n in _reads(node) if n in maker}:
            readers.setdefault(before, []).append(i)
            waiting[i] += 1
    ready = [i for i, count in enumerate(waiting) if count == 0]
    order = []
    for i in ready:
        order.append(nodes[i])
        for reader in readers.get(i, ()):
            waiting[reader] -= 1
            if waiting[reader] == 0:
                ready.append(reader)
    if len(order) < len(nodes):
        stuck = ", ".join(label(n) for n, count in zip(nodes, waiting, strict=True) if count)
        raise ModelFileError(f"the graph{where} has a cycle through {shown(stuck)}")
    return order


def _reads(node: Any) -> set[str]:
    """Inputs, and what graphs inside the node may take from around them."""
    names = set(node.input)
    stack = list(subgraphs(node))
    while stack:
        graph = stack.pop()
        names |= {o.name for o in graph.output}
        for inner in graph.node:
            names |= set(inner.input)
            stack.extend(subgraphs(inner))
    return names


# --- functions --------------------------------------------------------------------------------------------------------
def key_of(node: Any) -> tuple[str, str]:
    """Domain and operator; the default domain has two names."""
    return ("" if node.domain == "ai.onnx" else node.domain, node.op_type)


def _functions(proto: Any) -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for function in proto.functions:
        key = ("" if function.domain == "ai.onnx" else function.domain, function.name)
        if key in found:
            raise ModelFileError(f"function {shown(function.name)!r} is defined twice")
        found[key] = function
    return found


def _all_nodes(nodes: Any) -> Iterator[Any]:
    """Nodes and those of graphs inside them."""
    stack = [(nodes, 0)]
    while stack:
        some, depth = stack.pop()
        if depth > MAX_NESTING:
            raise ModelFileError(f"graphs are nested more than {MAX_NESTING} deep")
        for node in some:
            yield node
            stack += [(g.node, depth + 1) for g in subgraphs(node)]


def _check_calls(proto: Any, functions: Mapping[tuple[str, str], Any]) -> None:
    """No function reaches itself, and expanding all of them gives a graph of bounded size."""
    measured: dict[tuple[str, str], tuple[int, int]] = {}  # nodes, and functions on top of each other

    def measure(nodes: Any, path: tuple[tuple[str, str], ...]) -> tuple[int, int]:
        total, height = 0, 0
        for node in _all_nodes(nodes):
            key = key_of(node)
            if key not in functions:
                total += 1
                continue
            if key in path:
                raise ModelFileError(f"function {shown(node.op_type)!r} calls itself")
            if len(path) < MAX_CALLS and key not in measured:
                measured[key] = measure(functions[key].node, (*path, key))
            size, below = measured.get(key, (0, MAX_CALLS))
            total, height = total + size, max(height, below + 1)
            if height > MAX_CALLS:
                raise ModelFileError(f"functions call each other more than {MAX_CALLS} deep")
            if total > MAX_NODES:
                raise ModelFileError(f"the model has more than {MAX_NODES:,} nodes once its functions are expanded")
        return total, height

    for key, function in functions.items():
        if key not in measured:
            measured[key] = measure(function.node, (key,))
    measure(proto.graph.node, ())


# --- tensors ----------------------------------------------------------------------------------------------------------
def _tensors(proto: Any) -> Iterator[Any]:
    everything = [proto.graph.node, *(f.node for f in proto.functions)]
    for graph, _, _ in graphs(proto):
        yield from graph.initializer
        for sparse in graph.sparse_initializer:
            yield from (sparse.values, sparse.indices)
    for nodes in everything:
        for node in _all_nodes(nodes):
            for attribute in node.attribute:
                if attribute.HasField("t"):
                    yield attribute.t
                yield from attribute.tensors


def _size(tensor: Any) -> int:
    return math.prod(tensor.dims)


def _is_numeric(tensor: Any) -> bool:
    onnx = import_onnx()
    try:
        onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
    except (KeyError, TypeError, ValueError):
        return False
    return bool(tensor.data_type != onnx.TensorProto.STRING)


def _bits(tensor: Any) -> int:
    """Of one element; the packed 2- and 4-bit types are told by their names."""
    onnx = import_onnx()
    name = onnx.TensorProto.DataType.Name(tensor.data_type)
    for small in (2, 4):
        if name in (f"INT{small}", f"UINT{small}", f"FLOAT{small}E2M1"):
            return small
    return int(onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize) * 8


def _check_tensor(tensor: Any, folder: Path | None) -> None:
    """The dimensions are what the data fills; external data lies in the folder of the model."""
    onnx = import_onnx()
    name = shown(tensor.name)
    if any(d < 0 for d in tensor.dims):
        raise ModelFileError(f"tensor {name!r} has a negative dimension: {list(tensor.dims)}")
    if len(tensor.dims) > 64:
        raise ModelFileError(f"tensor {name!r} has {len(tensor.dims)} dimensions")
    if tensor.data_location == onnx.TensorProto.EXTERNAL:
        _external_path(tensor, folder)
        return
    if not _is_numeric(tensor):
        return
    claimed, bits = _size(tensor), _bits(tensor)
    wanted = (claimed * bits + 7) // 8
    if tensor.HasField("raw_data"):
        held: int = len(tensor.raw_data)
        fits = held == wanted
        what = f"{held:,} bytes"
    else:
        fields = ("float_data", "int32_data", "int64_data", "double_data", "uint64_data")
        count = sum(len(getattr(tensor, f)) for f in fields)
        parts = 2 if tensor.data_type in (onnx.TensorProto.COMPLEX64, onnx.TensorProto.COMPLEX128) else 1
        fits = count == (claimed * bits + 7) // 8 if bits < 8 else count == claimed * parts
        what = f"{count:,} numbers"
    if not fits:
        raise ModelFileError(f"tensor {name!r} claims {claimed:,} elements ({wanted:,} bytes), but holds {what}")


def _entries(tensor: Any) -> dict[str, str]:
    return {e.key: e.value for e in tensor.external_data}


def _external_path(tensor: Any, folder: Path | None) -> Path | None:
    """Where the data of a tensor lies: a plain path that stays in the model's folder, links included."""
    location = _entries(tensor).get("location", "")
    what = f"tensor {shown(tensor.name)!r} has its data in {shown(location)!r}"
    if not location or "\0" in location:
        raise ModelFileError(f"{what}, which is no file name")
    for kind in (PurePosixPath(location), PureWindowsPath(location)):
        if kind.is_absolute() or kind.drive or ".." in kind.parts:
            raise ModelFileError(f"{what}, outside the folder of the model")
    if folder is None:
        return None
    base = Path(os.path.realpath(folder))
    try:
        real = Path(os.path.realpath(base / location))
        inside = real.is_relative_to(base)
        status = real.stat() if inside and real.exists() else None
    except (OSError, ValueError):
        raise ModelFileError(f"{what}, which cannot be opened") from None
    if not inside:
        raise ModelFileError(f"{what}, a link that leads outside the folder of the model")
    if status is not None and not stat.S_ISREG(status.st_mode):
        raise ModelFileError(f"{what}, which is not a regular file")
    return real


def _external_bytes(tensor: Any, folder: Path) -> bytes:
    """The data of a small tensor. Its size comes from the dimensions, which are known to be small."""
    path = _external_path(tensor, folder)
    assert path is not None
    name, entries = shown(tensor.name), _entries(tensor)
    wanted = (_size(tensor) * _bits(tensor) + 7) // 8
    try:
        offset, length = int(entries.get("offset", "0")), int(entries.get("length", wanted))
    except ValueError:
        raise ModelFileError(f"tensor {name!r} has an offset or a length that is no number") from None
    if length != wanted:
        raise ModelFileError(f"tensor {name!r} claims {wanted:,} bytes, but {length:,} in its external data")
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            content = file.read(wanted)
    except (OSError, ValueError, OverflowError) as error:
        raise ModelFileError(f"tensor {name!r}: {shown(path.name)} cannot be read: {error}") from None
    if len(content) != wanted:
        raise ModelFileError(f"tensor {name!r}: {shown(path.name)} ends before its data")
    return content
