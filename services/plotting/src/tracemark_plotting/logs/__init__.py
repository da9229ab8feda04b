"""Readers of sensor logs, one file per format."""
