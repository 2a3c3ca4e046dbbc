"""`validate`: are pyact's kernels, and the models `export` writes, the functions they claim to be?

For each activation and format the exported model runs in onnxruntime, on one provider or several, on bit patterns from
every binade, and so does pyact's kernel. Both are compared with the definition, evaluated in high precision, and with
each other; what is wrong is put down to the kernel, the provider or the model.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pyact import _toolchain

from . import curves, runtime
from .cases import Case, Inputs, case_inputs, native_kernel
from .comparison import TOLERANCE, Error
from .deviations import Deviation
from .deviations import load as load_deviations
from .exact import Pool
from .export import DEFAULT_OPSET, DTYPES, ExportError, dtype_name, export, import_onnx
from .judge import FINITE_ONLY, Judge, Kernel, Subject
from .results import NotRun, Report, Result, Setting, ValidationError
from .runtime import ModelError, PlacementError, Session, availability, provider_name

if TYPE_CHECKING:
    from codegen.spec import Activation

spec = _toolchain.module("spec")

__all__ = ["TOLERANCE", "Case", "Error", "NotRun", "Report", "Result", "ValidationError", "native_kernel", "validate"]

OPTIMIZE = {"off": (False,), "on": (True,), "both": (False, True)}
ALL_PROVIDERS = "all"
_DTYPES_OF = {"cpu": DTYPES, "cuda": DTYPES, "webgpu": ("float32",)}


def validate(
    names: Iterable[str] | str | None = None,
    *,
    dtypes: Iterable[Any] | str | None = None,
    opset: int | Iterable[int] = DEFAULT_OPSET,
    style: str | Iterable[str] | None = None,
    gradient: bool = False,
    providers: str | Iterable[str] = "cpu",
    optimize: str = "off",
    workers: int = 1,
    error_curves: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
    kernel: Kernel | None = None,
    make_model: Callable[..., Any] = export,
    make_session: Callable[..., Any] = Session,
) -> Report:
    """Compare exported models in onnxruntime, and pyact's kernels, with the exact values and with each other.

    Parameters
    ----------
    names
        Activations, by name or alias; all of them by default.
    dtypes
        Formats, of "float32", "float64", "float16" and "bfloat16". By default all that the provider computes: on
        WebGPU float32 only.
    opset, style
        As in `export`, one or several. The default style is "auto" on the CPU and "inline" elsewhere, where many
        standard operators have no kernel.
    gradient
        Validate the gradients instead of the values.
    providers
        Of "cpu", "webgpu" and "cuda", one or several, or "all": those that are present, with the others named in
        `report.skipped`. One that is asked for by name has to be present for the report to be ok.
    optimize
        onnxruntime's graph optimizations: "off", "on" or "both".
    workers
        Processes that compute exact values. More than one needs a main module that can be imported again.
    error_curves
        Also measure the error along x, `Result.curve`, for the plots of `html.page`.
    progress
        Called with the cases done, the number of cases, and the name of the next one.
    kernel, make_model, make_session
        What is validated, instead of pyact's own kernels, `export` and `runtime.Session`.

    Returns
    -------
    Report
        `report.ok` tells whether everything that was asked for was compared and is the same function;
        `report.results` has one entry per case, provider, opset, style and optimization.

    Raises
    ------
    ImportError
        If onnx, onnxruntime or mpmath is missing.
    ExportError, ProviderError, ValidationError
        For an unknown name, opset, dtype, style or provider, and if there is nothing to validate.
    """
    onnxruntime = _require()
    started = time.monotonic()
    present, skipped, missing = _providers(providers)
    settings = _settings(present, optimize, opset, style)
    plan = _plan(_activations(names), dtypes, gradient, settings if present else [])
    if not plan and present:
        raise ValidationError("nothing to validate: no activation and dtype were selected")
    trial = _Trial(kernel or native_kernel, make_model, make_session, load_deviations(), error_curves)
    trial.may_leave_out = names is None
    with Pool(workers) as submit:
        pending = [(case, inputs, submit(case, inputs), chosen) for case, inputs, chosen in plan]
        total = sum(len(chosen) for *_, chosen in plan)
        done = 0
        for case, inputs, answers, chosen in pending:
            subject = Subject(case, inputs, answers(), trial.kernel)
            for setting in chosen:
                if progress is not None:
                    progress(done, total, f"{case.name} {case.dtype} {setting.provider}")
                trial.run(subject, setting)
                done += 1
    if progress is not None:
        progress(done, total, "")
    return Report(
        trial.results,
        _one_or_listed([s.opset for s in settings]),
        _styles_shown(settings),
        gradient,
        f"onnxruntime {onnxruntime.__version__}",
        time.monotonic() - started,
        {p: availability(p).text for p in present},
        skipped,
        missing,
        trial.not_run,
        sorted(trial.left_out),
    )


def _require() -> Any:
    """onnxruntime, after a look for everything that a validation needs."""
    import_onnx()
    try:
        import mpmath  # noqa: F401
        import onnxruntime
    except ImportError as error:
        raise ImportError(f"validation needs {error.name}: pip install pyact[validate]") from None
    return onnxruntime


# --- what to validate -------------------------------------------------------------------------------------------------
def _activations(names: Iterable[str] | str | None) -> list[Activation]:
    catalogue = spec.built_in()
    if names is None:
        return list(catalogue.values())
    found: dict[str, Activation] = {}
    for name in [names] if isinstance(names, str) else names:
        try:
            activation = catalogue[name]
        except KeyError as error:
            raise ExportError(error.args[0]) from None
        found[activation.name] = activation
    return list(found.values())


def _providers(asked: str | Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """The providers to run, those that are not there with the reason, and those of them that were named."""
    listed = [asked] if isinstance(asked, str) else list(asked)
    every = ALL_PROVIDERS in listed
    named = list(dict.fromkeys(provider_name(p) for p in listed if p != ALL_PROVIDERS))
    wanted = list(runtime.PROVIDERS) if every else named
    if not wanted:
        raise ValidationError("nothing to validate: no provider was selected")
    absent = {p: f"skipped: {availability(p).text}" for p in wanted if not availability(p).present}
    return [p for p in wanted if p not in absent], list(absent.values()), [t for p, t in absent.items() if p in named]


def _settings(
    providers: Sequence[str], optimize: str, opset: int | Iterable[int], style: str | Iterable[str] | None
) -> list[Setting]:
    if optimize not in OPTIMIZE:
        raise ValidationError(f"optimize must be one of {', '.join(OPTIMIZE)}, not {optimize!r}")
    opsets = list(dict.fromkeys(opset if isinstance(opset, Iterable) and not isinstance(opset, str) else [opset]))
    styles = None if style is None else list(dict.fromkeys([style] if isinstance(style, str) else style))
    if not opsets or styles == []:
        raise ValidationError("nothing to validate: no opset or no style was selected")
    return [
        Setting(p, optimized, o, s)
        for p in providers
        for o in opsets
        for s in (styles or [default_style(p)])
        for optimized in OPTIMIZE[optimize]
    ]


def default_style(provider: str) -> str:
    """Standard operators on the CPU; primitives elsewhere, since many operators have no kernel there."""
    return "auto" if provider == "cpu" else "inline"


def _plan(
    activations: Sequence[Activation],
    dtypes: Iterable[Any] | str | None,
    gradient: bool,
    settings: Sequence[Setting],
) -> list[tuple[Case, Inputs, list[Setting]]]:
    """Each case with the settings it is run in, and its inputs."""
    asked = None
    if dtypes is not None:
        asked = [dtype_name(d) for d in ([dtypes] if isinstance(dtypes, str) else dtypes)]
    plan = []
    for activation in activations:
        for dtype in dict.fromkeys(DTYPES if asked is None else asked):
            chosen = [s for s in settings if asked is not None or dtype in _DTYPES_OF[s.provider]]
            for output in activation.inputs if gradient else (None,):
                if chosen:
                    case = Case(activation, dtype, output)
                    plan.append((case, case_inputs(case), chosen))
    return plan


def _one_or_listed(numbers: Iterable[int]) -> int | str:
    unique = list(dict.fromkeys(numbers))
    return unique[0] if len(unique) == 1 else ", ".join(map(str, unique))


def _styles_shown(settings: Sequence[Setting]) -> str:
    """The styles; where the default differs between providers, with them."""
    by_provider: dict[str, dict[str, None]] = {}
    for s in settings:
        by_provider.setdefault(s.provider, {})[s.style] = None
    shown = {p: ", ".join(styles) for p, styles in by_provider.items()}
    if len(set(shown.values())) <= 1:
        return next(iter(shown.values()), "")
    return ", ".join(f"{s} on {p}" for p, s in shown.items())


# --- running ----------------------------------------------------------------------------------------------------------
class _Trial:
    """Runs cases and collects what came of them."""

    def __init__(
        self,
        kernel: Kernel,
        make_model: Callable[..., Any],
        make_session: Callable[..., Any],
        known: Sequence[Deviation],
        error_curves: bool,
    ) -> None:
        self.kernel, self.make_model, self.make_session = kernel, make_model, make_session
        self.known, self.error_curves = known, error_curves
        self.may_leave_out = False
        self.results: list[Result] = []
        self.not_run: list[NotRun] = []
        self.left_out: set[str] = set()
        self._last_model: tuple[Any, Any] = (None, None)

    def run(self, subject: Subject, setting: Setting) -> None:
        case = subject.case
        model = self._model(case, setting)
        if model is None:
            self.left_out.add(case.activation.name)
            return
        try:
            session = self.make_session(model, provider=setting.provider, optimize=setting.optimize)
            given = subject.run(session)
        except ModelError as error:
            operators = error.operators if isinstance(error, PlacementError) else ()
            self.not_run.append(
                NotRun(case.name, case.dtype, setting.provider, setting.style, setting.opset, str(error), operators)
            )
            return
        judge = Judge(subject, setting, model, given, self.known, self.make_session)
        judge.result.placement = list(getattr(session, "placement", []))
        if self.error_curves:
            judge.result.curve = curves.measure(case, session, self.kernel, flushes=setting.provider in FINITE_ONLY)
        self.results.append(judge.result)

    def _model(self, case: Case, setting: Setting) -> Any:
        """None if a style that not every activation has was asked of all of them."""
        key = (case.activation.name, case.dtype, setting.opset, setting.style)
        if key != self._last_model[0]:
            name, dtype, opset, style = key
            gradient = case.output is not None
            try:
                model = self.make_model(name, opset=opset, dtype=dtype, style=style, gradient=gradient)
            except ExportError:
                if style != "op" or not self.may_leave_out:
                    raise
                model = None
            self._last_model = (key, model)
        return self._last_model[1]
