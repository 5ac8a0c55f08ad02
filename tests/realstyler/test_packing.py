"""From a style package to a wheel that is fit to share."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realstyler import packing
from realstyler.cli import main
from realstyler.errors import InputError, OutputError, UsageError
from realstyler.packing import find_project, pack
from realstyler.registry import Registry
from realstyler.scaffold import create
from support import save_random_weights

WHEEL = "realstyler_red_chalk-0.1.0-py3-none-any.whl"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A style package with an author, a licence and tiny random weights."""
    picture = tmp_path / "picture.png"
    pixels = np.random.default_rng(0).integers(0, 256, (160, 200, 3), np.uint8)
    Image.fromarray(pixels).save(picture)
    folder = create("red-chalk", picture, tmp_path, "Red chalk", "Ada", "CC0-1.0")
    save_random_weights(folder / "realstyler_red_chalk", "red-chalk", "full")
    return folder


def test_a_good_package(project: Path) -> None:
    """The wheel holds the style whole, and each network was tried."""
    packed = pack(project)
    assert packed.wheel == project / "dist" / WHEEL
    assert packed.styles == {"red-chalk": ["full"]}
    assert packed.size == packed.wheel.stat().st_size
    names = zipfile.ZipFile(packed.wheel).namelist()
    for name in ("__init__.py", "config.py", "style.jpg", "full.safetensors"):
        assert f"realstyler_red_chalk/{name}" in names
    assert "realstyler_red_chalk-0.1.0.dist-info/licenses/LICENSE" in names
    assert not any("test" in name for name in names)


def test_the_style_file_beside_the_wheel(project: Path, drop_ins: Path) -> None:
    """It holds the same style, and can be packed again where only it is known."""
    (file,) = pack(project).files
    assert file == project / "dist" / "red-chalk.realstyle"
    assert main(["install", str(file)]) == 0
    style = Registry.discover().styles["red-chalk"]
    assert (style.folder / "LICENSE").read_bytes() == (project / "LICENSE").read_bytes()
    assert (style.title, style.author, style.license) == ("Red chalk", "Ada", "CC0-1.0")
    again = packing.pack_style(style, project / "again")
    assert again.read_bytes() == file.read_bytes()


def test_a_licence_that_contradicts_itself(project: Path) -> None:
    """A field that gives everything away, and a text that keeps it."""
    (project / "LICENSE").write_text("Copyright Ada. All rights reserved.")
    with pytest.raises(InputError, match="LICENSE says 'all rights reserved'"):
        pack(project)


def test_weights_that_git_ignores_are_packed(project: Path) -> None:
    """A .gitignore of the usual kind does not cost a wheel its weights."""
    (project / ".git").mkdir()
    (project / ".gitignore").write_text("*.safetensors\n")
    assert pack(project).styles == {"red-chalk": ["full"]}


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def _no_weights(project: Path) -> None:
    (project / "realstyler_red_chalk" / "full.safetensors").unlink()


def _corrupt_weights(project: Path) -> None:
    (project / "realstyler_red_chalk" / "full.safetensors").write_bytes(b"corrupt")


def _weights_of_another_style(project: Path) -> None:
    save_random_weights(project / "realstyler_red_chalk", "night", "full")


def _no_picture(project: Path) -> None:
    (project / "realstyler_red_chalk" / "style.jpg").unlink()


def _no_licence(project: Path) -> None:
    _edit(project / "pyproject.toml", 'license = "CC0-1.0"', "")
    _edit(project / "realstyler_red_chalk" / "__init__.py", '"CC0-1.0"', '""')
    (project / "LICENSE").unlink()


def _no_author(project: Path) -> None:
    _edit(project / "pyproject.toml", '{ name = "Ada" }', "")


def _no_entry_point(project: Path) -> None:
    _edit(project / "pyproject.toml", "entry-points.realstyler]", "entry-points.other]")


def _broken_import(project: Path) -> None:
    _edit(project / "realstyler_red_chalk" / "config.py", "style_size=384", "style_size=-1")


def _not_in_the_wheel(project: Path) -> None:
    _edit(
        project / "pyproject.toml",
        'packages = ["realstyler_red_chalk"]',
        'packages = ["realstyler_red_chalk"]\nexclude = ["*.jpg"]',
    )


def _ends_the_program(project: Path) -> None:
    hook = project / "realstyler_red_chalk" / "__init__.py"
    hook.write_text("import os\n\nos._exit(7)\n")


