"""Readers of sensor logs, one file per format; `formats` is the list of them."""
