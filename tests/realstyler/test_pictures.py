"""Pictures from files to arrays and back."""

import contextlib
import os
import shutil
import struct
import subprocess
import warnings
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

from realstyler import pictures
from realstyler.errors import InputError, OutputError, RealstylerError, UsageError
from realstyler.pictures import Picture

SIDES = st.integers(1, 9)
SIZES = st.tuples(SIDES, SIDES)


def _encoded(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def _gradient(width: int = 48, height: int = 32) -> NDArray[np.uint8]:
    rows, columns = np.mgrid[0:height, 0:width]
    stack = np.stack([rows * 255 // height, columns * 255 // width, (rows + columns) % 256], axis=2)
    return stack.astype(np.uint8)


def _profile(space: bytes, tags: dict[bytes, bytes], connection: bytes = b"XYZ ") -> bytes:
    """An ICC profile (version 2) of the given colour space, tags and connection space."""
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, offset + len(data), len(content))
        data += content
    kind = b"scnr" if space == b"CMYK" else b"mntr"
    header = struct.pack(">I4sI", offset + len(data), b"lcms", 0x02400000) + kind + space
    header += connection + struct.pack(">6H4s", 2024, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return header.ljust(128, b"\0") + table + data


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(value * 256))


def _description() -> bytes:
    return b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(79)


def wide_rgb_profile() -> bytes:
    """The primaries and the gamma 2.2 of Adobe RGB (1998), adapted to D50."""
    return _profile(
        b"RGB ",
        {
            b"desc": _description(),
            b"wtpt": _xyz(0.9642, 1.0, 0.8249),
            b"rXYZ": _xyz(0.60974, 0.31111, 0.01947),
            b"gXYZ": _xyz(0.20528, 0.62567, 0.06087),
            b"bXYZ": _xyz(0.14919, 0.06322, 0.74457),
            b"rTRC": _gamma(2.2),
            b"gTRC": _gamma(2.2),
            b"bTRC": _gamma(2.2),
        },
    )


def grey_profile(gamma: float) -> bytes:
    """A grey scale of the given gamma."""
    tags = {b"desc": _description(), b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"kTRC": _gamma(gamma)}
    return _profile(b"GRAY", tags)


def swapped_ink_profile() -> bytes:
    """Inks as no printer has them: the cyan one is red; black is black, the others leave paper."""
    paper, red, black = (255, 128, 128), (138, 208, 195), (0, 128, 128)
    # The first ink varies slowest (ICC.1:2001-04, 6.5.9 lut8Type).
    inks = [(cyan, key) for cyan in (0, 1) for _ in range(4) for key in (0, 1)]
    colours = b"".join(bytes(black if key else red if cyan else paper) for cyan, key in inks)
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    identity = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix
    table += identity * 4 + colours + identity * 3
    tags = {b"desc": _description(), b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"A2B0": table}
    return _profile(b"CMYK", tags, connection=b"Lab ")


@given(
    SIZES.flatmap(lambda size: arrays(np.uint8, (*size, 3))),
    st.sampled_from(["PNG", "TIFF", "BMP"]),
)
def test_lossless_formats_return_the_pixels(pixels: NDArray[np.uint8], file_format: str) -> None:
    """Whatever the pixels and the size, a lossless format gives them back."""
    picture = pictures.read(pictures.encode(Picture(pixels), file_format))
    np.testing.assert_array_equal(picture.pixels, pixels)
    assert (picture.alpha, picture.format) == (None, file_format)


@given(SIZES.flatmap(lambda size: arrays(np.uint8, (*size, 4))), st.sampled_from(["PNG", "TIFF"]))
def test_alpha_survives(rgba: NDArray[np.uint8], file_format: str) -> None:
    """Colour and alpha come back apart, also where a pixel is transparent."""
    picture = pictures.read(pictures.encode(Picture(rgba[..., :3], rgba[..., 3]), file_format))
    np.testing.assert_array_equal(picture.pixels, rgba[..., :3])
    np.testing.assert_array_equal(picture.alpha, rgba[..., 3])


@given(st.integers(1, 8), SIZES, st.sampled_from(["PNG", "TIFF", "LZW", "WEBP"]))
def test_orientation_is_applied(orientation: int, size: tuple[int, int], kind: str) -> None:
    """A picture stored in any of the eight orientations is read upright, its resolution too."""
    upright = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    # Each orientation is what a viewer must undo, so the stored picture is made by its inverse.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    image = Image.fromarray(np.ascontiguousarray(stored))
    # A compressed TIFF takes another way through Pillow than a plain one.
    file_format, options = ("TIFF", {"compression": "tiff_lzw"}) if kind == "LZW" else (kind, {})
    data = _encoded(image, file_format, exif=exif, dpi=(100, 200), lossless=True, **options)
    picture = pictures.read(data)
    np.testing.assert_array_equal(picture.pixels, upright)
    if kind != "WEBP":
        assert picture.dpi == pytest.approx((200, 100) if orientation > 4 else (100, 200), abs=0.1)
    again = pictures.read(pictures.encode(picture, "PNG"))
    np.testing.assert_array_equal(again.pixels, upright)


@given(
    st.sampled_from(["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "I;16", "I", "F", "LAB"]),
    SIZES,
)
def test_every_mode_becomes_rgb(mode: str, size: tuple[int, int]) -> None:
    """A mid-grey picture of any mode is a grey picture of the same size and of three channels."""
    grey: dict[str, float | tuple[int, ...]] = {
        "1": 255,
        "RGB": (128, 128, 128),
        "RGBA": (128, 128, 128, 255),
        "LA": (128, 255),
        "CMYK": (0, 0, 0, 127),
        "YCbCr": (128, 128, 128),
        "I;16": 128 * 257,
        "I": 128 * 257,
        "F": 128 / 255,
        "LAB": (137, 128, 128),
    }
    image = Image.new("L", size, 128).convert("P") if mode == "P" else None
    image = image or Image.new(mode, size, grey.get(mode, 128))
    picture = pictures.read(_encoded(image, "TIFF"))
    assert picture.pixels.shape == (size[1], size[0], 3)
    expected = 255 if mode == "1" else 128
    assert np.abs(picture.pixels.astype(int) - expected).max() <= 2
    assert (picture.alpha is not None) == (mode in ("RGBA", "LA"))


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    """Each of the 65536 greys lands on the nearest of the 256."""
    greys = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    picture = pictures.read(_encoded(Image.fromarray(greys)))
    expected = np.rint(greys / 257).astype(np.uint8)
    np.testing.assert_array_equal(picture.pixels[..., 0], expected)


def test_sixteen_bit_rgb() -> None:
    """A PNG of three 16-bit channels is read in 8 bits."""
    row = b"\0" + struct.pack(">6H", 0xFFFF, 0x8080, 0, 0, 0x4040, 0xFFFF)
    picture = pictures.read(_png(2, 1, row, depth=16, colour_type=2))
    assert picture.pixels.tolist() == [[[255, 128, 0], [0, 64, 255]]]


@pytest.mark.parametrize("values", [[-1.0, 0.5], [0.0, 1000.0], [0.0, float("nan")]])
def test_floating_point_of_unknown_scale_is_refused(values: list[float]) -> None:
    """Samples outside 0 to 255 have no known meaning; NaN has none either."""
    image = Image.fromarray(np.array([values], dtype=np.float32))
    with pytest.raises(InputError, match="no known scale"):
        pictures.read(_encoded(image, "TIFF"))


def test_transparent_palette() -> None:
    """A palette with a transparent entry gives colours and an alpha channel."""
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    for data in (_encoded(image, transparency=1), _encoded(image, transparency=b"\xff\x00")):
        picture = pictures.read(data)
        assert picture.pixels.tolist() == [[[255, 0, 0], [0, 0, 255]]]
        assert picture.alpha is not None
        assert picture.alpha.tolist() == [[255, 0]]


def test_first_frame_of_an_animation() -> None:
    """A GIF of several frames gives its first."""
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "lime")]
    picture = pictures.read(_encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert picture.pixels[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("file_format", ["GIF", "WEBP"])
def test_animations_are_recognized(file_format: str, tmp_path: Path) -> None:
    """By their frames; a file that is cut off anywhere is no reason to stop."""
    frames = [Image.new("RGB", (48, 32), (60 * number, 90, 200)) for number in range(4)]
    moving, still = tmp_path / "moving", tmp_path / "still"
    frames[0].save(moving, file_format, save_all=True, append_images=frames[1:])
    frames[0].save(still, file_format)
    assert pictures.is_animated(moving)
    assert not pictures.is_animated(still)
    content = moving.read_bytes()
    for length in range(len(content)):
        moving.write_bytes(content[:length])
        assert not pictures.is_animated(moving) or length > len(content) // 4
    assert not pictures.is_animated(tmp_path / "missing")


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_rgb_profile_is_kept_byte_for_byte(file_format: str) -> None:
    """Pixels stay in the colour space of the source, and its profile goes with them."""
    profile = wide_rgb_profile()
    ImageCms.ImageCmsProfile(
        BytesIO(profile)
    )  # a profile that no colour engine reads proves nothing
    image = Image.fromarray(_gradient())
    picture = pictures.read(_encoded(image, "PNG", icc_profile=profile))
    np.testing.assert_array_equal(picture.pixels, _gradient())
    again = pictures.read(pictures.encode(picture.with_pixels(255 - picture.pixels), file_format))
    assert again.icc_profile == picture.icc_profile == profile


def test_grey_profile_is_converted() -> None:
    """A linear grey of 50 % is about 188 in sRGB, and the grey profile is gone."""
    for image in (Image.new("L", (3, 2), 128), Image.new("LA", (3, 2), (128, 40))):
        picture = pictures.read(_encoded(image, icc_profile=grey_profile(1.0)))
        assert picture.icc_profile is None
        assert np.abs(picture.pixels.astype(int) - 188).max() <= 1


def test_grey_under_an_rgb_profile_keeps_it() -> None:
    """Grey scans are often tagged with an RGB profile: the greys are greys of that space."""
    data = _encoded(Image.new("L", (3, 2), 100), "JPEG", icc_profile=wide_rgb_profile())
    picture = pictures.read(data)
    assert picture.icc_profile == wide_rgb_profile()
    assert picture.pixels[0, 0].tolist() == [100, 100, 100]


@pytest.mark.parametrize("profile", [b"nonsense", grey_profile(1.0)], ids=["corrupt", "grey"])
def test_profile_that_does_not_fit_is_dropped(profile: bytes) -> None:
    """A corrupt profile, or a grey one on an RGB picture, costs neither picture nor colours."""
    picture = pictures.read(_encoded(Image.fromarray(_gradient()), icc_profile=profile))
    assert picture.icc_profile is None
    np.testing.assert_array_equal(picture.pixels, _gradient())


def test_cmyk_jpeg_becomes_srgb() -> None:
    """Plain inks of a CMYK JPEG come out in their colours, and an RGB profile on it is dropped."""
    inks = {(255, 0, 0, 0): [0, 255, 255], (0, 0, 0, 255): [0, 0, 0], (0, 0, 0, 0): [255] * 3}
    for ink, colour in inks.items():
        data = _encoded(Image.new("CMYK", (8, 8), ink), "JPEG", icc_profile=wide_rgb_profile())
        picture = pictures.read(data)
        assert picture.icc_profile is None
        assert np.abs(picture.pixels[0, 0].astype(int) - colour).max() <= 3


@pytest.mark.parametrize("file_format", ["JPEG", "TIFF"])
def test_cmyk_profile_is_used(file_format: str) -> None:
    """An ink that the profile calls red comes out red, to the 8 bits of the profile."""
    inks = {(255, 0, 0, 0): [255, 0, 0], (0, 255, 0, 0): [255] * 3, (0, 0, 0, 255): [0] * 3}
    for ink, colour in inks.items():
        image = Image.new("CMYK", (8, 8), ink)
        picture = pictures.read(_encoded(image, file_format, icc_profile=swapped_ink_profile()))
        assert picture.icc_profile is None
        assert np.abs(picture.pixels[0, 0].astype(int) - colour).max() <= 12


def _photograph_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera maker"
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.IFD.Exif] = {
        ExifTags.Base.DateTimeOriginal: "2024:05:06 07:08:09",
        ExifTags.Base.ExifImageWidth: 4000,
        ExifTags.Base.MakerNote: b"offsets of the old file",
    }
    exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N"}
    return exif


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_is_kept_without_what_would_be_wrong(file_format: str) -> None:
    """Camera and date survive; orientation, old size and maker note do not."""
    data = _encoded(Image.fromarray(_gradient()), "JPEG", exif=_photograph_exif())
    again = pictures.encode(pictures.read(data), file_format, metadata="all")
    with Image.open(BytesIO(again)) as image:
        image.load()
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert exif[ExifTags.Base.Make] == "Camera maker"
    assert details == {ExifTags.Base.DateTimeOriginal: "2024:05:06 07:08:09"}
    assert place == {ExifTags.GPS.GPSLatitudeRef: "N"}
    assert exif.get(ExifTags.Base.Orientation, 1) == 1


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_place_is_left_out_unless_asked_for(file_format: str) -> None:
    """Nobody gives away an address by sharing a painting."""
    data = _encoded(Image.fromarray(_gradient()), "JPEG", exif=_photograph_exif())
    with Image.open(BytesIO(pictures.encode(pictures.read(data), file_format))) as image:
        image.load()
        exif = image.getexif()
    assert not exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert exif[ExifTags.Base.Make] == "Camera maker"


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_metadata_can_be_stripped(file_format: str) -> None:
    """Without metadata nothing of the EXIF is in the file, while profile and pixels are."""
    data = _encoded(
        Image.fromarray(_gradient()),
        "JPEG",
        exif=_photograph_exif(),
        icc_profile=wide_rgb_profile(),
    )
    stripped = pictures.encode(pictures.read(data), file_format, metadata="none")
    assert b"Camera maker" not in stripped
    assert b"2024:05:06" not in stripped
    assert pictures.read(stripped).icc_profile == wide_rgb_profile()


def test_exif_too_long_for_jpeg_is_left_out() -> None:
    """Metadata that a JPEG cannot hold does not stop the picture."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "x" * 70_000
    picture = pictures.read(_encoded(Image.fromarray(_gradient()), "PNG", exif=exif))
    assert picture.exif is not None
    assert pictures.read(pictures.encode(picture, "JPEG")).exif is None


def test_broken_exif_does_not_cost_the_picture() -> None:
    """Metadata of random bytes is dropped, the picture is read."""
    data = _encoded(Image.fromarray(_gradient()), exif=b"Exif\0\0II*\0\xff\xff\xff\x7f garbage")
    np.testing.assert_array_equal(pictures.read(data).pixels, _gradient())


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "TIFF", "BMP"])
def test_resolution_is_kept(file_format: str) -> None:
    """300 by 150 pixels an inch stay so."""
    data = pictures.encode(Picture(_gradient(), dpi=(300, 150)), file_format)
    assert pictures.read(data).dpi == pytest.approx((300, 150), abs=0.1)


@pytest.mark.parametrize("file_format", ["JPEG", "BMP"])
def test_alpha_is_laid_on_white(file_format: str) -> None:
    """Where a format has no alpha, transparent black becomes white."""
    black = np.zeros((8, 8, 3), np.uint8)
    picture = pictures.read(
        pictures.encode(Picture(black, np.zeros((8, 8), np.uint8)), file_format)
    )
    assert picture.alpha is None
    assert picture.pixels.min() >= 254


def test_jpeg_is_written_for_quality(tmp_path: Path) -> None:
    """Colour is not subsampled, and the default quality stays near the pixels."""
    target = tmp_path / "result.jpg"
    pictures.write(Picture(_gradient()), target)
    with Image.open(target) as image:
        sampling = {component[1:3] for component in image.layer}  # type: ignore[attr-defined]
    assert sampling == {(1, 1)}
    error = pictures.read(target).pixels.astype(int) - _gradient()
    assert np.abs(error).mean() < 2
    worse = pictures.encode(Picture(_gradient()), "JPEG", quality=30)
    assert len(worse) < target.stat().st_size


def test_write_follows_the_suffix_and_keeps_old_files(tmp_path: Path) -> None:
    """Every writable suffix gives its format; an existing file needs overwrite."""
    for suffix, file_format in pictures.WRITABLE.items():
        target = tmp_path / f"result{suffix.upper()}"
        pictures.write(Picture(_gradient()), target)
        assert pictures.read(target).format == file_format
        with pytest.raises(UsageError, match="already exists"):
            pictures.write(Picture(_gradient()), target)
        pictures.write(Picture(_gradient()), target, overwrite=True)
    assert len(list(tmp_path.iterdir())) == len(pictures.WRITABLE)


def test_streams() -> None:
    """A stream gets what is asked, or the format of the source, or PNG instead of that."""
    picture = pictures.read(BytesIO(_encoded(Image.fromarray(_gradient()), "GIF")))
    for asked, given_back in ((None, "PNG"), ("jpg", "JPEG"), ("WebP", "WEBP")):
        stream = BytesIO()
        pictures.write(picture, stream, format=asked)
        assert pictures.read(stream.getvalue()).format == given_back


def test_unknown_suffix_lists_the_known(tmp_path: Path) -> None:
    """A result of an unknown kind is refused with the kinds there are."""
    with pytest.raises(UsageError, match=r"\.xyz.*\.jpg, .*\.png"):
        pictures.write(Picture(_gradient()), tmp_path / "result.xyz")
    with pytest.raises(UsageError, match="GIF"):
        pictures.encode(Picture(_gradient()), "GIF")


@pytest.mark.parametrize(("file_format", "longest"), [("JPEG", 65500), ("WEBP", 16383)])
def test_longest_side_of_a_format(tmp_path: Path, file_format: str, longest: int) -> None:
    """The longest side that a format allows is written and read, one more is refused."""
    fits = Picture(np.zeros((1, longest, 3), np.uint8))
    assert pictures.read(pictures.encode(fits, file_format)).pixels.shape == (1, longest, 3)
    too_long = Picture(np.zeros((longest + 1, 1, 3), np.uint8))
    with pytest.raises(InputError, match=f"the picture: .*{longest + 1} .*{file_format}"):
        pictures.encode(too_long, file_format)
    with pytest.raises(InputError, match=r"result\.file: "):
        pictures.write(too_long, tmp_path / "result.file", format=file_format)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("size", [(1, 1), (30_000, 1), (1, 30_000)])
def test_extreme_shapes(tmp_path: Path, size: tuple[int, int]) -> None:
    """A single pixel and a very long line are pictures like any other."""
    Image.new("RGB", size, "teal").save(tmp_path / "line.jpg")
    assert pictures.read(tmp_path / "line.jpg").pixels.shape == (size[1], size[0], 3)


def _png(width: int, height: int, rows: bytes, depth: int = 8, colour_type: int = 0) -> bytes:
    """A PNG that claims a size, whatever data it has."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def test_bad_inputs_get_one_clear_line(tmp_path: Path) -> None:
    """Each bad input is named with its reason and a remedy, on one line, with exit code 1."""
    whole = _encoded(Image.fromarray(_gradient()), "JPEG")
    (tmp_path / "text.jpg").write_text("Dear diary, this is no picture.\n" * 20)
    (tmp_path / "empty.png").touch()
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "header.jpg").write_bytes(whole[:12])
    (tmp_path / "bomb.png").write_bytes(_png(60_000, 60_000, bytes(1000)))
    (tmp_path / "lamp.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    reasons = {
        "missing.jpg": "does not exist",
        ".": "is a folder",
        "text.jpg": "is not a picture",
        "lamp.svg": "is not a picture",
        "empty.png": "is empty",
        "cut.jpg": "is truncated or damaged",
        "header.jpg": "is truncated or damaged",
        "bomb.png": "60000×60000 pixels, more than 300,000,000",
    }
    for name, reason in reasons.items():
        with pytest.raises(InputError, match=reason) as caught:
            pictures.read(tmp_path / name)
        assert str(tmp_path / name) in caught.value.what
        assert caught.value.remedy
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code == 1


def test_unreadable_file(tmp_path: Path) -> None:
    """A file that this user may not read is named as such."""
    secret = tmp_path / "secret.png"
    secret.write_bytes(_encoded(Image.fromarray(_gradient())))
    secret.chmod(0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)  # root may read everything, so the test becomes nobody for a moment
    try:
        with pytest.raises(InputError, match="permission denied"):
            pictures.read(secret)
    finally:
        os.seteuid(user)


def test_bomb_is_refused_before_it_is_decoded() -> None:
    """The limit is an argument, compared with the size in the header alone."""
    data = _png(200, 100, b"not enough rows")
    with pytest.raises(InputError, match="upload has 200×100 pixels, more than 19,999"):
        pictures.read(data, name="upload", max_pixels=19_999)
    with pytest.raises(InputError, match="truncated"):
        pictures.read(data, max_pixels=20_000)


@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_pillow_limit_does_not_apply(file_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture over twice Pillow's own limit is read in silence; that limit stays as it was."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    monkeypatch.setattr(pictures, "_PILLOW_LIMIT", 100)
    data = pictures.encode(Picture(_gradient()), file_format)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(pictures.read(data).pixels, _gradient())
    assert Image.MAX_IMAGE_PIXELS == 100


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=200)
@given(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "PPM"]), st.data())
def test_damaged_files_raise_nothing_else(file_format: str, data: st.DataObject) -> None:
    """Files that are cut or have bytes changed are read, or refused with an InputError."""
    content = bytearray(_encoded(Image.fromarray(_gradient(12, 9)), file_format))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) :]
    try:
        picture = pictures.read(bytes(content), max_pixels=1_000_000)
    except InputError:
        return
    assert picture.pixels.shape[2] == 3


