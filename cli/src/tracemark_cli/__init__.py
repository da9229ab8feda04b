"""The tracemark command."""

__version__ = "0.1.0"
