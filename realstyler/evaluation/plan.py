"""Configuration of an evaluation: styles, networks and photographs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np
from PIL import Image, ImageOps

from realstyler import pictures
from realstyler.engine import Device, Pixels
from realstyler.errors import InputError, UsageError
from realstyler.evaluation.optimization import Start
from realstyler.registry.style import Style
from realstyler.registry.weights import NETWORKS, NetworkName

SMALLEST_SIZE, LARGEST_SIZE = 128, 4096
NARROWEST = 64
"""Minimum shorter side of a photograph, in pixels: less is a single patch at the deepest layer."""

OPTIMIZATION_SIZE = 256
"""Side in pixels of the squares on which the paper compares networks with optimization."""


@dataclass(frozen=True)
class Photograph:
    """A photograph to evaluate on."""

    name: str
    pixels: Pixels
    """Its longer side is at most the plan's size."""
    square: Pixels
    """The central square, for the direct optimization."""


@dataclass(frozen=True)
class EvaluationPlan:
    """What to evaluate; validated on construction.

    Raises:
        UsageError: there are no networks or photographs, or a number is out of range.
    """

    styles: Sequence[Style]
    photographs: Sequence[Path]
    networks: Sequence[NetworkName] = NETWORKS
    """Styles are evaluated on those networks that they have."""
    size: int = 1024
    """Maximum side in pixels: larger photographs are scaled down, others stay unchanged."""
    iterations: int = 500
    """Iterations of the direct optimization; 0 skips it."""
    optimized: int = 3
    """Number of photographs, the first ones, for direct optimization."""
    optimization_size: int = OPTIMIZATION_SIZE
    """Side in pixels of the central squares used for it."""
    start: Start = "photograph"
    """Initial picture of the direct optimization; the paper uses noise."""
    seed: int = 0
    """Seed for the gradients and all noise."""
    device: Device = "auto"

    def __post_init__(self) -> None:
        if not self.styles or not self.networks:
            raise UsageError(code="nothing-to-evaluate")
        if not self.photographs:
            raise UsageError(code="evaluation-without-photographs")
        if not SMALLEST_SIZE <= self.size <= LARGEST_SIZE:
            limits = {"smallest": SMALLEST_SIZE, "largest": LARGEST_SIZE}
            raise UsageError(code="size-out-of-range", size=self.size, **limits)
        if min(self.iterations, self.optimized, self.seed) < 0:
            raise UsageError(code="numbers-negative")
        if self.start not in get_args(Start):
            allowed = ", ".join(get_args(Start))
            raise UsageError(code="no-such-choice", kind="start", name=self.start, allowed=allowed)

    def networks_of(self, style: Style) -> Sequence[NetworkName]:
        """Return the networks of a style to evaluate; opening them reports missing ones."""
        return [name for name in self.networks if name in style.networks] or self.networks[:1]

    def read(self, path: Path) -> Photograph:
        """Read one photograph.

        Raises:
            InputError: it can't be read, or is too narrow.
        """
        whole = Image.fromarray(pictures.read(path).pixels)
        scale = min(1.0, self.size / max(whole.size))
        width, height = (round(side * scale) for side in whole.size)
        if min(width, height) < NARROWEST:
            raise InputError(code="photograph-too-narrow", picture=path)
        square = (self.optimization_size,) * 2
        return Photograph(
            path.name,
            np.array(whole.resize((width, height), Image.Resampling.LANCZOS)),
            np.array(ImageOps.fit(whole, square, Image.Resampling.LANCZOS)),
        )


def draw(photographs: Sequence[Path], count: int | None, seed: int) -> list[Path]:
    """Draw `count` of the photographs by a seed, keeping their order; None returns all."""
    if count is None or count >= len(photographs):
        return list(photographs)
    chosen = random.Random(seed).sample(range(len(photographs)), count)  # noqa: S311 - no secret
    return [photographs[index] for index in sorted(chosen)]
