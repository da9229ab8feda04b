"""The program behind the browser: Chromium's command line and environment, and Kaleido's use of its one page."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from choreographer import channels
from choreographer.browsers import Chromium
from kaleido import Kaleido

# Kaleido hands figures to plotly's encoder, which looks into every value; ours hold plain JSON already.
channels.register_custom_encoder(None)

# They tell of every figure at INFO and warn of every browser that was ended on purpose; what matters is told here.
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
    "--proxy-server=http://127.0.0.1:9",  # the discard port: whatever is asked for goes nowhere
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# Chromium's pipe is at descriptors 3 and 4. Choreographer puts a Python process between to move them there; a shell
# that becomes Chromium does it in a hundredth of the time, and a signal reaches the browser itself.
_EXEC = ("/bin/sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>&2')

_PAGE_LIVES_FOR = 200


class HeadlessShell(Chromium):
    """Chromium as Lambda needs it: fewer processes, no way out, no environment but the one given."""

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
    """Kaleido that keeps its page from figure to figure.

    Kaleido 1.5.0 reloads the page after each figure, two thirds of the time of a chart. Loaded anew now and then,
    the page cannot grow without bound. A test fails when the method overridden here changes.
    """

    _drawn = 0

    async def _return_kaleido_tab(self, tab: Any) -> None:
        self._drawn += 1
        if self._drawn % _PAGE_LIVES_FOR == 0:
            await tab.reload()
        await self.tabs_ready.put(tab)
