"""The page of a validation: its curves are right, nothing in it is trusted, and it works in a browser."""

from __future__ import annotations

import html as html_text
import json
import math
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("mpmath")

from pyact import _toolchain
from pyact.onnx import curves, html, plots, points, validate
from pyact.onnx.publish import main as publish

V = sys.modules["pyact.onnx.validate"]  # the module; the function has its name
spec = _toolchain.module("spec")
ulp = _toolchain.module("ulp")
reference = _toolchain.module("reference")

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = ROOT / "docs" / "validation.html"
PAGE_LIMIT = 2_000_000  # bytes
NAMES = ("gelu", "sigmoid", "relu", "hardshrink", "swiglu", "softmax", "swish")


@pytest.fixture(scope="module")
def reports() -> list[Any]:
    return [validate(NAMES, dtypes="float32", opset=20, gradient=g, error_curves=True) for g in (False, True)]


# --- curves -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", points.LAYOUTS)
def test_axis_holds_every_float_in_order(dtype: str) -> None:
    axis = curves.Axis(dtype)
    boundaries = axis.boundaries()
    assert boundaries.shape == (curves.BINS + 1,)
    assert np.all(np.diff(boundaries) > 0)
    x = curves.inputs(dtype, 4).astype(np.float64)
    assert np.all(np.diff(x) > 0)
    places = axis.place(x)
    assert np.all(np.diff(places) > 0)
    assert places.min() >= 0 <= 1 - places.max()
    bins = axis.bin(x)
    assert set(bins) == set(range(curves.BINS))
    near = 1e-9 * np.abs(x)
    assert np.all((boundaries[bins] <= x + near) & (x - near <= boundaries[bins + 1]))
    assert axis.place(0.0) == 0.5


def test_half_formats_are_swept_whole() -> None:
    for dtype, finite in (("float16", 2 * 31743), ("bfloat16", 2 * 32639)):
        x = curves.inputs(dtype, 1)
        assert x.size == finite
        assert np.isfinite(x.astype(np.float64)).all()


@pytest.mark.parametrize("name", NAMES)
def test_curve_is_the_error_against_the_definition(name: str, reports: list[Any]) -> None:
    """Kernel errors of some stretches, against the scalar definition in high precision."""
    result = next(r for r in reports[0].results if r.name == name)
    activation = spec.built_in()[name]
    series = result.curve.kernel
    assert not np.isnan(series.ulp).any()
    assert np.all(curves.Axis("float32").bin(series.at) == np.arange(curves.BINS))
    for place in (*np.random.default_rng(5).integers(0, curves.BINS, 12), int(np.argmax(series.ulp))):
        x = np.float32(series.at[place])
        if activation.kind == "row":
            block = [np.array([x, 0], np.float32)]
            exact = reference.evaluate_row(activation.formula, {"x": block[0].tolist()})[0]
        else:
            values = {n: x if i == 0 else np.float32(1) for i, n in enumerate(activation.inputs)}  # a is swiglu's gate
            block = [np.array([v]) for v in values.values()]
            exact = reference.evaluate(
                activation.formula, {**{n: float(v) for n, v in values.items()}, **activation.defaults}
            )
        got = float(V.native_kernel(V.Case(activation, "float32", None), block)[0])
        wanted = ulp.ulp_error(got, exact, ulp.FORMATS["float32"])
        assert series.ulp[place] == pytest.approx(wanted, abs=1e-6), (name, x)


def test_a_kernel_that_is_wrong_in_one_place_shows_there() -> None:
    def wrong(case: Any, inputs: Any) -> Any:
        y, x = V.native_kernel(case, inputs), np.asarray(inputs[-1])
        here = (x > 20) & (x < 25) & (x.view(np.uint32) % 8 == 0) if x.dtype == np.float32 else False
        return np.where(here, y * np.float32(1 + 2.0**-13), y)

    curve = validate("tanh", dtypes="float32", kernel=wrong, error_curves=True).results[0].curve
    assert curve is not None
    error, x = curve.kernel.worst
    assert 20 < x < 25
    assert 1000 < error < 2100
    assert np.all(curve.kernel.ulp[(curve.kernel.at < 20) | (curve.kernel.at > 25)] <= 1)
    assert curve.runtime.worst[0] < 1000


def test_kinks_are_in_the_curve() -> None:
    """Right above -3 onnxruntime's HardSwish has lost nearly all digits, at a few floats only."""
    result = validate("hardswish", dtypes="float32", error_curves=True).results[0]
    assert result.curve is not None
    assert result.curve.runtime.worst[0] == pytest.approx(result.runtime.ulp)
    assert result.runtime.ulp > 1e5


