"""Model-local functions: bodies from the toolchain as FunctionProtos, one for all calls that share a body."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyact import _toolchain

onnx_body = _toolchain.module("onnx_body")

DOMAIN = "pyact"
_FIRST_IR_VERSION_WITH_METADATA = 10  # of functions


def make_node(onnx: Any, node: Any) -> Any:
    """The node as a NodeProto: an attribute may be a reference, and an array becomes a tensor."""
    plain: dict[str, Any] = {}
    references = []
    for name, value in node.attributes.items():
        if isinstance(value, onnx_body.AttributeReference):
            kind = onnx.AttributeProto.AttributeType.Value(value.kind)
            references.append(onnx.AttributeProto(name=name, ref_attr_name=value.name, type=kind))
        else:
            plain[name] = onnx.numpy_helper.from_array(value) if isinstance(value, np.ndarray) else value
    proto = onnx.helper.make_node(
        node.op, list(node.inputs), list(node.outputs), name=node.name, domain=node.domain or None, **plain
    )
    proto.attribute.extend(references)
    return proto


class Functions:
    """The functions of one model."""

    def __init__(self, onnx: Any, opset: int) -> None:
        self.onnx, self.opset = onnx, opset
        self.made: dict[str, Any] = {}

    def add(self, name: str, body: Any, documentation: str) -> str:
        """The name of the function with this body: `name`, numbered if another body has it."""
        candidate, number = name, 2
        while True:
            function = self._proto(candidate, body, documentation)
            known = self.made.setdefault(candidate, function)
            if known == function:
                return candidate
            candidate, number = f"{name}_{number}", number + 1

    def _proto(self, name: str, body: Any, documentation: str) -> Any:
        helper = self.onnx.helper
        constants = [
            helper.make_node("Constant", [], [n], name=n, value=self.onnx.numpy_helper.from_array(a, n))
            for n, a in body.constants.items()
        ]
        return helper.make_function(
            DOMAIN,
            name,
            list(body.inputs),
            list(body.outputs),
            [*constants, *(make_node(self.onnx, n) for n in body.nodes)],
            [helper.make_opsetid("", self.opset)],
            attributes=list(body.attributes),
            doc_string=documentation,
        )

    def protos(self, ir_version: int) -> list[Any]:
        """All of them; with metadata where the IR version has it."""
        if ir_version >= _FIRST_IR_VERSION_WITH_METADATA:
            for function in self.made.values():
                formula = function.doc_string.partition("\n")[0]
                entry = self.onnx.StringStringEntryProto(key="pyact.function", value=formula)
                function.metadata_props.append(entry)
        return list(self.made.values())
