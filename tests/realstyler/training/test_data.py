"""From photographs of all kinds to batches of crops."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader

from realstyler.errors import UsageError
from realstyler.photographs import Photographs
from realstyler.registry.config import TrainingConfig
from realstyler.training.data import Batch, Crops, Steps, collate, crop_size

CONFIG = TrainingConfig(
    batch_size=4, crop_size=32, finish_crop_size=48, steps=10, soft_share=0, close_share=0
)


def _batches(photographs: Photographs, workers: int, first: int = 0) -> Iterator[Batch]:
    loader = DataLoader(
        Crops(photographs, CONFIG),
        batch_sampler=Steps(CONFIG, first, rank=0, devices=1),
        num_workers=workers,
        collate_fn=collate,
    )
    return iter(loader)


def test_batches_have_the_size_of_their_step(photographs: Path) -> None:
    """uint8 N×3×S×S; the last fifth of the steps sees larger crops."""
    batches = list(_batches(Photographs.find(photographs), workers=0))
    assert [batch.pixels.shape for batch in batches] == [(4, 3, 32, 32)] * 8 + [(4, 3, 48, 48)] * 2
    assert all(batch.pixels.dtype == torch.uint8 for batch in batches)
    assert not any(batch.unreadable for batch in batches)


@pytest.mark.parametrize(("share", "larger"), [(0.0, 0), (0.25, 25), (1.0, 100)])
def test_share_of_larger_crops(share: float, larger: int) -> None:
    """The configured share of the steps, at the end, has the larger crops."""
    config = CONFIG.but(steps=100, finish_share=share)
    sizes = [crop_size(config, step) for step in range(100)]
    assert sizes == [32] * (100 - larger) + [48] * larger


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12, of any threads
@pytest.mark.parametrize("zipped", [False, True])
def test_workers_deliver_the_same_batches(photographs: Path, tmp_path: Path, zipped: bool) -> None:
    """Two processes, even on one zip file, read what one process reads, in the same order."""
    root = photographs
    if zipped:
        root = tmp_path / "photographs.zip"
        with zipfile.ZipFile(root, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(photographs.iterdir()):
                archive.write(path, f"Images/{path.name}")
    found = Photographs.find(root)
    alone, together = (list(_batches(found, workers)) for workers in (0, 2))
    for one, other in zip(alone, together, strict=True):
        assert torch.equal(one.pixels, other.pixels)
        assert one.unreadable == other.unreadable == []


def test_devices_share_a_batch(photographs: Path) -> None:
    """The slots of two devices are those of one, each once."""
    alone = list(Steps(CONFIG, 0, rank=0, devices=1))
    shared = [list(Steps(CONFIG, 0, rank=rank, devices=2)) for rank in (0, 1)]
    assert [sorted(first + second) for first, second in zip(*shared, strict=True)] == alone


def test_continuing_sees_what_would_have_come(photographs: Path) -> None:
    """From step 6 on, the batches are those that an uninterrupted training sees there."""
    found = Photographs.find(photographs)
    whole, rest = list(_batches(found, 0)), list(_batches(found, 0, first=6))
    assert len(rest) == 4
    for one, other in zip(whole[6:], rest, strict=True):
        assert torch.equal(one.pixels, other.pixels)


def test_aspect_ratio_is_kept(tmp_path: Path) -> None:
    """A circle in a wide photograph stays a circle."""
    rows, columns = np.mgrid[0:200, 0:600]
    circle = (rows - 100) ** 2 + (columns - 300) ** 2 < 40**2
    Image.fromarray(np.where(circle, 255, 0).astype(np.uint8)).save(tmp_path / "wide.png")
    config = CONFIG.but(crop_size=128)
    crops = Crops(Photographs.find(tmp_path), config)
    whole = 0
    for step in range(40):
        bright = crops[step // 8, step % 8].pixels[0] > 127  # S×S
        touches = bright[0].any() | bright[-1].any() | bright[:, 0].any() | bright[:, -1].any()
        if bright.any() and not touches:
            height, width = (int(bright.any(axis).sum()) for axis in (1, 0))
            assert abs(height - width) <= 2
            whole += 1
    assert whole >= 3


def test_no_black_corners(tmp_path: Path) -> None:
    """Every pixel of every crop comes from the photograph."""
    Image.new("RGB", (50, 33), (200, 210, 220)).save(tmp_path / "light.png")
    crops = Crops(Photographs.find(tmp_path), CONFIG.but(steps=1000))
    colours = torch.tensor([200, 210, 220], dtype=torch.uint8).view(3, 1, 1)
    for step in range(50):
        assert (crops[step, 0].pixels == colours).all()


def test_a_share_of_the_crops_is_softened(tmp_path: Path) -> None:
    """Blurred crops, and only so many, keep their colours and lose their detail."""
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    photographs, config = Photographs.find(tmp_path), CONFIG.but(steps=1000)
    sharp, some = Crops(photographs, config), Crops(photographs, config.but(soft_share=0.25))
    softened = 0
    for step in range(100):
        before, after = sharp[step, 0].pixels.float(), some[step, 0].pixels.float()
        assert torch.equal(after, some[step, 0].pixels.float())
        if not torch.equal(before, after):
            softened += 1
            assert after.std() < before.std()
            assert (after.mean() - before.mean()).abs() < 2
    assert 10 <= softened <= 45


def test_the_softest_crops_are_hardly_more_than_a_gradient(tmp_path: Path) -> None:
    """Squares of 20 pixels lose all contrast in some crops, and next to none in others."""
    squares = (np.indices((200, 200)) // 20).sum(0) % 2 * 255
    Image.fromarray(squares.astype(np.uint8)).save(tmp_path / "squares.png")
    config = CONFIG.but(steps=1000, crop_size=192, finish_crop_size=192, soft_share=1.0)
    crops = Crops(Photographs.find(tmp_path), config)
    contrasts = [float(crops[step, 0].pixels.float().std()) for step in range(40)]
    assert min(contrasts) < 10
    assert max(contrasts) > 100


def _detail(folder: Path, side: int, share: float) -> list[float]:
    """Count the edges of stripes, two pixels wide, in crops of a square photograph."""
    stripes = np.tile(np.arange(side) // 2 % 2 * 255, (side, 1)).astype(np.uint8)
    Image.fromarray(stripes).save(folder / "stripes.png")
    crops = Crops(Photographs.find(folder), CONFIG.but(steps=1000, close_share=share))
    rows = [crops[step, 0].pixels[0, 16].float() for step in range(24)]
    return [float(((row[1:] > 127) != (row[:-1] > 127)).sum()) for row in rows]


def test_close_ups_of_large_photographs_keep_every_pixel(tmp_path: Path) -> None:
    """A crop of 32 pixels shows 32 pixels of a photograph of 400: 16 stripes, sharp."""
    assert all(14 <= count <= 16 for count in _detail(tmp_path, 400, 1.0))


def test_close_ups_of_small_photographs_are_enlarged(tmp_path: Path) -> None:
    """Of a photograph as small as a crop a close-up shows a part; without the share, nearly all."""
    assert max(_detail(tmp_path, 40, 1.0)) <= 0.75 * 20
    assert min(_detail(tmp_path, 40, 0.0)) >= 0.6 * 20


def test_flips_occur(tmp_path: Path) -> None:
    """Left and right are exchanged in about half of the crops, never above and below."""
    ramp = np.add.outer(np.arange(64) * 2, np.arange(64)).astype(np.uint8)
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    crops = Crops(Photographs.find(tmp_path), CONFIG.but(steps=1000))
    pixels = [crops[step, 0].pixels[0].float() for step in range(60)]
    flipped = sum(bool(p[:, 0].mean() > p[:, -1].mean()) for p in pixels)
    assert 15 < flipped < 45
    assert all(p[0].mean() < p[-1].mean() for p in pixels)


def _kinds(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Write photographs of many kinds; return the colour that each should show."""
    grey16 = np.full((40, 40), 180 * 257, np.uint16)
    palette = Image.new("RGB", (40, 40), (180, 20, 60)).quantize(4)
    Image.new("L", (40, 40), 180).save(folder / "grey.jpg")
    Image.fromarray(grey16).save(folder / "sixteen.png")
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(folder / "cmyk.jpg")
    palette.save(folder / "palette.png")
    Image.new("1", (40, 40), 1).save(folder / "bits.bmp")
    Image.new("RGBA", (40, 40), (180, 20, 60, 255)).save(folder / "alpha.webp", lossless=True)
    Image.new("LA", (40, 40), (180, 255)).save(folder / "grey-alpha.tif")
    return {
        "grey.jpg": (180, 180, 180),
        "sixteen.png": (180, 180, 180),
        "cmyk.jpg": (255, 0, 0),
        "palette.png": (180, 20, 60),
        "bits.bmp": (255, 255, 255),
        "alpha.webp": (180, 20, 60),
        "grey-alpha.tif": (180, 180, 180),
    }


