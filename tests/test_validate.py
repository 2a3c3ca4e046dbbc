"""`validate` finds what is wrong, passes what is right, and cannot pass without having compared something."""

from __future__ import annotations

import io
import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
mpmath = pytest.importorskip("mpmath")

from pyact import _toolchain  # noqa: E402
from pyact.__main__ import main  # noqa: E402
from pyact.onnx import (  # noqa: E402
    ExportError,
    ValidationError,
    deviations,
    devices,
    export,
    oracle,
    points,
    report,
    runtime,
    validate,
)  # fmt: skip
from pyact.onnx.export import newest_opset  # noqa: E402

V = sys.modules["pyact.onnx.validate"]
spec = _toolchain.module("spec")
ulp = _toolchain.module("ulp")
lower_onnx = _toolchain.module("lower_onnx")


# --- inputs and errors ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", points.LAYOUTS)
def test_inputs_reach_every_binade_and_the_thresholds(dtype: str) -> None:
    x = points.scalars(dtype, 100, [0.3, 1.0], seed=1)
    precision, smallest, largest = oracle.FORMATS[dtype]
    values = x[np.isfinite(x.astype(np.float64))].astype(np.float64)
    exponents = {int(e) for e in np.frexp(values[values != 0])[1] - 1}
    assert exponents >= set(range(smallest, largest + 1))
    assert min(exponents) == smallest - precision + 1  # the smallest subnormal number
    one = np.array(1, x.dtype)
    assert {1.0, float(np.nextafter(one, one * 2)), float(np.nextafter(one, one * 0)), -1.0} <= set(values.tolist())
    special = x[-5:].astype(np.float64)
    assert math.isnan(special[-1])
    assert [math.copysign(1, z) for z in special[special == 0]] == [-1, 1]
    again = points.scalars(dtype, 100, [0.3, 1.0], seed=1)
    assert x.tobytes() == again.tobytes()


@pytest.mark.parametrize("dtype", points.LAYOUTS)
def test_errors_in_ulp_are_those_of_the_scalar_definition(dtype: str) -> None:
    form = ulp.FORMATS[dtype]
    generator = np.random.default_rng(3)
    exact = np.concatenate([
        generator.normal(0, 10, 200), np.ldexp(generator.uniform(1, 2, 100), generator.integers(-160, 140, 100)),
        [0.0, 1.0, -1.0, 65519.0, 65520.0, -7e4, 2.0**-150, 3.4028235677973366e38, 1e308, math.inf, -math.inf],
    ])  # fmt: skip
    with np.errstate(all="ignore"):
        results = points.rounded(exact * (1 + generator.normal(0, 1e-3, exact.size)), dtype).astype(np.float64)
        results = np.where(generator.uniform(size=exact.size) < 0.1, math.inf, results)
    tail = exact * 1e-18
    tail[~np.isfinite(exact)] = 0
    got = oracle.ulp_errors(results, exact, tail, dtype)
    for error, result, head, rest in zip(got, results, exact, tail, strict=True):
        with mpmath.mp.workdps(60):
            wanted = ulp.ulp_error(float(result), mpmath.mpf(float(head)) + float(rest), form)
        assert error == pytest.approx(wanted, rel=1e-9), (result, head)


def test_nan_is_an_infinite_error_on_one_side_only() -> None:
    nan, one, zero = np.array([math.nan]), np.array([1.0]), np.zeros(1)
    assert oracle.ulp_errors(nan, one, zero, "float32")[0] == math.inf
    assert oracle.ulp_errors(one, nan, zero, "float32")[0] == math.inf
    assert oracle.ulp_errors(nan, nan, zero, "float32")[0] == 0
    assert oracle.scaled_errors(nan, one, zero, "float64")[0] == math.inf


def test_the_oracle_survives_exponentials_of_exponentials() -> None:
    task = oracle.Task("loglog", None, (), ((-1e38,), (1e38,), (0.0,)))
    assert oracle.solve(task) == [(0.0, 0.0), (1.0, 0.0), (math.exp(-1), pytest.approx(0, abs=1e-16))]


