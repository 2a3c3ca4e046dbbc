"""What torch.onnx.export makes of each activation of torch.nn is read, and the report shows where it is wrong.

The old exporter writes all of them. The new one (dynamo) takes seconds for each, so a few stand for all;
`PYACT_TORCH_EXPORTS=all python -m pytest tests/test_torch_onnx.py` has it write every one.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import io
import logging
import os
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("mpmath")
torch = pytest.importorskip("torch")

from pyact.onnx import validate_model  # noqa: E402

nn = torch.nn
OPSET = 18
NAN_LOST = "formula: 0.0 at nan, not nan"


@dataclass(frozen=True)
class Export:
    """A module, what it is meant to be, and what is wrong with its export: beginnings of what the report says.

    None for an exporter that cannot write it. `legacy_found` is what the old exporter's graph says where that is
    something else than what is meant, `gate` the gated unit it is half of.
    """

    module: Any
    meant: str
    dynamo: tuple[str, ...] | None = ()
    legacy: tuple[str, ...] | None = ()
    legacy_found: str = ""
    gate: str = ""
    dtype: Any = torch.float32


LOG_OF_SIGMOID = ("formula: does not survive rounding, from -", "runtime: Sigmoid is off, from -")
EXPORTS = {
    "ELU": Export(nn.ELU(0.7), "elu(alpha=0.7)"),
    "SELU": Export(nn.SELU(), "selu"),
    "CELU": Export(nn.CELU(0.5), "celu(alpha=0.5)"),
    "LeakyReLU": Export(nn.LeakyReLU(), "leaky_relu(negative_slope=0.01)"),
    "PReLU": Export(nn.PReLU(), "prelu(weight=0.25)"),
    "ReLU": Export(nn.ReLU(), "relu"),
    "ReLU6": Export(nn.ReLU6(), "relu6"),
    "Sigmoid": Export(nn.Sigmoid(), "sigmoid"),
    "Tanh": Export(nn.Tanh(), "tanh"),
    "Softmax": Export(nn.Softmax(-1), "softmax"),
    "Softmax2d": Export(nn.Softmax2d(), "softmax"),
    "LogSoftmax": Export(nn.LogSoftmax(-1), "log_softmax"),
    "Softmin": Export(nn.Softmin(-1), "softmin"),
    "GELU": Export(nn.GELU(), "gelu"),
    "GELU tanh": Export(nn.GELU("tanh"), "gelu_tanh"),
    "SiLU": Export(nn.SiLU(), "silu"),
    "Mish": Export(nn.Mish(), "mish"),
    "Hardswish": Export(nn.Hardswish(), "hardswish"),
    "Hardsigmoid": Export(nn.Hardsigmoid(), "hardsigmoid"),
    "Hardtanh": Export(nn.Hardtanh(-2, 3), "hardtanh(min_val=-2, max_val=3)"),
    "Tanhshrink": Export(nn.Tanhshrink(), "tanhshrink"),
    "Softsign": Export(nn.Softsign(), "softsign"),
    "GLU": Export(nn.GLU(-1), "sigmoid", gate="glu"),
    "Softplus": Export(nn.Softplus(), "softplus(beta=1, threshold=20)"),
    "RReLU": Export(nn.RReLU(), "leaky_relu(negative_slope=0.22916667)", dynamo=None),
    "Threshold": Export(nn.Threshold(0.1, 20.0), "threshold(threshold=0.1, value=20)", legacy=None),
    # what is wrong
    "LogSigmoid": Export(nn.LogSigmoid(), "logsigmoid", LOG_OF_SIGMOID, LOG_OF_SIGMOID),
    "Softplus(2, 5)": Export(
        nn.Softplus(2, 5), "softplus(beta=2, threshold=5)", legacy=("formula: is another function",),
        legacy_found="softplus(beta=2.0, threshold=20.0)",
    ),
    "Hardshrink": Export(nn.Hardshrink(0.25), "hardshrink(lambd=0.25)", legacy=(NAN_LOST,)),
    "Softshrink": Export(nn.Softshrink(0.25), "softshrink(lambd=0.25)", legacy=(NAN_LOST,)),
    "CELU float64": Export(
        nn.CELU(2.0), "celu(alpha=2)", dtype=torch.float64,
        dynamo=("formula: does not survive rounding, being computed in float32",),
        legacy=("formula: does not survive rounding, being computed in float32",),
    ),
}  # fmt: skip
REPRESENTATIVE = ("LogSigmoid", "Softplus(2, 5)", "Hardshrink", "GELU tanh", "CELU float64", "GLU")


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Exporters print, log and warn."""
    logging.disable(logging.WARNING)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


def write(export: Export, path: Path, *, dynamo: bool) -> None:
    x = torch.randn(2, 3, 4, 4, dtype=export.dtype)
    with quiet():
        torch.onnx.export(export.module.eval().to(export.dtype), (x,), path, dynamo=dynamo, opset_version=OPSET)


def check(export: Export, path: Path, wrong: tuple[str, ...], title: str = "") -> None:
    """The graph says what it is; held to what is meant, the report names what is wrong."""
    (found,) = validate_model(path).findings
    parts = validate_model(path, expect=[export.meant]).findings
    assert found.gate == export.gate
    assert found.title == (title or parts[0].title)
    said = parts[0].measured.wrong
    assert [any(s.startswith(w) for s in said) for w in wrong] == [True] * len(wrong), said
    if not wrong:
        assert said == []
        assert parts[0].measured.runtime is not None


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_of_the_old_exporter(name: str, tmp_path: Path) -> None:
    export = EXPORTS[name]
    path = tmp_path / "model.onnx"
    if export.legacy is None:
        with pytest.raises(Exception, match=r"not supported|Unsupported"):
            write(export, path, dynamo=False)
        return
    write(export, path, dynamo=False)
    check(export, path, export.legacy, export.legacy_found)


def without_dynamo() -> str:
    """Why the new exporter cannot be used; "" if it can."""
    if importlib.util.find_spec("onnxscript") is None:
        return "torch.onnx.export(dynamo=True) needs onnxscript, which is not installed: pip install onnxscript"
    version = tuple(int(p) for p in importlib.metadata.version("torch").split("+")[0].split(".")[:2])
    return "" if version >= (2, 9) else f"torch {version[0]}.{version[1]} has an older exporter"


@pytest.mark.skipif(bool(without_dynamo()), reason=without_dynamo())
@pytest.mark.parametrize("name", EXPORTS if os.environ.get("PYACT_TORCH_EXPORTS") == "all" else REPRESENTATIVE)
def test_exports_of_the_new_exporter(name: str, tmp_path: Path) -> None:
    export = EXPORTS[name]
    path = tmp_path / "model.onnx"
    if export.dynamo is None:
        with pytest.raises(Exception, match="Failed to convert"):
            write(export, path, dynamo=True)
        return
    write(export, path, dynamo=True)
    check(export, path, export.dynamo)
