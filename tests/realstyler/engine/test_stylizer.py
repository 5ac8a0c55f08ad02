"""The public API: kinds of pictures, styles, threads, streams and cancellation."""

from __future__ import annotations

import gc
import threading
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realstyler.engine import (
    Blend,
    Cancellation,
    Controls,
    Pixels,
    Stylizer,
    available,
    openvino_backend,
)
from realstyler.errors import Cancelled, InputError, StyleError, UsageError
from realstyler.registry import find_style
from realstyler.registry.weights import Weights
from support import add_style

Photograph = Callable[..., Pixels]


@pytest.mark.usefixtures("painted")
@pytest.mark.parametrize("network", ["full", "live"])
def test_every_way_to_name_a_style(photograph: Photograph, network: str) -> None:
    """A name, a registered style, its weights and a blend of it alone paint the same."""
    photo = photograph(33, 44)
    style = find_style("painted")
    ways = ["painted", style, style.load_weights(network), Blend((("painted", 3.0),))]
    results = [Stylizer(way, network, device="cpu").stylize(photo) for way in ways]
    assert not np.array_equal(results[0], photo)
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])


def test_blend_of_two(drop_ins: Path, photograph: Photograph) -> None:
    """A blend is the weighted mean of what its styles paint."""
    for seed, name in enumerate(("one", "two")):
        add_style(drop_ins, name, seed=seed)
    photo = photograph(40, 48)
    one, two = (Stylizer(n, device="cpu").stylize(photo).astype(float) for n in ("one", "two"))
    blend = Stylizer("one:3,two:1", device="cpu").stylize(photo)
    assert np.abs(blend - (0.75 * one + 0.25 * two)).max() <= 0.51


@pytest.mark.usefixtures("drop_ins")
def test_unknown_style() -> None:
    """An unknown style is a usage error."""
    with pytest.raises(UsageError, match="no-such-style"):
        Stylizer("no-such-style")


def test_untrained_style(drop_ins: Path) -> None:
    """The error for a style without weights says how to train it."""
    add_style(drop_ins, "bare", trained=False)
    with pytest.raises(StyleError, match="realstyler train bare"):
        Stylizer("bare", "live")


@pytest.mark.parametrize(
    ("option", "value"),
    [("device", "tpu"), ("network", "huge"), ("precision", "int3"), ("threads", 0), ("streams", 0)],
)
def test_options_out_of_range(weights: Weights, option: str, value: object) -> None:
    """Each invalid option is a usage error that names it."""
    with pytest.raises(UsageError, match=str(value)):
        Stylizer(weights, **{option: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("device", ["gpu", "cuda", "mps"])
def test_devices_that_are_not_there(weights: Weights, device: str) -> None:
    """A missing device is a usage error with a remedy; an available one paints."""
    if device in available():
        assert (
            Stylizer(weights, device=device)
            .stylize(np.eye(9, dtype=np.uint8)[..., None].repeat(3, 2))
            .any()
        )  # type: ignore[call-overload]
        return
    with pytest.raises(UsageError, match="--device cpu"):
        Stylizer(weights, device=device)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "CMYK", "I;16"])
def test_pillow_modes(weights: Weights, photograph: Photograph, mode: str) -> None:
    """Every mode without transparency comes back as RGB of the same size."""
    image = Image.fromarray(photograph(21, 34))
    image = image.convert("L").convert("I").convert(mode) if mode == "I;16" else image.convert(mode)
    result = Stylizer(weights, device="cpu").stylize(image)
    assert (result.mode, result.size) == ("RGB", (34, 21))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_is_kept(weights: Weights, photograph: Photograph, mode: str) -> None:
    """An alpha channel comes back unchanged."""
    image = Image.fromarray(photograph(21, 34)).convert("RGBA")
    image.putalpha(Image.fromarray(photograph(21, 34, 3)[..., 0]))
    image = image.convert(mode)
    result = Stylizer(weights, device="cpu").stylize(image)
    alpha = image.convert("RGBA").getchannel("A")
    np.testing.assert_array_equal(result.getchannel("A"), alpha)


def test_pillow_equals_numpy(weights: Weights, photograph: Photograph) -> None:
    """A Pillow picture and its array give the same pixels."""
    photo = photograph(21, 34)
    stylizer = Stylizer(weights, device="cpu")
    from_pillow = stylizer.stylize(Image.fromarray(photo))
    np.testing.assert_array_equal(np.asarray(from_pillow), stylizer.stylize(photo))


def test_views_and_locked_arrays(weights: Weights, photograph: Photograph) -> None:
    """Strided and read-only arrays are accepted, and inputs are never modified."""
    photo = photograph(40, 60)
    stylizer = Stylizer(weights, device="cpu")
    flipped = photo[::-1, ::2]
    expected = stylizer.stylize(flipped.copy())
    np.testing.assert_array_equal(stylizer.stylize(flipped), expected)
    locked = flipped.copy()
    locked.flags.writeable = False
    np.testing.assert_array_equal(stylizer.stylize(locked), expected)
    np.testing.assert_array_equal(locked, flipped)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((5, 5, 3), np.float32),
        np.zeros((5, 5), np.uint8),
        np.zeros((5, 5, 4), np.uint8),
        np.zeros((0, 5, 3), np.uint8),
        "photo.jpg",
    ],
)
def test_what_is_no_picture(weights: Weights, picture: object) -> None:
    """Anything but a picture is rejected on one line that says what is expected."""
    with pytest.raises(InputError, match="H×W×3 RGB"):
        Stylizer(weights, device="cpu").stylize(picture)  # type: ignore[call-overload]