def test_full_disk(tmp_path: Path) -> None:
    """A picture that does not fit the disk says so and leaves nothing."""
    if shutil.which("mount") is None:
        pytest.skip("there is no mount command")
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a tmpfs needs root")
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)
    try:
        with pytest.raises(OutputError, match="the disk is full"):
            pictures.write(Picture(noise), tmp_path / "result.png")
        assert list(tmp_path.iterdir()) == []
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_find_pictures(tmp_path: Path) -> None:
    """Folders give their visible pictures, sorted, with the path to mirror; files pass."""
    for name in ("b.PNG", "a.jpg", "notes.txt", ".hidden.jpg", "sub/c.webp", ".git/d.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    missing = tmp_path / "missing.jpg"
    found = list(pictures.find_pictures([tmp_path, missing]))
    assert [str(each.relative) for each in found] == ["a.jpg", "b.PNG", "sub/c.webp", "missing.jpg"]
    assert [each.path for each in found[:-1]] == [tmp_path / each.relative for each in found[:-1]]
    flat = pictures.find_pictures([tmp_path], recursive=False)
    assert [each.path.name for each in flat] == ["a.jpg", "b.PNG"]


def test_picture_refuses_other_arrays() -> None:
    """Arrays of another type or shape are mistakes of a program and refused at once."""
    for pixels in (np.zeros((2, 2, 3), np.float32), np.zeros((2, 2, 4), np.uint8)):
        with pytest.raises(ValueError, match="H×W×3"):
            Picture(pixels)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="alpha"):
        Picture(_gradient(), np.zeros((1, 1), np.uint8))


