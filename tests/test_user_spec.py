"""An activation made up on the spot: one entry, one command, and there is a kernel, a gradient and an ONNX graph."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from codegen import reference, spec
from codegen.ulp import FORMATS, ulp_error
from pyact.build import BuildError, build

WAVES = """
[ripple]
summary = "Identity gated by a shifted sigmoid, with a ripple that no table holds"
parameters = { depth = { default = 0.1, doc = "height of the ripple", learned = true } }
formula = "x * sigmoid(1.3 * x) + depth * sin(64 * x)"

[tanh_exp_gate]
summary = "Identity times tanh of exp, made of what is already there"
formula = "x * tanh(exp(x))"
kernel = "tanhexp(x)"

[sharp_gate]
summary = "a times the sigmoid of sharpness times b"
kind = "gate"
inputs = ["a", "b"]
parameters = { sharpness = { default = 2.0, doc = "slope of the sigmoid", learned = true } }
formula = "a / (1 + exp(-sharpness * b))"
kernel = "a * sigmoid(sharpness * b)"
"""
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("own")
    (folder / "made_up_waves.toml").write_text(WAVES)
    command = [sys.executable, "-m", "pyact", "build", "made_up_waves.toml"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert done.returncode == 0, done.stderr
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("made_up_waves")
    finally:
        sys.path.remove(str(folder))


@pytest.mark.parametrize(("dtype", "bound"), [("float32", 1.0), ("float64", 2.0)])
@pytest.mark.parametrize("name", ["ripple", "tanh_exp_gate"])
def test_value_and_gradient_are_accurate(waves: ModuleType, name: str, dtype: str, bound: float) -> None:
    activation = spec.loads(WAVES, "waves", spec.built_in())[name]
    rng = np.random.default_rng(5)
    x = np.concatenate([rng.normal(0, 3, 150), rng.uniform(-80, 80, 50), rng.normal(0, 1e-3, 20)]).astype(dtype)
    value = getattr(waves, name)(x)
    gradient = getattr(waves, f"{name}_backward")(np.ones_like(x), x)
    assert value.dtype == gradient.dtype == np.dtype(dtype)
    for i in range(x.size):
        values = {"x": float(x[i]), **activation.defaults}
        assert ulp_error(float(value[i]), reference.evaluate(activation.formula, values), FORMATS[dtype]) <= bound
        exact = reference.evaluate(activation.derivatives["x"], values)
        assert ulp_error(float(gradient[i]), exact, FORMATS[dtype]) <= bound, x[i]


def test_a_root_of_the_derivative_is_found(waves: ModuleType) -> None:
    """tanh_exp_gate' crosses zero near -1.0789; next to it the gradient still has its digits."""
    activation = spec.loads(WAVES, "waves", spec.built_in())["tanh_exp_gate"]
    x = np.float64(-1.0788600584646241) * (1 + np.ldexp(1.0, np.arange(-52, -8)))
    gradient = waves.tanh_exp_gate_backward(1.0, x)
    for xi, got in zip(x, gradient, strict=True):
        exact = reference.evaluate(activation.derivatives["x"], {"x": float(xi)})
        assert ulp_error(float(got), exact, FORMATS["float64"]) <= 2, xi


def test_parameters_and_their_gradient(waves: ModuleType) -> None:
    x = np.linspace(-3, 3, 7)
    plain = x / (1 + np.exp(-1.3 * x))
    np.testing.assert_allclose(waves.ripple(x, depth=2.0), plain + 2 * np.sin(64 * x), rtol=1e-14)
    np.testing.assert_allclose(waves.ripple_backward_depth(1.0, x), np.sin(64 * x), rtol=1e-14)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_gate_and_all_its_gradients(waves: ModuleType, dtype: str) -> None:
    x, g = np.linspace(-3, 3, 202, dtype=dtype).reshape(2, 101).T, np.linspace(1, 2, 101, dtype=dtype)[:, None]
    a, b = x[:, :1].astype("f8"), x[:, 1:].astype("f8")
    for given, s in (({}, 2.0), ({"sharpness": 0.5}, 0.5)):
        sigmoid = 1 / (1 + np.exp(-s * b))
        slope = a * sigmoid * (1 - sigmoid)
        close = {"rtol": 1e-6 if dtype == "float32" else 1e-13}
        for array in (x, np.ascontiguousarray(x)):
            np.testing.assert_allclose(waves.sharp_gate(array, **given), a * sigmoid, **close)
            gradient = waves.sharp_gate_backward(g, array, **given)
            np.testing.assert_allclose(gradient, g * np.concatenate([sigmoid, s * slope], 1), **close)
            learned = waves.sharp_gate_backward_sharpness(g, array, **given)
            np.testing.assert_allclose(learned, g * b * slope, **close)


def test_it_exports_to_onnx(tmp_path: Path) -> None:
    ort = pytest.importorskip("onnxruntime")
    import pyact.onnx

    (tmp_path / "waves.toml").write_text(WAVES)
    model = pyact.onnx.export("ripple", spec_file=tmp_path / "waves.toml", dtype="float64")
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    x = np.linspace(-6, 6, 101)
    (y,) = session.run(None, {session.get_inputs()[0].name: x})
    np.testing.assert_allclose(y, x / (1 + np.exp(-1.3 * x)) + 0.1 * np.sin(64 * x), rtol=1e-12, atol=1e-14)


def test_a_wrong_derivative_is_refused_with_the_point(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text('[wrong]\nsummary = "x"\nformula = "x * sigmoid(x)"\nderivative = "sigmoid(x)"\n')
    with pytest.raises(spec.SpecError, match=r"wrong\.toml: \[wrong\] derivative\.x: at x = "):
        build(path)
    assert sorted(tmp_path.iterdir()) == [path]  # nothing half-written


def test_an_unusable_name_or_folder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "my waves.toml"
    path.write_text(WAVES)
    with pytest.raises(spec.SpecError, match="not a name that Python can import"):
        build(path)
    (tmp_path / "precious").mkdir()
    with pytest.raises(BuildError, match="exists and was not made by pyact"):
        build(path, tmp_path / "precious")
    assert list((tmp_path / "precious").iterdir()) == []


def test_a_missing_compiler_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tiny.toml"
    path.write_text('[tiny]\nsummary = "Twice x"\nformula = "2 * x"\n')
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(BuildError, match="no C compiler: 'no-such-compiler'"):
        build(path)
    assert sorted(tmp_path.iterdir()) == [path]


def test_the_generated_c_alone(tmp_path: Path) -> None:
    """`python -m codegen my.toml` writes the C without compiling it."""
    path = tmp_path / "waves.toml"
    path.write_text(WAVES)
    command = [sys.executable, "-m", "codegen", str(path), "--output", str(tmp_path / "c")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    header = (tmp_path / "c" / "pyact.h").read_text()
    assert "int pyact_ripple_f32(const float *x, double depth, float *y, size_t n);" in header
    assert "ripple_backward_depth_wide" in (tmp_path / "c" / "kernels_activations.h").read_text()
