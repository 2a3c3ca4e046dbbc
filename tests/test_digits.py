"""The example in docs/examples/digits.py, as a reader would run it."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import pyact

SCRIPT = Path(__file__).resolve().parent.parent / "docs" / "examples" / "digits.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(pyact.__file__).parent.parent)}

missing = [m for m in ("sklearn", "onnx", "onnxruntime") if importlib.util.find_spec(m) is None]


@pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")
def test_digits_train_export_and_run(tmp_path: Path) -> None:
    started = time.perf_counter()
    model = tmp_path / "digits.onnx"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(model)], capture_output=True, text=True, env=ENVIRONMENT, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found = re.search(r"held-out accuracy ([\d.]+)%; onnxruntime agrees on all 1797 images", done.stdout)
    assert found, done.stdout
    assert float(found.group(1)) >= 95.0
    assert model.stat().st_size > 0
    assert time.perf_counter() - started < 60


def test_missing_extra_is_named() -> None:
    code = f"import sys, runpy; sys.modules['onnxruntime'] = None; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 1
    assert "this example needs onnxruntime: pip install 'pyact[validate]'" in done.stderr
