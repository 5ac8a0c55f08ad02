"""A style package from one picture."""

import ast
import io
import json
import re
import shutil
import string
import subprocess
import sys
import tomllib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from realstyler.cli import main
from realstyler.errors import InputError, OutputError, RealstylerError, UsageError
from realstyler.registry.candidates import DROP_INS
from realstyler.registry.discovery import Registry
from realstyler.scaffold import LARGEST_SIDE, create, style_picture

TITLES = st.text(st.characters(codec="utf-8"), max_size=30)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small picture with colours and texture."""
    path = tmp_path / "picture.png"
    _noise(160, 200).save(path)
    return path


def _noise(height: int, width: int) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(pixels)


def test_makes_a_whole_package(picture: Path, tmp_path: Path) -> None:
    """Every file of the package is there, and says what it was told."""
    folder = create("red-chalk", picture, tmp_path / "plugins", "Red chalk", "Ada", "mit")
    assert folder == tmp_path / "plugins" / "realstyler-red-chalk"
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    package = {"__init__.py", "config.py", "py.typed", "style.jpg"}
    assert files == {
        *(f"realstyler_red_chalk/{name}" for name in package),
        *("pyproject.toml", "README.md", "LICENSE", ".gitignore"),
        "tests/test_realstyler_red_chalk.py",
    }
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["name"] == "realstyler-red-chalk"
    assert project["license"] == "MIT"
    assert project["authors"] == [{"name": "Ada"}]
    assert project["entry-points"] == {"realstyler": {"red-chalk": "realstyler_red_chalk"}}
    assert "Ada" in (folder / "LICENSE").read_text()
    assert [entry.name for entry in folder.parent.iterdir()] == [folder.name]


def test_the_package_folder_works_as_a_drop_in(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who does not publish copies the inner folder, and the style is listed as untrained."""
    folder = create("red-chalk", picture, tmp_path / "plugins", "Red chalk", "Ada", "MIT")
    shutil.copytree(folder / "realstyler_red_chalk", tmp_path / "styles" / "red-chalk")
    monkeypatch.setenv(DROP_INS, str(tmp_path / "styles"))
    registry = Registry.discover()
    assert not registry.failures
    style = registry.find("red-chalk")
    assert (style.title, style.author, style.license) == ("Red chalk", "Ada", "MIT")
    assert not style.trained
    assert style.picture_path.is_file()


