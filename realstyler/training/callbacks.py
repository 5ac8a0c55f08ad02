"""Callbacks of a training: progress, previews, checkpoints, an orderly end."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Literal, cast

import lightning
import torch
from lightning.pytorch.callbacks import Callback, ModelCheckpoint, RichProgressBar
from lightning.pytorch.utilities import rank_zero_only
from lightning.pytorch.utilities.exceptions import SIGTERMException
from torch import Tensor
from torchvision.transforms.v2 import functional as transforms
from torchvision.utils import make_grid

from realstyler.errors import Cancelled
from realstyler.files import replacing
from realstyler.training.module import StyleTraining

LINES, JSON_LINES = 25, 200
"""Lines of progress in a whole training where there is no terminal, and for another program."""

Shown = Literal["bar", "json"]
"""How progress is shown: to people, or to a program that started this one."""

LEAST_GAIN = 0.01
"""Share by which the loss has to fall within a fifth of the steps."""

LOOKS, FEWEST_LOOKS = 40, 4
"""How often the loss is measured in a whole training, and at least before it may end."""

LOOKED_AT, FEWEST_STEPS_BETWEEN_LOOKS = 3, 15
"""Measuring on three photographs costs about as much as a step."""

EARLY_LINES = (1, 10)
"""Steps after which users want to know whether it works, and how long it will take."""


class Checkpoints(ModelCheckpoint):
    """Saves the full state every N steps and when the user stops, never in the middle of a step.

    The last two are kept: one of them is whole whenever the machine dies. A step that failed saves
    nothing, so that what is wrong with it cannot replace the last good state.
    """

    def __init__(self, folder: Path, every: int) -> None:
        """Keep ``folder/step=NNNNNNN.ckpt``, written every ``every`` steps."""
        super().__init__(
            folder,
            filename="{step:07d}",
            monitor="step",
            mode="max",
            save_top_k=2,
            every_n_train_steps=every,
            save_on_exception=True,
            enable_version_counter=False,
        )

    def on_exception(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        exception: BaseException,
    ) -> None:
        """Save if the run was stopped between two steps."""
        if isinstance(exception, (Cancelled, SIGTERMException)):
            super().on_exception(trainer, pl_module, exception)


class Interruption(Callback):
    """Ends a training after the step in which Ctrl-C was pressed; a second Ctrl-C ends it at once.

    Lightning's own answer may fall between two halves of an optimizer step, which no resumed run
    could continue exactly.
    """

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Handle Ctrl-C during the block, unless it is ignored or signals do not arrive."""
        previous = signal.getsignal(signal.SIGINT)
        deaf = threading.current_thread() is not threading.main_thread()
        if deaf or previous is signal.SIG_IGN:
            yield
            return
        signal.signal(signal.SIGINT, self._ask)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, *_: Any
    ) -> None:
        """Stop between two steps, all devices at the same one."""
        if trainer.strategy.reduce_boolean_decision(self.asked, all=False):
            raise stopped(trainer)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _say_once("Stopping after this step; press Ctrl-C again to stop at once")


