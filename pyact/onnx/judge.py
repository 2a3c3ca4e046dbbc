"""The verdict on one case in one setting: how wrong kernel and provider are, and who is to blame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from pyact import _toolchain

from .arbiter import Arbiter
from .cases import LARGEST_FACTOR, Array, Case, Inputs
from .comparison import TOLERANCE, Comparison, Special, doubles
from .deviations import ENOUGH_ULP, Deviation
from .results import Result, Setting, ValidationError
from .runtime import availability

Kernel = Callable[[Case, Sequence[Array]], Array]
Run = Callable[[Mapping[str, Array]], Sequence[Array]]  # a session, or what stands in for one

# What pyact promises of its kernels, in ULP. The gradients of rows cancel and are held to the model's tolerance.
PROMISE: Mapping[str, float] = _toolchain.module("ulp").PROMISE
ROW_PROMISE = {"float32": 2.0, "float64": 2.0, "float16": 0.51, "bfloat16": 0.51}
# WGSL promises neither infinities nor NaN, so that any result there is as good as another, and subnormal numbers may
# become 0 at any time.
FINITE_ONLY = frozenset({"webgpu"})


def promised(case: Case) -> float:
    """The kernel's bound in ULP; of the product with grad_output, where that is rounded on its own."""
    if case.activation.kind == "row":
        return ROW_PROMISE[case.dtype]
    bound = PROMISE[case.dtype]
    rounded_twice = case.output is not None and case.dtype in ("float32", "float64")
    return bound * LARGEST_FACTOR + 0.5 if rounded_twice else bound


class Subject:
    """A case with its inputs, its exact values and what the kernel gives."""

    def __init__(self, case: Case, inputs: Inputs, answers: list[tuple[Array, Array]], kernel: Kernel) -> None:
        if inputs.count == 0 or any(np.isnan(h[f]).any() for (h, _), f in zip(answers, inputs.finite, strict=True)):
            raise ValidationError(f"{case.name} {case.dtype}: no exact values to compare with")
        self.case, self.inputs = case, inputs
        self.compare = Comparison(case, inputs, answers)
        self.ours = [doubles(kernel(case, block)) for block in inputs.blocks]

    def run(self, model: Run) -> list[Array]:
        """What a model gives, per block."""
        output = 0 if self.case.output is None else self.case.activation.inputs.index(self.case.output)
        return [_run_model(self.case, model, self.inputs.names, block)[output] for block in self.inputs.blocks]


def _run_model(case: Case, model: Run, names: Sequence[str], block: Sequence[Array]) -> list[Array]:
    """A row is fed as a batch of one; what is the same for a whole row is broadcast over it again."""
    if case.activation.kind != "row":
        return [doubles(o) for o in model(dict(zip(names, block, strict=True)))]
    feed = {n: c[np.newaxis] for n, c in zip(names, block, strict=True)}
    if case.activation.reduces and case.output is not None:
        feed["grad_output"] = feed["grad_output"][:, 0]
    size = block[-1].size
    return [np.broadcast_to(doubles(o).reshape(-1), (size,)) for o in model(feed)]


