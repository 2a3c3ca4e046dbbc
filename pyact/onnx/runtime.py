"""One model in one execution provider of onnxruntime, with NumPy arrays of all four formats in and out.

A session runs where it was asked to, or not at all. onnxruntime quietly moves nodes to the CPU, so its fallback is
disabled, and the place of every node is read back from the session.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from . import devices

Array = npt.NDArray[Any]
Placement = tuple[str, str, str]  # node name, operator, execution provider
_BFLOAT16 = 16  # TensorProto.BFLOAT16

# Our short name -> onnxruntime's.
EXECUTION_PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "webgpu": "WebGpuExecutionProvider",
    "cuda": "CUDAExecutionProvider",
}
PROVIDERS = tuple(EXECUTION_PROVIDERS)
# Where Debian's chromium puts SwiftShader, a Vulkan driver in software; the variable names another place.
SWIFTSHADER = "PYACT_SWIFTSHADER"
_SWIFTSHADER_FILES = (
    "/usr/lib/chromium/vk_swiftshader_icd.json",
    "/usr/lib64/chromium-browser/vk_swiftshader_icd.json",
)


class ProviderError(ValueError):
    """A provider that is unknown or not there; the message says why and what would bring it."""


class ModelError(ValueError):
    """A model that onnxruntime does not load or run; the message is onnxruntime's reason."""


class PlacementError(ModelError):
    """A model that a provider cannot run as a whole; `operators` are those it has no kernel for."""

    def __init__(self, message: str, operators: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.operators = operators


@dataclass(frozen=True)
class Availability:
    """Whether a provider can run a model here: then the text describes it, else it is the reason."""

    provider: str
    present: bool
    text: str
    version: str = ""  # of the package that brings the kernels
    device: str = ""


def provider_name(provider: Any) -> str:
    """One of the known providers, from its short name or onnxruntime's."""
    known = {long.lower(): short for short, long in EXECUTION_PROVIDERS.items()} | {p: p for p in PROVIDERS}
    try:
        return known[provider.lower()]
    except (AttributeError, KeyError):
        raise ProviderError(f"unknown provider {provider!r}; there are {', '.join(PROVIDERS)}") from None


def available_providers() -> dict[str, Availability]:
    """What each known provider would run on, or why it cannot. Each has run a model before it is called present."""
    return {p: availability(p) for p in PROVIDERS}


@cache
def availability(provider: str) -> Availability:
    """Found out once per process."""
    try:
        version, device = _FINDERS[provider]()
        _try_out(provider)
    except (ProviderError, ModelError, devices.NoDevice) as error:
        return Availability(provider, False, str(error))
    return Availability(provider, True, f"{_PACKAGES[provider]} {version}, {device}", version, device)


_PACKAGES = {
    "cpu": "onnxruntime",
    "webgpu": "onnxruntime-ep-webgpu",
    "cuda": "onnxruntime-gpu",
}


def _try_out(provider: str) -> None:
    """A model of one node, computed and compared."""
    from onnx import TensorProto, helper

    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["y"])],
        "trial",
        [info("x", TensorProto.FLOAT, [2])],
        [info("y", TensorProto.FLOAT, [2])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7)
    x = np.array([1.5, -2.0], np.float32)
    (y,) = Session(model, provider=provider, _checked=True)({"x": x})
    if not np.array_equal(y, x + x):
        raise ProviderError(f"{provider} computes [1.5, -2] + [1.5, -2] = {y.tolist()}")


def _first_line(error: BaseException) -> str:
    """onnxruntime's message without its code and the place in its sources, which may be nested."""
    line = str(error).strip().split("\n")[0]
    line = re.sub(r".*\[ONNXRuntimeError\] : \d+ : \w+ : ", "", line)
    return re.sub(r"^/\S+:\d+ .* was false\. ", "", line)


# --- the providers ----------------------------------------------------------------------------------------------------
def _find_cpu() -> tuple[str, str]:
    import onnxruntime

    return onnxruntime.__version__, _processor()


def _processor() -> str:
    import platform

    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _find_webgpu() -> tuple[str, str]:
    """Registers the plugin; a software device is used where there is no other."""
    import importlib.metadata

    found = _webgpu_devices()
    hardware = found[0].device
    try:
        vulkan = devices.vulkan()
    except devices.NoDevice:  # Direct3D or Metal
        device = f"{hardware.vendor or 'vendor'} device {hardware.device_id:#x}"
    else:
        device = str(next((d for d in vulkan if not d.is_software), vulkan[0]))
    return importlib.metadata.version("onnxruntime-ep-webgpu"), device


