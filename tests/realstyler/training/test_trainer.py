"""Whole trainings of a tiny network through the real command line, in this process."""

# About 25 s.

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightning
import numpy as np
import pytest
import torch
from filelock import FileLock
from lightning.pytorch.callbacks import Callback
from PIL import Image
from torch import Tensor

from realstyler.cli import main
from realstyler.errors import Cancelled, NotFiniteError, OutputError, RealstylerError
from realstyler.photographs import Photographs
from realstyler.registry import find_style
from realstyler.registry.config import TrainingConfig
from realstyler.registry.weights import load, save
from realstyler.training import callbacks
from realstyler.training.inputs import read_style_picture
from realstyler.training.module import StyleTraining
from realstyler.training.trainer import TrainingRun, train
from realstyler.training.vgg import VGG16
from support import save_random_weights

FAST = ("--device", "cpu", "--precision", "32-true")


@pytest.fixture
def arguments(tiny: Path, photographs: Path, tmp_path: Path) -> list[str]:
    """Arguments of `realstyler train` for four steps of a tiny style."""
    return ["train", "tiny", "--data", str(photographs), "--run", str(tmp_path / "run"), *FAST]


class Recorder(Callback):
    """Notes the losses and whether the weights file exists, after every step."""

    def __init__(self, weights: Path) -> None:
        self.weights = weights
        self.losses: list[dict[str, float]] = []
        self.existed: list[bool] = []
        self.initial: dict[str, Tensor] = {}

    def on_train_start(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Keep the parameters that training starts from."""
        assert isinstance(module, StyleTraining)
        self.initial = {k: v.clone() for k, v in module.network.state_dict().items()}

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, *_: Any
    ) -> None:
        """Note this step."""
        assert isinstance(module, StyleTraining)
        self.losses.append(module.latest)
        self.existed.append(self.weights.exists())


def _run(
    data: Path, folder: Path, settings: Sequence[str] = (), **options: Any
) -> tuple[TrainingRun, Recorder]:
    style = find_style("tiny")
    recorder = Recorder(style.weights_path("full"))
    options.setdefault("callbacks", (recorder,))
    config = style.full.override(settings)
    defaults = {"device": "cpu", "precision": "32-true"}
    return TrainingRun(style, "full", config, data, folder, **defaults | options), recorder


def _one_line(text: str) -> str:
    assert text.startswith("realstyler: ")
    assert text.count("\n") == 1, text
    return text


def test_losses_fall_and_weights_appear_at_the_end(
    tiny: Path, photographs: Path, tmp_path: Path
) -> None:
    """A short training learns; until its end there are no weights, then there are, whole."""
    run, recorder = _run(photographs, tmp_path / "run", ["steps=12", "learning_rate=0.003"])
    result = train(run)
    assert result is not None
    assert result.steps == 12
    assert result.losses == recorder.losses[-1]
    assert list(result.losses) == ["content", "style", "tone", "total"]
    assert recorder.losses[-1]["total"] < 0.6 * recorder.losses[0]["total"]
    assert not any(recorder.existed)
    assert sorted(path.name for path in tiny.iterdir() if path.is_file()) == [
        "__init__.py",
        "full.safetensors",
        "style.jpg",
    ]
    weights = find_style("tiny").load_weights("full")
    assert weights.metadata.steps == 12
    assert weights.metadata.data == "7 photographs of photographs"
    assert weights.metadata.license == "CC0-1.0"
    assert weights.metadata.architecture == run.config.network
    assert all(array.dtype == np.float16 for array in weights.arrays.values())
    trained = TrainingConfig.model_validate(
        {**weights.metadata.training, "network": weights.metadata.architecture}
    )
    assert trained == run.config


def test_command_line(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The weights' path on stdout; previews, logs and two checkpoints in the run folder."""
    extra = ["--steps", "5", "--preview-every", "2", "--checkpoint-every", "1"]
    assert main([*arguments, *extra]) == 0
    output = capsys.readouterr()
    assert output.out == f"{find_style('tiny').weights_path('full')}\n"
    assert "step 5/5  content " in output.err
    assert "pictures/s" in output.err
    assert "left" in output.err
    run = tmp_path / "run"
    previews = sorted(path.name for path in (run / "previews").iterdir())
    assert previews == ["step-0000002.jpg", "step-0000004.jpg", "step-0000005.jpg"]
    with Image.open(run / "previews" / previews[0]) as preview:
        assert preview.size == (6 * 260 + 4, 2 * 260 + 4)
    checkpoints = sorted(path.name for path in (run / "checkpoints").iterdir())
    assert checkpoints == ["step=0000004.ckpt", "step=0000005.ckpt"]
    assert list(run.glob("tensorboard/events*")) or list(run.glob("csv/*/metrics.csv"))


def test_json_is_one_document(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--json` says what came of the run, on stdout, for scripts."""
    assert main([*arguments, "--network", "live", "--steps", "1", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["network"] == "live"
    assert document["weights"] == str(tmp_path / "run" / "weights.safetensors")
    assert document["installed"]["weights"] == str(find_style("tiny").weights_path("live"))
    assert document["steps"] == 1
    assert document["unreadable"] == 0
    assert document["losses"]["total"] > 0


def test_tables_of_losses_without_tensorboard(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where TensorBoard is not installed, losses go to a table; a resumed run keeps the first."""
    monkeypatch.setattr("realstyler.training.trainer.find_spec", lambda _: None)
    extra = ["--steps", "10", "--checkpoint-every", "5"]
    assert main([*arguments, *extra]) == 0
    assert main([*arguments, *extra, "--resume"]) == 0
    tables = sorted((tmp_path / "run").glob("csv/*/metrics.csv"))
    assert "content" in tables[0].read_text()


EVERY_FIELD = {
    "network": {"kind": "transform-net", "width": 5, "blocks": 2},
    "style_size": 40,
    "content_weight": 2.0,
    "style_weight": 3.0,
    "tone_weight": 4e4,
    "total_variation_weight": 0.5,
    "shift_weight": 10.0,
    "noise_weight": 20.0,
    "grid_weight": 30.0,
    "frame_weight": 40.0,
    "stability_share": 0.5,
    "distillation_weight": 0.1,
    "distillation_share": 0.5,
    "content_layers": {"relu3_3": 0.5},
    "style_layers": {"relu1_1": 1.0, "relu2_1": 0.0},
    "tile_share": 0.5,
    "steps": 4,
    "batch_size": 3,
    "crop_size": 36,
    "finish_crop_size": 48,
    "finish_share": 0.25,
    "soft_share": 0.25,
    "close_share": 0.5,
    "average_decay": 0.5,
    "learning_rate": 0.002,
    "gradient_clip": 1.0,
    "warm_start": None,
    "start_share": 0.25,
    "seed": 5,
    "stages": [],
}


def test_every_field_can_be_overridden(
    arguments: list[str], tiny: Path, photographs: Path, tmp_path: Path
) -> None:
    """All fields of the configuration at once, with `--set`; the terms count in their share."""
    assert EVERY_FIELD.keys() == TrainingConfig.model_fields.keys()
    save_random_weights(tiny, "tiny", "full")
    settings = [f"{key}={json.dumps(value)}" for key, value in EVERY_FIELD.items()]
    run, recorder = _run(photographs, tmp_path / "run", settings, install=True)
    assert train(run) is not None
    always = {"content", "style", "tone", "total_variation", "total"}
    early, late = always | {"imitation"}, always | {"shift", "noise", "grid", "frame"}
    assert [set(losses) for losses in recorder.losses] == [early, early, late, late]
    metadata = find_style("tiny").load_weights("full").metadata
    stored = {**metadata.training, "network": metadata.architecture.model_dump(mode="json")}
    assert stored == EVERY_FIELD
    options = [part for setting in settings for part in ("--set", setting)]
    assert (
        main([*arguments[:4], "--run", str(tmp_path / "other"), "--install", *FAST, *options]) == 0
    )
    assert find_style("tiny").load_weights("full").metadata == metadata


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ("style_weight=-1", "style_weight"),
        ("style_weight=nan", "style_weight"),
        ("steps=0", "steps"),
        ("steps=many", "steps"),
        ("crop_size=8", "crop_size"),
        ("network.width=2", "width"),
        ("network.depth=2", "depth"),
        ("network.kind=u-net", "network"),
        ('style_layers={"relu5_1": 1}', "style_layers"),
        ('content_layers={"relu2_2": -1}', "content_layers"),
        ("stile_weight=1", "stile_weight"),
        ("style_weight", "style_weight"),
    ],
)
def test_bad_values_are_named(
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    setting: str,
    named: str,
) -> None:
    """A refused value costs nothing and is named in one line; no run folder is begun."""
    assert main([*arguments, "--set", setting]) == 2
    assert named in _one_line(capsys.readouterr().err)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--device", "tpu"], "--device tpu: no such choice. Use one of auto, cpu, cuda, mps"),
        (["--precision", "8-bit"], "--precision 8-bit: no such choice"),
        (["--progress", "none"], "--progress none: no such choice. Use one of bar, json"),
        (["--devices", "3"], "batch_size 2 cannot be shared among 3 devices evenly.*batch_size=3"),
        (["--vgg", "/nowhere/vgg.safetensors"], "/nowhere/vgg.safetensors: not the VGG-16 weights"),
        (["--data", "/nowhere"], "/nowhere: no such folder or zip file"),
        (["--set", "warm_start=mosaik-1"], "mosaik-1: no such style"),
        (["--set", "warm_start=/nowhere/a.safetensors"], "a.safetensors: weights are missing"),
        (["--set", "distillation_weight=1"], "tiny: the full network is not trained"),
        (["--resume"], "run: no checkpoint to resume from. Start without --resume"),
    ],
)
def test_bad_options_are_named(
    arguments: list[str], capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    """What cannot work is refused in one line before training."""
    assert main([*arguments, *options]) == 2
    _one_line_matches(capsys.readouterr().err, message)


def test_a_program_is_told_what_is_wrong_in_json(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Code and parameters, which it says in its own language; people still read the line."""
    assert main([*arguments, "--resume", "--progress", "json"]) == 2
    *_, told, said = capsys.readouterr().err.splitlines()
    error = RealstylerError.from_json(json.loads(told)["error"])
    assert error.code == "run-without-checkpoint"
    assert said == f"realstyler: {error}"


def _one_line_matches(text: str, message: str) -> None:
    import re

    assert re.search(message, _one_line(text)), text


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_device_that_is_not_there(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A GPU that does not exist is a wrong option, not a crash."""
    assert main([*arguments, "--device", "cuda"]) == 2
    _one_line_matches(capsys.readouterr().err, "--device cuda .*does not work here")


def test_style_picture_missing_or_damaged(
    arguments: list[str], tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The style picture is named with what is wrong with it and where it belongs."""
    (tiny / "style.jpg").write_text("not a picture")
    assert main(arguments) == 2
    _one_line_matches(capsys.readouterr().err, "tiny: the style picture .*is not a picture")
    (tiny / "style.jpg").unlink()
    assert main(arguments) == 2
    _one_line_matches(
        capsys.readouterr().err, "tiny: .*does not exist. Put the picture .*style.jpg"
    )


def test_style_picture_is_scaled_to_its_longer_side(tiny: Path) -> None:
    """The size decides the longer side, the aspect ratio stays; values are 0..255."""
    Image.new("RGB", (100, 50), (10, 120, 250)).save(tiny / "style.jpg", quality=95)
    picture = read_style_picture(find_style("tiny"), 64)
    assert picture.shape == (1, 3, 32, 64)
    assert (picture.mean((0, 2, 3)) - torch.tensor([10, 120, 250])).abs().max() < 3


def test_read_only_style_folder_is_refused_before_training(
    tiny: Path, photographs: Path, tmp_path: Path
) -> None:
    """Whether weights can be written is found out at once, not after hours."""
    locked = Path("/proc/self")
    if not locked.is_dir():
        pytest.skip("needs a folder that even root cannot write")
    run, recorder = _run(photographs, tmp_path / "run")
    style = run.style.model_copy(update={"folder": locked, "picture": str(tiny / "style.jpg")})
    with pytest.raises(OutputError, match=r"cannot write /proc/self/full\.safetensors"):
        train(TrainingRun(style, "full", run.config, photographs, tmp_path / "run"))
    assert not recorder.losses


def test_run_folder_that_cannot_be(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in the place of the run folder is named."""
    (tmp_path / "run").write_text("a file")
    assert main(arguments) == 1
    _one_line_matches(capsys.readouterr().err, "cannot write .*run")


def test_unreadable_photographs_are_reported(
    arguments: list[str], photographs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damaged photographs are skipped, counted once each and told at the end; text is none."""
    data = tmp_path / "data"
    data.mkdir()
    for path in photographs.iterdir():
        (data / path.name).write_bytes(path.read_bytes())
    for number in range(2):
        (data / f"bad{number}.jpg").write_text("not a picture")
    arguments[3] = str(data)
    assert main([*arguments, "--steps", "5"]) == 0  # all of them once
    assert "2 photographs could not be read and were skipped" in capsys.readouterr().err


def test_nothing_readable_is_one_error(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of which nothing can be read ends before training."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "bad.jpg").write_text("not a picture")
    arguments[3] = str(data)
    assert main(arguments) == 2
    _one_line_matches(capsys.readouterr().err, "data: .* in a row cannot be read. Check the folder")


def test_warm_start_begins_at_another_network(
    tiny: Path, photographs: Path, tmp_path: Path
) -> None:
    """Training starts from the weights of the named file."""
    path = save_random_weights(tiny, "tiny", "full", seed=3)
    other = path.rename(tmp_path / "other.safetensors")
    run, recorder = _run(photographs, tmp_path / "run", [f"warm_start={other}", "steps=1"])
    train(run)
    arrays = load(other).arrays
    assert recorder.initial.keys() == arrays.keys()
    for name, value in recorder.initial.items():
        assert np.array_equal(value.numpy(), arrays[name])


def test_a_share_of_the_start_is_kept(tiny: Path, photographs: Path, tmp_path: Path) -> None:
    """What is saved lies between the weights at the beginning and those at the end."""
    path = save_random_weights(tiny, "tiny", "full", seed=3).rename(tmp_path / "other.safetensors")
    found = []
    for share in (0, 0.25):
        settings = [f"warm_start={path}", "steps=2", f"start_share={share}"]
        result = train(_run(photographs, tmp_path / f"run-{share}", settings)[0])
        assert result is not None
        found.append(load(result.weights).arrays)
    start, (end, mixed) = load(path).arrays, found
    for name in start:
        wanted = 0.25 * start[name].astype("f4") + 0.75 * end[name].astype("f4")
        np.testing.assert_allclose(mixed[name], wanted, atol=2e-3)
    assert any((start[name] != end[name]).any() for name in start)


def test_warm_start_of_another_architecture(
    arguments: list[str], tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Weights that do not fit the configured network are refused with both named."""
    save_random_weights(tiny, "tiny", "full")
    options = ["--set", "warm_start=tiny", "--set", "network.width=6"]
    assert main([*arguments, *options]) == 2
    _one_line_matches(capsys.readouterr().err, "warm_start: tiny has another architecture.*width=4")


def _live_run(data: Path, folder: Path, *settings: str) -> tuple[TrainingRun, Recorder]:
    run, recorder = _run(data, folder)
    return replace(run, network="live", config=run.style.live.override(settings)), recorder


def test_warm_start_adds_a_refinement(tiny: Path, photographs: Path, tmp_path: Path) -> None:
    """A live network without refinement is trained on with one, which counts for nothing yet."""
    train(_live_run(photographs, tmp_path / "plain", "steps=1")[0])
    arrays = find_style("tiny").load_weights("live").arrays
    refined = ["warm_start=tiny", "steps=1", "network.refinement_blocks=1"]
    further, recorder = _live_run(photographs, tmp_path / "run", *refined)
    train(further)
    new = recorder.initial.keys() - arrays.keys()
    assert {name.split(".")[0] for name in new} == {"refinement"}
    assert not recorder.initial["refinement.detail.norm.weight"].any()
    for name, array in arrays.items():
        assert np.array_equal(recorder.initial[name].numpy(), array)


def test_live_network_learns_from_the_full_one(
    tiny: Path, photographs: Path, tmp_path: Path
) -> None:
    """Imitating the full network brings the live one nearer to it."""
    save_random_weights(tiny, "tiny", "full")
    settings = ["distillation_weight=1e4", "distillation_share=1", "steps=10", "learning_rate=0.02"]
    run, recorder = _live_run(photographs, tmp_path / "run", *settings)
    train(run)
    assert recorder.losses[-1]["imitation"] < 0.8 * recorder.losses[0]["imitation"]


def test_mixed_precision_trains_too(tiny: Path, photographs: Path, tmp_path: Path) -> None:
    """bfloat16 autocast gives nearly the losses of full precision, and float32 parameters."""
    full, exact = _run(photographs, tmp_path / "a", ["steps=2"])
    mixed, rounded = _run(photographs, tmp_path / "b", ["steps=2"], precision="bf16-mixed")
    train(full)
    train(mixed)
    for one, other in zip(exact.losses, rounded.losses, strict=True):
        assert other["total"] == pytest.approx(one["total"], rel=0.05)


class Poison(Callback):
    """What a glitch does: a parameter, or a gradient, that is not a number, at the sixth step."""

    def __init__(self, gradient: bool) -> None:
        self.gradient = gradient

    def on_train_batch_start(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, batch: Any, index: int
    ) -> None:
        """Spoil the output layer."""
        assert isinstance(module, StyleTraining)
        bias = module.network.output.conv.bias
        assert bias is not None
        if trainer.global_step == 5 and self.gradient:
            bias.register_hook(lambda gradient: gradient * float("nan"))
        elif trainer.global_step == 5:
            bias.data.fill_(float("nan"))


def test_steps_of_a_style_add_up(tiny: Path, photographs: Path, tmp_path: Path) -> None:
    """A network trained further names the steps of all its runs, also after a stop in the last."""
    first, _ = _run(photographs, tmp_path / "a", ["steps=2"])
    train(first)
    further = ["steps=9", "warm_start=tiny"]
    stopped, _ = _run(
        photographs, tmp_path / "b", further, callbacks=(Poison(gradient=True),), checkpoint_every=2
    )
    with pytest.raises(NotFiniteError):
        train(stopped)
    resumed, _ = _run(photographs, tmp_path / "b", further, resume=True)
    train(resumed)
    assert load(tmp_path / "b" / "weights.safetensors").metadata.steps == 2 + 9


class Seen(Callback):
    """Keeps the crops of every step."""

    def __init__(self) -> None:
        self.batches: list[Tensor] = []

    def on_train_batch_start(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, batch: Any, index: int
    ) -> None:
        """Keep these."""
        self.batches.append(batch.pixels.clone())


def test_training_further_sees_other_photographs(
    tiny: Path, photographs: Path, tmp_path: Path
) -> None:
    """The second of two runs goes on where the first stopped, also after a stop of its own."""
    whole, first, second, resumed = (Seen() for _ in range(4))
    train(_run(photographs, tmp_path / "whole", ["steps=11"], callbacks=(whole,))[0])
    train(_run(photographs, tmp_path / "a", ["steps=2"], callbacks=(first,), install=True)[0])
    further = ["steps=9", "warm_start=tiny"]
    poisoned = (second, Poison(gradient=True))
    run, _ = _run(photographs, tmp_path / "b", further, callbacks=poisoned, checkpoint_every=2)
    with pytest.raises(NotFiniteError):
        train(run)
    train(_run(photographs, tmp_path / "b", further, callbacks=(resumed,), resume=True)[0])
    seen = [*first.batches, *second.batches[:4], *resumed.batches]
    assert len(seen) == len(whole.batches)
    assert all(torch.equal(one, other) for one, other in zip(seen, whole.batches, strict=True))


def test_steps_of_another_style_do_not_count(tiny: Path, photographs: Path, tmp_path: Path) -> None:
    """Beginning at another style's network, the count begins anew."""
    run, _ = _run(photographs, tmp_path / "a", ["steps=2"])
    train(run)
    weights = find_style("tiny").load_weights("full")
    other = tmp_path / "other.safetensors"
    save(other, weights.arrays, weights.metadata.model_copy(update={"style": "other"}))
    run, _ = _run(photographs, tmp_path / "b", ["steps=3", f"warm_start={other}"])
    train(run)
    assert load(tmp_path / "b" / "weights.safetensors").metadata.steps == 3


@pytest.mark.parametrize(("gradient", "culprit"), [(False, "content loss"), (True, "gradient")])
def test_loss_that_is_not_finite_stops(
    tiny: Path, photographs: Path, tmp_path: Path, gradient: bool, culprit: str
) -> None:
    """The run ends with a clear error; the last checkpoint is finite, old weights stay."""
    old = save_random_weights(tiny, "tiny", "full").read_bytes()
    options: dict[str, Any] = {"callbacks": (Poison(gradient),), "checkpoint_every": 2}
    run, _ = _run(photographs, tmp_path / "run", ["steps=9"], **options)
    with pytest.raises(NotFiniteError, match=f"The {culprit} is not finite after step 5"):
        train(run)
    checkpoints = sorted((tmp_path / "run" / "checkpoints").iterdir())
    assert [path.name for path in checkpoints] == ["step=0000002.ckpt", "step=0000004.ckpt"]
    state = torch.load(checkpoints[-1], weights_only=True)["state_dict"]
    assert all(value.isfinite().all() for value in state.values())
    assert (tiny / "full.safetensors").read_bytes() == old


def test_infinite_loss_on_the_command_line(
    arguments: list[str], tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that names the loss, and exit code 1."""
    assert main([*arguments, "--set", "style_weight=1e38"]) == 1
    _one_line_matches(capsys.readouterr().err, "The style loss is not finite after step 0.*--run")
    assert not (tiny / "full.safetensors").exists()


class Stop(Callback):
    """Ends a run after its second step, in either of the two ways."""

    def __init__(self, *, politely: bool) -> None:
        self.politely = politely

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, *_: Any
    ) -> None:
        """Stop."""
        if trainer.global_step == 2 and self.politely:
            trainer.should_stop = True
        elif trainer.global_step == 2:
            raise Cancelled


@pytest.mark.parametrize("politely", [False, True])
def test_stopped_run_replaces_no_weights(
    tiny: Path, photographs: Path, tmp_path: Path, politely: bool
) -> None:
    """A callback, e.g. of a window, stops a run: the style stays, the run has what it reached."""
    run, _ = _run(photographs, tmp_path / "run", callbacks=(Stop(politely=politely),))
    with pytest.raises(Cancelled):
        train(run)
    assert not (tiny / "full.safetensors").exists()
    assert load(tmp_path / "run" / "weights.safetensors").metadata.steps == 2
    assert (tmp_path / "run" / "checkpoints" / "step=0000002.ckpt").is_file() != politely


def test_a_trained_style_keeps_its_weights(
    arguments: list[str], tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A trial never replaces them; `realstyler install` does, and its backup brings them back."""
    old = save_random_weights(tiny, "tiny", "full").read_bytes()
    assert main([*arguments, "--steps", "1"]) == 0
    said = capsys.readouterr()
    new = tmp_path / "run" / "weights.safetensors"
    assert said.out == f"{new}\n"
    assert f"tiny keeps its weights; use the new ones: realstyler install {new.parent}" in said.err
    assert (tiny / "full.safetensors").read_bytes() == old
    assert main(["install", str(new.parent)]) == 0
    assert "realstyler install --undo tiny" in capsys.readouterr().err
    assert (tiny / "full.safetensors").read_bytes() == new.read_bytes()
    assert main(["install", "--undo", "tiny"]) == 0
    assert (tiny / "full.safetensors").read_bytes() == old


def test_install_replaces_weights_at_the_end(
    arguments: list[str], tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `--install` in one go; the weights from before are kept, and named."""
    old = save_random_weights(tiny, "tiny", "full").read_bytes()
    assert main([*arguments, "--steps", "1", "--install"]) == 0
    new = (tmp_path / "run" / "weights.safetensors").read_bytes()
    assert (tiny / "full.safetensors").read_bytes() == new != old
    [backup] = re.findall(r"realstyler install (\S+\.safetensors)", capsys.readouterr().err)
    assert Path(backup).read_bytes() == old


def test_a_time_limit_ends_with_usable_weights(
    arguments: list[str], tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--minutes` ends a run in order, however many steps are left."""
    assert main([*arguments, "--steps", "100000", "--minutes", "0.02"]) == 0
    steps = find_style("tiny").load_weights("full").metadata.steps
    assert 1 <= steps < 100_000
    assert f"Trained {steps} steps" in capsys.readouterr().err


def test_a_training_that_gains_nothing_ends(
    arguments: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By itself, with a last preview and usable weights; all steps are trained if asked for."""
    monkeypatch.setattr(callbacks, "FEWEST_STEPS_BETWEEN_LOOKS", 2)
    still = [*arguments, "--steps", "14", "--set", "learning_rate=1e-12", "--set", "tile_share=0"]
    assert main(still) == 0
    assert "Ends after 10 of 14 steps" in capsys.readouterr().err
    assert find_style("tiny").load_weights("full").metadata.steps == 10
    assert (tmp_path / "run" / "previews" / "step-0000010.jpg").is_file()
    assert main([*still, "--run", str(tmp_path / "all"), "--all-steps"]) == 0
    assert "Trained 14 steps" in capsys.readouterr().err


def test_ones_own_photograph_is_previewed_whole(
    arguments: list[str], photographs: Path, tmp_path: Path
) -> None:
    """In its own proportions, beside the sheet of crops."""
    own = photographs / "3.jpg"
    assert main([*arguments, "--steps", "1", "--preview", str(own)]) == 0
    with (
        Image.open(own) as photograph,
        Image.open(tmp_path / "run" / "previews" / "photograph-0000001.jpg") as shown,
    ):
        assert abs(shown.width / shown.height - photograph.width / photograph.height) < 0.1


def test_one_process_trains_in_a_folder(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second one is refused, and takes nothing from the first."""
    (tmp_path / "run").mkdir()
    with FileLock(tmp_path / "run" / ".lock"):
        assert main([*arguments, "--steps", "1"]) == 2
    assert "another process trains there" in _one_line(capsys.readouterr().err)
    assert not (tmp_path / "run" / "checkpoints").exists()


def test_checkpoints_leave_the_judge_out(
    arguments: list[str], photographs: Path, tmp_path: Path
) -> None:
    """A checkpoint holds network, optimizer, schedule and step, not the frozen 30 MB."""
    assert main([*arguments, "--steps", "2", "--checkpoint-every", "2"]) == 0
    path = tmp_path / "run" / "checkpoints" / "step=0000002.ckpt"
    assert path.stat().st_size < 500_000
    content = torch.load(path, weights_only=True)
    assert content["global_step"] == 2
    assert len(content["optimizer_states"]) == len(content["lr_schedulers"]) == 1
    assert {name.split(".")[0] for name in content["state_dict"]} == {"network", "average"}
    run = content["realstyler"]["run"]
    assert run["style"] == "tiny"
    assert run["photographs"] == len(Photographs.find(photographs).names)


def test_schedule_fits_every_number_of_steps(vgg: VGG16, tiny: Path) -> None:
    """The rate rises, reaches its peak and falls, for one step as for any number of them."""
    module = StyleTraining(
        find_style("tiny").full, torch.zeros(1, 3, 32, 32), vgg, torch.ones(1, 3, 32, 32)
    )
    for steps in (*range(1, 41), 99, 999):
        module.config = module.config.but(steps=steps, learning_rate=0.01)
        configured = module.configure_optimizers()
        assert isinstance(configured, dict)
        schedule = configured["lr_scheduler"]["scheduler"]  # type: ignore[index,typeddict-item]
        rates = []
        for _ in range(steps):
            schedule.optimizer.step()
            schedule.step()
            rates.append(schedule.get_last_lr()[0])
        assert max(rates) == pytest.approx(0.01, rel=0.2)
        assert steps < 4 or rates[-1] < 1e-4


def test_full_disk_is_named(
    arguments: list[str], tiny: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A checkpoint that does not fit ends the run with one line and the way to continue."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        assert main([*arguments, "--checkpoint-every", "1"]) == 1
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    *_, message = capsys.readouterr().err.splitlines()
    assert "cannot write" in message
    assert message.endswith("free some space and continue with --resume")
    assert not (tiny / "full.safetensors").exists()


STAGES = [
    *("--set", "steps=3"),
    *("--set", 'stages=[{"steps": 2, "learning_rate": 0.0005}, {"steps": 2, "style_weight": 0.5}]'),
]


def test_stages_go_on_where_the_one_before_ended(
    arguments: list[str], tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three stages are three runs, each begun with the weights of the one before."""
    assert main([*arguments, *STAGES]) == 0, capsys.readouterr().err
    staged = load(tiny / "full.safetensors")
    assert staged.metadata.steps == 7
    begin: list[str] = []
    for number, options in enumerate(
        [["steps=3"], ["steps=2", "learning_rate=0.0005"], ["steps=2", "style_weight=0.5"]]
    ):
        run = tmp_path / f"by-hand-{number}"
        settings = [part for option in [*options, *begin] for part in ("--set", option)]
        assert main([*arguments, "--run", str(run), *settings]) == 0
        begin = [f"warm_start={run / 'weights.safetensors'}"]
    by_hand = load(run / "weights.safetensors").arrays
    assert all(np.array_equal(by_hand[name], staged.arrays[name]) for name in by_hand)


def test_a_stopped_stage_is_resumed(tiny: Path, photographs: Path, tmp_path: Path) -> None:
    """Stopped in the second of three stages, a run goes on there and ends bit for bit the same."""
    config = find_style("tiny").full.but(
        steps=3, stages=({"steps": 3, "start_share": 0.5}, {"steps": 2, "style_weight": 0.5})
    )
    run = TrainingRun(
        find_style("tiny"), "full", config, photographs, tmp_path / "a", device="cpu",
        precision="32-true", checkpoint_every=1,
    )  # fmt: skip
    whole = train(run)
    assert whole is not None
    stopped = replace(run, folder=tmp_path / "b", callbacks=(StopAt(5),))
    with pytest.raises(Cancelled):
        train(stopped)
    resumed = train(replace(stopped, callbacks=(), resume=True))
    assert resumed is not None
    one, two = load(whole.weights), load(resumed.weights)
    assert one.metadata == two.metadata
    assert all(np.array_equal(one.arrays[name], two.arrays[name]) for name in one.arrays)
    assert tiny.is_dir()


class StopAt(Callback):
    """Stops a run as a user does, once so many steps are done over all stages."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def on_train_batch_end(
        self, trainer: lightning.Trainer, module: lightning.LightningModule, *_: Any
    ) -> None:
        """Count."""
        self.left -= 1
        if not self.left:
            raise Cancelled


@pytest.mark.parametrize(
    ("stages", "wrong"),
    [
        ('[{"stepz": 2}]', "stepz"),
        ('[{"steps": 0}]', "steps"),
        ('[{"network": {"kind": "live"}}]', "network"),
    ],
)
def test_wrong_stages_are_refused_at_once(
    arguments: list[str], stages: str, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is trained, in one line that names the field."""
    assert main([*arguments, "--set", f"stages={stages}"]) == 2
    _one_line_matches(capsys.readouterr().err, wrong)