def _damaged_pyproject(project: Path) -> None:
    (project / "pyproject.toml").write_text("[project\n")


def _unknown_licence(project: Path) -> None:
    _edit(project / "pyproject.toml", '"CC0-1.0"', '"Mine"')


@pytest.mark.parametrize(
    ("spoil", "reasons"),
    [
        (_no_weights, ["red-chalk: untrained", "realstyler train red-chalk"]),
        (_corrupt_weights, ["not a readable safetensors file"]),
        (_weights_of_another_style, ["these are the weights of night"]),
        (_no_picture, ["style.jpg does not exist"]),
        (_no_licence, ["names no license", "its hook names no license", "no LICENSE file"]),
        (_no_author, ["pyproject names no authors"]),
        (_no_entry_point, ["registers no style"]),
        (_broken_import, ["red-chalk: its configuration is invalid: style_size"]),
        (_not_in_the_wheel, ["style.jpg does not exist"]),
        (_ends_the_program, ["trying it ended the program", "exit code 7"]),
        (_damaged_pyproject, ["cannot be built"]),
        (_unknown_licence, ["cannot be built", "Unknown license"]),
    ],
)
def test_what_is_not_fit_to_share(project: Path, spoil: object, reasons: list[str]) -> None:
    """Every lack is named on one line, and no wheel is left."""
    assert callable(spoil)
    spoil(project)
    with pytest.raises(InputError) as caught:
        pack(project)
    for reason in reasons:
        assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (project / "dist").exists()


def test_several_lacks_at_once(project: Path) -> None:
    """Nobody has to pack five times to learn of five lacks."""
    for spoil in (_no_weights, _no_picture, _no_licence):
        spoil(project)
    with pytest.raises(InputError) as caught:
        pack(project)
    for reason in ("untrained", "style.jpg", "pyproject names no license"):
        assert reason in str(caught.value)


def test_a_package_that_hangs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that never comes back is given up."""
    hook = project / "realstyler_red_chalk" / "__init__.py"
    hook.write_text("import threading\n\nthreading.Event().wait()\n")
    monkeypatch.setattr(packing, "PATIENCE", 1)
    with pytest.raises(InputError, match="still loading or painting"):
        pack(project)


def test_sizes(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wheel that no index would take is refused."""
    monkeypatch.setattr(packing, "LARGEST_WHEEL", 1000)
    with pytest.raises(InputError, match="MB"):
        pack(project)


def test_untrained_on_purpose(project: Path) -> None:
    """Who wants to share a recipe without weights can."""
    _no_weights(project)
    assert pack(project, untrained=True).styles == {"red-chalk": []}


def test_a_wheel_is_not_overwritten(project: Path, tmp_path: Path) -> None:
    """A wheel of the same version is replaced only when that is wanted."""
    target = tmp_path / "wheels"
    target.mkdir()
    (target / WHEEL).write_bytes(b"mine")
    with pytest.raises(UsageError, match="already exists"):
        pack(project, target)
    assert (target / WHEEL).read_bytes() == b"mine"
    assert pack(project, target, force=True).size > 1000
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot write into"):
        pack(project, tmp_path / "file" / "dist")


def test_finding_the_project(project: Path, drop_ins: Path) -> None:
    """A project is named by its folder, its inner folder or its style."""
    assert find_project(str(project)) == project
    assert find_project(str(project / "realstyler_red_chalk")) == project
    shutil.copytree(project / "realstyler_red_chalk", drop_ins / "red-chalk")
    for name in ("red-chalk", str(drop_ins), "mosaic"):
        with pytest.raises(UsageError, match="not part of a package"):
            find_project(name)
    with pytest.raises(UsageError, match="no such style"):
        find_project("xqzw")


def test_an_adopted_style_leads_to_its_package(project: Path, drop_ins: Path) -> None:
    """`realstyler new --train` puts a link among the styles, and `pack NAME` follows it."""
    (drop_ins / "red-chalk").symlink_to(project / "realstyler_red_chalk")
    assert find_project("red-chalk") == project


def test_command_line(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`realstyler pack` prints the wheel, and says on stderr what it found."""
    monkeypatch.chdir(project)
    assert main(["pack"]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == str(project / "dist" / WHEEL)
    assert "red-chalk: loads, and paints with full" in err
    assert main(["pack"]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["pack", "--force", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["styles"] == {"red-chalk": ["full"]}
    _no_picture(project)
    assert main(["pack", "--force"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