@cache
def _webgpu_devices() -> list[Any]:
    import onnxruntime

    try:
        import onnxruntime_ep_webgpu as plugin
    except ImportError:
        raise ProviderError(
            "the WebGPU plugin is not installed: pip install onnxruntime-ep-webgpu (beside onnxruntime 1.24.4 or newer)"
        ) from None
    if not hasattr(onnxruntime, "register_execution_provider_library"):
        raise ProviderError(f"onnxruntime {onnxruntime.__version__} takes no plugins; 1.24.4 or newer does")

    def offered() -> list[Any]:
        with _quiet(onnxruntime):
            onnxruntime.register_execution_provider_library("webgpu", plugin.get_library_path())
        return [d for d in onnxruntime.get_ep_devices() if d.ep_name == plugin.get_ep_name()]

    found = offered()
    if any(d.device.type == onnxruntime.OrtHardwareDeviceType.GPU for d in found):
        return found
    _use_software_vulkan()
    if not found:
        onnxruntime.unregister_execution_provider_library("webgpu")
        found = offered()
    if not found:
        raise ProviderError("no WebGPU device: the plugin offers none")
    return found


def _use_software_vulkan() -> None:
    """Let the plugin take a device that is a program, such as SwiftShader."""
    if "VK_DRIVER_FILES" not in os.environ and "VK_ICD_FILENAMES" not in os.environ:
        given = os.environ.get(SWIFTSHADER)
        files = [given] if given else [f for f in _SWIFTSHADER_FILES if Path(f).exists()]
        if not files or not Path(files[0]).exists():
            raise ProviderError(
                "no WebGPU device: there is no GPU, and no SwiftShader to stand in for one "
                f"({given or _SWIFTSHADER_FILES[0]}, from Debian's package chromium)"
            )
        os.environ["VK_DRIVER_FILES"] = files[0]
    try:
        devices.vulkan()
    except devices.NoDevice as error:
        raise ProviderError(f"no WebGPU device: {error}") from None
    os.environ["ORT_WEBGPU_EP_ALLOW_SOFTWARE_ADAPTER"] = "1"


@contextlib.contextmanager
def _quiet(onnxruntime: Any) -> Iterator[None]:
    """No warning that a device is a software one; the report says so itself."""
    onnxruntime.set_default_logger_severity(3)
    try:
        yield
    finally:
        onnxruntime.set_default_logger_severity(2)  # onnxruntime's own default


def _find_cuda() -> tuple[str, str]:
    import onnxruntime

    found = devices.cuda()
    if EXECUTION_PROVIDERS["cuda"] not in onnxruntime.get_available_providers():
        raise ProviderError(
            f"onnxruntime {onnxruntime.__version__} is built without CUDA: install onnxruntime-gpu[cuda,cudnn] in an "
            "environment of its own (it overwrites onnxruntime)"
        )
    if hasattr(onnxruntime, "preload_dlls"):
        with contextlib.redirect_stdout(None):
            onnxruntime.preload_dlls()
    return onnxruntime.__version__, str(found[0])


_FINDERS: Mapping[str, Callable[[], tuple[str, str]]] = {
    "cpu": _find_cpu,
    "webgpu": _find_webgpu,
    "cuda": _find_cuda,
}


