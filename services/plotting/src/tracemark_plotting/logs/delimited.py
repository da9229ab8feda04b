"""Delimited text: CSV and its kin."""

from __future__ import annotations

from collections.abc import Iterator

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.chunks import read_chunks
from tracemark_plotting.logs.ends import FOOTERS, without_cut_row
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.head import LogHead, find_head
from tracemark_plotting.logs.own_times import refuse_other_times
from tracemark_plotting.logs.table import LogTable, read_table
from tracemark_plotting.logs.tags import refuse_mixed_tags
from tracemark_plotting.logs.text import LogText


def read_delimited(file: LogFile, profile: SensorProfile) -> Iterator[LogTable]:
    """Yield the needed columns of a text log, chunk by chunk.

    Raises:
        InvalidLog: the text contradicts the profile.
    """
    head: LogHead | None = None
    chunks = read_chunks(file, profile.text)
    for chunk in chunks:
        begun = head is not None
        head = head or find_head(chunk.data, profile, file.place)
        text, cut = LogText.of(chunk, head), 0
        if chunk.last:
            text, cut = without_cut_row(text, profile)
        table = read_table(text, profile)
        if not begun:
            refuse_mixed_tags(text, profile)
            refuse_other_times(text, profile)
        if table.footer and table.footer.seen:  # what follows belongs to the footer
            for rest in chunks:
                table.footer.go_on(LogText.of(rest, head))
            table.passed_over[FOOTERS] = table.footer.seen
        if cut:
            table.passed_over[f"cut-off rows at the end (line {cut})"] = 1
        yield table
