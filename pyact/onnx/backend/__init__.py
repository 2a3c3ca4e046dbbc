"""An ONNX backend on pyact's kernels: it runs models of activations, and so tells what they should give.

`onnx.backend.base` defines the interface. The backend has every activation operator of the standard at every opset
since the first, the primitives that their function bodies and pyact's exports are made of (`operators()` lists all),
model-local functions, and float16, bfloat16, float32, float64, integers and booleans.

>>> import numpy as np, pyact
>>> model = pyact.onnx.export("gelu", opset=20, shape=("N",))
>>> x = np.array([-8.0, -1.0, 0.0, 2.0], dtype=np.float32)
>>> pyact.onnx.backend.prepare(model).run([x])
Outputs(y=array([-4.9767683e-15, -1.5865526e-01,  0.0000000e+00,  1.9544997e+00],
      dtype=float32))

An operator runs as the version that the model's opset selects. Before opset 13 Softmax takes all dimensions from `axis`
on as one row:

>>> from onnx.helper import make_node
>>> node = make_node("Softmax", ["x"], ["y"])
>>> (y,) = pyact.onnx.backend.run_node(node, [np.zeros((1, 2, 2), np.float32)], opset_version=12)
>>> y.tolist()
[[[0.25, 0.25], [0.25, 0.25]]]
>>> (y,) = pyact.onnx.backend.run_node(node, [np.zeros((1, 2, 2), np.float32)], opset_version=13)
>>> y.tolist()
[[[0.5, 0.5], [0.5, 0.5]]]

A model that cannot be run is refused when it is prepared, by a `BackendError` that names the node; one that is valid,
but lies outside the backend, by an `UnsupportedError`, which ONNX's test runner counts as a skipped test.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

try:
    import onnx
    import onnx.backend.base
    import onnx.checker
    from onnx import ModelProto, NodeProto
except ImportError as error:
    raise ImportError(f"pyact.onnx.backend needs the onnx package ({error}): pip install pyact[onnx]") from None

from . import activations
from .calls import OPERATORS
from .element_types import Array, Dtype, element_type, refuse_external
from .errors import BackendError, UnsupportedError
from .program import NEWEST_OPSET, Input, Program, compile_model

__all__ = [
    "Backend", "BackendError", "BackendRep", "UnsupportedError", "is_compatible", "operators", "prepare", "run_model",
    "run_node", "supports_device",
]  # fmt: skip


class BackendRep(onnx.backend.base.BackendRep):
    """A model that is ready to run, any number of times and from several threads at once."""

    def __init__(self, program: Program) -> None:
        self._program = program
        names = [name for name, _ in program.outputs]
        self._outputs = onnx.backend.base.namedtupledict("Outputs", names)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What `run` takes: name, dtype and shape of each input."""
        return self._program.inputs

    def run(self, inputs: Sequence[Any] | Mapping[str, Any], **kwargs: Any) -> tuple[Any, ...]:
        """Compute the outputs.

        Parameters
        ----------
        inputs
            Arrays in the order of the graph's inputs, without those that have an initializer; or a mapping from names,
            which may replace initializers too. The dtypes must be the model's; any byte order and strides will do.

        Returns
        -------
        tuple
            The outputs, also by name: `outputs["y"]`. They share no memory with inputs or model.

        Raises
        ------
        BackendError
            For inputs of another number, name, dtype or shape than the model's, and where shapes do not fit a node.
        """
        named = self._named(inputs)
        sizes: dict[str, int] = {}
        given = {i.slot: _checked(i, named[i.name], sizes) for i in self._program.inputs if i.name in named}
        return self._outputs(*self._program.run(given))

    def _named(self, inputs: Sequence[Any] | Mapping[str, Any]) -> Mapping[str, Any]:
        required = [i.name for i in self._program.inputs if not i.has_default]
        if isinstance(inputs, Mapping):
            known = [i.name for i in self._program.inputs]
            if unknown := [n for n in inputs if n not in known]:
                raise BackendError(f"there is no input {unknown[0]!r}; the model has {', '.join(known) or 'none'}")
            if missing := [n for n in required if n not in inputs]:
                raise BackendError(f"input {missing[0]!r} is missing; the model needs {', '.join(required)}")
            return inputs
        if not isinstance(inputs, Sequence) or isinstance(inputs, str | bytes):
            raise BackendError(f"inputs must be a list of arrays, such as run([x]), or a mapping; not {type(inputs)}")
        if len(inputs) != len(required):
            names = f" ({', '.join(required)})" if required else ""
            raise BackendError(f"{len(inputs)} inputs are given; the model has {len(required)}{names}")
        return dict(zip(required, inputs, strict=True))


def _checked(wanted: Input, given: Any, sizes: dict[str, int]) -> Array:
    """The array in native byte order; a symbolic dimension must have one size in all inputs, which `sizes` collects."""
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise BackendError(f"input {wanted.name!r} is no array: {error}") from error
    if array.dtype.newbyteorder("=") != wanted.dtype:
        raise BackendError(
            f"input {wanted.name!r} has dtype {array.dtype.name}; the model takes {wanted.dtype.name}: convert it "
            f"with numpy.asarray({wanted.name}, {wanted.dtype.name!r})"
        )
    if wanted.shape is not None:
        _check_shape(wanted, array.shape, sizes)
    return array.astype(wanted.dtype, copy=False)


