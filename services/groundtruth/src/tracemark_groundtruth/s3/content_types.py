"""What an object is, by the name of its file: a table of our own, as Python's depends on the machine."""

from __future__ import annotations

from pathlib import PurePosixPath

DEFAULT_TYPE = "application/octet-stream"

_TYPES = {
    ".csv": "text/csv",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".htm": "text/html",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".manifest": "application/jsonlines",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}


def content_type(name: str) -> str:
    """Return the type of an object by its name or key."""
    return _TYPES.get(PurePosixPath(name).suffix.lower(), DEFAULT_TYPE)
