"""Files that are either whole or absent."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from realstyler import files
from realstyler.errors import OutputError, RealstylerError, UsageError


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    _mount(disk, "size=64k")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def read_only_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which even root cannot write."""
    folder = tmp_path / "read-only"
    folder.mkdir()
    _mount(folder, "size=64k,ro")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _mount(folder: Path, options: str) -> None:
    if shutil.which("mount") is None:
        pytest.skip("there is no mount command")
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a tmpfs needs root")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_result_appears_only_at_the_end(tmp_path: Path) -> None:
    """While the block runs there is only a hidden file, afterwards only the result."""
    target = tmp_path / "result.png"
    with files.replacing(target, overwrite=False) as temporary:
        temporary.write_bytes(b"whole")
        assert not target.exists()
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".")
        assert temporary.suffix == ".png"
    assert _names(tmp_path) == ["result.png"]
    assert target.read_bytes() == b"whole"


@pytest.mark.parametrize("old", [None, b"old"])
def test_content_is_on_the_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: bytes | None
) -> None:
    """A power cut after the rename would otherwise leave the name with an empty file."""
    target = tmp_path / "result"
    if old is not None:
        target.write_bytes(old)
    flushed: list[tuple[int, bytes | None]] = []
    flush = os.fsync

    def watched(descriptor: int) -> None:
        flush(descriptor)
        named = target.read_bytes() if target.exists() else None
        flushed.append((os.fstat(descriptor).st_size, named))

    monkeypatch.setattr(os, "fsync", watched)
    files.write_bytes(target, b"whole", overwrite=old is not None)
    assert flushed == [(len(b"whole"), old)]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, SystemExit, ValueError, MemoryError])
def test_failure_leaves_nothing(tmp_path: Path, failure: type[BaseException]) -> None:
    """Whatever ends the block, no file of ours remains and the old one is untouched."""
    old = tmp_path / "old"
    old.write_bytes(b"precious")
    for target in (old, tmp_path / "new"):
        with pytest.raises(failure):
            _write_half(target, failure)
    assert _names(tmp_path) == ["old"]
    assert old.read_bytes() == b"precious"


def _write_half(target: Path, failure: type[BaseException]) -> None:
    with files.replacing(target, overwrite=True) as temporary:
        temporary.write_bytes(b"half")
        raise failure