def test_a_runtime_that_may_flush_is_not_asked_for_subnormal_numbers() -> None:
    """relu of subnormal numbers is 0 here: an error of up to 2**23 ULP, or none."""
    case = V.Case(spec.built_in()["relu"], "float32", None)

    def run(feed: Any) -> Any:
        return [np.where(feed["x"] < 2.0**-126, np.float32(0), feed["x"])]

    strict, lenient = (curves.measure(case, run, V.native_kernel, flushes=f) for f in (False, True))
    assert 2**22 < strict.runtime.worst[0] <= 2**23
    assert lenient.runtime.worst[0] == 0
    assert strict.kernel.worst[0] == lenient.kernel.worst[0] == 0


def test_gradients_are_held_to_their_bound_and_no_more() -> None:
    """The derivative within 1 ULP, times grad_output, rounded: 2 ULP pass and 3 do not."""

    def off_by(steps: int) -> Any:
        def kernel(case: Any, inputs: Any) -> Any:
            y = V.native_kernel(case, inputs)
            return np.where(np.isfinite(y), (y.view(np.int32) + steps).view(np.float32), y)

        return kernel

    def ok(**options: Any) -> bool:
        return validate("sigmoid", dtypes="float32", gradient=True, **options).ok

    assert ok()
    assert not ok(kernel=off_by(3))


def test_json_leaves_the_curves_out(reports: list[Any]) -> None:
    data = json.loads(reports[0].to_json())
    assert "curve" not in data["results"][0]
    assert reports[0].results[0].curve is not None


# --- plots ------------------------------------------------------------------------------------------------------------
def test_heights_are_logarithmic_and_end_at_the_frame() -> None:
    assert plots.height_of(math.inf, "float32") == plots.height_of(1e30, "float32") == 0
    assert plots.height_of(0.0, "float32") == plots.height_of(0.05, "float32") == 1
    one, ten, hundred = (plots.height_of(u, "float32") for u in (1.0, 10.0, 100.0))
    assert one - ten == pytest.approx(ten - hundred)
    assert plots.digits_right(1.0, "float32") == pytest.approx(7.2, abs=0.05)
    assert plots.digits_right(2.0**24, "float32") == pytest.approx(0)


def test_error_path_has_every_bin_and_gaps_where_nothing_was_measured() -> None:
    error = np.full(curves.BINS, 1.0)
    error[3], error[10], error[-1] = math.inf, math.nan, 1e4
    path = plots.error_path(curves.Series(error, np.zeros(curves.BINS)), "float32")
    assert path.count("M") == 2
    assert sum(int(n) for n in re.findall(r"h(\d+)", path)) == curves.BINS - 1
    assert path.startswith("M0 ")


def test_numbers_are_short() -> None:
    shown = [plots.error_text(u) for u in (0, 0.5, 1, 12.345, 12345.6, 16763595.8, math.inf)]
    assert shown == ["0", "0.50", "1", "12.3", "12,346", "1.7×10⁷", "infinite"]  # noqa: RUF001
    assert plots.point_text(np.float32(0.1).item(), "float32") == "0.1"