# --- sessions ---------------------------------------------------------------------------------------------------------
class Session:
    """A model, loaded once, on one provider with nothing left to another.

    Attributes
    ----------
    placement
        Per node its name, its operator and the execution provider that onnxruntime gave it to. Nodes of functions
        that onnxruntime expands are listed as expanded.
    """

    def __init__(self, model: Any, *, provider: str = "cpu", optimize: bool = False, _checked: bool = False) -> None:
        import onnxruntime

        self.provider = provider_name(provider)
        if not _checked and self.provider != "cpu" and not (found := availability(self.provider)).present:
            raise ProviderError(f"provider {self.provider}: {found.text}")
        self.onnxruntime = onnxruntime
        self.optimize = optimize
        content = model if isinstance(model, bytes) else model.SerializeToString()
        try:
            self.session = self._session(content, fallback=False)
        except Exception as error:  # onnxruntime's errors have no other class in common
            raise self._explained(content, error) from error
        self.placement = self._placement(self.session)
        if elsewhere := self._elsewhere(self.placement):
            raise PlacementError(*elsewhere)
        self.outputs = [o.name for o in self.session.get_outputs()]

    def _session(self, content: bytes, *, fallback: bool) -> Any:
        onnxruntime = self.onnxruntime
        options = onnxruntime.SessionOptions()
        levels = onnxruntime.GraphOptimizationLevel
        options.graph_optimization_level = levels.ORT_ENABLE_ALL if self.optimize else levels.ORT_DISABLE_ALL
        options.intra_op_num_threads = 1
        options.log_severity_level = 4  # errors arrive as exceptions
        options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
        if self.provider == "cpu":
            return onnxruntime.InferenceSession(content, options, providers=[EXECUTION_PROVIDERS["cpu"]])
        if not fallback:
            options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
        if self.provider == "webgpu":
            options.add_provider_for_devices(_webgpu_devices()[:1], {})
            return onnxruntime.InferenceSession(content, options)
        # TF32 concerns matrix products only, but would cost networks 13 bits.
        return onnxruntime.InferenceSession(
            content, options, providers=[(EXECUTION_PROVIDERS[self.provider], {"use_tf32": "0"})]
        )

    @staticmethod
    def _placement(session: Any) -> list[Placement]:
        """Empty if onnxruntime is too old to tell."""
        tell = getattr(session, "get_provider_graph_assignment_info", list)
        return [
            (node.name, node.op_type if not node.domain else f"{node.domain}::{node.op_type}", part.ep_name)
            for part in tell()
            for node in part.get_nodes()
        ]

    def _elsewhere(self, placement: list[Placement]) -> tuple[str, tuple[str, ...]] | None:
        """What to say if some node is not where it should be."""
        wanted = EXECUTION_PROVIDERS[self.provider]
        strays = [p for p in placement if p[2] != wanted]
        if not placement and self.provider != "cpu":  # on the CPU there is nowhere else to run
            return (
                f"onnxruntime does not tell where the nodes of the model run, so that {self.provider} is unproven",
                (),
            )
        if not strays:
            return None
        operators = tuple(sorted({op for _, op, _ in strays}))
        nodes = ", ".join(f"{op} (node {name!r})" for name, op, _ in strays[:5])
        more = f" and {len(strays) - 5} more" if len(strays) > 5 else ""
        return f"{self.provider} has no kernel for {nodes}{more}", operators

    def _explained(self, content: bytes, error: Exception) -> ModelError:
        """With the nodes that would fall back to the CPU, which onnxruntime's own error does not name."""
        if self.provider != "cpu" and "fallback to CPU EP" in str(error):
            with contextlib.suppress(Exception):
                if strays := self._elsewhere(self._placement(self._session(content, fallback=True))):
                    return PlacementError(*strays)
        message = f"{self.provider} cannot load the model: {_first_line(error)}"
        if missing := re.search(r"(?:implementation|kernel) for (\w+)\(", str(error)):
            return PlacementError(message, (missing[1],))
        return ModelError(message)

    def __call__(self, inputs: Mapping[str, Array]) -> list[Array]:
        """All outputs. bfloat16 arrays are those of ml_dtypes, which onnxruntime takes and gives as raw bits only."""
        try:
            return self._run(inputs)
        except Exception as error:  # as in __init__
            raise ModelError(f"{self.provider} cannot run the model: {_first_line(error)}") from error

    def _run(self, inputs: Mapping[str, Array]) -> list[Array]:
        if all(a.dtype.name != "bfloat16" for a in inputs.values()):
            outputs: list[Array] = self.session.run(self.outputs, dict(inputs))
            return outputs
        make = self.onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type
        values = {n: make(np.ascontiguousarray(a).view(np.uint16), _BFLOAT16) for n, a in inputs.items()}
        return [_bfloat16(v) for v in self.session.run_with_ort_values(self.outputs, values)]


def _bfloat16(value: Any) -> Array:
    import ml_dtypes

    shape = tuple(value.shape())
    bits = np.empty(shape, np.uint16)
    if bits.size:
        ctypes.memmove(bits.ctypes.data, value.data_ptr(), bits.nbytes)
    return bits.view(ml_dtypes.bfloat16)