def test_photographs_of_any_kind(tmp_path: Path) -> None:
    """Grey, 16-bit, CMYK, palette, 1-bit and transparent pictures give their colours."""
    colours = _kinds(tmp_path)
    photographs = Photographs.find(tmp_path)
    assert set(photographs.names) == set(colours)
    for name, colour in colours.items():
        only = Photographs(photographs.root, (name,))
        crop = Crops(only, CONFIG)[0, 0]
        assert crop.unreadable == []
        found = crop.pixels.float().mean((1, 2))  # 3
        assert (found - torch.tensor(colour)).abs().max() <= 3, name


def test_small_and_narrow_photographs(tmp_path: Path) -> None:
    """Photographs smaller than a crop are enlarged, down to one pixel."""
    for number, size in enumerate([(1, 1), (1, 500), (7, 5)]):
        Image.new("RGB", size, (90, 100, 110)).save(tmp_path / f"{number}.png")
    crops = Crops(Photographs.find(tmp_path), CONFIG)
    for slot in range(3):
        pixels = crops[0, slot].pixels
        assert pixels.shape == (3, 32, 32)
        assert pixels[0].unique().tolist() == [90]


def _damage(folder: Path, good: bytes) -> set[str]:
    (folder / "bad-empty.jpg").write_bytes(b"")
    (folder / "bad-text.jpg").write_text("not a picture")
    (folder / "bad-half.jpg").write_bytes(good[: len(good) // 2])
    (folder / "bad-folder.jpg").mkdir()
    (folder / "bad-link.jpg").symlink_to("nowhere.jpg")
    return {"bad-empty.jpg", "bad-text.jpg", "bad-half.jpg"}


def test_unreadable_photographs_are_skipped_and_named(photographs: Path, tmp_path: Path) -> None:
    """Damaged files are replaced by other photographs; folders and dead links are none at all."""
    for path in photographs.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    bad = _damage(tmp_path, (photographs / "0.jpg").read_bytes())
    found = Photographs.find(tmp_path)
    assert bad < set(found.names)
    batches = list(_batches(found, workers=0))
    assert {name for batch in batches for name in batch.unreadable} == bad
    assert all(batch.pixels.shape[0] == 4 for batch in batches)


def test_nothing_can_be_read(tmp_path: Path) -> None:
    """A folder of damaged files is given up with one clear error, soon."""
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_text("not a picture")
    with pytest.raises(UsageError, match=r"in a row cannot be read.*Check the folder"):
        Crops(Photographs.find(tmp_path), CONFIG)[0, 0]