def test_made_code_is_clean(picture: Path, tmp_path: Path) -> None:
    """What is made passes the checks that our own code passes."""
    folder = create("red-chalk", picture, tmp_path, "Red chalk", "Ada", "MIT")
    root = Path(__file__).parents[2]
    command = ["ruff", "check", "--isolated", "--line-length=100", "--select=E,F,W,I,D100,D103"]
    command = [sys.executable, "-m", *command, str(folder)]
    checked = subprocess.run(command, capture_output=True, text=True, cwd=root, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_config_teaches(picture: Path, tmp_path: Path) -> None:
    """The training configuration explains each field beside it."""
    folder = create("red-chalk", picture, tmp_path)
    text = (folder / "realstyler_red_chalk" / "config.py").read_text()
    for field in ("style_size", "style_weight", "steps", "warm_start", "LiveNetwork"):
        line = next(
            n for n, line in enumerate(text.splitlines()) if re.search(rf"\b{field}\b", line)
        )
        assert line
    assert "realstyler train red-chalk --network live" in text
    assert text.count("\n    # ") >= 8


@given(title=TITLES, author=TITLES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_title_and_author(picture: Path, tmp_path: Path, title: str, author: str) -> None:
    """Whatever someone is called, the files stay valid; or one line says what does not fit."""
    into = tmp_path / "any"
    shutil.rmtree(into, ignore_errors=True)
    try:
        folder = create("any-title", picture, into, title, author, "MIT")
    except UsageError:
        assert not all(text.strip().isprintable() for text in (title, author))
        assert not into.exists()
        return
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    names = [entry["name"] for entry in project["authors"]]
    assert names == ([author.strip()] if author.strip() else [])
    hook = ast.parse((folder / "realstyler_any_title" / "__init__.py").read_text())
    texts = {node.value for node in ast.walk(hook) if isinstance(node, ast.Constant)}
    assert {title.strip() or "Any title", author.strip(), "MIT"} <= texts


@given(name=st.text(string.printable, max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_are_slugs(picture: Path, tmp_path: Path, name: str) -> None:
    """No name leads out of the folder, or to a package that cannot be imported."""
    into = tmp_path / "names"
    with suppress(UsageError):
        folder = create(name, picture, into)
        assert folder == into / f"realstyler-{name}"
        assert (folder / f"realstyler_{name.replace('-', '_')}" / "__init__.py").is_file()
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Red", "not a valid style name"),
        ("red_chalk", "not a valid style name"),
        ("../red", "not a valid style name"),
        ("a" * 33, "not a valid style name"),
        ("", "not a valid style name"),
        ("mosaic", "realstyler already has a style with this name"),
        ("styles", "a package realstyler_styles exists"),
    ],
)
def test_names_that_do_not_fit(picture: Path, tmp_path: Path, name: str, reason: str) -> None:
    """A bad or taken name is refused before anything is written."""
    with pytest.raises(UsageError, match=reason):
        create(name, picture, tmp_path / "plugins")
    assert not (tmp_path / "plugins").exists()


@pytest.mark.parametrize("license_", ["my own", "MIT or so", "GPL", "(MIT"])
def test_licences_that_pip_would_refuse(picture: Path, tmp_path: Path, license_: str) -> None:
    """A licence that the package could not be built with is refused at once."""
    with pytest.raises(UsageError, match="is not a licence"):
        create("red-chalk", picture, tmp_path / "plugins", license=license_)
    assert not (tmp_path / "plugins").exists()


def test_an_existing_folder_is_never_touched(picture: Path, tmp_path: Path) -> None:
    """Neither a folder nor a file of the name is overwritten."""
    create("red-chalk", picture, tmp_path)
    marker = tmp_path / "realstyler-red-chalk" / "marker"
    marker.touch()
    with pytest.raises(UsageError, match="already exists"):
        create("red-chalk", picture, tmp_path)
    assert marker.exists()
    (tmp_path / "realstyler-other").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="already exists"):
        create("other", picture, tmp_path)


def test_nothing_is_left_when_writing_fails(
    picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fills up in the middle leaves no half package."""
    whole = Path.write_bytes

    def write(path: Path, data: bytes) -> int:
        if path.name == "style.jpg":
            raise OSError(28, "No space left on device")
        return whole(path, data)

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(OutputError, match="No space left"):
        create("red-chalk", picture, tmp_path / "plugins")
    assert not list((tmp_path / "plugins").iterdir())


def test_into_a_file(picture: Path) -> None:
    """A file where the folder should be is one line, not a traceback."""
    with pytest.raises(OutputError, match="cannot write"):
        create("red-chalk", picture, picture)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.png", None, "does not exist"),
        ("text.jpg", b"no picture", "is not a picture"),
        ("empty.jpg", b"", "is empty"),
    ],
)
def test_pictures_that_cannot_be_read(
    tmp_path: Path, name: str, content: bytes | None, reason: str
) -> None:
    """A picture that is none is named, and nothing is written."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=reason):
        create("red-chalk", tmp_path / name, tmp_path / "plugins")
    assert not (tmp_path / "plugins").exists()


def test_pictures_without_a_style(tmp_path: Path) -> None:
    """Tiny pictures and flat ones hold nothing to learn."""
    path = tmp_path / "picture.png"
    _noise(100, 400).save(path)
    with pytest.raises(InputError, match="400×100 pixels, a style needs 128"):
        style_picture(path)
    Image.new("RGB", (300, 300), "teal").save(path)
    with pytest.raises(InputError, match="one colour only"):
        style_picture(path)


@pytest.mark.parametrize("mode", ["L", "LA", "RGBA", "P", "CMYK", "I;16", "1"])
def test_every_kind_of_picture_becomes_rgb(tmp_path: Path, mode: str) -> None:
    """The stored picture is an ordinary RGB JPEG, whatever it was."""
    path = tmp_path / ("picture.tif" if mode in ("CMYK", "I;16") else "picture.png")
    image = _noise(150, 180)
    if mode == "I;16":
        grey = np.asarray(image.convert("L"), np.uint16) * 257
        image = Image.fromarray(grey)
    else:
        image = image.convert(mode)
    image.save(path)
    folder = create("red-chalk", path, tmp_path)
    with Image.open(folder / "realstyler_red_chalk" / "style.jpg") as stored:
        assert (stored.format, stored.mode, stored.size) == ("JPEG", "RGB", (180, 150))


def test_large_pictures_are_scaled_down(tmp_path: Path) -> None:
    """No package carries more pixels than training looks at; the shape stays."""
    path = tmp_path / "picture.png"
    _noise(1000, 3000).save(path)
    assert style_picture(path).pixels.shape == (round(LARGEST_SIDE / 3), LARGEST_SIDE, 3)


def test_transparency_becomes_white(tmp_path: Path) -> None:
    """What is transparent shows the paper."""
    path = tmp_path / "picture.png"
    image = _noise(200, 200).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 100, 200))
    image.save(path)
    assert (style_picture(path).pixels[:, :100] == 255).all()


def test_colours_become_srgb(tmp_path: Path) -> None:
    """A profile is applied: numbers of another space would train wrong colours."""
    swapped = _swapped_profile()
    image, path = _noise(200, 200), tmp_path / "picture.png"
    image.save(path, icc_profile=swapped)
    expected = ImageCms.profileToProfile(image, io.BytesIO(swapped), ImageCms.createProfile("sRGB"))
    assert expected is not None
    stored = style_picture(path)
    assert stored.icc_profile is None
    np.testing.assert_array_equal(stored.pixels, np.asarray(expected))
    assert np.abs(stored.pixels.astype(int) - np.asarray(image).astype(int)).mean() > 10


def _swapped_profile() -> bytes:
    """An RGB profile whose red is our green: the tags of two primaries, exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {bytes(data[at : at + 4]): at for at in range(132, 132 + 12 * data[131], 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(data)


def test_command_line(
    picture: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`realstyler new` prints the folder, and says on stderr what to do next."""
    monkeypatch.chdir(tmp_path)
    command = ["new", "red-chalk", "--image", str(picture), "--title", "Red chalk"]
    assert main(command) == 0
    out, err = capsys.readouterr()
    assert out.strip() == "plugins/realstyler-red-chalk"
    assert "pip install -e plugins/realstyler-red-chalk" in err
    assert "realstyler train red-chalk" in err
    assert main(command) == 2
    assert "already exists" in capsys.readouterr().err
    assert main(["new", "blue", "--image", str(picture), "--into", "other", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document == {"style": "blue", "folder": "other/realstyler-blue"}
    assert main(["new", "green", "--image", "missing.jpg"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_errors_are_ours(picture: Path, tmp_path: Path) -> None:
    """A title over two lines is refused as one line."""
    with pytest.raises(RealstylerError) as caught:
        create("red-chalk", picture, tmp_path, title="Red\nchalk")
    assert "\n" not in str(caught.value)