class TimeLimit(Callback):
    """Ends a training after so many minutes, between two steps."""

    def __init__(self, minutes: float | None) -> None:
        self.minutes = minutes
        self.reached = False
        self._started = 0.0

    def on_train_start(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Start the clock."""
        self._started = time.monotonic()

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, *_: Any
    ) -> None:
        """Stop once the time is over, all devices at the same step."""
        if self.minutes is None:
            return
        over = time.monotonic() - self._started >= 60 * self.minutes
        if trainer.strategy.reduce_boolean_decision(over, all=False):
            self.reached = trainer.should_stop = True


class Plateau(Callback):
    """Ends a training once nothing is gained any more, between two steps.

    Measured is the loss of the averaged weights on a few photographs that stay the same. It has to
    fall by `LEAST_GAIN` within a fifth of all steps; where other terms begin to count, so does the
    patience. What it remembers is in the checkpoints: a resumed run ends where it would have ended.
    """

    def __init__(self, photographs: Tensor, steps: int) -> None:
        """Look at the first of N×3×S×S uint8 photographs some forty times in so many steps."""
        self.photographs = photographs[:LOOKED_AT]
        self.every = max(FEWEST_STEPS_BETWEEN_LOOKS, steps // LOOKS)
        self.patience = max(FEWEST_LOOKS * self.every, steps // 5)
        self.reached = False
        self.best = float("inf")
        self.best_step = 0
        self.aims: list[bool] = []

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, *_: Any
    ) -> None:
        """Stop if a measurement is due and shows no gain, all devices at the same step."""
        step = trainer.global_step
        if step % self.every or step == trainer.max_steps:
            return
        self._look(trainer, cast("StyleTraining", module), step)
        over = step - self.best_step >= self.patience
        if trainer.strategy.reduce_boolean_decision(over, all=False):
            self.reached = trainer.should_stop = True
            _say_once(
                f"Ends after {step} of {trainer.max_steps} steps: nothing was gained since step "
                f"{self.best_step} (--all-steps goes on)"
            )

    def state_dict(self) -> dict[str, Any]:
        """Return the state that a resumed run needs."""
        return {"best": self.best, "best_step": self.best_step, "aims": self.aims}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore the state of an interrupted run."""
        self.best, self.best_step = state_dict["best"], state_dict["best_step"]
        self.aims = state_dict["aims"]

    def _look(self, trainer: lightning.Trainer, module: StyleTraining, step: int) -> None:
        photographs = self.photographs.to(module.device).float()
        with trainer.precision_plugin.forward_context():
            loss = module.reached(photographs, step)
        aims = list(module.aims(step))
        if aims != self.aims or loss < (1 - LEAST_GAIN) * self.best:
            self.best, self.best_step, self.aims = loss, step, aims


def stopped(trainer: lightning.Trainer) -> Cancelled:
    """Return the error that says where a training was stopped."""
    return Cancelled(code="training-stopped", step=trainer.global_step, steps=trainer.max_steps)


EARLY_PREVIEWS = (10, 25, 50)
"""Steps after which beginners want to see something."""


class Preview(Callback):
    """Writes a picture of fixed photographs, plain above and stylized below, now and then."""

    def __init__(
        self, photographs: Tensor, folder: Path, every: int | None, own: Tensor | None = None
    ) -> None:
        """Keep N×3×S×S uint8 photographs; previews go to ``folder/step-NNNNNNN.jpg``.

        They come every so many steps or, for None, often at first and then every 100. A photograph
        of the user's, 3×H×W uint8, is painted whole to ``folder/photograph-NNNNNNN.jpg``.
        """
        self.photographs = photographs
        self.folder = folder
        self.every = every
        self.own = own
        self._written = -1

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, *_: Any
    ) -> None:
        """Write the preview of this step, if it is due."""
        step = trainer.global_step
        due = step in EARLY_PREVIEWS if self.every is None else False
        if due or step % (self.every or 100) == 0 or step == trainer.max_steps:
            self.write(cast("StyleTraining", module), step)

    def on_train_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Write the preview of the last step, which may come early."""
        if self._written != trainer.global_step:
            self.write(cast("StyleTraining", module), trainer.global_step)

    @rank_zero_only
    @torch.no_grad()
    def write(self, module: StyleTraining, step: int) -> None:
        """Stylize the photographs and write the picture of ``step``."""
        self._written = step
        photographs = self.photographs.to(module.device).float()
        rows = _levels(torch.cat([photographs, module(photographs)]))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._save(make_grid(rows, nrow=len(photographs), padding=4), f"step-{step:07d}.jpg")
        if self.own is not None:
            painted = module(self.own[None].to(module.device).float())[0]
            self._save(_levels(painted), f"photograph-{step:07d}.jpg")

    def _save(self, picture: Tensor, name: str) -> None:
        with replacing(self.folder / name, overwrite=True) as path:
            transforms.to_pil_image(picture).save(path, quality=92)


@dataclass(frozen=True)
class TrainingProgress:
    """Where a training stands."""

    step: int
    steps: int
    losses: dict[str, float]
    """Weighted, of this step."""
    pictures_per_second: float
    remaining: float
    """Seconds."""

    def __str__(self) -> str:
        losses = "  ".join(f"{name} {value}" for name, value in readable(self.losses).items())
        pace, left = f"{self.pictures_per_second:.3g} pictures/s", _clock(self.remaining)
        return f"step {self.step}/{self.steps}  {losses}  {pace}  {left} left"

    def as_json(self) -> str:
        """Return one line of JSON."""
        return json.dumps(asdict(self))


class ProgressLines(Callback):
    """A line on stderr now and then: step, losses, pace and time left."""

    def __init__(
        self, lines: int = LINES, written: Callable[[TrainingProgress], str] = str
    ) -> None:
        """Print about so many lines in a whole training, each as `written` says it."""
        self.lines, self.written = lines, written
        self.started = 0.0
        self.first = 0

    def on_train_start(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Start the clock; a resumed training counts from where it stands."""
        self.started = time.monotonic()
        self.first = trainer.global_step

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, *_: Any
    ) -> None:
        """Print a line, if it is due."""
        step = trainer.global_step
        due = step % max(1, trainer.max_steps // self.lines) == 0 or step == trainer.max_steps
        if due or step in EARLY_LINES:
            self.report(cast("StyleTraining", module), step, trainer.max_steps)

    @rank_zero_only
    def report(self, module: StyleTraining, step: int, steps: int) -> None:
        """Print the line of ``step``."""
        seconds = (time.monotonic() - self.started) / max(1, step - self.first)
        pictures = module.config.batch_size / seconds
        losses, remaining = dict(module.latest), seconds * (steps - step)
        state = TrainingProgress(step, steps, losses, pictures, remaining)
        print(self.written(state), file=sys.stderr, flush=True)


class ProgressBar(RichProgressBar):
    """Lightning's bar with steps, pace and time left, on stderr, and losses that can be read."""

    def __init__(self) -> None:
        super().__init__(console_kwargs={"stderr": True})

    def get_metrics(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule
    ) -> dict[str, Any]:
        """Return the losses of the latest step."""
        return dict(readable(cast("StyleTraining", pl_module).latest))

    def _get_train_description(self, current_epoch: int) -> str:
        return "Training"  # the steps are one long epoch


def progress(shown: Shown = "bar") -> Callback:
    """Return a progress bar for a terminal, or lines for anything else."""
    if shown == "json":
        return ProgressLines(JSON_LINES, TrainingProgress.as_json)
    return ProgressBar() if sys.stderr.isatty() else ProgressLines()


def readable(losses: Mapping[str, float]) -> dict[str, str]:
    """Write losses with three digits: 851234.5 is 8.51e5."""
    return {
        name: f"{value:.3g}".replace("e+0", "e").replace("e+", "e")
        for name, value in losses.items()
    }


def _levels(pictures: Tensor) -> Tensor:
    return pictures.clamp(0, 255).round().byte().cpu()


def _clock(seconds: float) -> str:
    minutes, second = divmod(round(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}"


@rank_zero_only
def _say_once(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
