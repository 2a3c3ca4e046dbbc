"""What the backend raises."""

from __future__ import annotations

from onnx.backend.test.runner import BackendIsNotSupposedToImplementIt


class BackendError(ValueError):
    """A model or an input that cannot be run; the message names the node or the input and says what to do."""


class UnsupportedError(BackendError, BackendIsNotSupposedToImplementIt):
    """Valid ONNX that lies outside this backend: an operator, a version, a type or a device that it does not have.

    It is also the exception by which ONNX's test runner knows that a test does not concern a backend.
    """
