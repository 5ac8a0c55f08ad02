"""The one trainer of all styles: from a configuration and photographs to a weights file.

    realstyler train mosaic --data flickr8k.zip

Lightning does devices, precision, checkpoints and logging; what is decided here is what is trained,
from where it continues, and where the weights go: into the run's folder, whenever it ends, and into
the style only if that has none or the user asked for it.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import torch
from filelock import FileLock, Timeout
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.loggers import CSVLogger, Logger, TensorBoardLogger
from PIL import Image, ImageOps
from torch import Tensor

from realstyler import pictures
from realstyler.errors import Cancelled, NotFiniteError, OutputError, UsageError
from realstyler.files import replacing
from realstyler.installation import (
    RUN_WEIGHTS,
    Installed,
    install,
    is_packaged,
    require_own,
)
from realstyler.networks.architecture import LiveNetwork, Network
from realstyler.photographs import Photographs
from realstyler.registry import find_style
from realstyler.registry.config import NEAREST, TrainingConfig
from realstyler.registry.style import Style
from realstyler.registry.weights import NetworkName, Weights, WeightsMetadata, load, save
from realstyler.training.callbacks import (
    Checkpoints,
    Interruption,
    Plateau,
    Preview,
    Shown,
    TimeLimit,
    progress,
    stopped,
)
from realstyler.training.data import Crops, TrainingData
from realstyler.training.inputs import load_network, read_style_picture
from realstyler.training.module import StyleTraining, trained_parameters
from realstyler.training.nearest import nearest_style
from realstyler.training.resume import find_checkpoint, has_checkpoints, require_new
from realstyler.training.vgg import VGG16, WEIGHTS

SHIPPED_PHOTOGRAPHS = Path(__file__).with_name("photographs.zip")
"""A few photographs in the public domain, for users without a data set."""

PREVIEWS = 6
"""Photographs in a preview picture."""

PREVIEW_SIDE = 512
"""Longer side in pixels of the user's own photograph, where it is previewed whole."""


@dataclass(frozen=True)
class TrainingRun:
    """What to train and how; the configuration says the rest."""

    style: Style
    network: NetworkName
    config: TrainingConfig
    data: Path
    """Flickr8k as a zip file or folder, or any folder of photographs."""
    folder: Path
    """Where checkpoints, previews and logs of this run go."""
    resume: bool = False
    install: bool = False
    """Replace the style's weights, too, where it has some; a backup is kept."""
    minutes: float | None = None
    """Time limit, after which the run ends with its current weights."""
    all_steps: bool = False
    """Continue even without further gain."""
    vgg: Path = WEIGHTS
    device: str = "auto"
    """auto, cpu, cuda or mps."""
    devices: int = 1
    """More than one runs the same command line once for each: not for use inside a window."""
    nodes: int = 1
    precision: str = "auto"
    """auto, or one of Lightning's names such as 32-true, bf16-mixed, 16-mixed."""
    workers: int = 0
    """Processes that read photographs; 0 reads in the training process."""
    checkpoint_every: int = 200
    preview_every: int | None = None
    """Steps between previews; None: at 10, 25, 50 and 100, then every 100 steps."""
    preview: Path | None = None
    """A photograph of one's own to be shown first in the previews, and whole beside them."""
    shown: Shown = "bar"
    """Whether progress is shown to people, or as lines of JSON to a program."""
    begin: Path | None = None
    """Weights to begin with, instead of what the configuration names."""
    callbacks: tuple[Callback, ...] = field(default=())
    """More of Lightning's callbacks, e.g. to follow a run from a window. One that raises
    ``Cancelled`` at the end of a batch stops the run, and a checkpoint is kept."""


@dataclass(frozen=True)
class TrainingResult:
    """Result of a run."""

    weights: Path
    """In the run's folder."""
    installed: Installed | None
    """How the style's weights were replaced; None if they were not."""
    steps: int
    seconds: float
    """Of this process; a resumed run counts only its own part."""
    losses: dict[str, float]
    """Weighted, of the last step; empty where a resumed run had none left to do."""
    unreadable: int
    """Photographs that were skipped because they cannot be read."""