# --- the text of the page ---------------------------------------------------------------------------------------------
class Elements(HTMLParser):
    """Every element with its attributes, and all text outside of style and script."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._raw = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {k: v or "" for k, v in attributes}))
        self._raw = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._raw = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._raw else data

    def all(self, tag: str, css: str = "") -> list[dict[str, str]]:
        return [a for t, a in self.found if t == tag and css in [*a.get("class", "").split(), ""]]


def test_page_needs_nothing_but_itself_and_is_the_same_again(reports: list[Any]) -> None:
    page = html.page(reports, command="a command")
    assert page == html.page(reports, command="a command")
    slower = [replace(r, seconds=r.seconds + 100) for r in reports]
    assert page == html.page(slower, command="a command")
    elements = Elements(page)
    assert {t for t, _ in elements.found}.isdisjoint(
        {"link", "img", "iframe", "object", "embed", "base", "audio", "video"}
    )
    fetched = {"src", "srcset", "data", "poster", "action", "background"}
    assert not [a for _, attributes in elements.found for a in attributes if a in fetched]
    assert "@import" not in page
    assert "url(" not in page
    policy = next(a["content"] for a in elements.all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'")


def test_page_says_what_was_found_and_how(reports: list[Any]) -> None:
    page = html.page(reports, command="make report")
    elements = Elements(page)
    catalogue = spec.built_in()
    assert [a["id"] for a in elements.all("article")] == [f"a-{n}" for n in NAMES]
    for name in NAMES:
        activation = catalogue[name]
        assert activation.summary in elements.text
        assert activation.formula_text.strip() in elements.text
        assert activation.source in [a.get("href") for a in elements.all("a")]
    cases = sum(len(r.results) for r in reports)
    assert len([a for a in elements.all("tr") if "data-verdict" in a]) == cases
    assert len(elements.all("figure", "error")) == cases
    assert len(elements.all("figure", "function")) == len(NAMES)
    worst = max(r.curve.kernel.worst for r in reports[0].results if r.name == "gelu")
    assert f"pyact: {plots.error_text(worst[0])} at {plots.point_text(worst[1], 'float32')}" in elements.text
    assert "Gelu(-inf) is nan" in elements.text
    assert "x * cdf(x) is -inf * 0" in elements.text  # the reason
    for said in ("make report", f"onnxruntime {reports[0].runtime.split()[1]}", "all the same functions"):
        assert said in elements.text


def test_page_without_curves_and_of_one_report(reports: list[Any]) -> None:
    plain = replace(reports[0], results=[replace(r, curve=None) for r in reports[0].results])
    elements = Elements(html.page(plain))
    assert not elements.all("figure", "error")
    assert len(elements.all("figure", "function")) == len(NAMES)
    with pytest.raises(ValueError, match="at least one report"):
        html.page([])


def test_page_of_nothing_and_of_an_unknown_function(reports: list[Any]) -> None:
    """No provider was there; and a model of the user's, off by infinity."""
    empty = replace(reports[0], results=[], skipped=["skipped: no device"])
    assert "no device" in Elements(html.page(empty)).text
    error = replace(reports[0].results[0].kernel, ulp=math.inf)
    unknown = replace(reports[0].results[0], name="my/own node", kernel=error, curve=None)
    elements = Elements(html.page(replace(empty, results=[unknown])))
    assert [a["data-activation"] for a in elements.all("article")] == ["my/own node"]
    assert "infinite" in elements.text


def test_providers_are_told_apart(reports: list[Any]) -> None:
    other = [replace(r, provider="webgpu", optimize=True) for r in reports[0].results]
    both = replace(
        reports[0], results=[*reports[0].results, *other], versions={"webgpu": "a plugin"}, skipped=["skipped: no CUDA"]
    )
    elements = Elements(html.page(both))
    assert len(elements.all("figure", "error")) == len(NAMES)  # one plot, a line for each
    first = elements.all("ul", "legend")[0]
    assert first is not None
    assert [
        a["class"] for a in elements.all("path", "line") if "value" not in a["class"] and "slope" not in a["class"]
    ][:3] == ["line r0", "line r1", "line pyact"]
    assert "onnxruntime WebGPU, optimized" in elements.text
    assert "a plugin" in elements.text
    assert "no CUDA" in elements.text


MARKUP = "</code></script><script>hacked = 1</script><img src=x onerror='hacked=1'>\"'&"


def hostile(reports: list[Any]) -> tuple[Any, dict[str, Any]]:
    """A report and a catalogue of a spec whose author means ill."""
    activation = replace(
        spec.built_in()["gelu"], name="gelu", summary=MARKUP, formula_text=MARKUP, aliases=(MARKUP,), torch=MARKUP,
        source="javascript:hacked=1", derivative_texts={"x": MARKUP},
    )  # fmt: skip
    result = next(r for r in reports[0].results if r.name == "gelu")
    results = [
        replace(result, wrong=[MARKUP]),
        replace(result, name=MARKUP, curve=None, deviations=[MARKUP]),
        replace(result, style=MARKUP, placement=[(MARKUP, MARKUP, MARKUP)]),
    ]
    report = replace(reports[0], results=results, runtime=MARKUP, versions={MARKUP: MARKUP}, skipped=[MARKUP])
    return report, {"gelu": activation}


def test_text_of_a_spec_cannot_become_markup(reports: list[Any]) -> None:
    report, catalogue = hostile(reports)
    elements = Elements(html.page(report, catalogue=catalogue, command=MARKUP))
    assert len(elements.all("script")) == 2  # data and page.js
    assert not elements.all("img")
    assert not [a for _, attributes in elements.found for a in attributes if a.startswith("on")]
    assert all(re.match(r"#|https?://", a["href"]) for a in elements.all("a"))
    assert MARKUP in elements.text
    assert "javascript:hacked=1" in elements.text


# --- in a browser -----------------------------------------------------------------------------------------------------
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
in_browser = pytest.mark.skipif(
    BROWSER is None, reason="no Chromium here; .ci/swiftshader installs it on Debian, with the GPU in software"
)


