"""Post-labeling function of tracemark: workers' answers to one label per object."""

__version__ = "0.1.0"
