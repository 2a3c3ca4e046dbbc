"""A progress bar on a terminal; elsewhere a line now and then."""

from __future__ import annotations

import shutil
import sys
import time

WIDTH = 24


class Progress:
    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.start = time.monotonic()
        self.terminal = sys.stderr.isatty()

    def step(self, what: str) -> None:
        """`what` comes next."""
        if self.terminal:
            filled = WIDTH * self.done // max(1, self.total)
            text = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {self.done}/{self.total} {self.left()} {what}"
            columns = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{text[:columns]}", end="", file=sys.stderr, flush=True)
        elif self.done and self.done % 50 == 0:
            print(f"{self.done}/{self.total} cells, {self.left()}", file=sys.stderr, flush=True)
        self.done += 1

    def left(self) -> str:
        if not self.done:
            return ""
        seconds = (time.monotonic() - self.start) / self.done * (self.total - self.done)
        return f"{int(seconds) // 60}:{int(seconds) % 60:02} left"

    def end(self) -> None:
        if self.terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
