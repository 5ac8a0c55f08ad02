"""Finding photographs, and choosing which one, which part and which side a step sees."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realstyler.errors import InputError, UsageError
from realstyler.photographs import SMALLEST_BOX, Photographs, draw

SEEDS = st.integers(0, 2**32 - 1)


def _fill(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return folder


def _zip(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, name)
    return path


def test_folder_is_listed_in_a_fixed_order(tmp_path: Path) -> None:
    """Photographs of all depths are found, sorted, whatever the case of their suffix."""
    _fill(tmp_path, "b.JPG", "a.png", "c/d/e.jpeg", "f.webp", "g.bmp", "h.tif", "notes.txt")
    names = Photographs.find(tmp_path).names
    assert names == ("a.png", "b.JPG", "c/d/e.jpeg", "f.webp", "g.bmp", "h.tif")


def test_unpacked_flickr8k(tmp_path: Path) -> None:
    """Of `Images/` and `captions.txt`, the images alone are listed."""
    _fill(tmp_path, "Images/2.jpg", "Images/1.jpg", "captions.txt", "cover.jpg")
    photographs = Photographs.find(tmp_path)
    assert photographs.names == ("Images/1.jpg", "Images/2.jpg")
    assert photographs.read("Images/2.jpg") == b"Images/2.jpg"


@pytest.mark.parametrize("inside", ["Images", "flickr8k/Images", "a/b/c"])
def test_the_zip_itself(tmp_path: Path, inside: str) -> None:
    """The archive is read in place, whatever folder lies in it."""
    path = _zip(tmp_path / "archive.zip", f"{inside}/2.jpg", f"{inside}/1.jpg", "captions.txt")
    photographs = Photographs.find(path)
    assert photographs.names == (f"{inside}/1.jpg", f"{inside}/2.jpg")
    assert photographs.read(f"{inside}/1.jpg") == f"{inside}/1.jpg".encode()


def test_hidden_files_are_left_out(tmp_path: Path) -> None:
    """Neither macOS's shadow files nor hidden folders are photographs."""
    names = (".hidden.jpg", ".cache/1.jpg", "__MACOSX/Images/._1.jpg", "Images/._1.jpg", "x/1.jpg")
    assert Photographs.find(_fill(tmp_path / "folder", *names[:3], "x/1.jpg")).names == ("x/1.jpg",)
    assert Photographs.find(_zip(tmp_path / "a.zip", *names)).names == ("x/1.jpg",)


def test_a_hidden_folder_that_was_named_is_taken(tmp_path: Path) -> None:
    """Only what lies below the named folder may be hidden."""
    assert Photographs.find(_fill(tmp_path / ".data", "1.jpg")).names == ("1.jpg",)


def test_nothing_there(tmp_path: Path) -> None:
    """A missing path, an empty folder and an empty archive are told apart, with a remedy."""
    with pytest.raises(UsageError, match=r"nowhere: no such folder.*--data"):
        Photographs.find(tmp_path / "nowhere")
    with pytest.raises(UsageError, match=r"contains no photographs.*\.jpg"):
        Photographs.find(tmp_path)
    with pytest.raises(UsageError, match="contains no photographs"):
        Photographs.find(_zip(tmp_path / "a.zip", "captions.txt"))


def test_broken_archive(tmp_path: Path) -> None:
    """A download that stopped half-way is named as such."""
    path = _zip(tmp_path / "a.zip", *(f"{number}.jpg" for number in range(50)))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UsageError, match=r"not a readable zip file.*Download"):
        Photographs.find(path)


def test_damaged_member(tmp_path: Path) -> None:
    """Damage inside an archive concerns one photograph, not the whole."""
    path = _zip(tmp_path / "a.zip", "1.jpg", "2.jpg")
    content = bytearray(path.read_bytes())
    content[36] ^= 0xFF  # inside the compressed data of the first
    path.write_bytes(content)
    photographs = Photographs.find(path)
    with pytest.raises(InputError, match=r"1\.jpg cannot be read"):
        photographs.read("1.jpg")
    assert photographs.read("2.jpg") == b"2.jpg"


def test_vanished_photograph(tmp_path: Path) -> None:
    """A photograph that is deleted meanwhile is an input error, not a crash."""
    photographs = Photographs.find(_fill(tmp_path, "1.jpg"))
    (tmp_path / "1.jpg").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        photographs.read("1.jpg")


def test_description_names_no_path(tmp_path: Path) -> None:
    """What goes into a weights file says the folder's name and nothing of where it lies."""
    photographs = Photographs.find(_fill(tmp_path / "holiday", "1.jpg", "2.jpg"))
    assert photographs.description == "2 photographs of holiday"


@given(seed=SEEDS, count=st.integers(1, 60), epoch=st.integers(0, 3))
def test_each_photograph_is_seen_once_in_an_epoch(seed: int, count: int, epoch: int) -> None:
    """An epoch is a permutation of the photographs."""
    positions = range(epoch * count, (epoch + 1) * count)
    seen = Counter(draw(seed, position, count).photograph for position in positions)
    assert seen == Counter(range(count))


@given(
    seed=SEEDS,
    position=st.integers(0, 10**8),
    attempt=st.integers(0, 5),
    width=st.integers(1, 5000),
    height=st.integers(1, 5000),
)
def test_box_is_a_square_inside_the_photograph(
    seed: int, position: int, attempt: int, width: int, height: int
) -> None:
    """No crop reaches over a border: no black corners; and none is tiny."""
    left, top, side = draw(seed, position, 10, attempt).box(width, height)
    assert left >= 0
    assert top >= 0
    assert left + side <= width
    assert top + side <= height
    assert side >= 1
    assert side >= SMALLEST_BOX * min(width, height) - 0.5


@given(seed=SEEDS, position=st.integers(0, 10**6))
def test_draw_depends_on_its_arguments_alone(seed: int, position: int) -> None:
    """Asked again, in any order, the same crop is drawn; another seed draws another."""
    first = draw(seed, position, 100)
    draw(seed, position + 1, 100)
    assert draw(seed, position, 100) == first
    assert draw(seed ^ 1, position, 100) != first


def test_crops_vary() -> None:
    """Over many positions, boxes reach all sides, all scales occur, and half are flipped."""
    drawn = [draw(0, position, 10) for position in range(2000)]
    assert 0.45 < sum(chosen.flip for chosen in drawn) / len(drawn) < 0.55
    for values in ([d.left for d in drawn], [d.top for d in drawn]):
        assert min(values) < 0.01
        assert max(values) > 0.99
    scales = [chosen.scale for chosen in drawn]
    assert min(scales) < SMALLEST_BOX + 0.01
    assert max(scales) > 0.99


def test_another_photograph_is_tried() -> None:
    """Where the chosen one cannot be read, further attempts reach all of the others."""
    tried = {draw(0, 0, 10, attempt).photograph for attempt in range(100)}
    assert tried == set(range(10))