class Judge:
    """One result: the errors of kernel and provider, and who is wrong."""

    def __init__(
        self,
        subject: Subject,
        setting: Setting,
        model: Any,
        given: list[Array],
        known: Sequence[Deviation],
        make_session: Callable[..., Any],
    ) -> None:
        self.subject, self.setting, self.model, self.given = subject, setting, model, given
        self.make_session = make_session
        self.compare, case = subject.compare, subject.case
        self.tolerance = TOLERANCE[case.dtype]
        operators = _operators(model)
        version = availability(setting.provider).version
        self.known = [d for d in known if d.concerns(setting.provider, version, operators)]
        self.relaxed = setting.provider in FINITE_ONLY
        self._second_opinions: dict[str, list[Array] | None] = {}
        kernel, found = self.compare.error(subject.ours), self.compare.error(given, flushes=self.relaxed)
        self.result = Result(
            case.name, case.dtype, self.compare.count(flushes=self.relaxed), kernel, found, promised(case)
        )
        self.result.provider, self.result.optimize = setting.provider, setting.optimize
        self.result.opset, self.result.style = setting.opset, setting.style
        self.result.difference = self.compare.difference(given, subject.ours, flushes=self.relaxed)
        self._judge_model()
        self._judge_model_specials()
        self._judge_kernel()
        self._judge_definition()

    # --- the model in the provider ------------------------------------------------------------------------------------
    def _judge_model(self) -> None:
        case, x = self.subject.case, self.compare.at
        scaled = self.compare.scaled(self.given, flushes=self.relaxed)
        far = scaled > self.tolerance
        for entry in self.known:
            if not entry.is_about(case.name, case.dtype):
                continue
            covered = entry.covers(x)
            if entry.error:
                self._bounded(entry, entry.error, self.tolerance, "", np.where(covered, scaled, 0.0))
                far &= ~covered
            else:
                ulp = self.compare.ulp(self.given)
                self._bounded(entry, entry.ulp, ENOUGH_ULP, " ULP", np.where(covered, ulp, 0.0))
        if far.any():
            worst = int(np.argmax(np.where(far, scaled, 0.0)))
            who, whom = self._culprit(lambda other: bool((self.compare.scaled(other)[far] <= self.tolerance).all()))
            self.result.is_wrong(who, f"{whom} is off by {scaled[worst]:.2g} at {float(x[worst])!r}")

    def _bounded(self, entry: Deviation, bound: float, enough: float, unit: str, errors: Array) -> None:
        """The errors in an entry's range are worse than it says, as it says, or no longer there."""
        worst = int(np.argmax(errors))
        error, at = float(errors[worst]), float(self.compare.at[worst])
        text = f"{entry.operator} is off by {error:.2g}{unit}{entry.range_shown}"
        if error <= enough:
            self.result.repaired.append(entry.operator)
        elif error <= bound:
            self.result.deviations.append(text)
        else:
            worse = f"provider {self.setting.provider}: {text} at {at!r}, more than the known {bound:.2g}"
            self.result.is_wrong("provider", worse)

    def _judge_model_specials(self) -> None:
        """Infinities and NaN through the model. A zero's sign is not asked: it depends on the place in the array."""
        seen: set[str] = set()
        met: set[str] = set()
        for special in self.compare.specials(self.given, only_finite=self.relaxed):
            text = repr(special.x)
            entry = next((d for d in self.known if text in d.inputs), None)
            if entry is not None:
                met.add(entry.operator)
            if special.same:
                continue
            if entry is not None and entry.allows(special.got):
                note = f"{entry.operator}({text}) is {special.got!r}"
                if note not in self.result.deviations:
                    self.result.deviations.append(note)
                seen.add(entry.operator)
                continue
            who, whom = self._culprit(partial(self._is_right_at, special))
            self.result.is_wrong(who, f"{whom} gives {special.shown}")
        self.result.repaired += sorted(met - seen)

    def _is_right_at(self, special: Special, results: list[Array]) -> bool:
        found = self.compare.specials(results)
        return next(s.same for s in found if (s.block, s.position) == (special.block, special.position))

    def _culprit(self, is_right: Callable[[list[Array]], bool]) -> tuple[str, str]:
        """Who is wrong, and what to call them: the model if it is wrong wherever it runs."""
        provider = f"provider {self.setting.provider}"
        if self.setting.optimize:
            plain = self._second_opinion("unoptimized")
            if plain is not None and is_right(plain):
                return "provider", f"{provider}'s optimizer"
        reference = self._second_opinion("reference")
        if reference is None:
            return "model", f"model or {provider}"
        return ("provider", provider) if is_right(reference) else ("model", "model")

    def _second_opinion(self, whose: str) -> list[Array] | None:
        """What the model gives without optimizer, or in onnx's reference evaluator; None if that does not run it."""
        if whose not in self._second_opinions:
            try:
                if whose == "reference":
                    run: Run = Arbiter(self.model)
                else:
                    run = self.make_session(self.model, provider=self.setting.provider, optimize=False)
                self._second_opinions[whose] = self.subject.run(run)
            except Exception:  # an interpreter's errors have no class in common, and any of them means no opinion
                self._second_opinions[whose] = None
        return self._second_opinions[whose]

    # --- the kernel ---------------------------------------------------------------------------------------------------
    def _judge_kernel(self) -> None:
        """Of an elementwise value the sign of a zero counts, too."""
        kernel, case = self.result.kernel, self.subject.case
        if case.activation.kind == "row" and case.output is not None:
            if kernel.scaled > self.tolerance:
                self.result.is_wrong("kernel", f"kernel is off by {kernel.scaled:.2g} at {kernel.scaled_at!r}")
        elif kernel.ulp > self.result.promise:
            self.result.is_wrong("kernel", f"kernel is off by {kernel.ulp:.3g} ULP at {kernel.ulp_at!r}")
        signed = case.activation.kind == "elementwise" and case.output is None
        for special in self.compare.specials(self.subject.ours, signed_zero=signed):
            if not special.same:
                self.result.is_wrong("kernel", f"kernel gives {special.shown}")

    def _judge_definition(self) -> None:
        """Two that agree with each other and not with the third: then it is the third that is suspect.

        Or the form of the activation that kernel and model are both made from, which is proven equal to the definition.
        """
        result, difference = self.result, self.result.difference
        assert difference is not None
        both = result.runtime.scaled > self.tolerance and result.kernel.scaled > self.tolerance
        if both and difference.scaled <= self.tolerance:
            result.blame = ["definition"]
            result.wrong.append(
                "kernel and provider agree with each other: suspect the exact values, or the form both are made from"
            )


def _operators(model: Any) -> set[str]:
    """Of the graph and of the model's own functions."""
    nodes: Iterator[Any] = (n for g in (model.graph, *getattr(model, "functions", ())) for n in g.node)
    return {n.op_type for n in nodes}