def _check_shape(wanted: Input, shape: tuple[int, ...], sizes: dict[str, int]) -> None:
    assert wanted.shape is not None
    fits = len(shape) == len(wanted.shape)
    for size, dimension in zip(shape, wanted.shape, strict=False):
        expected = sizes.setdefault(dimension, size) if isinstance(dimension, str) else dimension
        fits = fits and expected in (None, size)
    if not fits:
        shown = ", ".join("?" if d is None else f"{d}={sizes[d]}" if d in sizes else str(d) for d in wanted.shape)
        raise BackendError(f"input {wanted.name!r} has shape {shape}; the model takes ({shown})")


class Backend(onnx.backend.base.Backend):
    """`onnx.backend.base.Backend` on pyact's kernels; the functions of this module are its methods."""

    @classmethod
    def is_compatible(cls, model: Any, device: str = "CPU", **kwargs: Any) -> bool:
        """Whether `prepare` would take the model."""
        try:
            cls.prepare(model, device)
        except BackendError:
            return False
        return True

    @classmethod
    def prepare(cls, model: Any, device: str = "CPU", **kwargs: Any) -> BackendRep:
        """Make a model ready to run.

        Parameters
        ----------
        model
            A ModelProto, the bytes of one, or the path of a file.
        device
            "CPU".
        **kwargs
            Other backends' options are ignored.

        Returns
        -------
        BackendRep
            Its method `run` computes the outputs.

        Raises
        ------
        BackendError
            The model is no valid ONNX; the message names the node.
        UnsupportedError
            It has an operator, a version of one or a type that this backend does not have, or the device is no CPU.
        OSError
            The file cannot be read.
        """
        _check_device(device)
        proto = _loaded(model)
        for tensor in proto.graph.initializer:
            refuse_external(tensor, f"initializer {tensor.name!r}")  # the checker would look for the file
        try:
            onnx.checker.check_model(proto)
        except (onnx.checker.ValidationError, ValueError) as error:
            raise BackendError(f"the model is not valid ONNX: {error}") from error
        return BackendRep(compile_model(proto))

    @classmethod
    def run_model(cls, model: Any, inputs: Any, device: str = "CPU", **kwargs: Any) -> tuple[Any, ...]:
        """`prepare(model).run(inputs)`."""
        return cls.prepare(model, device, **kwargs).run(inputs)

    @classmethod
    def run_node(
        cls,
        node: NodeProto,
        inputs: Any,
        device: str = "CPU",
        outputs_info: Sequence[tuple[Dtype, tuple[int, ...]]] | None = None,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Run one node on arrays, one for each input that is not left out.

        The keyword `opset_version` selects the version of its operator; the default is the newest.
        """
        _check_device(device)
        newest = min(onnx.defs.onnx_opset_version(), NEWEST_OPSET)
        names = [n for n in node.input if n]
        if len(names) != len(inputs):
            raise BackendError(f"{len(inputs)} inputs are given; the node has {len(names)} ({', '.join(names)})")
        arrays = {n: np.asarray(a) for n, a in zip(names, inputs, strict=True)}
        model = _model_of(node, arrays, kwargs.get("opset_version", newest))
        return BackendRep(compile_model(model)).run(arrays)

    @classmethod
    def supports_device(cls, device: str) -> bool:
        """True for "CPU", also with a number: "CPU:0"."""
        return device.partition(":")[0] == "CPU"


def _check_device(device: str) -> None:
    if not Backend.supports_device(device):
        raise UnsupportedError(f"device {device!r} is not supported; pyact's kernels run on the CPU")


def _loaded(model: Any) -> ModelProto:
    if isinstance(model, ModelProto):
        return model
    try:
        if isinstance(model, bytes):
            return onnx.load_model_from_string(model)
        if isinstance(model, str | os.PathLike):
            return onnx.load(model)
    except OSError:
        raise
    except Exception as error:  # protobuf's own, of which onnx makes no secret and no promise
        raise BackendError(f"this is no ONNX model: {error}") from error
    raise BackendError(f"a model is a ModelProto, its bytes or the path of a file, not {type(model).__name__}")


def _model_of(node: NodeProto, arrays: Mapping[str, Array], opset: int) -> ModelProto:
    """A model of one node. It is not checked: the types of its outputs are for the backend to find."""
    helper = onnx.helper
    inputs = [helper.make_tensor_value_info(n, element_type(a.dtype, n), a.shape) for n, a in arrays.items()]
    outputs = [onnx.ValueInfoProto(name=n) for n in node.output if n]
    graph = helper.make_graph([node], "node", inputs, outputs)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid(node.domain, opset)])


def operators() -> dict[str, int]:
    """The operators of the standard that the backend has, with the opset of the oldest version of each."""
    oldest = dict.fromkeys(activations.names_in_spec(), 1) | {n: versions[0].since for n, versions in OPERATORS.items()}
    found: dict[str, int] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        name, version = schema.name, schema.since_version
        if not schema.domain and oldest.get(name, version + 1) <= version:
            found[name] = min(version, found.get(name, version))
    return dict(sorted(found.items()))


is_compatible = Backend.is_compatible
prepare = Backend.prepare
run_model = Backend.run_model
run_node = Backend.run_node
supports_device = Backend.supports_device
