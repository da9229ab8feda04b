"""Pre-labeling function of tracemark: data object to task input."""

__version__ = "0.1.0"
