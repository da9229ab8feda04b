"""Processes that do the same at the same moment."""

from __future__ import annotations

import subprocess
import sys

_SECONDS = 300


def run_at_once(imports: str, statement: str, *arguments: str, processes: int) -> list[tuple[str, int]]:
    """Return what each wrote to its standard error, and how it ended; the statement runs when all have imported."""
    code = f"import sys\n{imports}\nprint(flush=True)\nsys.stdin.readline()\n{statement}"
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for process in begun:
        assert process.stdout is not None
        process.stdout.readline()
    for process in begun:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return [(process.communicate(timeout=_SECONDS)[1], process.returncode) for process in begun]
