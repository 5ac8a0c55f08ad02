"""Weights that are put into a style: nothing from before is lost, nothing bad gets in."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from realstyler.cli import main
from realstyler.errors import RealstylerError, StyleError, UsageError
from realstyler.installation import back_up, backups, install, is_packaged, run_weights
from realstyler.registry import find_style
from support import add_style, save_random_weights


@pytest.fixture
def trained(drop_ins: Path) -> Path:
    """The folder of a style with random weights."""
    folder = add_style(drop_ins, "tiny", trained=False)
    save_random_weights(folder, "tiny", "full", seed=1)
    return folder


def test_the_weights_from_before_are_kept(trained: Path, tmp_path: Path) -> None:
    """Each generation once, under a name that says whose it is."""
    old = (trained / "full.safetensors").read_bytes()
    new = save_random_weights(tmp_path, "tiny", "full", seed=2)
    done = install(new, find_style("tiny"))
    assert (trained / "full.safetensors").read_bytes() == new.read_bytes()
    assert done.backup is not None
    assert done.backup.read_bytes() == old
    assert done.backup.name.startswith("tiny-full-")
    assert back_up(trained / "full.safetensors", "tiny", "full") != done.backup
    assert len(list(backups().iterdir())) == 2


def test_damaged_weights_replace_nothing(trained: Path, tmp_path: Path) -> None:
    """The source is checked completely before the target is touched."""
    old = (trained / "full.safetensors").read_bytes()
    damaged = save_random_weights(tmp_path, "tiny", "full", seed=2)
    damaged.write_bytes(damaged.read_bytes()[:-100])
    with pytest.raises(StyleError):
        install(damaged, find_style("tiny"))
    assert (trained / "full.safetensors").read_bytes() == old


def test_a_backup_that_cannot_be_kept_stops_it(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather no installation than a loss."""
    old = (trained / "full.safetensors").read_bytes()
    new = save_random_weights(tmp_path, "tiny", "full", seed=2)
    (tmp_path / "file").touch()
    monkeypatch.setattr("realstyler.installation.backups", lambda: tmp_path / "file" / "backups")
    with pytest.raises(RealstylerError, match="cannot be kept"):
        install(new, find_style("tiny"))
    assert (trained / "full.safetensors").read_bytes() == old


def test_installed_packages_are_never_written_to(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What pip installed belongs to pip: one line says what to do instead."""
    assert is_packaged(Path(sysconfig.get_path("purelib"), "realstyler_styles", "mosaic"))
    assert not is_packaged(trained)
    monkeypatch.setattr("realstyler.installation.is_packaged", lambda _: True)
    new = save_random_weights(tmp_path, "tiny", "full", seed=2)
    with pytest.raises(UsageError, match=r"installed package.*realstyler new"):
        install(new, find_style("tiny"))


def test_a_run_is_named_by_its_folder_or_its_file(tmp_path: Path) -> None:
    """Both mean its weights; a folder without any is refused."""
    with pytest.raises(UsageError, match="holds no trained weights"):
        run_weights(tmp_path)
    (tmp_path / "weights.safetensors").touch()
    assert run_weights(tmp_path) == run_weights(tmp_path / "weights.safetensors")


@pytest.mark.parametrize("name", ["photo.jpg", "weights.pt", "weights", "style.zip"])
def test_files_of_other_kinds_are_not_taken_for_weights(tmp_path: Path, name: str) -> None:
    """What is named by mistake is not called damaged weights."""
    (tmp_path / name).write_bytes(b"\xff" * 64)
    with pytest.raises(UsageError, match="neither a style file nor weights"):
        run_weights(tmp_path / name)


def test_what_was_replaced_is_brought_back(trained: Path, tmp_path: Path) -> None:
    """One installation after the other, and what is undone is kept, too."""
    target = trained / "full.safetensors"
    generations = [target.read_bytes()]
    for seed in (2, 3):
        install(save_random_weights(tmp_path, "tiny", "full", seed=seed), find_style("tiny"))
        generations.append(target.read_bytes())
    for before, after in ((generations[1], generations[2]), (generations[0], generations[1])):
        assert main(["install", "--undo", "tiny"]) == 0
        assert target.read_bytes() == before
        assert after in {path.read_bytes() for path in backups().iterdir()}


def test_without_anything_from_before_nothing_is_undone(
    drop_ins: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A first installation is no replacement: the style keeps its weights."""
    folder = add_style(drop_ins, "tiny", trained=False)
    install(save_random_weights(tmp_path, "tiny", "full", seed=2), find_style("tiny"))
    assert main(["install", "--undo", "tiny"]) == 2
    assert "nothing from before is kept" in capsys.readouterr().err
    assert (folder / "full.safetensors").is_file()
    assert main(["install"]) == 2
    assert main(["install", "--undo", "tiny", str(folder)]) == 2
