"""Plotting service of tracemark: sensor log to chart images."""

__version__ = "0.1.0"