# --- right and wrong --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("gradient", [False, True], ids=["values", "gradients"])
def test_every_float32_model_is_the_same_function(gradient: bool) -> None:
    result = validate(dtypes="float32", gradient=gradient)
    assert {r.name: r.wrong for r in result.different} == {}
    assert result.ok
    assert len(result.results) >= len(spec.built_in())
    assert all(r.points >= 150 for r in result.results)
    assert all({place for _, _, place in r.placement} == {"CPUExecutionProvider"} for r in result.results)
    assert report.notes(result) == []  # nothing that is known to be wrong has been repaired


@pytest.mark.parametrize("dtype", ["float64", "float16", "bfloat16"])
@pytest.mark.parametrize("style", ["auto", "inline"])
def test_the_other_formats(dtype: str, style: str) -> None:
    names = ("gelu", "mish", "elu", "arctan", "hardswish", "softplus", "swiglu", "softmax", "sparsemax", "logsumexp")
    for gradient in (False, True):
        result = validate(names, dtypes=dtype, style=style, gradient=gradient, opset=newest_opset(), optimize="both")
        assert {r.name: r.wrong for r in result.different} == {}
        assert len(result.results) == 2 * len({r.name for r in result.results}) >= 2 * len(names)


def wrong_model(name: str, **options: Any) -> Any:
    """gelu in place of silu: off by 0.2."""
    return export("gelu" if name == "silu" else name, **options)


def test_a_wrong_model_is_found() -> None:
    result = validate(["silu", "relu"], dtypes=["float32", "bfloat16"], make_model=wrong_model)
    assert not result.ok
    assert [r.ok for r in result.results] == [False, False, True, True]
    assert result.results[0].verdict.startswith("model is off by")
    assert [r.blame for r in result.results] == [["model"], ["model"], [], []]


def test_a_slightly_wrong_model_is_found() -> None:
    def doctored(name: str, **options: Any) -> Any:
        model = export(name, style="inline", **{k: v for k, v in options.items() if k != "style"})
        for constant in model.graph.initializer:
            if constant.name == "one":
                array = onnx.numpy_helper.to_array(constant) * (1 + 2.0**-17)
                constant.CopyFrom(onnx.numpy_helper.from_array(array.astype(np.float32), "one"))
        return model

    result = validate("sigmoid", dtypes="float32", make_model=doctored, optimize="both")
    assert [r.blame for r in result.results] == [["model"], ["model"]]


def test_wrong_special_values_are_found() -> None:
    def without_nan(name: str, **options: Any) -> Any:
        model = export(name, **{**options, "style": "inline"})
        where = next(n for n in model.graph.node if n.op_type == "Where" and n.output[0] == "y")
        where.input[2] = where.input[1]  # NaN is now what the comparison makes of it
        return model

    result = validate("hardshrink", dtypes="float32", make_model=without_nan)
    assert result.results[0].wrong == ["model gives 0.0 at nan, not nan"]


def test_a_wrong_kernel_is_found() -> None:
    def two_ulp_off(case: Any, inputs: Any) -> Any:
        y = V.native_kernel(case, inputs)
        return np.nextafter(np.nextafter(y, np.array(np.inf, y.dtype)), np.array(np.inf, y.dtype))

    result = validate("tanh", dtypes="float32", kernel=two_ulp_off).results[0]
    assert [w[:16] for w in result.wrong] == ["kernel is off by"]
    assert result.blame == ["kernel"]
    assert result.kernel.rounded < 0.1 < 0.4 < result.runtime.rounded < 1

    def zero_for_nan(case: Any, inputs: Any) -> Any:
        return np.nan_to_num(V.native_kernel(case, inputs), nan=0.0, posinf=np.inf, neginf=-np.inf)

    assert validate("tanh", dtypes="float32", kernel=zero_for_nan).results[0].wrong == [
        "kernel gives 0.0 at nan, not nan"
    ]

    def loses_the_sign_of_zero(case: Any, inputs: Any) -> Any:
        return V.native_kernel(case, inputs) + 0.0

    assert validate("tanh", dtypes="float32", kernel=loses_the_sign_of_zero).results[0].wrong == [
        "kernel gives 0.0 at -0.0, not -0.0"
    ]


