"""Blends as styles of their own: what is installed paints what the blend painted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from realstyler import blended_styles, style_files
from realstyler.cli import main
from realstyler.engine import Pixels, Stylizer, parse_blend
from realstyler.errors import UsageError
from realstyler.registry import Registry, find_style
from realstyler.registry.weights import NetworkName
from support import add_style


@pytest.fixture
def photo() -> Pixels:
    """A gradient with noise, 96×128."""
    rows, columns = np.mgrid[:96, :128]
    noise = np.random.default_rng(0).normal(0, 20, (96, 128, 3))
    return np.clip((rows + columns)[..., None] + noise, 0, 255).astype(np.uint8)


def installed(file: Path) -> Registry:
    """Add a style file to the user's styles, and look again."""
    style_files.install(file, Registry.discover())
    return Registry.discover()


@pytest.mark.usefixtures("drop_ins")
@pytest.mark.parametrize("network", ["full", "live"])
def test_it_paints_like_the_blend(network: NetworkName, tmp_path: Path, photo: Pixels) -> None:
    """The blend and the style made of it differ by float16 rounding only."""
    blend = "mosaic:0.6,night:0.4"
    file = blended_styles.write(parse_blend(blend), "dusk", tmp_path)
    style = installed(file).styles["dusk"]
    wanted = Stylizer(blend, network, device="cpu", precision="float32").stylize(photo)
    got = Stylizer(style, network, device="cpu", precision="float32").stylize(photo)
    assert np.abs(wanted.astype(int) - got).mean() < 0.5


@pytest.mark.usefixtures("drop_ins")
def test_it_is_a_style_like_any_other(tmp_path: Path) -> None:
    """It keeps origin and licence, so it can be blended again, and says what it is made of."""
    file = blended_styles.write(parse_blend("mosaic,night,wave"), "dusk", tmp_path)
    style = installed(file).styles["dusk"]
    metadata = style.read_metadata("live")
    assert metadata.origin == find_style("mosaic").read_metadata("live").origin
    assert metadata.training["warm_start"] == "nearest"
    assert style.license == metadata.license == "CC0-1.0"
    assert "33% Mosaic" in style.description
    assert Stylizer("dusk,candy", "live", device="cpu").blend == "weights"


def test_the_same_blend_is_the_same_file(tmp_path: Path) -> None:
    """Two people who blend alike get the same bytes."""
    blend = parse_blend("candy:3,wave:1")
    one = blended_styles.write(blend, "spray", tmp_path / "one")
    other = blended_styles.write(blend, "spray", tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize(
    ("blend", "name", "code"),
    [
        ("mosaic", "dusk", "blend-of-one"),
        ("mosaic,night", "No Name", "blend-badly-named"),
        ("mosaic,painted", "dusk", "blend-has-no-weights"),
    ],
)
def test_what_cannot_be_saved_is_refused(
    blend: str, name: str, code: str, tmp_path: Path, drop_ins: Path
) -> None:
    """Nothing is left behind, and the reason has a code."""
    add_style(drop_ins, "painted")
    with pytest.raises(UsageError) as caught:
        blended_styles.write(parse_blend(blend), name, tmp_path / "out")
    assert caught.value.code == code
    assert not list(tmp_path.glob("out/*"))


def test_licences_are_joined(drop_ins: Path, tmp_path: Path) -> None:
    """Of styles with different licences both hold."""
    folder = add_style(drop_ins, "painted")
    origin = find_style("mosaic").weights_path("live").read_bytes()
    (folder / "live.safetensors").write_bytes(origin.replace(b'"mosaic"', b'"tinted"'))
    folder.rename(drop_ins / "tinted")
    hook = (drop_ins / "tinted" / "__init__.py").read_text()
    hook = hook.replace('"painted"', '"tinted"').replace("CC0-1.0", "CC-BY-4.0")
    (drop_ins / "tinted" / "__init__.py").write_text(hook)
    style = installed(blended_styles.write(parse_blend("tinted,night"), "dusk", tmp_path))
    assert style.styles["dusk"].license == "CC-BY-4.0 AND CC0-1.0"


def test_the_command(
    drop_ins: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`pack BLEND --name NAME` prints the file that `install` takes; without a name it asks."""
    monkeypatch.chdir(tmp_path)
    assert main(["pack", "mosaic:0.7,wave:0.3", "--name", "spray"]) == 0
    file = Path(capsys.readouterr().out.strip())
    assert file.is_file()
    assert main(["pack", "mosaic:0.7,wave:0.3", "--name", "spray"]) == 2  # it is there already
    assert main(["install", str(file)]) == 0
    assert (drop_ins / "spray" / "full.safetensors").is_file()
    capsys.readouterr()
    assert main(["pack", "mosaic,wave"]) == 2
    assert "--name" in capsys.readouterr().err
    assert main(["pack", "mosaic", "--name", "other"]) == 2
    assert "leave out --name" in capsys.readouterr().err