def test_killed_process_leaves_only_a_hidden_file(tmp_path: Path) -> None:
    """After SIGKILL in the middle the target is absent and the rest is hidden."""
    program = (
        "import os, signal, sys; from pathlib import Path; from realstyler import files\n"
        "with files.replacing(Path(sys.argv[1]), overwrite=False) as temporary:\n"
        "    temporary.write_bytes(b'half'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = subprocess.run([sys.executable, "-c", program, tmp_path / "result"], check=False)
    assert process.returncode == -9
    assert len(_names(tmp_path)) == 1
    assert _names(tmp_path)[0].startswith(".realstyler-")


def test_leftovers_of_killed_runs_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run removes them, but neither what another one is writing nor files of others."""
    monkeypatch.setattr(files, "_swept", set())
    leftover = tmp_path / ".realstyler-0123456789abcdef.mp4"
    foreign = tmp_path / ".realstyler-notes.txt"
    for path in (leftover, foreign):
        path.write_bytes(b"half")
    program = (
        "import sys; from pathlib import Path; from realstyler import files\n"
        "files.write_bytes(Path(sys.argv[1]), b'whole', overwrite=False)\n"
    )
    with files.replacing(tmp_path / "mine", overwrite=False) as temporary:
        assert not leftover.exists()
        temporary.write_bytes(b"in use")
        subprocess.run([sys.executable, "-c", program, tmp_path / "theirs"], check=True)
        assert temporary.read_bytes() == b"in use"
    assert _names(tmp_path) == [".realstyler-notes.txt", "mine", "theirs"]
    assert (tmp_path / "mine").read_bytes() == b"in use"


def test_existing_file_is_kept(tmp_path: Path) -> None:
    """Without overwrite an existing file is refused before any work, with the remedy."""
    target = tmp_path / "result"
    target.write_bytes(b"precious")
    with pytest.raises(UsageError, match=r"already exists.*--force"):
        files.write_bytes(target, b"new", overwrite=False)
    assert target.read_bytes() == b"precious"
    files.write_bytes(target, b"new", overwrite=True)
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize("hard_links", [True, False])
def test_file_that_appears_meanwhile_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hard_links: bool
) -> None:
    """A target that another process makes during the work wins, with hard links or without."""
    if not hard_links:
        monkeypatch.setattr(os, "link", _without_hard_links)
    target = tmp_path / "result"
    with pytest.raises(UsageError, match="already exists"):
        _write_beside_another(target)
    assert target.read_bytes() == b"theirs"
    assert _names(tmp_path) == ["result"]


def _write_beside_another(target: Path) -> None:
    with files.replacing(target, overwrite=False) as temporary:
        temporary.write_bytes(b"ours")
        target.write_bytes(b"theirs")


def test_disk_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a disk such as FAT a new file is still published, and leaves no other behind."""
    monkeypatch.setattr(os, "link", _without_hard_links)
    files.write_text(tmp_path / "result", "größer", overwrite=False)
    assert (tmp_path / "result").read_text(encoding="utf-8") == "größer"
    assert _names(tmp_path) == ["result"]


def _without_hard_links(source: Path, target: Path) -> None:
    raise OSError(errno.EPERM, "Operation not permitted", str(source), None, str(target))


class _InUseError(PermissionError):
    """What Windows says of a file that another program has opened."""

    winerror = 32


@pytest.mark.parametrize("times", [0, 3, 1000])
def test_file_that_is_open_in_another_program(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace it: tried again for a moment, then told; the old one stays."""
    target = tmp_path / "painted.png"
    target.write_text("old")
    refused = 0
    replace = Path.replace

    def refuse(self: Path, other: Path) -> Path:
        nonlocal refused
        if refused == times:
            return replace(self, other)
        refused += 1
        raise _InUseError(errno.EACCES, "in use", str(self))

    monkeypatch.setattr(Path, "replace", refuse)
    monkeypatch.setattr(files, "_PAUSE", 0)
    if times < 1000:
        files.write_text(target, "new", overwrite=True)
        assert target.read_text() == "new"
    else:
        with pytest.raises(OutputError, match="open in another program") as failure:
            files.write_text(target, "new", overwrite=True)
        assert failure.value.exit_code == 1
        assert target.read_text() == "old"
    assert refused == min(times, files._TRIES)
    assert list(tmp_path.iterdir()) == [target]


def test_rights_follow_the_umask(tmp_path: Path) -> None:
    """A new file gets the rights of any new file, not the 0600 of a temporary one."""
    previous = os.umask(0o027)
    try:
        files.write_bytes(tmp_path / "result", b"", overwrite=False)
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "result").stat().st_mode) == 0o640


def test_rights_of_a_replaced_file_stay(tmp_path: Path) -> None:
    """A private file stays private when it is replaced."""
    target = tmp_path / "private"
    target.write_bytes(b"old")
    target.chmod(0o600)
    files.write_bytes(target, b"new", overwrite=True)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_symbolic_link_stays_a_link(tmp_path: Path) -> None:
    """Replacing through a link changes the file it points to."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("folder/real")
    files.write_bytes(tmp_path / "link", b"new", overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "real").read_bytes() == b"new"
    assert _names(tmp_path / "folder") == ["real"]


def test_unfit_targets_are_refused(tmp_path: Path) -> None:
    """A folder, a missing folder, a file as folder, a pipe and a long name: one line each."""
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    reasons = {
        tmp_path: "is a folder",
        tmp_path / "missing" / "result": "folder does not exist",
        tmp_path / "file" / "result": "folder does not exist",
        tmp_path / "pipe": "not a regular file",
        tmp_path / ("x" * 300): "name is too long",
    }
    for target, reason in reasons.items():
        with pytest.raises(RealstylerError, match=reason) as caught:
            files.write_bytes(target, b"", overwrite=True)
        assert str(target) in caught.value.what
        assert caught.value.remedy
        assert "\n" not in str(caught.value)
    assert _names(tmp_path) == ["file", "pipe"]


def test_full_disk(tiny_disk: Path) -> None:
    """A full disk is named, keeps the old file whole and leaves nothing else."""
    target = tiny_disk / "result"
    target.write_bytes(b"precious")
    with pytest.raises(OutputError, match="the disk is full") as caught:
        files.write_bytes(target, bytes(200_000), overwrite=True)
    assert caught.value.exit_code == 1
    assert target.read_bytes() == b"precious"
    assert _names(tiny_disk) == ["result"]


def test_read_only_folder(read_only_folder: Path) -> None:
    """A read-only folder is named before the work begins."""
    with (
        pytest.raises(OutputError, match="read-only"),
        files.replacing(read_only_folder / "result", overwrite=False),
    ):
        pytest.fail("the block must not run")


def test_errors_of_the_block_pass_through(tmp_path: Path) -> None:
    """An input that the block cannot find is not blamed on the target."""
    with (
        pytest.raises(FileNotFoundError),
        files.replacing(tmp_path / "result", overwrite=False),
    ):
        (tmp_path / "missing input").read_bytes()
    assert _names(tmp_path) == []


def test_import_is_cheap() -> None:
    """The module brings in neither numpy nor Pillow."""
    program = "import sys, realstyler.files; sys.exit(bool({'numpy', 'PIL'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