def test_errors_are_of_the_family() -> None:
    """One except clause catches every error that a user should see."""
    with pytest.raises(RealstylerError):
        pictures.read(b"")


HEIC = Path(__file__).parents[1] / "fixtures" / "pictures" / "gradient.heic"


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_heic_is_read_upright(brand: bytes) -> None:
    """What phones take: held upright, with the camera's name, under either brand."""
    pytest.importorskip("pi_heif")
    picture = pictures.read(HEIC.read_bytes().replace(b"ftypheic", b"ftyp" + brand))
    assert picture.format == "HEIF"  # and not that of the stream it is decoded through
    assert picture.pixels.shape == (64, 48, 3)
    down, across = picture.pixels[-1, 0].astype(int), picture.pixels[0, -1].astype(int)
    start = picture.pixels[0, 0].astype(int)
    assert down[1] - start[1] > 200  # green grows along what was the width
    assert start[0] - across[0] > 200  # red falls along what was the height, turned
    exif = Image.Exif()
    exif.load(picture.exif or b"")
    assert exif[ExifTags.Base.Make] == "Camera"
    assert ExifTags.Base.Orientation not in exif


@given(st.integers(8, 883), st.integers(0, 255))
@settings(max_examples=12)  # each starts a process or two
def test_damaged_heic_is_a_clear_error(place: int, value: int) -> None:
    """Any byte may be wrong; it is read, or refused on one line, and this process lives on."""
    pytest.importorskip("pi_heif")
    content = bytearray(HEIC.read_bytes())
    content[place] = value
    with contextlib.suppress(InputError):
        pictures.read(bytes(content))
    with pytest.raises(InputError):
        pictures.read(bytes(content[:place]))


