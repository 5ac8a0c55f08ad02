"""Styles as one file: what comes out is what went in, and nothing bad gets in."""

from __future__ import annotations

import hashlib
import json
import pickle
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from realstyler import style_files
from realstyler.cli import main
from realstyler.errors import InputError, OutputError, UsageError
from realstyler.installation import backups
from realstyler.registry import Registry, Style, find_style
from support import add_style

Members = dict[str, bytes]


@pytest.fixture
def shared(drop_ins: Path, tmp_path: Path) -> Path:
    """The file of a style that is not on this machine any more."""
    folder = add_style(drop_ins, "tiny")
    (folder / "LICENSE").write_text("CC0 1.0 Universal\n")
    with Image.open(folder / "style.jpg") as picture:
        picture.resize((160, 128)).save(folder / "style.jpg")  # large enough to learn from
    file = style_files.write(find_style("tiny"), tmp_path / "tiny.realstyle")
    folder.rename(tmp_path / "elsewhere")
    return file


def install(file: Path, *, replace: bool = False) -> Style:
    """Install a file beside what is there."""
    return style_files.install(file, Registry.discover(), replace=replace).style


def members_of(file: Path) -> Members:
    """Every member of a style file."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rebuild(file: Path, members: Members, compression: int = zipfile.ZIP_STORED) -> Path:
    """Write a style file whose hashes are right, whatever it holds."""
    plain = {name: content for name, content in members.items() if name != "hashes.json"}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in plain.items()}
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in (plain | {"hashes.json": json.dumps(hashes).encode()}).items():
            archive.writestr(name, content)
    return file


def described(members: Members, **changes: object) -> Members:
    """The same members with another description."""
    description = json.loads(members["style.json"]) | changes
    return members | {"style.json": json.dumps(description).encode()}


def test_a_style_travels_whole(shared: Path, drop_ins: Path, tmp_path: Path) -> None:
    """Description, picture, licence and weights arrive, and no code."""
    style = install(shared)
    assert Registry.discover().styles["tiny"] == style
    assert style.folder == drop_ins / "tiny"
    assert style.networks == ("full", "live")
    original = tmp_path / "elsewhere"
    with Image.open(style.folder / "preview.jpg") as preview:
        assert max(preview.size) == style_files.PREVIEW_SIDE
    for name in ("style.jpg", "full.safetensors", "live.safetensors", "LICENSE"):
        assert (style.folder / name).read_bytes() == (original / name).read_bytes()
    assert not list(style.folder.glob("*.py"))
    assert [path.name for path in drop_ins.iterdir()] == ["tiny"]  # and nothing half unpacked


def test_a_style_is_looked_at_before_it_is_added(shared: Path, drop_ins: Path) -> None:
    """What it is and what it paints, after the same checks; nothing is there afterwards."""
    offered = style_files.look(shared)
    assert (offered.name, offered.title, offered.license) == ("tiny", "Tiny", "CC0-1.0")
    assert offered.preview is not None
    members = members_of(shared)
    del members["preview.jpg"]
    assert style_files.look(rebuild(shared, members)).preview is None
    assert not list(drop_ins.iterdir())
    with pytest.raises(InputError):
        style_files.look(rebuild(shared, bomb(members)))


def test_the_same_style_is_the_same_file(shared: Path, tmp_path: Path) -> None:
    """Byte for byte, and also when it was installed from a file."""
    install(shared)
    again = style_files.write(find_style("tiny"), tmp_path / "again.realstyle")
    assert again.read_bytes() == shared.read_bytes()


def test_a_style_of_this_name_stays(shared: Path, tmp_path: Path) -> None:
    """It is replaced only when told to, and is then kept."""
    folder = install(shared).folder
    (folder / "LICENSE").write_text("mine")
    with pytest.raises(UsageError, match="you already have a style with this name"):
        install(shared)
    assert (folder / "LICENSE").read_text() == "mine"
    install(shared, replace=True)
    assert (folder / "LICENSE").read_text() != "mine"
    assert [kept.read_text() for kept in backups().glob("tiny-*/tiny/LICENSE")] == ["mine"]


def test_a_style_that_was_replaced_is_brought_back(shared: Path, drop_ins: Path) -> None:
    """Whole, and what took its place is kept."""
    folder = install(shared).folder
    (folder / "LICENSE").write_text("mine")
    install(shared, replace=True)
    assert main(["install", "--undo", "tiny"]) == 0
    assert (folder / "LICENSE").read_text() == "mine"
    assert len(list(backups().glob("tiny-*/tiny/LICENSE"))) == 1
    assert main(["install", "--undo", "tiny"]) == 2


def test_a_built_in_style_is_never_replaced(shared: Path, tmp_path: Path) -> None:
    """Whatever is told, even by a file that is right in all else."""
    file = style_files.write(find_style("mosaic"), tmp_path / "mosaic.realstyle")
    with pytest.raises(UsageError, match="realstyler already has a style with this name"):
        install(file, replace=True)


def test_a_failed_move_brings_the_style_back(
    shared: Path, drop_ins: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the new style cannot take its place, the one from before has it again."""
    folder = install(shared).folder
    (folder / "LICENSE").write_text("mine")
    rename = Path.rename

    def fails_for_new(self: Path, target: Path) -> Path:
        if self.name == "style":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_for_new)
    with pytest.raises(OutputError, match="No space left"):
        install(shared, replace=True)
    assert (drop_ins / "tiny" / "LICENSE").read_text() == "mine"


