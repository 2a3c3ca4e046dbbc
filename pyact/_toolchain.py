"""Where the toolchain is: `pyact.codegen` in an installed package, the folder `codegen` beside pyact in a checkout.

The rest of the package asks for it here, and only when it is needed: a user of the kernels never loads it.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def _installed() -> ModuleType | None:
    try:
        return importlib.import_module("pyact.codegen")
    except ModuleNotFoundError as error:
        if error.name == "pyact.codegen":
            return None
        raise ImportError(_what_is_missing(error), name=error.name) from error


def _in_checkout() -> ModuleType | None:
    source = Path(__file__).resolve().parent.parent / "codegen" / "__init__.py"
    if not source.is_file():
        return None
    loaded = sys.modules.get("codegen")
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
        if file is None or Path(file).resolve() != source:
            raise ImportError(f"another package named codegen is loaded from {file}; pyact needs {source}")
        return loaded
    folder = [str(source.parent)]
    specification = importlib.util.spec_from_file_location("codegen", source, submodule_search_locations=folder)
    if specification is None or specification.loader is None:
        return None
    module = importlib.util.module_from_spec(specification)
    sys.modules["codegen"] = module
    specification.loader.exec_module(module)
    return module


def _what_is_missing(error: ModuleNotFoundError) -> str:
    return f"pyact's toolchain needs {error.name}, which is not installed; `pip install {error.name}` adds it"


def module(name: str) -> ModuleType:
    """One module of the toolchain, for example `module("spec")`."""
    try:
        return importlib.import_module(f"{codegen.__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name is not None and error.name.startswith(codegen.__name__):
            raise
        raise ImportError(_what_is_missing(error), name=error.name) from error


_found = _installed() or _in_checkout()
if _found is None:
    raise ImportError(
        "pyact's toolchain is missing: neither pyact.codegen is installed nor is there a codegen folder beside pyact; "
        "reinstall pyact"
    )
codegen: ModuleType = _found
