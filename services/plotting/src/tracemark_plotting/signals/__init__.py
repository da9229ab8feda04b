"""Trace files: what a browser looks into, every sample and levels of extremes above them."""
