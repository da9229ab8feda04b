"""What a test does inside a container without a network: `python sandbox_inside.py VERB ARGUMENT…` prints JSON.

It runs with the image's Python and its standard library alone, as the function's own user.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

STUB_S3 = "http://127.0.0.1:9444"
_FUNCTION = "http://127.0.0.1:8080/2015-03-31/functions/function/invocations"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_PATIENCE_SECONDS = 300.0  # as in `waiting`, which is not in the image
_TICKS_OF_DRAWING = 5


def ready() -> bool:
    """Wait until the stub S3 answers."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            _ask("GET", f"{STUB_S3}/-/keys")
        except urllib.error.URLError:
            time.sleep(0.02)
        else:
            return True
    return False


def put(path: str, data: str) -> None:
    """Store an object; `data` is in base64."""
    _ask("PUT", f"{STUB_S3}/{path}", base64.b64decode(data))


def get(path: str) -> str:
    """Return an object in base64."""
    return base64.b64encode(_ask("GET", f"{STUB_S3}/{path}")).decode()


def told(what: str) -> Any:
    """Return the stub's `keys` or `requests`."""
    return json.loads(_ask("GET", f"{STUB_S3}/-/{what}"))


def invoke(event: str) -> dict[str, Any]:
    """Call the function; return its answer as text and the seconds it took."""
    began = time.monotonic()
    text = _ask("POST", _FUNCTION, event.encode()).decode()
    return {"text": text, "seconds": time.monotonic() - began}


def draw(count: str, first: str, event: str) -> list[dict[str, Any]]:
    """Call the function `count` times, each time with another log in the place of the last.

    Returns the text of each answer, with the bytes of memory that the container held then.
    """
    request = json.loads(event)
    path = request["sensor_data"]["s3Path"].removeprefix("s3://")
    answers = []
    for number in range(int(first), int(first) + int(count)):
        rows = (f"{50 * n},94.{(n * number) % 97:02},14{(n + number) % 83:02},4{n % 61:02}" for n in range(180))
        _ask("PUT", f"{STUB_S3}/{path}", "\n".join(rows).encode())
        answers.append({"text": invoke(event)["text"], "memory": memory()})
    return answers


def processes() -> list[dict[str, Any]]:
    """Return every process but this one and those that ended while it looked."""
    return [found for pid in _pids() if pid != os.getpid() and (found := _process(pid))]


def send(signal_name: str, *pids: str) -> None:
    """Send a signal to processes."""
    for pid in pids:
        os.kill(int(pid), signal.Signals[signal_name])


def strike(signal_name: str, wanted: str) -> list[int]:
    """Wait until the browser's page is at work, then send a signal to the browser's processes of a kind.

    wanted: a word of the command line, such as `--type=renderer`; empty for all.
    """
    browser = [found for found in processes() if "chromium" in found["command"] and found["state"] != "Z"]
    page = next(found["pid"] for found in browser if "--type=renderer" in found["command"])
    before, end = _ticks(page), time.monotonic() + _PATIENCE_SECONDS
    while _ticks(page) < before + _TICKS_OF_DRAWING and time.monotonic() < end:
        time.sleep(0.005)
    struck = [found["pid"] for found in browser if wanted in found["command"]]
    send(signal_name, *map(str, struck))
    return struck


def memory() -> int:
    """Return the bytes of memory that the container holds, without the file cache, by its control group."""
    group = Path("/sys/fs/cgroup")
    if (group / "memory.current").exists():
        held, cache = group / "memory.current", "file"
    else:  # the first version of control groups
        group /= "memory"
        held, cache = group / "memory.usage_in_bytes", "total_cache"
    figures = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    return int(held.read_text()) - int(figures[cache])


def files() -> dict[str, int]:
    """Return how much of the writable folder is used, and its outermost names."""
    disk = os.statvfs("/tmp")
    return {
        "bytes": (disk.f_blocks - disk.f_bfree) * disk.f_frsize,
        "browsers": len(list(Path("/tmp").glob("tracemark-browser-*"))),
        "names": sum(1 for _ in Path("/tmp").rglob("*")),
    }


def _ask(method: str, url: str, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(url, data=body, method=method)
    try:
        with _DIRECT.open(request, timeout=_PATIENCE_SECONDS) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if url != _FUNCTION:
            raise
        return error.read()


def _pids() -> Iterator[int]:
    return (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())


def _process(pid: int) -> dict[str, Any] | None:
    folder = Path("/proc") / str(pid)
    try:
        state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        return {
            "pid": pid,
            "parent": int(parent),
            "state": state,
            # Chromium writes the command lines of its children anew, with spaces between the words.
            "command": (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"),
            "environment": "" if state == "Z" else _environment(folder),
        }
    except (FileNotFoundError, ProcessLookupError):
        return None


def _environment(folder: Path) -> str:
    try:
        return (folder / "environ").read_bytes().decode("utf-8", "replace")
    except PermissionError:  # it is just becoming another program, or ending
        return ""


def _ticks(pid: int) -> int:
    """Return the processor time of a process in the kernel's ticks, a hundredth of a second each."""
    user, system = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


_VERBS: dict[str, Callable[..., Any]] = {
    verb.__name__: verb for verb in (ready, put, get, told, invoke, draw, processes, send, strike, memory, files)
}

if __name__ == "__main__":
    print(json.dumps(_VERBS[sys.argv[1]](*sys.argv[2:])))
