"""The C compiler at hand: CC, else cc."""

from __future__ import annotations

import os
import shlex
import shutil


class NoCompiler(RuntimeError):
    """There is none; the message says what was looked for and what to do."""


def command() -> list[str]:
    """The words of its command."""
    words = shlex.split(os.environ.get("CC", "cc"))
    if not words or shutil.which(words[0]) is None:
        raise NoCompiler(f"no C compiler: {' '.join(words)!r} is not on PATH; install one or set CC")
    return words
