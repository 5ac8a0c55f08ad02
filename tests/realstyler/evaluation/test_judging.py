"""Complete evaluations on small pictures, with real networks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from realstyler.engine import Pixels, Stylizer, cache
from realstyler.errors import InputError, StyleError, UsageError
from realstyler.evaluation import EvaluationPlan, Photograph, Report, draw, evaluate, sections, work
from realstyler.evaluation.evaluator import Evaluator
from realstyler.registry import Style, find_style
from realstyler.registry.config import TrainingConfig
from realstyler.training.inputs import read_style_picture
from realstyler.training.loss import PerceptualLoss
from realstyler.training.vgg import VGG16
from support import add_style


class Watch:
    """Records the callbacks of an evaluation."""

    def __init__(self) -> None:
        self.done = 0
        self.shown: list[tuple[str, str, str]] = []

    def tick(self, _what: str, done: int) -> None:
        """Add up the work."""
        self.done += done

    def show(self, style: Style, network: str, photograph: Photograph, painting: Pixels) -> None:
        """Record which painting is shown."""
        assert painting.shape == photograph.pixels.shape
        self.shown.append((style.name, network, photograph.name))


def judge(plan: EvaluationPlan) -> Report:
    """Evaluate without callbacks."""
    watch = Watch()
    return evaluate(plan, watch.tick, watch.show)


def small(styles: list[Style], photographs: list[Path], **changes: object) -> EvaluationPlan:
    """A plan that takes a second."""
    fields = {"size": 128, "iterations": 2, "optimized": 1, "optimization_size": 32, **changes}
    return EvaluationPlan(styles, photographs, **fields)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def painted(tmp_path_factory: pytest.TempPathFactory) -> Style:
    """An unregistered style with random networks, full and live."""
    folder = add_style(tmp_path_factory.mktemp("styles"), "painted")
    return Style(name="painted", title="Painted", folder=folder, full=TrainingConfig(style_size=64))


@pytest.fixture(scope="module")
def photographs(
    tmp_path_factory: pytest.TempPathFactory, busy: Callable[..., Pixels]
) -> list[Path]:
    """Two photographs, one in portrait format."""
    folder = tmp_path_factory.mktemp("photographs")
    paths = []
    for seed, (height, width) in enumerate([(150, 200), (160, 120)]):
        paths.append(folder / f"{seed}.png")
        Image.fromarray(busy(height, width, seed)).save(paths[-1])
    return paths


@pytest.fixture(scope="module")
def cached(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache folder for this module."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(cache.FOLDER_VARIABLE, str(folder))
        yield folder


@pytest.fixture(scope="module")
def watch() -> Watch:
    """The callbacks made for ``report``."""
    return Watch()


@pytest.fixture(scope="module")
def report(painted: Style, photographs: list[Path], cached: Path, watch: Watch) -> Report:
    """The evaluation of both networks of a style on two photographs."""
    assert cached.is_dir()
    return evaluate(small([painted], photographs), watch.tick, watch.show)


def test_every_measure_of_every_network(report: Report, photographs: list[Path]) -> None:
    """Full and live are measured on all photographs; live is compared with full."""
    full, live = report.verdicts
    assert (full.network, live.network) == ("full", "live")
    names = [path.name for path in photographs]
    for verdict in report.verdicts:
        assert [one.photograph for one in verdict.photographs] == names
        assert [one.photograph for one in verdict.optimization] == names[:1]
        assert all(
            0 < verdict.mean.style_distances[layer] < 100 for layer in ("relu1_2", "relu4_3")
        )
        assert 0 < verdict.mean.color_distance <= 1
        assert 0 < verdict.mean.self_similarity_distance < 1
        assert verdict.stability.noise_gain > 0
        assert verdict.waves.keys() == {2, 4}
    assert full.loss_above_full is None
    expected = live.mean.losses["total"] / full.mean.losses["total"] - 1
    assert live.loss_above_full == pytest.approx(expected)
    assert report.failed == {}


def test_losses_are_those_of_training(
    painted: Style, photographs: list[Path], report: Report
) -> None:
    """Losses equal the trainer's on the engine's picture, by the full configuration for both."""
    loss = PerceptualLoss(painted.full, read_style_picture(painted, 64), VGG16())
    pixels = np.array(Image.open(photographs[0]).resize((128, 96), Image.Resampling.LANCZOS))
    for verdict in report.verdicts:
        painting = Stylizer(painted, verdict.network).stylize(pixels)
        pair = [torch.from_numpy(p).permute(2, 0, 1)[None].float() for p in (painting, pixels)]
        loss.balance(pair[1])
        with torch.no_grad():
            expected = {name: float(value) for name, value in loss(*pair).items()}
        found = dict(verdict.photographs[0].losses)
        assert found.pop("total") == pytest.approx(sum(expected.values()), rel=1e-3)
        assert found == pytest.approx(expected, rel=1e-3)


def test_the_same_again(
    painted: Style,
    photographs: list[Path],
    report: Report,
    cached: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A second run gives the same results from the cached optimization."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(cached))
    monkeypatch.setattr(torch.optim, "LBFGS", None)
    assert judge(small([painted], photographs)) == report
    with pytest.raises(TypeError):  # another start is a different optimization
        judge(small([painted], photographs, start="noise"))


def test_all_work_is_told_and_every_painting_shown(
    painted: Style, photographs: list[Path], report: Report, watch: Watch
) -> None:
    """Progress reaches its total; the sheet receives the paintings in order."""
    assert report.verdicts
    assert watch.done == work(small([painted], photographs))
    order = [(network, path.name) for path in photographs for network in ("full", "live")]
    assert watch.shown == [("painted", *one) for one in order]


def test_documents_and_tables(report: Report) -> None:
    """The document is JSON; each table has a line per network, as wide as its header."""
    document = json.loads(json.dumps(report.document()))
    assert [verdict["network"] for verdict in document["verdicts"]] == ["full", "live"]
    tables = sections(report)
    assert len(tables) == 5
    for table in tables:
        assert [row[:2] for row in table.rows] == [["painted", "full"], ["painted", "live"]]
        assert {len(row) for row in table.rows} == {len(table.header)}
    [losses, *_] = tables
    cells = dict(zip(losses.header, losses.rows[1], strict=True))
    assert cells["ABOVE FULL"].endswith("%")
    assert float(cells["GAP CLOSED"]) == pytest.approx(report.verdicts[1].gap_closed, abs=0.001)


def test_without_optimization(painted: Style, photographs: list[Path]) -> None:
    """Without iterations there is no comparison, and there are no columns for it."""
    report = judge(small([painted], photographs[:1], iterations=0, networks=["live"]))
    [verdict] = report.verdicts
    assert (verdict.optimization, verdict.gap_closed, verdict.loss_above_full) == ((), None, None)
    assert "ITERATIONS" not in sections(report)[0].header


def test_what_fails_does_not_stop_the_others(
    painted: Style, photographs: list[Path], tmp_path: Path
) -> None:
    """A damaged photograph and damaged weights are reported; the rest is evaluated."""
    damaged = Style(name="damaged", title="Damaged", folder=tmp_path)
    shutil.copy(painted.picture_path, tmp_path)
    (tmp_path / "full.safetensors").write_bytes(b"damaged")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    plan = small([damaged, painted], [broken, photographs[0]], iterations=0, networks=["full"])
    report = judge(plan)
    assert [verdict.style for verdict in report.verdicts] == ["painted"]
    assert report.failed.keys() == {str(broken), "damaged"}
    with pytest.raises(StyleError, match=r"full\.safetensors"):
        judge(small([damaged], photographs))
    with pytest.raises(InputError, match=r"broken\.jpg"):
        judge(small([painted], [broken]))


def test_an_untrained_style_says_how_to_train_it(photographs: list[Path], tmp_path: Path) -> None:
    """Naming a style without weights is an error with a remedy."""
    with pytest.raises(StyleError, match="realstyler train blank"):
        judge(small([Style(name="blank", title="Blank", folder=tmp_path)], photographs))


def test_what_decides_the_loss_decides_the_identity(painted: Style, tmp_path: Path) -> None:
    """A cached optimization is only used for the same loss: another picture or weight differs."""
    same = Evaluator(painted, "cpu").identity
    config = painted.full
    steps = painted.model_copy(update={"full": config.but(steps=9, learning_rate=0.1)})
    assert Evaluator(steps, "cpu").identity == same
    for change in ({"style_weight": 2.0}, {"style_size": 65}, {"content_layers": {"relu3_3": 1.0}}):
        changed = painted.model_copy(update={"full": config.but(**change)})
        assert Evaluator(changed, "cpu").identity != same
    Image.effect_noise((64, 64), 50).convert("RGB").save(tmp_path / "style.jpg")
    other = painted.model_copy(update={"folder": tmp_path})
    assert Evaluator(other, "cpu").identity != same


@pytest.mark.parametrize("network", find_style("mosaic").networks)
def test_mosaic_is_nearer_to_its_style_than_photographs(
    network: str, photographs: list[Path]
) -> None:
    """The trained network equals some iterations of optimization, and its numbers fit the style."""
    mosaic = find_style("mosaic")
    plan = small([mosaic], photographs[:1], networks=[network], optimization_size=96, size=192)
    [verdict] = judge(plan).verdicts
    distances = verdict.mean.style_distances
    assert max(distances[layer] for layer in ("relu1_2", "relu2_2", "relu3_3")) < 0.8
    assert verdict.mean.color_distance < verdict.mean.photograph_color_distance
    assert verdict.gap_closed is not None
    assert verdict.gap_closed > 1  # better than the first few iterations
    assert verdict.equivalent_iterations is None
    assert 0.1 < verdict.mean.structural_similarity < 0.9


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"styles": []}, "nothing to evaluate"),
        ({"photographs": []}, "--photos"),
        ({"size": 64}, "128 to 4096"),
        ({"iterations": -1}, "negative"),
        ({"start": "zero"}, "photograph, noise"),
    ],
)
def test_plans_that_make_no_sense(change: dict[str, object], said: str) -> None:
    """Rejected before anything is computed."""
    fields = {"styles": [find_style("mosaic")], "photographs": [Path("photo.jpg")], **change}
    with pytest.raises(UsageError, match=said):
        EvaluationPlan(**fields)  # type: ignore[arg-type]


def test_photographs_are_scaled_and_their_middle_cut(photographs: list[Path]) -> None:
    """Larger photographs are scaled to the size, smaller ones are not; squares aren't distorted."""
    plan = EvaluationPlan([find_style("mosaic")], photographs, size=180)
    wide, tall = (plan.read(path) for path in photographs)
    assert (wide.pixels.shape, tall.pixels.shape) == ((135, 180, 3), (160, 120, 3))
    assert wide.square.shape == tall.square.shape == (256, 256, 3)
    middle = np.asarray(Image.open(photographs[0]), int)[:, 25:-25]  # 150×150
    for row, column in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert np.abs(wide.square[row, column] - middle[row, column]).max() < 24


def test_a_strip_is_refused(tmp_path: Path) -> None:
    """A photograph that VGG-16 would shrink to nothing is named."""
    strip = tmp_path / "strip.png"
    Image.new("RGB", (400, 40)).save(strip)
    plan = EvaluationPlan([find_style("mosaic")], [strip], size=256)
    with pytest.raises(InputError, match=r"strip\.png is too narrow"):
        plan.read(strip)


def test_photographs_are_drawn_by_the_seed() -> None:
    """Reproducible, in order, and all photographs if there are no more."""
    paths = [Path(f"{index}.jpg") for index in range(50)]
    some = draw(paths, 5, seed=1)
    assert some == sorted(some, key=paths.index)
    assert len(set(some)) == 5
    assert some == draw(paths, 5, seed=1) != draw(paths, 5, seed=2)
    assert draw(paths, None, 0) == draw(paths, 99, 0) == paths
