"""Sensor profiles: how to read one kind of log."""
