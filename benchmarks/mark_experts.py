"""Simulated experts who mark spans, boxes and masks: the truth is known, and each errs in a way of their own.

An expert misses marks, makes false ones, takes one class for another, splits a mark in two, and sets ends beside the
true ones: by a normal error, a tenth of the time by four times as much. Each of these is drawn for each expert anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracemark.marks.mark import Box, Span

CLASSES = ("Pore", "Crack", "Spatter")
OBJECTS = 40
LENGTH = 1_000.0
WIDTH, HEIGHT = 640, 480
PIXELS = 96

Dice = np.random.Generator
Indices = NDArray[np.uint8]


@dataclass(frozen=True)
class Expert:
    missed: float
    invented: float
    confused: float
    split: float
    jitter: float

    @classmethod
    def drawn(cls, dice: Dice) -> Expert:
        return cls(
            missed=dice.uniform(0.03, 0.3),
            invented=dice.uniform(0.0, 0.25),
            confused=dice.uniform(0.02, 0.2),
            split=dice.uniform(0.0, 0.12),
            jitter=dice.uniform(0.03, 0.12),
        )

    def shift(self, size: float, dice: Dice) -> float:
        gross = 4.0 if dice.random() < 0.1 else 1.0
        return float(dice.normal() * self.jitter * gross * size)

    def label(self, true: str, dice: Dice) -> str:
        others = [name for name in CLASSES if name != true]
        return others[dice.integers(len(others))] if dice.random() < self.confused else true

    def spans(self, truth: Sequence[Span], dice: Dice) -> list[Span]:
        marks = []
        for true in truth:
            if dice.random() < self.missed:
                continue
            size, label = true.end - true.start, self.label(true.label, dice)
            start, end = sorted((true.start + self.shift(size, dice), true.end + self.shift(size, dice)))
            cuts = [start, start + (end - start) * dice.uniform(0.3, 0.7), end]
            parts = [(cuts[0], cuts[1]), (cuts[1], cuts[2])] if dice.random() < self.split else [(start, end)]
            marks += [Span(label, low, high, true.channel) for low, high in parts]
        return marks + [span(dice) for _ in truth if dice.random() < self.invented]

    def boxes(self, truth: Sequence[Box], dice: Dice) -> list[Box]:
        marks = []
        for true in truth:
            if dice.random() < self.missed:
                continue
            left, right = sorted(
                (true.left + self.shift(true.width, dice), true.left + true.width + self.shift(true.width, dice))
            )
            top, bottom = sorted(
                (true.top + self.shift(true.height, dice), true.top + true.height + self.shift(true.height, dice))
            )
            middle = left + (right - left) * dice.uniform(0.3, 0.7)
            parts = [(left, middle), (middle, right)] if dice.random() < self.split else [(left, right)]
            label = self.label(true.label, dice)
            marks += [inside(label, low, top, high, bottom) for low, high in parts]
        return marks + [box(dice) for _ in truth if dice.random() < self.invented]

    def mask(self, blobs: Sequence[Blob], dice: Dice) -> Indices:
        pixels = np.zeros((PIXELS, PIXELS), np.uint8)
        for blob in blobs:
            if dice.random() >= self.missed:
                seen = blob.moved(self, dice)
                pixels[seen.cells()] = CLASSES.index(self.label(blob.label, dice)) + 1
        for _ in blobs:
            if dice.random() < self.invented:
                false = Blob.drawn(dice)
                pixels[false.cells()] = CLASSES.index(false.label) + 1
        return pixels


@dataclass(frozen=True)
class Blob:
    label: str
    x: float
    y: float
    wide: float
    high: float
    waves: tuple[float, float, float]

    @classmethod
    def drawn(cls, dice: Dice) -> Blob:
        x, y = dice.uniform(12, PIXELS - 12, 2)
        wide, high = dice.uniform(6, 16, 2)
        return cls(CLASSES[dice.integers(len(CLASSES))], x, y, wide, high, tuple(dice.normal(0, 0.06, 3)))

    def moved(self, expert: Expert, dice: Dice) -> Blob:
        waves = tuple(wave + expert.shift(1.0, dice) for wave in self.waves)
        wide, high = (max(2.0, size + expert.shift(2 * size, dice)) for size in (self.wide, self.high))
        x, y = self.x + expert.shift(self.wide, dice), self.y + expert.shift(self.high, dice)
        return Blob(self.label, x, y, wide, high, waves)  # type: ignore[arg-type]

    def cells(self) -> NDArray[np.bool_]:
        rows, columns = np.mgrid[:PIXELS, :PIXELS]
        across, down = (columns - self.x) / self.wide, (rows - self.y) / self.high
        angle = np.arctan2(down, across)
        border = 1 + sum(wave * np.sin((place + 1) * angle) for place, wave in enumerate(self.waves))
        return np.asarray(np.hypot(across, down) < border)


def span(dice: Dice) -> Span:
    size = dice.uniform(15, 80)
    start = dice.uniform(0, LENGTH - size)
    return Span(
        CLASSES[dice.integers(len(CLASSES))], start, start + size, "current" if dice.random() < 0.5 else "voltage"
    )


def box(dice: Dice) -> Box:
    width, height = dice.uniform(20, 120, 2)
    left, top = dice.uniform(0, WIDTH - width), dice.uniform(0, HEIGHT - height)
    return Box(CLASSES[dice.integers(len(CLASSES))], left, top, width, height)


def inside(label: str, left: float, top: float, right: float, bottom: float) -> Box:
    left, right = max(0.0, left), min(float(WIDTH), max(right, left + 1))
    top, bottom = max(0.0, top), min(float(HEIGHT), max(bottom, top + 1))
    return Box(label, left, top, max(1.0, right - left), max(1.0, bottom - top))