def train(run: TrainingRun) -> TrainingResult | None:
    """Train one network; the style gets its weights if it has none, or if asked for.

    However the run ends, what it reached is in ``weights.safetensors`` in its folder. Of the
    processes of a run on several devices, one returns a result and the others None.

    Raises:
        UsageError: the data, the run folder or the options do not fit.
        StyleError: the style picture or a network to start from is missing or damaged.
        OutputError: a folder cannot be written, or the disk is full.
        NotFiniteError: the loss or its gradient is not finite.
        Cancelled: interrupted; a checkpoint and usable weights are kept.
    """
    _quieten()
    _check_folders(run)
    with _locked(run.folder):
        result = _train_stages(run) if run.config.stages else _train(run)
    if result is None:
        return None
    return replace(result, installed=_perhaps_install(run, result.weights))


def _train_stages(run: TrainingRun) -> TrainingResult | None:
    """Train stage by stage, each in a folder of its own; resumed, finished ones are passed over."""
    started, result, steps = time.monotonic(), None, 0
    if not run.resume:
        require_new(run.folder / "stage-1")
    for number, config in enumerate(run.config.in_stages(), 1):
        if run.resume and (run.folder / f"stage-{number + 1}").exists():
            continue
        seconds = time.monotonic() - started
        stage = _stage(run, number, config, seconds)
        result = _train(stage)
        steps += result.steps if result else 0
        if stage.minutes is not None and time.monotonic() - started >= 60 * stage.minutes + seconds:
            break
    if result is None:
        return None
    weights = run.folder / RUN_WEIGHTS
    with replacing(weights, overwrite=True) as temporary:
        shutil.copyfile(result.weights, temporary)
    seconds = time.monotonic() - started
    return replace(result, weights=weights, steps=steps, seconds=seconds)


def _stage(run: TrainingRun, number: int, config: TrainingConfig, seconds: float) -> TrainingRun:
    """Make the run of one stage, which begins with the weights of the one before."""
    folder = run.folder / f"stage-{number}"
    folder.mkdir(exist_ok=True)
    return replace(
        run,
        config=config,
        folder=folder,
        begin=run.folder / f"stage-{number - 1}" / RUN_WEIGHTS if number > 1 else run.begin,
        resume=run.resume and has_checkpoints(folder),
        minutes=None if run.minutes is None else max(0.0, run.minutes - seconds / 60),
    )


def _train(run: TrainingRun) -> TrainingResult | None:
    started = time.monotonic()
    photographs = Photographs.find(run.data)
    style_picture = read_style_picture(run.style, run.config.style_size)
    _check_batch(run)
    identity = _identity(run, photographs)
    checkpoint = find_checkpoint(run.folder, identity) if run.resume else None
    if not run.resume:
        require_new(run.folder)
    shown = _preview_photographs(run, photographs)
    judge = VGG16(run.vgg)
    module = StyleTraining(run.config, style_picture, judge, shown, _teacher(run), identity)
    if checkpoint is None:
        _warm_start(module, run, judge)
    try:
        trainer = _fit(module, run, photographs, shown, checkpoint)
    except Cancelled as stop:
        if not module.global_step or module.global_rank:
            raise
        saved = _save(module, run, photographs)
        kept = {"weights": saved, "folder": run.folder}
        reached = {"step": module.global_step, "steps": run.config.steps}
        raise Cancelled(code="training-stopped-and-saved", **reached, **kept) from stop
    if not trainer.is_global_zero:
        return None
    saved = _save(module, run, photographs)
    return TrainingResult(
        saved,
        None,
        trainer.global_step,
        time.monotonic() - started,
        module.latest,
        len(module.unreadable),
    )


