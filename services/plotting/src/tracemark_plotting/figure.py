"""What Plotly calls a figure."""

from __future__ import annotations

from typing import Any

Figure = dict[str, Any]
"""`data`, a list of traces, and `layout`: plain JSON, as plotly.js takes it."""
