"""A synthetic welding data set: photographs and sensor logs of six kinds of weld."""

__version__ = "0.1.0"