def _fit(
    module: StyleTraining,
    run: TrainingRun,
    photographs: Photographs,
    shown: Tensor,
    checkpoint: Path | None,
) -> lightning.Trainer:
    interruption, time_limit = Interruption(), TimeLimit(run.minutes)
    plateau = Plateau(shown, run.config.steps)
    ends = [interruption, time_limit, *([] if run.all_steps else [plateau])]
    callbacks = [*_callbacks(run, shown), *ends, *run.callbacks]
    trainer = _trainer(run, callbacks)
    data = TrainingData(photographs, run.config, run.workers, lambda: module.steps_before)
    try:
        with interruption.listening():
            trainer.fit(module, data, ckpt_path=checkpoint, weights_only=True)
    except (Cancelled, NotFiniteError):
        if trainer.local_rank:  # all devices stop for the same reason; one reports it
            raise SystemExit(0) from None
        raise
    except SystemExit as exit_:  # Lightning's answer to SIGTERM and to a second Ctrl-C
        raise stopped(trainer) from exit_
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(code="run-unwritable", folder=run.folder, reason=reason) from error
    if trainer.global_step < run.config.steps and not (time_limit.reached or plateau.reached):
        raise stopped(trainer)
    return trainer


def _perhaps_install(run: TrainingRun, weights: Path) -> Installed | None:
    """Install the weights in the style, unless it has some that nobody asked to replace."""
    trained = run.style.weights_path(run.network).is_file()
    if is_packaged(run.style.folder) or (trained and not run.install):
        return None
    return install(weights, run.style)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other processes from training in the same folder.

    Raises:
        UsageError: one does so already.
    """
    if "LOCAL_RANK" in os.environ:  # started by the process that holds the lock
        yield
        return
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        raise UsageError(code="run-in-use", folder=folder) from error


def _identity(run: TrainingRun, photographs: Photographs) -> dict[str, Any]:
    """What a resumed run must have in common with the one it continues."""
    return {
        "style": run.style.name,
        "photographs": len(photographs.names),
        **run.config.model_dump(mode="json"),
    }


def _teacher(run: TrainingRun) -> torch.nn.Module | None:
    if not run.config.distillation_weight:
        return None
    return load_network(run.style.load_weights("full"))


def _warm_start(module: StyleTraining, run: TrainingRun, judge: VGG16) -> None:
    source = str(run.begin) if run.begin else run.config.warm_start
    if source == NEAREST:
        chosen = nearest_style(run.style, run.network, run.config.network, judge)
        source = chosen.name if chosen else None
        _tell_beginning(source)
    if source is None:
        return
    weights = _trained(run, source)
    if not _goes_on(weights.metadata.architecture, run.config.network):
        raise UsageError(
            code="warm-start-unfit", source=source, architecture=repr(weights.metadata.architecture)
        )
    # A refinement that the weights lack counts for nothing at first.
    module.begin_with(load_network(weights).state_dict())
    module.origin = weights.metadata.origin or weights.digest[:16]
    if weights.metadata.style == run.style.name:  # its training goes on
        module.steps_before = weights.metadata.steps


def _tell_beginning(source: str | None) -> None:
    nothing = "nothing: no trained style has such a network"
    print(f"Begins from {source or nothing}", file=sys.stderr, flush=True)


def _trained(run: TrainingRun, source: str) -> Weights:
    """Load the weights that ``warm_start`` names: a style's, or a file beside the style or here."""
    path = Path(source)
    if path.suffix != ".safetensors":
        return find_style(source).load_weights(run.network)
    beside = run.style.folder / path
    return load(beside if beside.exists() else path)


def _goes_on(trained: Network, wanted: Network) -> bool:
    """Whether training of one network can begin with the parameters of the other."""
    if isinstance(wanted, LiveNetwork) and trained != wanted:
        wanted = wanted.model_copy(update={"refinement_blocks": 0})
    return trained == wanted


