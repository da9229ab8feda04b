"""Labeling jobs of tracemark: Ground Truth's custom workflow on one's own machine."""

__version__ = "0.1.0"