class Doctored(runtime.Session):
    """A provider that is wrong: by 1e-4 between -99 and -1, and about NaN."""

    def __call__(self, inputs: Any) -> Any:
        x = inputs["x"]
        return [
            np.where(np.isnan(x), 0, np.where((x < -1) & (x > -99), y + np.float32(1e-4), y)).astype(y.dtype)
            for y in super().__call__(inputs)
        ]


def test_a_wrong_provider_is_found() -> None:
    result = validate("silu", dtypes="float32", make_session=Doctored).results[0]
    assert result.blame == ["provider"]
    assert [w[:26] for w in result.wrong] == ["provider cpu is off by 0.0", "provider cpu gives 0.0 at "]
    assert result.difference is not None
    assert result.difference.scaled == pytest.approx(1e-4, rel=0.01)
    assert result.runtime.scaled_at < -1


def test_a_wrong_optimizer_is_found() -> None:
    def only_optimized(model: Any, *, provider: str, optimize: bool) -> Any:
        return (Doctored if optimize else runtime.Session)(model, provider=provider, optimize=optimize)

    plain, optimized = validate("silu", dtypes="float32", optimize="both", make_session=only_optimized).results
    assert (plain.ok, plain.optimize, optimized.optimize) == (True, False, True)
    assert optimized.blame == ["provider"]
    assert optimized.wrong[0].startswith("provider cpu's optimizer is off by")


def test_wrong_exact_values_are_suspected(monkeypatch: pytest.MonkeyPatch) -> None:
    solve = oracle.solve
    monkeypatch.setattr(oracle, "solve", lambda task: [(h + 1e-3, t) for h, t in solve(task)])
    result = validate("tanh", dtypes="float32").results[0]
    assert result.blame == ["definition"]
    assert (
        result.wrong[-1]
        == "kernel and provider agree with each other: suspect the exact values, or the form both are made from"
    )


def test_everyone_can_be_wrong_at_once() -> None:
    def ten_percent(case: Any, inputs: Any) -> Any:
        with np.errstate(over="ignore"):
            return V.native_kernel(case, inputs) * np.float32(1.1)

    result = validate("silu", dtypes="float32", make_model=wrong_model, kernel=ten_percent).results[0]
    assert result.blame == ["model", "kernel"]


