"""The program behind the browser: Chromium's command line and environment, and Kaleido's use of its one page."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from choreographer import channels
from choreographer.browsers import Chromium
from kaleido import Kaleido

# Kaleido hands figures to plotly's encoder, which inspects every value; ours are plain JSON already.
channels.register_custom_encoder(None)

# They log every figure at INFO and warn about every browser that was ended on purpose; what matters is logged here.
for _chatty in ("choreographer", "kaleido"):
    logging.getLogger(_chatty).setLevel(logging.ERROR)

# Kaleido's defaults that would let a figure reach files and other hosts, or flood the log.
_UNWANTED_FLAGS = {"--disable-web-security", "--allow-file-access-from-files", "--enable-logging=stderr"}
_FLAGS = (
    "--no-zygote",  # Lambda refuses the forks of a zygote
    "--in-process-gpu",  # one process less; nothing is drawn by a GPU
    "--disable-crash-reporter",  # needs ptrace, which Lambda refuses
    "--disk-cache-size=1",
    "--font-render-hinting=none",  # the same glyphs at every size
    "--force-color-profile=srgb",
    "--proxy-server=http://127.0.0.1:9",  # the discard port: every request goes nowhere
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# Chromium's pipe is at descriptors 3 and 4. Choreographer puts a Python process between to move them there; a shell
# that becomes Chromium does it in a hundredth of the time, and a signal reaches the browser itself.
_EXEC = ("/bin/sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2')

# JavaScript's garbage collector does not count the memory of images and canvases, and keeps hundreds of megabytes.
# After 300 logs the page held 480 MB, and 66 to 111 MB with a collection after every twentieth (measured 2026-11-24).
_COLLECT_AFTER = 20


class HeadlessShell(Chromium):
    """Chromium as Lambda needs it: fewer processes, no network, no environment but the one given."""

    def __init__(self, *args: Any, environment: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self._environment = environment

    def get_cli(self) -> Sequence[str]:
        """Return the command line."""
        words = list(super().get_cli())
        program = words.index(str(self.path))
        return [*_EXEC, *(word for word in words[program:] if word not in _UNWANTED_FLAGS), *_FLAGS]

    def get_env(self) -> dict[str, str]:
        """Return the environment."""
        return dict(self._environment)


class KeptPage(Kaleido):  # type: ignore[misc]
    """Kaleido that keeps its page from call to call.

    Kaleido 1.5.0 reloads the page after each call, two thirds of the time of a chart. A kept page is told now and then
    to collect its garbage instead. A test fails when the method overridden here changes.
    """

    _calls = 0

    async def _return_kaleido_tab(self, tab: Any) -> None:
        self._calls += 1
        if self._calls % _COLLECT_AFTER == 0:
            await tab.tab.send_command("HeapProfiler.collectGarbage")
        await self.tabs_ready.put(tab)
