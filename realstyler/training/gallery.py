"""All networks of the gallery in a given time, for a graphics card that is there for minutes.

    python -m realstyler.training.gallery --data photos-256.zip --seconds 700 --out runs/gallery

The full networks come first, since the live ones imitate them. Each gets an equal share of what is
left, a one-cycle schedule over that time, and writes its weights and a sheet when it ends: whatever
ends the machine, what was finished is there. Photographs stay on the device, in one tensor, and are
cropped, enlarged, blurred and flipped there, since a card waits for nothing else.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor
from torch.nn import functional
from torchvision.transforms.v2.functional import gaussian_blur, to_pil_image
from torchvision.utils import make_grid

from realstyler.photographs import SMALLEST_BOX, Photographs
from realstyler.registry import registry
from realstyler.registry.config import TrainingConfig
from realstyler.registry.style import Style
from realstyler.registry.weights import NetworkName, WeightsMetadata, load, save
from realstyler.training.data import CLOSEST, SOFTNESS, crop_size
from realstyler.training.inputs import load_network, read_style_picture
from realstyler.training.module import StyleTraining, trained_parameters
from realstyler.training.vgg import VGG16

SIDE = 264
"""Pixels of the squares that are kept of the photographs."""

BALANCED, SHOWN = 8, 6
"""Photographs on which the style loss is balanced, and in a sheet."""

LEAST_RATE = 0.02
"""Of the schedule, in shares of its peak."""


@dataclass(frozen=True)
class Gallery:
    """What to train, with what, for how long."""

    data: Path
    out: Path
    seconds: float
    styles: Sequence[str]
    batch_size: int = 16
    device: str = "cpu"
    compiled: bool = False
    most_steps: int = 1_000_000
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds."""
        return self.seconds - (time.monotonic() - self.started)


def train_all(gallery: Gallery) -> None:
    """Train every network in turn, within the time; write weights, sheets and ``log.jsonl``."""
    gallery.out.mkdir(parents=True, exist_ok=True)
    photographs = Photographs.find(gallery.data)
    pixels = squares(photographs).to(gallery.device)  # N×3×264×264 uint8
    networks: tuple[NetworkName, ...] = ("full", "live")
    work = [(name, network) for network in networks for name in gallery.styles]
    for index, (name, network) in enumerate(work):
        seconds = gallery.left / (len(work) - index)
        if seconds <= 0:
            return
        style = registry().styles[name]
        module = begin(gallery, style, network, pixels)
        steps, losses = learn(gallery, module, pixels, seconds)
        finish(gallery, style, network, module, steps, photographs.description, pixels)
        told = {"style": name, "network": network, "steps": steps, **losses}
        with (gallery.out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(told) + "\n")


def squares(photographs: Photographs) -> Tensor:
    """Read all photographs as squares N×3×264×264 uint8, skipping unreadable ones."""
    found = []
    for name in photographs.names:
        try:
            with Image.open(BytesIO(photographs.read(name))) as image:
                square = ImageOps.fit(image.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS)
        except OSError:
            continue
        found.append(torch.from_numpy(np.array(square)).permute(2, 0, 1))
    return torch.stack(found)


def begin(
    gallery: Gallery, style: Style, network: NetworkName, photographs: Tensor
) -> StyleTraining:
    """Build a network with its loss, from where its configuration begins."""
    config = style.training(network).but(batch_size=gallery.batch_size)
    teacher = gallery.out / f"{style.name}-full.safetensors"
    imitated = load_network(load(teacher)) if network == "live" and teacher.is_file() else None
    module = StyleTraining(
        config,
        read_style_picture(style, config.style_size),
        VGG16(),
        photographs[:BALANCED].cpu(),
        imitated,
    )
    if config.warm_start and config.warm_start.endswith(".safetensors"):
        module.begin_with(load_network(load(style.folder / config.warm_start)).state_dict())
    return module.to(gallery.device)


