"""Batches of crops for the trainer, from (seed, step, slot) to pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import lightning
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler
from torchvision.transforms.v2 import functional as transforms

from realstyler import pictures
from realstyler.errors import InputError, UsageError
from realstyler.photographs import SMALLEST_BOX, Draw, Photographs, draw
from realstyler.registry.config import TrainingConfig

SOFTNESS = (0.5, 24.0)
"""Least and largest standard deviation, in pixels, of the blur of a softened crop: from slightly
out of focus to the colours of a sky, which a network that never saw them leaves grey."""

CLOSEST = 0.3
"""Least share of a small photograph's shorter side that a close-up shows, enlarged."""

ATTEMPTS = 100
"""Photographs to try for one slot before giving up on the folder."""

Slot = tuple[int, int]
"""Step, and slot in the batch."""


class Crop(NamedTuple):
    """One crop, 3×S×S uint8, and the unreadable photographs that were tried before it."""

    pixels: Tensor
    unreadable: list[str]


class Batch(NamedTuple):
    """N×3×S×S uint8 crops, and the photographs that could not be read."""

    pixels: Tensor
    unreadable: list[str]


class Crops(Dataset[Crop]):
    """Random square crops of photographs, never distorted, flipped half of the time."""

    def __init__(
        self, photographs: Photographs, config: TrainingConfig, steps_before: int = 0
    ) -> None:
        self.photographs = photographs
        self.config = config
        self.steps_before = steps_before
        """Of earlier runs: a network that is trained further should see other photographs."""

    def __getitem__(self, key: Slot) -> Crop:
        """Return the crop that a slot of a step sees.

        Raises:
            UsageError: none of many photographs can be read.
        """
        step, slot = key
        position = (self.steps_before + step) * self.config.batch_size + slot
        unreadable: list[str] = []
        for attempt in range(ATTEMPTS):
            chosen = draw(self.config.seed, position, len(self.photographs.names), attempt)
            name = self.photographs.names[chosen.photograph]
            try:
                photograph = pictures.read(self.photographs.read(name), name=name)
            except InputError:
                unreadable.append(name)
                continue
            size = crop_size(self.config, step)
            box = self._box(chosen, photograph.pixels, size, position)
            pixels = _cut(photograph.pixels, box, size, flip=chosen.flip)
            return Crop(self._perhaps_softened(pixels, position), unreadable)
        raise UsageError(
            code="photographs-unreadable", place=self.photographs.root, attempts=ATTEMPTS
        )

    def _box(
        self, chosen: Draw, photograph: NDArray[np.uint8], size: int, position: int
    ) -> tuple[int, int, int]:
        """Return left, top and side of the square to cut, for some crops that of a close-up."""
        height, width, _ = photograph.shape
        random = np.random.default_rng([self.config.seed, position, 1])
        if random.random() >= self.config.close_share:
            return chosen.box(width, height)
        full = size / min(width, height)  # the scale at which a crop keeps its pixels
        scale = full if full < SMALLEST_BOX else random.uniform(CLOSEST, SMALLEST_BOX)
        return replace(chosen, scale=scale).box(width, height)

    def _perhaps_softened(self, pixels: Tensor, position: int) -> Tensor:
        """Blur the share of the crops that the configuration asks for, 3×S×S, each differently."""
        random = np.random.default_rng([self.config.seed, position])
        if random.random() >= self.config.soft_share:
            return pixels
        least, most = np.log(SOFTNESS)
        deviation = float(np.exp(random.uniform(least, most)))
        reach = min(math.ceil(3 * deviation), (pixels.shape[-1] - 1) // 2)
        return _blurred(pixels, 2 * reach + 1, deviation)


def _blurred(pixels: Tensor, length: int, deviation: float) -> Tensor:
    """Blur 3×S×S uint8: along the rows, then along the columns, since one square kernel is slow."""
    deviations = [deviation, deviation]
    rows = transforms.gaussian_blur(pixels.float(), [length, 1], deviations)
    both: Tensor = transforms.gaussian_blur(rows, [1, length], deviations)
    return both.round().to(torch.uint8)


def _cut(
    photograph: NDArray[np.uint8], box: tuple[int, int, int], size: int, *, flip: bool
) -> Tensor:
    """Cut the square (left, top, side) out of H×W×3 and scale it to 3×S×S."""
    left, top, side = box
    square = photograph[top : top + side, left : left + side]
    pixels = transforms.resize(torch.from_numpy(square).permute(2, 0, 1), [size, size])
    cut: Tensor = transforms.horizontal_flip(pixels) if flip else pixels
    return cut.contiguous()


class Steps(Sampler[list[Slot]]):
    """The slots of one device for every step, starting at ``first``."""

    def __init__(self, config: TrainingConfig, first: int, rank: int, devices: int) -> None:
        self.config = config
        self.first = first
        self.slots = range(rank, config.batch_size, devices)

    def __iter__(self) -> Iterator[list[Slot]]:
        for step in range(self.first, self.config.steps):
            yield [(step, slot) for slot in self.slots]

    def __len__(self) -> int:
        """All steps, including those already done: the trainer counts from the start."""
        return self.config.steps


class TrainingData(lightning.LightningDataModule):
    """Feeds the trainer, from its current step.

    Args:
        photographs: to be cut.
        config: decides the crops.
        workers: processes that read them.
        steps_before: asked once the trainer has read its checkpoint.
    """

    def __init__(
        self,
        photographs: Photographs,
        config: TrainingConfig,
        workers: int,
        steps_before: Callable[[], int],
    ) -> None:
        super().__init__()
        self.crops = Crops(photographs, config)
        self.config = config
        self.workers = workers
        self.steps_before = steps_before

    def train_dataloader(self) -> DataLoader[Crop]:
        """Load the batches of this device, continuing after a checkpoint's step."""
        trainer = self.trainer
        assert trainer is not None
        self.crops.steps_before = self.steps_before()
        steps = Steps(self.config, trainer.global_step, trainer.global_rank, trainer.world_size)
        return DataLoader(
            self.crops,
            batch_sampler=steps,
            num_workers=self.workers,
            collate_fn=collate,
            persistent_workers=self.workers > 0,
        )


def collate(crops: list[Crop]) -> Batch:
    """Stack crops of one size to a batch."""
    unreadable = [name for crop in crops for name in crop.unreadable]
    return Batch(torch.stack([crop.pixels for crop in crops]), unreadable)


def crop_size(config: TrainingConfig, step: int) -> int:
    """Side of the crops at a step: larger in the last share, where strokes settle."""
    finishing = step >= config.steps * (1 - config.finish_share)
    return config.finish_crop_size if finishing else config.crop_size
