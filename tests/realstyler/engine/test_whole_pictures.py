"""Pictures with profiles, transparency, orientation and any mode, and large ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

from realstyler.engine import Controls, Pixels, Stylizer
from realstyler.engine.controls import AUTO_SIDE
from realstyler.engine.detail_transfer import scale
from realstyler.errors import UsageError
from realstyler.pictures import Picture, colour
from realstyler.registry import registry
from tests.realstyler.pictures.test_colour import PROFILES

TRAINED = sorted(style.name for style in registry().styles.values() if style.trained)


def _mild(photograph: Callable[..., Pixels]) -> Pixels:
    """A photograph whose colours are within every colour space."""
    return (96 + photograph(120, 160).astype(int) // 3).astype(np.uint8)


def _lab(pixels: Pixels) -> NDArray[np.float64]:
    """CIE L*a*b* of sRGB levels, for a D65 white point."""
    shares = pixels / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = linear @ np.transpose(to_xyz) / (0.9505, 1, 1.089)
    x, y, z = np.moveaxis(np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116), 2, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=2)


@pytest.mark.parametrize("style", TRAINED[:3])
@pytest.mark.parametrize(("space", "bar"), [("p3", 1.4), ("adobe", 1.4), ("linear", 1.0)])
def test_every_space_is_painted_alike(
    style: str, space: str, bar: float, photograph: Callable[..., Pixels]
) -> None:
    """The same photograph in another colour space gives the same painting, in that space.

    Eight bits round the colours of another space, and the network amplifies the rounding.
    """
    stylizer = Stylizer(style, "live", device="cpu", precision="float32")
    photo = _mild(photograph)
    profile = PROFILES[space]
    wide = Picture(colour.from_srgb(photo, profile), icc_profile=profile)
    painted = stylizer.stylize(wide)
    assert painted.icc_profile == profile
    seen = colour.to_srgb(painted.pixels, profile)
    # Skip what the space can't represent: paintings have more saturated colours than the photo.
    expected = colour.to_srgb(colour.from_srgb(stylizer.stylize(photo), profile), profile)
    distances = np.sqrt(((_lab(seen) - _lab(expected)) ** 2).sum(axis=2))
    assert distances.mean() <= bar


def test_strength_is_mixed_in_the_own_space(photograph: Callable[..., Pixels]) -> None:
    """Colours beyond sRGB survive at low strength, and strength 0 returns the same picture."""
    profile = PROFILES["p3"]
    wide = Picture(photograph(60, 80), icc_profile=profile)
    stylizer = Stylizer(TRAINED[0], "live", device="cpu")
    assert stylizer.stylize(wide, Controls(strength=0)) is wide
    painted = stylizer.stylize(wide).pixels.astype(float)
    half = stylizer.stylize(wide, Controls(strength=0.5)).pixels
    assert np.abs(half - (painted + wide.pixels) / 2).max() <= 1


@pytest.mark.parametrize("network", ["full", "live"])
def test_hidden_colours_do_not_show(network: str, photograph: Callable[..., Pixels]) -> None:
    """Pixels under alpha 0 are arbitrary, and must not affect the visible part."""
    photo, alpha = photograph(96, 128), np.zeros((96, 128), np.uint8)
    alpha[20:70, 30:90] = 255
    stylizer = Stylizer(TRAINED[0], network, device="cpu")  # type: ignore[arg-type]
    paintings = []
    for hidden in (0, 90, 255):
        pixels = np.where(alpha[..., None] > 0, photo, hidden).astype(np.uint8)
        paintings.append(stylizer.stylize(Picture(pixels, alpha)))
    for painting in paintings:
        np.testing.assert_array_equal(painting.pixels, paintings[0].pixels)
        np.testing.assert_array_equal(painting.alpha, alpha)


def test_modes_of_pillow(photograph: Callable[..., Pixels]) -> None:
    """16 bits, floats, LAB and premultiplied alpha are painted as displayed."""
    photo = photograph(60, 80)
    stylizer = Stylizer(TRAINED[0], "live", device="cpu")
    image = Image.fromarray(photo)
    grey = np.asarray(image.convert("L"))
    expected = stylizer.stylize(np.stack([grey] * 3, axis=2)).astype(int)
    for made in (
        Image.fromarray(grey.astype(np.uint16) * 257),
        Image.fromarray(grey.astype(np.int32) * 257),
        Image.fromarray(grey.astype(np.float32)),
        Image.fromarray(grey).convert("LA"),
        Image.fromarray(grey).convert("LA").convert("La"),
    ):
        painted = np.asarray(stylizer.stylize(made).convert("RGB")).astype(int)
        assert np.abs(painted - expected).max() <= 1, made.mode
    lab = ImageCms.profileToProfile(
        image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    painted = np.asarray(stylizer.stylize(lab)).astype(int)
    assert np.abs(painted - stylizer.stylize(photo)).mean() < 6


def test_orientation_and_profile_of_pillow(photograph: Callable[..., Pixels]) -> None:
    """A photograph held upright comes back upright, without the tag, with its profile."""
    image = Image.fromarray(photograph(60, 80))
    image.getexif()[ExifTags.Base.Orientation] = 6
    image.info["icc_profile"] = PROFILES["p3"]
    painted = Stylizer(TRAINED[0], "live", device="cpu").stylize(image)
    assert painted.size == (60, 80)
    assert painted.getexif().get(ExifTags.Base.Orientation, 1) == 1
    assert painted.info["icc_profile"] == PROFILES["p3"]


def test_a_style_of_another_type_is_refused() -> None:
    """One line says which kinds of styles are accepted."""
    with pytest.raises(UsageError, match="int is not a style"):
        Stylizer(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("style", TRAINED)
def test_large_pictures_are_the_preview(style: str, photograph: Callable[..., Pixels]) -> None:
    """Scaled to preview size a large result equals the preview; at full size it is sharp."""
    photo = scale(photograph(300, 400), (1440, 1920))
    small = scale(photo, (AUTO_SIDE * 3 // 4, AUTO_SIDE))
    stylizer = Stylizer(style, "full", device="cpu")
    preview, large = stylizer.stylize(small), stylizer.stylize(photo)
    fitted = scale(large, (small.shape[0], small.shape[1]))
    distances = np.sqrt(((_lab(fitted) - _lab(preview)) ** 2).sum(axis=2))
    assert distances.mean() <= 3

    def sharpness(picture: Pixels) -> float:
        return float(np.abs(np.diff(picture[..., 1].astype(float), axis=1)).mean())

    assert sharpness(large) > 1.02 * sharpness(scale(preview, (1440, 1920)))


def test_revising_is_half_of_the_progress(photograph: Callable[..., Pixels]) -> None:
    """Progress is complete only after the enlarged painting is revised."""
    shares: list[float] = []
    stylizer = Stylizer(TRAINED[0], "full", device="cpu")
    stylizer.stylize(photograph(150, 200), Controls(stroke=64), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert 0.5 in shares