def test_stylizers_share_a_network(weights: Weights) -> None:
    """Equal settings share one compiled network, others don't, and unused ones are freed."""
    one, two = Stylizer(weights, device="cpu"), Stylizer(weights, device="cpu")
    other = Stylizer(weights, device="cpu", precision="float32")
    painters = [stylizer._composition.painters[0] for stylizer in (one, two, other)]
    assert painters[0] is painters[1]
    assert painters[0] is not painters[2]


def test_threads_give_the_same_pictures(weights: Weights, photograph: Photograph) -> None:
    """Eight threads with changing sizes on one stylizer get the same as a single thread."""
    stylizer = Stylizer(weights, device="cpu", threads=1)
    photos = [photograph(20 + 7 * n, 90 - 9 * n, n) for n in range(8)]
    expected = [stylizer.stylize(photo, Controls(strength=0.9)) for photo in photos]
    with ThreadPoolExecutor(8) as pool:
        results = list(
            pool.map(lambda n: stylizer.stylize(photos[n % 8], Controls(strength=0.9)), range(80))
        )
    for number, result in enumerate(results):
        np.testing.assert_array_equal(result, expected[number % 8])


def test_streams_paint_the_same_pictures(weights: Weights, photograph: Photograph) -> None:
    """Pictures painted in parallel equal those painted one after the other."""
    alone, streamed = (Stylizer(weights, device="cpu", streams=streams) for streams in (1, 2))
    photos = [photograph(24 + 8 * n, 88, n) for n in range(4)]
    expected = [alone.stylize(photo).astype(np.int16) for photo in photos]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda n: streamed.stylize(photos[n % 4]), range(16)))
    for number, result in enumerate(results):
        assert np.abs(result - expected[number % 4]).mean() < 1


def test_python_runs_meanwhile(
    random_weights: Callable[..., Weights], photograph: Photograph
) -> None:
    """The GIL is released while a picture is computed."""
    stylizer = Stylizer(random_weights("full"), device="cpu")
    photo = photograph(600, 800)
    stylizer.warm_up(photo.shape[:2])
    done = threading.Event()

    def work() -> None:
        stylizer.stylize(photo)
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    turns = 0
    while not done.is_set():
        turns += 1
        time.sleep(0.001)
    thread.join()
    assert turns > 5


def test_cancel_while_computing(
    random_weights: Callable[..., Weights],
    photograph: Photograph,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A running computation is cancelled, and the stylizer still works afterwards."""
    monkeypatch.setattr(openvino_backend, "DIRECT_BYTES", 10**12)
    stylizer = Stylizer(random_weights("full"), device="cpu")
    small = photograph(64, 64)
    before = stylizer.stylize(small)
    cancel = Cancellation()
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        stylizer.stylize(photograph(1600, 2000), cancel=cancel)
    timer.join()
    np.testing.assert_array_equal(stylizer.stylize(small), before)


def test_cancelled_before_it_began(weights: Weights, photograph: Photograph) -> None:
    """A cancellation requested beforehand takes effect."""
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        Stylizer(weights, device="cpu").stylize(photograph(20, 20), cancel=cancel)


@pytest.mark.parametrize("controls", [{}, {"strength": 0.6, "keep_colors": True}])
@pytest.mark.parametrize("size", [(48, 64), (47, 61)])
def test_stream_reuses_its_buffers(
    weights: Weights, photograph: Photograph, controls: dict[str, float], size: tuple[int, int]
) -> None:
    """Frames of one size share a buffer, equal the stylizer's pictures, and allocate no pixels."""
    stylizer = Stylizer(weights, device="cpu")
    stream = stylizer.stream(Controls(**controls))  # type: ignore[arg-type]
    frames = [photograph(*size, seed) for seed in range(4)]
    first = stream.stylize(frames[0])
    np.testing.assert_array_equal(first, stylizer.stylize(frames[0], Controls(**controls)))  # type: ignore[arg-type]
    assert stream.stylize(frames[1]) is first
    gc.collect()
    tracemalloc.start()
    for frame in frames:
        assert stream.stylize(frame) is first
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * first.nbytes  # every call's overhead, but not another picture


def test_stream_into_an_array(weights: Weights, photograph: Photograph) -> None:
    """The caller's array is filled; an unsuitable one, or the frame itself, is rejected."""
    stream = Stylizer(weights, device="cpu").stream()
    frame = photograph(32, 40)
    out = np.zeros_like(frame)
    assert stream.stylize(frame, out) is out
    assert out.any()
    for wrong in (np.zeros((32, 41, 3), np.uint8), out.astype(np.int16), frame):
        with pytest.raises(InputError, match="out"):
            stream.stylize(frame, wrong)  # type: ignore[arg-type]


def test_stream_changes_controls(weights: Weights, photograph: Photograph) -> None:
    """New controls apply from the next frame."""
    stream = Stylizer(weights, device="cpu").stream()
    frame = photograph(32, 40)
    painted = stream.stylize(frame).copy()
    stream.controls = Controls(strength=0)
    np.testing.assert_array_equal(stream.stylize(frame), frame)
    stream.controls = Controls()
    np.testing.assert_array_equal(stream.stylize(frame), painted)


def test_stream_follows_the_size(weights: Weights, photograph: Photograph) -> None:
    """Frames may change their size."""
    stream = Stylizer(weights, device="cpu").stream()
    for size in [(32, 40), (31, 9), (32, 40)]:
        assert stream.stylize(photograph(*size)).shape == (*size, 3)
