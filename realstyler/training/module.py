"""What Lightning trains: a network, its perceptual loss, its optimizer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

import lightning
import torch
from lightning.pytorch.utilities.types import OptimizerLRScheduler
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from realstyler.errors import NotFiniteError
from realstyler.networks.torch_modules import build
from realstyler.registry.config import TrainingConfig
from realstyler.training.data import Batch
from realstyler.training.loss import Losses, PerceptualLoss
from realstyler.training.normalization import use_channels_last_normalization
from realstyler.training.resume import CHECKPOINT_KEY
from realstyler.training.stability import (
    frame_error,
    grid_error,
    noise_error,
    shift_error,
    smooth_pictures,
)
from realstyler.training.vgg import VGG16

JUDGES = ("loss.", "teacher.")
"""Frozen parts that no checkpoint needs to hold."""

GRID_PICTURES = 2
"""Smooth pictures in which a step looks for a grid and a frame."""


class StyleTraining(lightning.LightningModule):
    """Trains one network of one style."""

    def __init__(
        self,
        config: TrainingConfig,
        style_picture: Tensor,
        vgg: VGG16,
        untouched: Tensor,
        teacher: nn.Module | None = None,
        run: Mapping[str, Any] | None = None,
    ) -> None:
        """Build the network from the seed.

        Args:
            config: the training configuration.
            style_picture: 1×3×H×W RGB in 0..255, already scaled to ``config.style_size``.
            vgg: the frozen judge.
            untouched: photographs on which the layers of the style loss are balanced,
                N×3×S×S in 0..255.
            teacher: the style's full network, where the configuration asks for imitation.
            run: what a resumed run must agree with, as JSON values; travels in the checkpoints.
        """
        super().__init__()
        self.strict_loading = False  # checkpoints leave the frozen judges out
        self.config = config
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self.network = build(config.network)
        use_channels_last_normalization(self.network)
        self.average = AveragedModel(self.network, multi_avg_fn=self._average)
        self.average.requires_grad_(False)
        self.start = deepcopy(self.network).requires_grad_(False) if config.start_share else None
        """The initial parameters, if a share of them is kept."""
        self.loss = PerceptualLoss(config, style_picture, vgg, untouched.float())
        self.teacher = teacher.eval().requires_grad_(False) if teacher else None
        self.to(memory_format=torch.channels_last)
        self.unreadable: set[str] = set()
        self.steps_before = 0
        self.origin = ""
        """Which network the parameters were begun from, see `WeightsMetadata.origin`."""
        """Steps of the same style's network that this run began with."""
        self.run = run or {}
        self._losses: Losses = {}

    def forward(self, photographs: Tensor) -> Tensor:
        """Stylize N×3×H×W pictures in 0..255 with the averaged weights; not clamped."""
        stylized: Tensor = self.average(photographs)
        return stylized

    def begin_with(self, parameters: Mapping[str, Tensor]) -> None:
        """Load parameters of a trained network; missing ones keep their initial values."""
        self.network.load_state_dict(parameters, strict=False)
        self.average.module.load_state_dict(self.network.state_dict())
        if self.start is not None:
            self.start.load_state_dict(self.network.state_dict())

    def training_step(self, batch: Batch, index: int) -> Tensor:
        """Return the weighted sum of the losses of one batch."""
        self.unreadable.update(batch.unreadable)
        losses = self.losses(batch.pixels, self.global_step)
        total: Tensor = losses["total"]
        self._losses = {name: loss.detach() for name, loss in losses.items()}
        self.log_dict(self._losses, batch_size=self.config.batch_size)
        return total

    def losses(self, pixels: Tensor, step: int) -> Losses:
        """Return the weighted losses of a step and their ``total``, with gradient.

        Args:
            pixels: crops of photographs, N×3×S×S in 0..255.
            step: where in the run it is, which decides the terms that count.
        """
        return self._losses_of(self.network, pixels, step, noise=step)

    @torch.no_grad()
    def reached(self, photographs: Tensor, step: int) -> float:
        """Return the total loss of the averaged weights on photographs, N×3×S×S in 0..255.

        On the same photographs it is a smooth measure of progress, unlike the losses of the steps,
        each of which sees others.
        """
        return float(self._losses_of(self.average.module, photographs, step, noise=0)["total"])

    def aims(self, step: int) -> tuple[bool, ...]:
        """Return which terms count at a step: losses with different terms cannot be compared."""
        config = self.config
        calming = (
            config.shift_weight,
            config.noise_weight,
            config.grid_weight,
            config.frame_weight,
        )
        late = (config.tile_share, config.stability_share if any(calming) else 0.0)
        return (self._imitation_counts(step), *(self._is_late(step, share) for share in late))

    def _losses_of(self, network: nn.Module, pixels: Tensor, step: int, *, noise: int) -> Losses:
        photographs = pixels.float().contiguous(memory_format=torch.channels_last)
        stylized = network(photographs)  # N×3×S×S
        in_tiles = self._is_late(step, self.config.tile_share)
        losses: Losses = self.loss(stylized, photographs, in_tiles=in_tiles)
        losses.update(self._imitation(stylized, photographs, step))
        if self._is_late(step, self.config.stability_share):
            losses.update(self._stability(network, stylized, photographs, noise))
        losses["total"] = torch.stack(list(losses.values())).sum()
        return losses

    @property
    def latest(self) -> dict[str, float]:
        """The weighted losses of the latest step on this device, ``total`` last."""
        return {name: float(loss) for name, loss in self._losses.items()}

    def configure_optimizers(self) -> OptimizerLRScheduler:
        """Adam with a one-cycle schedule (Smith & Topin 2018), stepped every step."""
        optimizer = torch.optim.Adam(self.network.parameters(), lr=self.config.learning_rate)
        steps = self.config.steps + 1
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            self.config.learning_rate,
            total_steps=steps,
            pct_start=max(0.1, 2 / steps),  # without steps in its rise, the schedule has no rate
        )
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        """Stop before a step that is not finite changes the weights, on all devices.

        Raises:
            NotFiniteError: the loss or the gradient is not finite.
        """
        finite = self._losses["total"].isfinite()
        if self.trainer.precision != "16-mixed":  # its scaler skips steps that overflow
            gradients = [p.grad for p in self.network.parameters() if p.grad is not None]
            finite = finite & torch.nn.utils.get_total_norm(gradients).isfinite()
        if not self.trainer.strategy.reduce_boolean_decision(bool(finite), all=True):
            raise self._not_finite()

    def optimizer_step(self, *arguments: Any, **named: Any) -> None:
        """Let the average follow every step, before a checkpoint is written."""
        super().optimizer_step(*arguments, **named)
        self.average.update_parameters(self.network)

    def on_train_end(self) -> None:
        """Collect what the other devices could not read."""
        self.unreadable = self._unreadable_of_all()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Add what the run was started with and leave the frozen judges out."""
        checkpoint[CHECKPOINT_KEY] = {
            "run": dict(self.run),
            "unreadable": sorted(self._unreadable_of_all()),
            "steps_before": self.steps_before,
            "origin": self.origin,
        }
        state = checkpoint["state_dict"]
        checkpoint["state_dict"] = {k: v for k, v in state.items() if not k.startswith(JUDGES)}

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Continue counting."""
        kept = checkpoint[CHECKPOINT_KEY]
        self.unreadable = set(kept["unreadable"])
        self.steps_before = kept.get("steps_before", 0)  # which older checkpoints lack
        self.origin = kept.get("origin", "")

    def _imitation(self, stylized: Tensor, photographs: Tensor, step: int) -> Losses:
        if self.teacher is None or not self._imitation_counts(step):
            return {}
        weight = self.config.distillation_weight
        with torch.no_grad():
            wanted = self.teacher(photographs).clamp(0, 255)
        return {"imitation": weight * (stylized - wanted).square().mean()}

    def _imitation_counts(self, step: int) -> bool:
        early = step < self.config.distillation_share * self.config.steps
        return bool(self.config.distillation_weight) and early

    def _stability(
        self, network: nn.Module, stylized: Tensor, photographs: Tensor, noise: int
    ) -> Losses:
        losses: Losses = {}
        seed = self.config.seed * 1_000_003 + noise
        if self.config.shift_weight:
            error = shift_error(network, photographs, stylized, seed)
            losses["shift"] = self.config.shift_weight * error
        if self.config.noise_weight:
            error = noise_error(network, photographs, stylized, seed)
            losses["noise"] = self.config.noise_weight * error
        return losses | self._surface(network, photographs[:GRID_PICTURES])

    def _surface(self, network: nn.Module, photographs: Tensor) -> Losses:
        weights = {"grid": self.config.grid_weight, "frame": self.config.frame_weight}
        if not any(weights.values()):
            return {}
        stylized = network(smooth_pictures(photographs))  # N×3×128×128
        errors = {"grid": grid_error(stylized), "frame": frame_error(stylized)}
        return {name: weights[name] * errors[name] for name in errors if weights[name]}

    def _is_late(self, step: int, share: float) -> bool:
        """Whether a step is in the last ``share`` of all."""
        return step >= self.config.steps * (1 - share)

    def _average(
        self, averaged: Sequence[Tensor], current: Sequence[Tensor], count: Tensor | int
    ) -> None:
        """Move the average towards the current parameters, by more while few were averaged."""
        decay = min(self.config.average_decay, (1 + int(count)) / (10 + int(count)))
        torch._foreach_lerp_(list(averaged), list(current), 1 - decay)

    def _not_finite(self) -> NotFiniteError:
        culprits = [name for name, loss in self._losses.items() if not loss.isfinite()]
        if not culprits:
            return NotFiniteError(code="gradient-not-finite", step=self.global_step)
        return NotFiniteError(code="loss-not-finite", loss=culprits[0], step=self.global_step)

    def _unreadable_of_all(self) -> set[str]:
        if self.trainer.world_size == 1:
            return self.unreadable
        found: list[set[str]] = [set()] * self.trainer.world_size
        torch.distributed.all_gather_object(found, self.unreadable)
        return set().union(*found)


def trained_parameters(module: StyleTraining) -> Iterator[tuple[str, Tensor]]:
    """Name and averaged value of every parameter, as the weights file holds them."""
    start = module.start.state_dict() if module.start is not None else {}
    for name, value in module.average.module.state_dict().items():
        kept = value.detach().float()
        if name in start:
            kept = kept.lerp(start[name].float(), module.config.start_share)
        yield name, kept.cpu().contiguous()
