"""The float32 catalogue on WebGPU: every node on the device, every result right.

Runs where onnxruntime's plugin and a GPU, or SwiftShader in its place, are present (`make webgpu` installs them). With
PYACT_REQUIRE_WEBGPU in the environment, as in CI, their absence is a failure instead of a skip.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("mpmath")

from pyact import _toolchain
from pyact.onnx import export, report, runtime, validate
from pyact.onnx.validate import Report

spec = _toolchain.module("spec")


@pytest.fixture(scope="module", autouse=True)
def webgpu() -> runtime.Availability:
    """Looked for late, since it leaves threads in the process."""
    found = runtime.availability("webgpu")
    if not found.present:
        (pytest.fail if os.environ.get("PYACT_REQUIRE_WEBGPU") else pytest.skip)(found.text)
    return found


@pytest.mark.parametrize("gradient", [False, True], ids=["values", "gradients"])
def test_the_float32_catalogue(gradient: bool, webgpu: runtime.Availability) -> None:
    result: Report = validate(providers="webgpu", gradient=gradient, optimize="both")
    assert [str(n) for n in result.not_run] == []
    assert {f"{r.name}, {r.optimize}": r.wrong for r in result.different} == {}
    assert result.ok
    catalogue = spec.built_in().values()
    assert len(result.results) == 2 * sum(len(a.inputs) if gradient else 1 for a in catalogue)
    assert all(r.points >= 150 and r.dtype == "float32" and r.provider == "webgpu" for r in result.results)
    # where it ran is what onnxruntime says, not what it was asked
    assert all({place for _, _, place in r.placement} == {"WebGpuExecutionProvider"} for r in result.results)
    assert report.placements(result)[0].endswith(f"on WebGpuExecutionProvider ({webgpu.text})")


@pytest.mark.parametrize("opset", [13, 21])
def test_other_opsets_stay_on_the_device(opset: int) -> None:
    """13 is the oldest; from 22 on the plugin has no Sin, Cos and Atan. sparsemax needs Shape as it is since 15."""
    for activation in spec.built_in().values():
        if (opset, activation.name) != (13, "sparsemax"):
            for gradient in (False, True):
                model = export(activation.name, opset=opset, style="inline", gradient=gradient)
                assert runtime.Session(model, provider="webgpu").placement


def test_a_missing_kernel_is_named_and_nothing_runs_on_the_cpu() -> None:
    model = export("softsign", style="auto")
    assert [n.op_type for n in model.graph.node] == ["Softsign"]
    with pytest.raises(runtime.PlacementError, match=r"webgpu has no kernel for Softsign \(node '\w+'\)") as raised:
        runtime.Session(model, provider="webgpu")
    assert raised.value.operators == ("Softsign",)
    result = validate(["softsign", "relu"], providers="webgpu", style="auto")
    assert (result.ok, len(result.results), [n.operators for n in result.not_run]) == (False, 1, [("Softsign",)])


def test_wrong_results_are_the_providers() -> None:
    class Wrong(runtime.Session):
        def __call__(self, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
            with np.errstate(over="ignore"):
                return [y * np.float32(1 + 1e-5) for y in super().__call__(inputs)]

    result = validate("gelu", providers="webgpu", make_session=Wrong).results[0]
    assert result.blame == ["provider"]
    assert result.wrong[0].startswith("provider webgpu is off by")


def test_a_format_that_webgpu_lacks_is_not_run() -> None:
    result = validate("gelu", dtypes="float64", providers=["cpu", "webgpu"])
    assert [r.provider for r in result.results] == ["cpu"]
    assert [(n.provider, n.dtype) for n in result.not_run] == [("webgpu", "float64")]
    assert "no kernel for" in result.not_run[0].reason