def bomb(members: Members) -> Members:
    """Weights that begin with a header of a terabyte."""
    return members | {"full.safetensors": struct.pack("<Q", 2**40) + b"{}"}


HOSTILE: dict[str, tuple[Callable[[Members], Members], str]] = {
    "pickle": (lambda m: m | {"full.safetensors": pickle.dumps({"a": 1})}, "full.safetensors"),
    "huge header": (bomb, "full.safetensors"),
    "traversal": (lambda m: m | {"../evil.py": b"boom"}, "contains '../evil.py'"),
    "absolute": (lambda m: m | {"/etc/evil": b"boom"}, "contains '/etc/evil'"),
    "backslashes": (lambda m: m | {"..\\evil.py": b"boom"}, "contains '..\\\\evil.py'"),
    "script": (lambda m: m | {"__init__.py": b"boom"}, "contains '__init__.py'"),
    "case": (lambda m: m | {"Style.json": b"{}"}, "contains 'Style.json'"),
    "no description": (lambda m: m | {"style.json": b"[]"}, "does not describe a style"),
    "deep": (lambda m: m | {"style.json": b"[" * 60000}, "does not describe a style"),
    "binary": (lambda m: m | {"style.json": b"\xff\xfe"}, "does not describe a style"),
    "folder": (lambda m: described(m, folder="/etc"), "does not describe a style"),
    "name": (lambda m: described(m, name="../evil"), "does not describe a style"),
    "picture": (lambda m: described(m, picture="../../evil.jpg"), "does not describe a style"),
    "field": (lambda m: described(m, on_load="import os"), "does not describe a style"),
    "future": (lambda m: described(m, api_version=99), "requires plugin API 99"),
    "no preview": (lambda m: m | {"preview.jpg": b"<svg/>"}, "preview.jpg"),
    "no picture": (lambda m: m | {"style.jpg": b"<svg/>"}, "style.jpg"),
    "other weights": (lambda m: described(m, name="other"), "these are the weights of tiny"),
    "untrained": (
        lambda m: {name: c for name, c in m.items() if not name.endswith(".safetensors")},
        "contains no weights",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused(
    kind: str, shared: Path, drop_ins: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In one line that says why, and nothing is left of them anywhere."""
    change, reason = HOSTILE[kind]
    file = rebuild(shared, change(members_of(shared)))
    before = set(drop_ins.parent.rglob("*"))
    assert main(["install", str(file)]) == 1
    error = capsys.readouterr().err
    assert reason in error
    assert error.count("\n") == 1
    assert set(drop_ins.parent.rglob("*")) == before


def test_compressed_files_are_refused(shared: Path) -> None:
    """So a small file cannot become a large one."""
    bomb = rebuild(shared, members_of(shared) | {"LICENSE": b" " * 10**6}, zipfile.ZIP_DEFLATED)
    with pytest.raises(InputError, match="compressed"):
        install(bomb)


def test_links_are_refused(shared: Path) -> None:
    """A member that is a link would lead out of the folder."""
    link = zipfile.ZipInfo("LICENSE")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = members_of(shared)
    del members["LICENSE"]
    rebuild(shared, members)
    with zipfile.ZipFile(shared, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="not a regular file"):
        install(shared)


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_doubled_names_are_refused(shared: Path) -> None:
    """What is checked must be what is used."""
    with zipfile.ZipFile(shared, "a") as archive:
        archive.writestr("LICENSE", "another")
    with pytest.raises(InputError, match="two files with the same name"):
        install(shared)


@pytest.mark.parametrize("place", [0.02, 0.3, 0.6, 0.9])
def test_damaged_files_are_refused(shared: Path, drop_ins: Path, place: float) -> None:
    """One flipped byte anywhere is noticed."""
    content = bytearray(shared.read_bytes())
    content[int(len(content) * place)] ^= 0xFF
    shared.write_bytes(content)
    with pytest.raises(InputError):
        install(shared)
    assert not list(drop_ins.iterdir())


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    """A text, an empty file and nothing at all."""
    text = tmp_path / "text.realstyle"
    text.write_text("hello")
    for file in (text, tmp_path / "missing.realstyle"):
        with pytest.raises(InputError):
            install(file)


def test_a_folder_with_a_description_is_a_style(shared: Path, drop_ins: Path) -> None:
    """By hand, too: only what may be left out is."""
    folder = install(shared).folder
    (folder / "style.json").write_text('{"name": "tiny", "title": "By hand"}')
    assert Registry.discover().styles["tiny"].title == "By hand"
    (folder / "style.json").write_text('{"name": "tiny"}')
    found = Registry.discover()
    assert "tiny" not in found.styles
    assert "title" in next(one.reason for one in found.failures if one.name == "tiny")
