"""Sounds: WAV, FLAC and Ogg, by soundfile; a sample is a part of full scale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tracemark.profile.sensor_profile import SensorProfile
from tracemark_plotting.logs.file import LogFile
from tracemark_plotting.logs.stored.library import library, reading
from tracemark_plotting.logs.stored.series import Array, Series, Store, StoredColumns

AUDIO = "sound"
TIME = "time"

_BLOCK_FRAMES = 1 << 20


def is_audio(file: LogFile) -> bool:
    """Whether a file begins as WAV, FLAC or Ogg do."""
    wave = file.head.startswith((b"RIFF", b"RF64", b"RIFX")) and file.head[8:12] == b"WAVE"
    return wave or file.head.startswith((b"fLaC", b"OggS"))


def audio_series(file: LogFile) -> Sequence[Series]:
    """Return the channels of a sound."""
    return _series(_open(file))


def audio_blocks(file: LogFile, profile: SensorProfile) -> Iterator[StoredColumns]:
    """Yield the channels that a profile needs, a million frames at a time."""
    opened = _open(file)
    store = Store(file.place, _series(opened), _none)
    needed = [store.name(column) for column in profile.columns]
    first = 0
    while True:
        frames = reading(file.place, AUDIO, lambda: opened.read(_BLOCK_FRAMES, dtype="float64", always_2d=True))
        if not len(frames):
            return
        arrays = {
            name: _seconds(first, len(frames), opened.samplerate)
            if name == TIME
            else np.ascontiguousarray(frames[:, int(name.removeprefix("channel ")) - 1])
            for name in needed
        }
        yield StoredColumns(file.place, store.name, arrays, first)
        first += len(frames)


def _seconds(first: int, count: int, rate: int) -> Array:
    found = np.arange(first, first + count, dtype=np.float64)
    found /= rate
    return found


def _open(file: LogFile) -> Any:
    soundfile = library("soundfile", AUDIO, file.place)
    file.stream.seek(0)
    return reading(file.place, AUDIO, lambda: soundfile.SoundFile(file.stream))


def _series(opened: Any) -> Sequence[Series]:
    return [Series(f"channel {number + 1}", opened.frames, clock=TIME) for number in range(opened.channels)]


def _none(name: str) -> Array:
    raise KeyError(name)
