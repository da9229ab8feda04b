"""Contract types shared by every part of tracemark."""

__version__ = "0.1.0"