def test_heic_that_is_too_large() -> None:
    """Its size is known before it is decoded."""
    pytest.importorskip("pi_heif")
    with pytest.raises(InputError, match="48×64"):
        pictures.read(HEIC, max_pixels=1000)


def test_heic_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line says what is missing and how to get it; other files are read as ever."""
    monkeypatch.setattr("realstyler.heif.is_available", lambda: False)
    with pytest.raises(InputError, match=r"realstyler\[heif\]"):
        pictures.read(HEIC)
    assert pictures.read(_encoded(Image.new("RGB", (3, 2)), "PNG")).pixels.shape == (2, 3, 3)


@pytest.mark.parametrize("colour_type", [0, 2])
def test_the_transparent_level_of_sixteen_bits(colour_type: int) -> None:
    """It is compared in all its bits where there are any."""
    channels = 3 if colour_type else 1
    row = b"\0" + struct.pack(f">{2 * channels}H", *[0x8000] * channels, *[0xFFFF] * channels)
    content = _png(2, 1, row, depth=16, colour_type=colour_type)
    key = struct.pack(f">{channels}H", *[0x8000] * channels)
    chunk = struct.pack(">I", len(key)) + b"tRNS" + key
    chunk += struct.pack(">I", zlib.crc32(b"tRNS" + key))
    picture = pictures.read(content[:33] + chunk + content[33:])
    assert picture.alpha is not None
    assert picture.alpha.tolist() == [[0, 255]]
    assert picture.pixels[0].tolist() == [[128] * 3, [255] * 3]


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ([0.0, 0.5, 0.8, 4.5], [0, 128, 204, 255]),
        ([0.0, 0.25, 0.5, 1.0], [0, 64, 128, 255]),
        ([0.0, 1.0, 2.0, 250.0], [0, 1, 2, 250]),
        ([0.4, 10.6, 99.7, 250.2], [0, 11, 100, 250]),
    ],
)
def test_floating_point_highlights(values: list[float], levels: list[int]) -> None:
    """Highlights above white are white; levels of 0 to 255 stay what they are."""
    image = Image.fromarray(np.array([values], dtype=np.float32))
    picture = pictures.read(_encoded(image, "TIFF"))
    assert picture.pixels[0, :, 0].tolist() == levels


@given(st.integers(1, 90), st.integers(1, 90), st.integers(16, 100))
@settings(deadline=None, max_examples=30)
def test_a_reduced_picture_keeps_its_shape(height: int, width: int, side: int) -> None:
    """No side is longer than asked for or vanishes, alpha goes along, and nothing is enlarged."""
    picture = pictures.Picture(
        np.zeros((height, width, 3), np.uint8), alpha=np.full((height, width), 9, np.uint8)
    )
    reduced = pictures.reduced(picture, side)
    assert max(reduced.pixels.shape[:2]) == min(side, max(height, width))
    assert reduced.alpha is not None
    assert reduced.alpha.min() == reduced.alpha.max() == 9