def learn(
    gallery: Gallery, module: StyleTraining, photographs: Tensor, seconds: float
) -> tuple[int, dict[str, float]]:
    """Train for so long; return the steps and the last losses."""
    config, started = module.config, time.monotonic()
    optimizer = torch.optim.Adam(module.network.parameters(), lr=config.learning_rate)
    losses = torch.compile(module.losses) if gallery.compiled else module.losses
    found: dict[str, Tensor] = {}
    steps = 0
    while steps < gallery.most_steps and (done := (time.monotonic() - started) / seconds) < 1:
        for group in optimizer.param_groups:
            group["lr"] = config.learning_rate * one_cycle(done)
        # The configuration counts in steps, this run in time.
        step = int(done * config.steps)
        crops = draw_crops(photographs, config, crop_size(config, step), steps)
        with torch.autocast(gallery.device, torch.bfloat16):
            found = losses(crops, step)
        optimizer.zero_grad(set_to_none=True)
        found["total"].backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(module.network.parameters(), config.gradient_clip)
        optimizer.step()
        module.average.update_parameters(module.network)
        steps += 1
    return steps, {name: float(loss.detach()) for name, loss in found.items()}


def one_cycle(done: float) -> float:
    """Return the rate at a share of the run, as a share of its peak (Smith & Topin 2018)."""
    if done < 0.1:
        return LEAST_RATE + (1 - LEAST_RATE) * done / 0.1
    return float(LEAST_RATE + (1 - LEAST_RATE) * (1 + np.cos(np.pi * (done - 0.1) / 0.9)) / 2)


def draw_crops(photographs: Tensor, config: TrainingConfig, size: int, step: int) -> Tensor:
    """Cut a batch N×3×S×S in 0..255 on the device, as the trainer's crops are cut."""
    random = np.random.default_rng([config.seed, step])
    return torch.stack([_crop(photographs, config, size, random) for _ in range(config.batch_size)])


def _crop(
    photographs: Tensor, config: TrainingConfig, size: int, random: np.random.Generator
) -> Tensor:
    photograph = photographs[random.integers(len(photographs))]  # 3×264×264
    close = random.random() < config.close_share
    scale = random.uniform(CLOSEST, SMALLEST_BOX) if close else random.uniform(SMALLEST_BOX, 1)
    side = round(SIDE * scale)
    top, left = random.integers(0, SIDE - side + 1, 2)
    square = photograph[None, :, top : top + side, left : left + side].float()
    crop = functional.interpolate(square, (size, size), mode="bicubic", antialias=True)
    if random.random() < config.soft_share:
        deviation = float(np.exp(random.uniform(*np.log(SOFTNESS))))
        length = 2 * min(int(3 * deviation) + 1, (size - 1) // 2) + 1
        crop = gaussian_blur(crop, [length, length], [deviation, deviation])
    return (crop.flip(-1) if random.random() < 0.5 else crop)[0].clamp(0, 255)


def finish(
    gallery: Gallery,
    style: Style,
    network: NetworkName,
    module: StyleTraining,
    steps: int,
    data: str,
    photographs: Tensor,
) -> None:
    """Write the weights and a sheet, each whole or not at all."""
    name = f"{style.name}-{network}"
    metadata = WeightsMetadata(
        style=style.name,
        network=network,
        architecture=module.config.network,
        training=module.config.model_dump(mode="json", exclude={"network"}),
        data=data,
        steps=steps,
        license=style.license,
    )
    arrays = {key: value.numpy() for key, value in trained_parameters(module)}
    save(gallery.out / f"{name}.safetensors", arrays, metadata)
    with torch.no_grad():
        plain = photographs[:SHOWN].float()
        rows = torch.cat([plain, module(plain)]).clamp(0, 255).round().byte().cpu()
    to_pil_image(make_grid(rows, nrow=SHOWN)).save(gallery.out / f"{name}.jpg", quality=90)


def _arguments() -> Iterator[tuple[str, type, object, str]]:
    yield "--data", Path, None, "a folder or zip of photographs"
    yield "--out", Path, Path("runs/gallery"), "where weights, sheets and the log go"
    yield "--seconds", float, 600.0, "for all networks together"
    yield "--batch-size", int, 16, "photographs per step"
    yield "--most-steps", int, 1_000_000, "per network, for a dry run"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description="Train all networks in a given time.")
    for name, kind, default, meaning in _arguments():
        parser.add_argument(
            name, type=kind, default=default, help=meaning, required=default is None
        )
    parser.add_argument("styles", nargs="*", help="default: all of the gallery")
    chosen = parser.parse_args(arguments)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    trained = [name for name, style in registry().styles.items() if style.trained]
    train_all(
        Gallery(
            chosen.data,
            chosen.out,
            chosen.seconds,
            chosen.styles or trained,
            batch_size=chosen.batch_size,
            device=device,
            compiled=device == "cuda",
            most_steps=chosen.most_steps,
        )
    )


if __name__ == "__main__":
    main()
