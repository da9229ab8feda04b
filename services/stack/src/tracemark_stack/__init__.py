"""The stack's own function: puts sample data into its bucket and empties it at the end."""

__version__ = "0.1.0"