# --- providers --------------------------------------------------------------------------------------------------------
def test_no_device_is_a_skip_and_no_pass(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    real = runtime.availability
    absent = runtime.Availability("cuda", False, "no CUDA device: the driver finds none")

    def availability(provider: str) -> runtime.Availability:
        return real(provider) if provider == "cpu" else replace(absent, provider=provider)

    monkeypatch.setattr(runtime, "availability", availability)
    monkeypatch.setattr(V, "availability", availability)
    every = validate("relu", dtypes="float32", providers="all")
    assert every.ok
    assert report.summary(every).endswith("; skipped: no CUDA device: the driver finds none" * 2)
    assert not validate("relu", dtypes="float32", providers=["cpu", "cuda"]).ok
    assert not validate("relu", providers="cuda").ok

    arguments = ["validate", "relu", "--dtype", "float32", "--workers", "1", "--provider"]
    for provider, status, verdict in (
        ("all", 0, "all the same functions: 1 cases"),
        ("cpu,cuda", 2, "INCOMPLETE, what was compared is the same: 1 cases"),
        ("cuda", 2, "NOTHING COMPARED; skipped: no CUDA device: the driver finds none"),
    ):
        assert main([*arguments, provider]) == status
        assert capsys.readouterr().out.splitlines()[-1].startswith(verdict)
    with pytest.raises(runtime.ProviderError, match="provider cuda: no CUDA device"):
        runtime.Session(export("relu"), provider="cuda")


def test_a_model_that_a_provider_does_not_take_is_no_pass(capsys: pytest.CaptureFixture[str]) -> None:
    def celu(name: str, **options: Any) -> Any:
        """onnxruntime has no Elu of float64."""
        model = export("relu", **options)
        model.graph.node[0].op_type = "Elu"
        return model

    result = validate(["elu"], dtypes=["float64"], opset=20, make_model=celu)
    assert not result.ok
    assert not result.different
    assert [(n.name, n.operators) for n in result.not_run] == [("elu", ("Elu",))]
    assert report.summary(result) == "NOTHING COMPARED, 1 NOT RUN"
    assert report.notes(result)[0].startswith("NOT RUN on cpu: elu float64 (opset 20, auto): cpu cannot load the model")


def test_where_the_nodes_ran_is_read_back() -> None:
    model = export("mish", style="inline")
    for optimize in (False, True):
        session = runtime.Session(model, optimize=optimize)
        assert {place for _, _, place in session.placement} == {"CPUExecutionProvider"}
    nodes = [(n.name, n.op_type) for n in model.graph.node]
    assert sorted((name, op) for name, op, _ in runtime.Session(model).placement) == sorted(nodes)


def test_a_place_that_is_not_told_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with an onnxruntime that is too old: then only the CPU, which has no alternative, is certain."""
    import onnxruntime

    base = onnxruntime.InferenceSession.__base__
    monkeypatch.delattr(base, "get_provider_graph_assignment_info")
    session = runtime.Session(export("relu"))
    assert session.placement == []
    session.provider = "cuda"
    message = session._elsewhere(session.placement)
    assert message is not None
    assert "so that cuda is unproven" in message[0]
    assert session._elsewhere([("y", "Relu", "CPUExecutionProvider")]) == (
        "cuda has no kernel for Relu (node 'y')", ("Relu",),
    )  # fmt: skip


def test_models_that_are_none_are_refused() -> None:
    with pytest.raises(runtime.ModelError, match="cpu cannot load the model"):
        runtime.Session(b"not a model")
    session = runtime.Session(export("relu"))
    with pytest.raises(runtime.ModelError, match=r"cpu cannot run the model: .*Unexpected input data type"):
        session({"x": np.zeros(3)})


class FakeCuda:
    """A CUDA driver with so many devices."""

    def __init__(self, count: int, status: int = 0) -> None:
        self.count, self.status = count, status

    def cuInit(self, flags: int) -> int:
        return self.status

    def cuDeviceGetCount(self, count: Any) -> int:
        count._obj.value = self.count
        return 0

    def cuDriverGetVersion(self, version: Any) -> int:
        version._obj.value = 13020
        return 0

    def cuDeviceGet(self, device: Any, ordinal: int) -> int:
        return 0

    def cuDeviceGetName(self, name: Any, size: int, device: Any) -> int:
        name.value = b"Fake GPU"
        return 0


def test_cuda_is_asked_of_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    for driver, reason in ((FakeCuda(0), "the driver finds none"), (FakeCuda(0, 100), "the driver gives error 100")):
        monkeypatch.setattr(devices, "_library", lambda *_, d=driver: d)
        with pytest.raises(devices.NoDevice, match=f"no CUDA device: {reason}"):
            devices.cuda()
    monkeypatch.setattr(devices, "_library", lambda *_: FakeCuda(2))
    assert [str(d) for d in devices.cuda()] == ["Fake GPU, driver for CUDA 13.2"] * 2
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(runtime.ProviderError, match="is built without CUDA: install onnxruntime-gpu"):
        runtime._FINDERS["cuda"]()


def test_the_providers_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["providers", "cpu"]) == 0
    assert capsys.readouterr().out.startswith("cpu     present  onnxruntime ")
    main(["providers"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["cpu", "webgpu", "cuda"]
    assert main(["providers", "tpu"]) == 2
    assert "unknown provider 'tpu'; there are cpu, webgpu, cuda" in capsys.readouterr().err


# --- known deviations of the runtime ----------------------------------------------------------------------------------
def test_known_deviations_are_reported_and_do_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments: dict[str, Any] = {"dtypes": "float32", "opset": 20}
    result = validate("gelu", **arguments)
    assert result.ok
    assert result.results[0].verdict == "same (known: Gelu is off by 1.7e+07 ULP; Gelu(-inf) is nan)"
    monkeypatch.setattr(V, "load_deviations", list)
    unknown = validate("gelu", **arguments).results[0]
    assert unknown.wrong == ["model gives nan at -inf, not -0.0"]  # in every implementation of the operator
    assert unknown.blame == ["model"]


def test_deviations_that_are_gone_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    special = {"operator": "Relu", "provider": "cpu", "inputs": ["inf"], "gives": ["nan"], "reason": "none"}
    bound = {"operator": "Relu", "provider": "cpu", "cases": ["relu"], "dtype": "float32", "reason": "none"}
    for entry in (special, {**bound, "error": 1e-3}, {**bound, "ulp": 1e6}):
        monkeypatch.setattr(V, "load_deviations", lambda e=entry: [deviations.entry(e)])
        result = validate("relu", dtypes="float32")
        assert result.ok
        assert report.notes(result) == ["note: a known deviation no longer happens: relu float32 on cpu: Relu"]


def test_a_deviation_that_is_worse_than_its_bound_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    bound = {"operator": "Tanh", "provider": "cpu", "cases": ["tanh"], "dtype": "float32", "reason": "none"}
    nan = {"operator": "Tanh", "provider": "cpu", "inputs": "nan", "gives": "0.0", "reason": "none"}

    def verdict(**changes: Any) -> str:
        listed = [deviations.entry(nan), deviations.entry({**bound, **changes})]
        monkeypatch.setattr(V, "load_deviations", lambda: listed)
        return validate("tanh", dtypes="float32", make_session=Doctored).results[0].verdict

    assert verdict(error=2e-4) == "same (known: Tanh is off by 0.0001; Tanh(nan) is 0.0)"
    assert "Tanh is off by 0.0001 at -" in verdict(error=5e-5)
    assert verdict(error=5e-5).endswith("more than the known 5e-05")
    assert "more than the known 1e+02" in verdict(ulp=100.0)
    # outside of its range, for other cases, providers and versions an entry explains nothing
    for changes in ({"above": 5.0}, {"upto": 2.0}, {"cases": ["gelu"]}, {"provider": "cuda"}, {"before": "1.2"},
                    {"since": "99.0.1"}, {"operator": "Relu"}):  # fmt: skip
        assert verdict(error=2e-4, **changes).startswith("provider cpu is off by 0.0001"), changes
    assert verdict(error=2e-4, above=1.0, since="1.20").startswith("same (known: Tanh is off by 0.0001 above |x| = 1;")


def test_the_list_of_deviations_is_well_formed() -> None:
    catalogue = spec.built_in()
    for entry in V.load_deviations():
        assert onnx.defs.has(entry.operator)
        assert entry.provider in runtime.PROVIDERS
        assert entry.reason
        assert set(entry.inputs) <= {"-inf", "-0.0", "0.0", "inf", "nan"}
        assert all(isinstance(float(g), float) for g in entry.gives)
        assert all(case.partition("_backward")[0] in catalogue for case in entry.cases)
    relu = {"operator": "Relu", "provider": "cpu", "reason": "none"}
    for wrong, message in (
        ({**relu, "bound": 1}, "no field 'bound'"),
        ({"operator": "Relu"}, "needs operator, provider and reason"),
        (relu, "either inputs and gives, or cases"),
        ({**relu, "inputs": "nan", "gives": "0", "cases": "relu", "dtype": "float32", "error": 1.0}, "either inputs"),
    ):
        with pytest.raises(deviations.DeviationError, match=message):
            deviations.entry(wrong)


# --- never vacuous ----------------------------------------------------------------------------------------------------
def test_nothing_to_validate_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="nothing to validate"):
        validate([])
    with pytest.raises(ValidationError, match="nothing to validate"):
        validate("relu", dtypes=[])
    monkeypatch.setattr(points, "scalars", lambda dtype, *_: points.rounded(np.array([math.inf, math.nan]), dtype))
    with pytest.raises(ValidationError, match="no exact values to compare with"):
        validate("relu", dtypes="float32")


def test_an_empty_report_is_not_ok() -> None:
    assert not V.Report([], 18, "auto", False, "onnxruntime", 0.0).ok


# --- the command ------------------------------------------------------------------------------------------------------
def test_command_reports_and_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "report.json"
    assert main(["validate", "relu", "swish", "--dtype", "float32,float16", "--json", str(path)]) == 0
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert lines[0].split()[:2] == ["activation", "dtype"]
    assert [line.split()[:2] for line in lines[1:5]] == [
        [n, d] for n in ("relu", "swish") for d in ("float32", "float16")
    ]
    assert "all the same functions: 4 cases" in lines[-1]
    data = json.loads(path.read_text())
    assert data["ok"] is True
    assert data["results"][0]["points"] > 1000
    assert [node[1:] for node in data["results"][0]["placement"]] == [["Relu", "CPUExecutionProvider"]]
    assert (data["results"][0]["provider"], data["results"][0]["optimize"]) == ("cpu", False)
    assert data["versions"]["cpu"].startswith("onnxruntime ")
    assert [p.name for p in tmp_path.iterdir()] == ["report.json"]


def test_command_writes_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.html"
    arguments = ["validate", "relu", "--dtype", "float32", "--workers", "1", "--html", str(path)]
    pages = ModuleType("pyact.onnx.html")
    pages.page = lambda report: f"{len(report.results)} {report.results[0].curve is not None}"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyact.onnx.html", pages)
    assert main(arguments) == 0
    assert path.read_text() == "1 True"
    monkeypatch.setitem(sys.modules, "pyact.onnx.html", None)
    capsys.readouterr()
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err[:37]) == ("", "pyact validate: --html cannot be had:")


def test_command_with_workers_gives_the_same_report(tmp_path: Path) -> None:
    reports = []
    for workers in ("1", "2"):
        assert (
            main(["validate", "silu", "--dtype", "float32", "--workers", workers, "--json", str(tmp_path / workers)])
            == 0
        )
        reports.append(json.loads((tmp_path / workers).read_text())["results"])
    assert reports[0] == reports[1]


def test_command_fails_for_a_wrong_graph(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    right = lower_onnx._FUNCTIONS["sigmoid"]

    def wrong(graph: Any, u: Any, name: str, **given: Any) -> Any:
        return right(graph, graph.mul(u, graph.number(1.0001), "scaled"), name, **given)

    monkeypatch.setitem(lower_onnx._FUNCTIONS, "sigmoid", wrong)
    arguments = ["validate", "sigmoid", "relu", "--style", "inline", "--dtype", "float32", "--workers", "1"]
    assert main(arguments) == 1
    out = capsys.readouterr().out
    assert "DIFFERENT: model is off by" in out
    assert out.splitlines()[-1].startswith("1 DIFFERENT")
    monkeypatch.undo()
    assert main(arguments) == 0


def test_command_gradients(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "bilinear", "relu", "--gradient", "--dtype", "float32", "--workers", "1"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[1:4]] == [
        "bilinear_backward_a", "bilinear_backward_b", "relu_backward",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["geluu"], "did you mean 'gelu'"),
        (["gelu", "--opset", "12"], "opset 12 is not supported"),
        (["gelu", "--dtype", "int8"], "dtype 'int8' is not supported"),
        (["gelu", "--style", "fast"], "unknown style 'fast'"),
        (["gelu", "--opset", "18,new"], "--opset takes numbers such as 18 or 18,21"),
        (["gelu", "--provider", "tensorrt"], "unknown provider 'tensorrt'; there are cpu, webgpu, cuda"),
        (["gelu", "--style", "op"], "opset 20 is the first that has the operator Gelu, not 18"),
        (["relu", "--dtype", "float16", "--json", "/nonexistent/report.json"], "cannot write the file"),
    ],
)
def test_command_errors(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", *arguments, "--workers", "1"]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("missing", ["onnx", "onnxruntime", "mpmath"])
def test_command_names_the_extra_for_a_missing_package(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    assert main(["validate", "relu", "--workers", "1"]) == 2
    assert "pip install pyact[validate]" in capsys.readouterr().err


def test_unknown_names_are_refused_before_any_work() -> None:
    with pytest.raises(ExportError, match="did you mean 'relu"):
        validate(["relu", "relu_"])


def test_progress_bar_only_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        bar = report.ProgressBar(stream)
        bar(1, 4, "gelu float32")
        bar(4, 4, "")
    assert "1/4 gelu float32" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")
    assert file.getvalue() == ""
