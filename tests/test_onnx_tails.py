"""Float32 graphs of torch.nn's activations are right to 8 ULP wherever the result is normal, tails included."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnxruntime")
mpmath = pytest.importorskip("mpmath")

from codegen import onnx_forms, spec  # noqa: E402
from codegen.compiled_reference import Reference  # noqa: E402
from codegen.kernels import kernels_of  # noqa: E402
from codegen.reference import evaluate  # noqa: E402
from codegen.ulp import ulp_errors  # noqa: E402
from pyact.onnx import export  # noqa: E402
from pyact.onnx.runtime import Session  # noqa: E402
from tests import onnx_tails  # noqa: E402


@pytest.fixture(scope="module")
def measured() -> dict[str, onnx_tails.Worst]:
    return {w.name: w for w in onnx_tails.measure(onnx_tails.names(), 60_000)}


def test_every_activation_of_torch_is_measured(measured: dict[str, onnx_tails.Worst]) -> None:
    assert len(measured) == 29
    assert all(w.points > 20_000 for w in measured.values())


@pytest.mark.parametrize("name", onnx_tails.names())
def test_float32_graphs_keep_their_tails(name: str, measured: dict[str, onnx_tails.Worst]) -> None:
    granted = onnx_tails.exceptions().get(name)
    worst = measured[name]
    assert worst.ulp <= (onnx_tails.BOUND if granted is None else granted["ulp"]), worst
    if granted is not None:
        assert granted["reason"]
        assert worst.ulp > onnx_tails.BOUND, f"{name} needs no entry in {onnx_tails.EXCEPTIONS.name} any more"


GRADIENT_BOUND = 12.0  # 10.9 was measured, of gaussian


@pytest.mark.parametrize("name", ["gelu", "silu", "sigmoid", "tanh", "gaussian"])
def test_gradients_keep_their_tails(name: str) -> None:
    """Away from roots, where two terms cancel."""
    x = np.concatenate([np.linspace(-90, -2, 3001), np.linspace(-14, -2, 3001), np.linspace(0, 90, 3001)])
    x = x.astype(np.float32)
    kernel = next(k for k in kernels_of(spec.built_in()[name]) if k.name == f"{name}_backward")
    head, tail = Reference([kernel], "quad")(kernel, [np.ones(x.size), x.astype(np.float64)])
    (got,) = Session(export(name, style="inline", gradient=True))({"grad_output": np.ones_like(x), "x": x})
    counts = np.abs(head) >= onnx_tails.SMALLEST_NORMAL
    assert counts.sum() > 1000
    assert ulp_errors(got, head, tail, onnx_tails.FORM)[counts].max() <= GRADIENT_BOUND


def test_exceptions_are_of_known_activations() -> None:
    assert set(onnx_tails.exceptions()) <= set(onnx_tails.names())


@pytest.mark.parametrize("name", onnx_forms.forms())
def test_forms_are_the_kernels_in_exact_arithmetic(name: str) -> None:
    """To 2**-32: the forms are for float32, and a series may end."""
    activation = spec.built_in()[name]
    form = onnx_forms.with_form(activation).kernel
    assert form is not activation.kernel
    generator = random.Random(5)
    near: list[float] = [0.5, 2.0, 12.0, 40.0, 1e-30, 2.0**-126, 100.0]
    points = [*near, *(generator.uniform(0, 15) for _ in range(60)), *(generator.uniform(0, 110) for _ in range(20))]
    for x in (s * p for p in points for s in (1, -1)):
        exact, got = evaluate(activation.kernel, {"x": x}), evaluate(form, {"x": x})
        if abs(exact) >= onnx_tails.SMALLEST_NORMAL:
            assert abs(got / exact - 1) < 2.0**-32, (x, got, exact)


def test_forms_are_for_float32_only() -> None:
    def nodes(**options: Any) -> int:
        return len(export("gelu_tanh", style="inline", **options).graph.node)

    assert nodes(dtype="float16") - 2 == nodes(dtype="float64") < nodes(dtype="float32")
