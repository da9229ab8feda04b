"""Formats that store named series instead of text, one file each, read by kept libraries."""
