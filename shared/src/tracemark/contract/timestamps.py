"""Moments as Ground Truth writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def key_time(at: datetime) -> str:
    """Return a moment as in Ground Truth's keys: `2021-11-01_17:42:26`, in UTC."""
    return in_utc(at).strftime("%Y-%m-%d_%H:%M:%S")


def answer_time(at: datetime) -> str:
    """Return a moment as in worker responses: `2021-11-01T17:42:26.177Z`."""
    return f"{in_utc(at).isoformat(timespec='milliseconds')}Z"


def creation_date(at: datetime) -> str:
    """Return a moment as in label metadata: `2021-11-01T17:42:26.177000`, in UTC."""
    return in_utc(at).isoformat(timespec="microseconds")


def in_utc(at: datetime) -> datetime:
    """Return a moment in UTC without its zone; one without a zone is taken to be in UTC."""
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