def chromium(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The page as headless Chromium has it after its scripts have run; the console is on stderr."""
    command = [
        str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr",
        "--v=0", f"--user-data-dir={path.parent / 'profile'}", "--window-size=1200,900", "--virtual-time-budget=5000",
        *options, "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)


def console(run: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in run.stderr.splitlines() if "CONSOLE" in line]


# Runs in a copy of the page without its policy, and leaves what it saw in an element of its own.
SELF_TEST = r"""
addEventListener("load", () => {
  const $ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const seen = { hacked: typeof hacked !== "undefined", sorts: [], filters: [] };
  const rows = () => $("#table tbody tr").filter((r) => !r.hidden);
  const drawn = (path) => path.getTotalLength() > 1 && path.getBoundingClientRect().width > 1;
  for (const heading of $("#table thead th")) {
    for (let click = 0; click < 2; click += 1) {
      const button = heading.querySelector("button");
      button.focus();
      const focused = document.activeElement === button;
      document.activeElement.click();
      const column = heading.cellIndex;
      seen.sorts.push({
        column, focused, number: heading.className === "number",
        states: $("#table thead th").map((h) => h.getAttribute("aria-sort")),
        keys: rows().map((r) => r.cells[column].dataset.v ?? r.cells[column].textContent),
        names: rows().map((r) => r.dataset.name + r.dataset.output),
      });
    }
  }
  const form = document.querySelector(".filters");
  for (const [name, value] of [["name", "GELU"], ["name", "hard_shrink"], ["output", "gradient"], ["verdict", "known"],
                               ["name", "no such thing"]]) {
    form.reset();
    form.elements[name].value = value;
    form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
    seen.filters.push({
      name, value, said: form.querySelector("output").textContent,
      rows: rows().map((r) => [r.dataset.activation, r.dataset.output, r.dataset.verdict]),
      cards: $("article").filter((c) => !c.hidden).map((c) => c.dataset.activation),
    });
  }
  form.reset();
  form.dispatchEvent(new Event("input"));
  seen.plots = $("article").map((card) => [
    card.dataset.activation,
    $("figure", card).map((f) => $("svg .line", f).map(drawn)),
  ]);
  seen.glance = $(".overview a").length;
  const worst = document.querySelector(".worst"); // an error of 0 everywhere has none
  const figure = worst.closest("figure");
  const area = figure.querySelector(".area");
  const box = area.getBoundingClientRect();
  area.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + box.width * 0.3, clientY: box.top + 5 }));
  seen.readout = figure.querySelector(".readout").textContent;
  const note = worst.querySelector("span");
  seen.before = getComputedStyle(note).visibility;
  worst.focus();
  seen.after = getComputedStyle(note).visibility;
  seen.note = note.textContent;
  seen.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  seen.background = getComputedStyle(document.body).backgroundColor;
  const result = document.createElement("pre");
  result.id = "selftest";
  result.textContent = JSON.stringify(seen);
  document.body.append(result);
});
"""


def looked_at(page: str, folder: Path, *options: str) -> dict[str, Any]:
    """What the self-test saw in the page."""
    policy = re.search(r'<meta http-equiv="Content-Security-Policy"[^>]*>', page)
    assert policy is not None
    path = folder / "tested.html"
    path.write_text(page.replace(policy[0], f"<script>{SELF_TEST}</script>"), encoding="utf-8")
    run = chromium(path, *options)
    assert console(run) == []
    found = re.search(r'<pre id="selftest">(.*?)</pre>', run.stdout, re.DOTALL)
    assert found is not None, "the self-test did not come to its end"
    seen: dict[str, Any] = json.loads(html_text.unescape(found[1]))
    return seen


@pytest.fixture(scope="module")
def seen(reports: list[Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return looked_at(html.page(reports), tmp_path_factory.mktemp("page"))


@in_browser
def test_page_opens_without_a_word_on_the_console(reports: list[Any], tmp_path: Path) -> None:
    page = html.page(reports)
    path = tmp_path / "page.html"
    path.write_text(page, encoding="utf-8")
    assert console(chromium(path)) == []
    path.write_text(page.replace("const form =", "const frm ="), encoding="utf-8")  # the policy now refuses the script
    assert "Content Security Policy" in " ".join(console(chromium(path)))


@in_browser
def test_table_sorts_by_every_column(seen: dict[str, Any]) -> None:
    assert len(seen["sorts"]) == 18
    for number, sort in enumerate(seen["sorts"]):
        assert sort["focused"]
        falling = sort["number"] == (number % 2 == 0)
        states = ["none"] * 9
        states[sort["column"]] = "descending" if falling else "ascending"
        assert sort["states"] == states
        keys = [float(k) for k in sort["keys"]] if sort["number"] else [k.lower() for k in sort["keys"]]
        assert keys == sorted(keys, reverse=falling)
        assert len(set(sort["names"])) == len(sort["names"]) > len(NAMES)
    assert len({tuple(s["names"]) for s in seen["sorts"]}) > 6


@in_browser
def test_table_and_cards_are_filtered(seen: dict[str, Any], reports: list[Any]) -> None:
    gelu, alias, gradient, known, nothing = seen["filters"]
    assert {r[0] for r in gelu["rows"]} == set(gelu["cards"]) == {"gelu"}
    assert {r[0] for r in alias["rows"]} == set(alias["cards"]) == {"hardshrink"}
    assert {r[1] for r in gradient["rows"]} == {"gradient"}
    assert gradient["cards"] == list(NAMES)
    assert {r[2] for r in known["rows"]} == {"known"}
    deviant = {r.name.partition("_backward")[0] for report in reports for r in report.results if r.deviations}
    assert {"gelu", "hardshrink"} <= set(known["cards"]) == deviant < set(NAMES)
    assert nothing["rows"] == nothing["cards"] == []
    total = len(seen["sorts"][0]["keys"])
    assert [gelu["said"], nothing["said"]] == [f"2 of {total}", f"0 of {total}"]


@in_browser
def test_plots_are_drawn_and_tell_their_worst_point(seen: dict[str, Any], reports: list[Any]) -> None:
    assert [name for name, _ in seen["plots"]] == list(NAMES)
    for name, figures in seen["plots"]:
        assert len(figures) == (4 if name == "swiglu" else 3)
        assert all(lines == [True, True] for lines in figures), name
    assert seen["glance"] == len(NAMES)
    assert re.fullmatch(r"x \u2248 -[\d.]+: onnxruntime CPU [\d.]+, pyact (below )?0\.\d+", seen["readout"])
    assert [seen["before"], seen["after"]] == ["hidden", "visible"]
    ulp, x = next(r for r in reports[0].results if r.name == NAMES[0]).curve.runtime.worst
    assert seen["note"] == f"onnxruntime CPU: {plots.error_text(ulp)} ULP at x = {plots.point_text(x, 'float32')}"


@in_browser
def test_page_fits_a_telephone_and_the_dark(reports: list[Any], seen: dict[str, Any], tmp_path: Path) -> None:
    narrow = looked_at(html.page(reports), tmp_path, "--window-size=500,900", "--blink-settings=preferredColorScheme=0")
    assert narrow["overflow"] == seen["overflow"] == 0
    light, dark = (sum(map(int, re.findall(r"\d+", s["background"])[:3])) / 765 for s in (seen, narrow))
    assert dark < 0.2 < 0.8 < light


@in_browser
def test_hostile_text_does_not_run(reports: list[Any], tmp_path: Path) -> None:
    """Even without the policy."""
    report, catalogue = hostile(reports)
    seen = looked_at(html.page([report, reports[1]], catalogue=catalogue, command=MARKUP), tmp_path)
    assert seen["hacked"] is False


# --- the page that is published ---------------------------------------------------------------------------------------
def test_make_report_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.html"
    assert publish([str(path), "relu", "tanh", "--provider", "cpu", "--workers", "1"]) == 0
    assert "all the same functions" in capsys.readouterr().out
    elements = Elements(path.read_text(encoding="utf-8"))
    assert [a["id"] for a in elements.all("article")] == ["a-relu", "a-tanh"]
    assert len(elements.all("figure", "error")) == 4
    assert publish([str(tmp_path / "no" / "page.html"), "relu", "--provider", "cpu", "--workers", "1"]) == 2
    assert "cannot write" in capsys.readouterr().err


def test_published_page_is_whole() -> None:
    page = PUBLISHED.read_text(encoding="utf-8")
    assert len(page.encode()) < PAGE_LIMIT
    elements = Elements(page)
    names = [a["data-activation"] for a in elements.all("article")]
    assert names == list(spec.built_in()), "the catalogue has changed: make report"
    assert "make report" in elements.text
    assert "different" not in elements.all("div", "state")[0]["class"]


@in_browser
def test_published_page_draws_every_plot(tmp_path: Path) -> None:
    seen = looked_at(PUBLISHED.read_text(encoding="utf-8"), tmp_path)
    assert len(seen["plots"]) == seen["glance"] == len(spec.built_in())
    for name, figures in seen["plots"]:
        assert len(figures) >= 3, name
        assert all(all(lines) and len(lines) >= 2 for lines in figures), name
