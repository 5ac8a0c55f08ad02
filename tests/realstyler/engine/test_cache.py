"""The disk cache of compiled models: shared, verified, replaced."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from realstyler.engine import Pixels, Stylizer, cache, compiled_model
from realstyler.registry.weights import Weights


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_compiled_once(
    folder: Path,
    weights: Weights,
    photograph: Callable[..., Pixels],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What one stylizer compiled, the next one loads, and it paints the same."""
    photo = photograph(24, 32)
    first = Stylizer(weights, device="cpu").stylize(photo)
    assert len(list(folder.glob("*.blob"))) == 1

    class Core:
        """Loads compiled models and refuses to compile."""

        import_model = compiled_model.core.import_model
        get_property = compiled_model.core.get_property

    monkeypatch.setattr(compiled_model, "core", Core)
    np.testing.assert_array_equal(Stylizer(weights, device="cpu").stylize(photo), first)


def test_settings_have_files_of_their_own(folder: Path, weights: Weights) -> None:
    """Another precision or number of threads is another compiled model."""
    for options in ({}, {"precision": "float32"}, {"threads": 1}):
        Stylizer(weights, device="cpu", **options).warm_up((16, 16))  # type: ignore[arg-type]
    assert len(list(folder.glob("*.blob"))) == 3


@pytest.mark.parametrize("damage", [b"", b"abc", b"\0" * 5000])
def test_damaged_file_is_replaced(
    folder: Path, weights: Weights, photograph: Callable[..., Pixels], damage: bytes
) -> None:
    """A damaged file is compiled again and replaced."""
    photo = photograph(24, 32)
    first = Stylizer(weights, device="cpu").stylize(photo)
    (file,) = folder.glob("*.blob")
    file.write_bytes(damage)
    np.testing.assert_array_equal(Stylizer(weights, device="cpu").stylize(photo), first)
    assert cache.read(file)


def test_file_of_another_build_is_replaced(folder: Path, weights: Weights) -> None:
    """An intact file that OpenVINO can't import is compiled again."""
    Stylizer(weights, device="cpu").warm_up((16, 16))
    (file,) = folder.glob("*.blob")
    cache.write(file, b"of another build")
    Stylizer(weights, device="cpu").warm_up((16, 16))
    assert cache.read(file) != b"of another build"


def test_folder_that_cannot_be_written(
    tmp_path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Painting works without a usable cache folder."""
    obstacle = tmp_path / "file"
    obstacle.touch()
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(obstacle / "cache"))
    Stylizer(weights, device="cpu").warm_up((16, 16))


def _write_often(path: Path, number: int) -> None:
    for _ in range(10):
        cache.write(path, bytes([number]) * 100_000)


def test_many_writers(tmp_path: Path) -> None:
    """Readers see a complete file from one writer, whatever several processes do at once."""
    path = tmp_path / "shared.blob"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_often, args=(path, number)) for number in range(3)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        content = cache.read(path)
        assert content is None or (len(content) == 100_000 and len(set(content)) == 1)
        time.sleep(0.001)
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert [file.name for file in tmp_path.iterdir()] == ["shared.blob"]


def test_oldest_files_go_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above its capacity the cache removes the least recently used files."""
    monkeypatch.setattr(cache, "CAPACITY", 2500)
    for age, name in enumerate(["new", "middle", "old"]):
        cache.write(folder / f"{name}.blob", b"x" * 1000)
        os.utime(folder / f"{name}.blob", (time.time() - 100 * age,) * 2)
    cache.read(folder / "old.blob")
    cache.write(folder / "newest.blob", b"x" * 1000)
    assert {file.stem for file in folder.iterdir()} == {"newest", "old"}