def _check_batch(run: TrainingRun) -> None:
    total = run.devices * run.nodes
    if run.config.batch_size % total:
        multiple = total * (run.config.batch_size // total + 1)
        about = {"size": run.config.batch_size, "devices": total, "multiple": multiple}
        raise UsageError(code="batch-not-shared", **about)


def _check_folders(run: TrainingRun) -> None:
    """Check now, not after hours, that the results can be written."""
    weights = run.style.weights_path(run.network)
    if run.install:
        require_own(run.style)
    places = [(run.folder, run.folder)]
    if not is_packaged(weights.parent) and (run.install or not weights.is_file()):
        places.insert(0, (weights.parent, weights))
    for folder, result in places:
        try:
            if folder == run.folder:
                folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            reason = error.strerror
            raise OutputError(
                code="training-place-unwritable", target=result, reason=reason
            ) from error


def _trainer(run: TrainingRun, callbacks: list[Callback]) -> lightning.Trainer:
    several = run.devices * run.nodes > 1
    try:
        return lightning.Trainer(
            accelerator="gpu" if run.device == "cuda" else run.device,
            devices=run.devices,
            num_nodes=run.nodes,
            strategy="ddp" if several else "auto",
            precision=_precision(run),  # type: ignore[arg-type]
            max_steps=run.config.steps,
            max_epochs=-1,
            gradient_clip_val=run.config.gradient_clip,
            use_distributed_sampler=False,
            logger=_logger(run),
            log_every_n_steps=10,
            callbacks=callbacks,
            enable_progress_bar=run.shown == "bar" and sys.stderr.isatty(),
            enable_model_summary=False,
            default_root_dir=run.folder,
        )
    except (MisconfigurationException, ValueError) as error:
        options = f"--device {run.device} --devices {run.devices} --precision {run.precision}"
        reason = str(error).rstrip(".!")
        raise UsageError(code="device-does-not-work", options=options, reason=reason) from error


def _precision(run: TrainingRun) -> str:
    if run.precision != "auto":
        return run.precision
    if run.device in ("auto", "cuda") and torch.cuda.is_available():
        return "bf16-mixed" if torch.cuda.is_bf16_supported() else "16-mixed"
    mps = run.device in ("auto", "mps") and torch.backends.mps.is_available()
    # Where a CPU has no instructions for it, bfloat16 is emulated, slowly.
    fast = not mps and torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001
    return "bf16-mixed" if fast else "32-true"


def _logger(run: TrainingRun) -> Logger:
    if find_spec("tensorboard"):
        return TensorBoardLogger(run.folder, name="tensorboard", version="")
    return CSVLogger(run.folder, name="csv")  # one per start: it deletes an earlier table


def _callbacks(run: TrainingRun, shown: Tensor) -> list[Callback]:
    return [
        Checkpoints(run.folder / "checkpoints", run.checkpoint_every),
        Preview(shown, run.folder / "previews", run.preview_every, _whole(run.preview)),
        progress(run.shown),
    ]


def _preview_photographs(run: TrainingRun, photographs: Photographs) -> Tensor:
    """Choose the same crops for every run on the same photographs, whatever its seed."""
    plain = {"soft_share": 0.0, "close_share": 0.0}
    sizes = {"crop_size": 256, "finish_crop_size": 256, "batch_size": 1}
    config = run.config.but(seed=2**32 - 1, **plain, **sizes)
    crops = Crops(photographs, config)
    shown = [crops[step, 0].pixels for step in range(PREVIEWS)]
    if run.preview is not None:
        shown = [_own_photograph(run.preview), *shown[1:]]
    return torch.stack(shown)  # N×3×256×256


def _own_photograph(path: Path) -> Tensor:
    """Read the middle of a photograph as uint8 3×256×256."""
    image = Image.fromarray(pictures.paintable(pictures.read(path)))
    return _pixels(ImageOps.fit(image, (256, 256), Image.Resampling.LANCZOS))


def _whole(path: Path | None) -> Tensor | None:
    """Read a photograph as uint8 3×H×W, the longer side at most `PREVIEW_SIDE`."""
    if path is None:
        return None
    image = Image.fromarray(pictures.paintable(pictures.read(path)))
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Image.Resampling.LANCZOS)
    return _pixels(image)


def _pixels(image: Image.Image) -> Tensor:
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)  # 3×H×W


def _save(module: StyleTraining, run: TrainingRun, photographs: Photographs) -> Path:
    """Write the current weights into the run's folder."""
    metadata = WeightsMetadata(
        style=run.style.name,
        network=run.network,
        architecture=run.config.network,
        training=run.config.model_dump(mode="json", exclude={"network"}),
        data=photographs.description,
        steps=module.steps_before + module.trainer.global_step,
        license=run.style.license,
        origin=module.origin,
    )
    arrays = {name: value.numpy() for name, value in trained_parameters(module)}
    path = run.folder / RUN_WEIGHTS
    save(path, arrays, metadata)
    return path


def _quieten() -> None:
    """Keep Lightning's advertisements and hardware notes off the terminal."""
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="lightning")
