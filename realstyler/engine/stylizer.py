"""The public API for stylizing pixels: `Stylizer` and `Stream`."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, overload

import numpy as np

from realstyler.engine import devices, weights_source
from realstyler.engine.cancellation import Cancellation
from realstyler.engine.composition import Buffers, Composition
from realstyler.engine.controls import Blend, Controls, parse_blend
from realstyler.engine.devices import Device, Network, Precision
from realstyler.engine.painter import Painter, Progress
from realstyler.engine.pictures import Pixels, as_pixels, check_output
from realstyler.engine.weights_source import WeightsSource
from realstyler.errors import UsageError

if TYPE_CHECKING:
    from PIL.Image import Image

    from realstyler.pictures import Picture
    from realstyler.registry import Style
    from realstyler.registry.weights import Weights

PLAIN = Controls()
"""The style at full strength, in its own colours."""

BlendKind = Literal["weights", "pixels"]
"""What a blend of styles mixes: weights, if the networks have a common origin, or paintings."""

_painters: weakref.WeakValueDictionary[tuple[object, ...], Painter] = weakref.WeakValueDictionary()
_painters_lock = threading.Lock()


class Stylizer:
    """Paints pictures in one style, or in a blend of several.

    Stylizers are thread-safe and release the GIL while computing. Stylizers with the same weights,
    device, precision, threads and streams share one compiled network.

    Args:
        style: a style's name, a blend such as ``"mosaic:0.6,night:0.4"``, a `Blend`, a registered
            `Style`, or `Weights` in memory.
        network: ``full`` has the best quality, ``live`` is fastest; ignored for `Weights`.
        device: ``auto``, ``cpu``, ``gpu`` (Intel, by OpenVINO), ``cuda`` or ``mps`` (by torch).
        precision: ``auto`` is the device's fastest (bfloat16 on CPUs that support it), ``float32``
            the reference.
        threads: CPU threads; ``None`` uses all cores.
        streams: pictures that an OpenVINO device paints in parallel, dividing the threads: higher
            throughput if several threads paint, but higher latency for each picture.

    Raises:
        UsageError: an unknown style, device, network or precision, or an unavailable device.
        StyleError: the style has no such network, or its weights are damaged.
    """

    def __init__(
        self,
        style: str | Style | Blend | Weights,
        network: Network = "full",
        device: Device = "auto",
        precision: Precision = "auto",
        threads: int | None = None,
        streams: int = 1,
    ) -> None:
        devices.check(device, precision, network, threads, streams)
        self.device = devices.resolve(device)
        self.streams = streams
        styles, shares = _styles(style)
        sources, mixed = _sources(styles, shares, network)
        self.blend: BlendKind | None = _blend_kind(styles, sources)
        """What is mixed; None for a single style."""
        named = [*(one.digest for one in sources), f"{mixed}", self.device, f"{precision}"]
        self.identity = " ".join(named)
        """Identifies weights, device and precision: different paintings have different ones."""
        painters = [_painter(one, self.device, precision, threads, streams) for one in sources]
        options = self.device, precision, threads, streams
        # Must not reference `self`: unused stylizers should free their networks immediately.
        reviser = functools.cache(lambda: _reviser(styles, shares, network, *options))
        self._composition = Composition(painters, mixed, reviser)

    def load(self) -> None:
        """Load the compiled networks, e.g. in a thread while the first picture is being read.

        Raises:
            StyleError: weights are damaged.
        """
        for painter in self._composition.painters:
            painter.load()

    def warm_up(self, size: tuple[int, int] = (480, 640)) -> None:
        """Compile for pictures of height × width, so that the first is as fast as the rest."""
        levels = np.arange(3 * size[0] * size[1]).astype(np.uint8)
        self.stylize(levels.reshape(*size, 3))

    @overload
    def stylize(
        self,
        picture: Pixels,
        controls: Controls = ...,
        *,
        cancel: Cancellation | None = ...,
        progress: Progress | None = ...,
    ) -> Pixels: ...

    @overload
    def stylize(
        self,
        picture: Picture,
        controls: Controls = ...,
        *,
        cancel: Cancellation | None = ...,
        progress: Progress | None = ...,
    ) -> Picture: ...

    @overload
    def stylize(
        self,
        picture: Image,
        controls: Controls = ...,
        *,
        cancel: Cancellation | None = ...,
        progress: Progress | None = ...,
    ) -> Image: ...

    def stylize(
        self,
        picture: Pixels | Picture | Image,
        controls: Controls = PLAIN,
        *,
        cancel: Cancellation | None = None,
        progress: Progress | None = None,
    ) -> Pixels | Picture | Image:
        """Stylize a picture and return a new one of the same kind and size.

        Args:
            picture: uint8 H×W×3 in sRGB, at least 1×1; or a `Picture`; or a Pillow picture of any
                mode, returned upright as RGB, or RGBA if it has alpha. `Picture` and Pillow
                pictures are painted in sRGB and returned in their own colour space; colours hidden
                by transparency have no effect.
            controls: strength, colours and strokes.
            cancel: cancels the work from another thread.
            progress: called with 0…1 from this thread; frequently for large pictures.

        Raises:
            InputError: an unsupported picture, or it exceeds a GPU's memory.
            Cancelled: ``cancel`` was used.
        """

        def paint(pixels: Pixels, chosen: Controls) -> Pixels:
            result = np.empty_like(pixels)
            self._composition.paint(pixels, result, chosen, Buffers(), cancel, progress)
            return result

        if isinstance(picture, np.ndarray):
            return paint(as_pixels(picture), controls)
        from realstyler.engine import whole_pictures

        return whole_pictures.stylize(picture, controls, paint)

    def stream(self, controls: Controls = PLAIN) -> Stream:
        """Return a stream that stylizes the frames of one video in order."""
        return Stream(self._composition, controls)


class Stream:
    """Stylizes the frames of one video; at a fixed size, frames reuse the same buffers.

    Calls from several threads are serialized. ``controls`` may be replaced between frames.
    """

    def __init__(self, composition: Composition, controls: Controls) -> None:
        self.controls = controls
        self._composition = composition
        self._buffers = Buffers()
        self._lock = threading.Lock()

    def stylize(
        self, frame: Pixels, out: Pixels | None = None, *, cancel: Cancellation | None = None
    ) -> Pixels:
        """Stylize uint8 H×W×3 into ``out``, or into a buffer that the next frame overwrites.

        ``out`` is contiguous uint8 of the frame's shape, without memory shared with the frame. The
        frame size may change, which reallocates the buffers.

        Raises:
            InputError: the frame or ``out`` is invalid.
            Cancelled: ``cancel`` was used; ``out`` may still be written to for a few seconds.
        """
        with self._lock:
            pixels = as_pixels(frame)
            if out is None:
                out = self._buffers.get("result", pixels.shape[0], pixels.shape[1])
            check_output(out, pixels)
            try:
                self._composition.paint(pixels, out, self.controls, self._buffers, cancel)
            except BaseException:
                self._buffers = Buffers()  # abandoned work may still write into the old ones
                raise
            return out


def _styles(
    style: str | Style | Blend | Weights,
) -> tuple[Sequence[Style | Weights], tuple[float, ...]]:
    """Return the styles to paint with, and their shares."""
    if isinstance(style, str):
        style = parse_blend(style)
    if isinstance(style, Blend):
        from realstyler.registry import find_style

        shares = tuple(share for _, share in style.shares)
        return [find_style(name) for name in style.names], shares
    from realstyler.registry import Style
    from realstyler.registry.weights import Weights

    if not isinstance(style, Style | Weights):
        raise UsageError(code="no-style-object", kind=type(style).__name__)
    return [style], (1.0,)


def _source(style: Style | Weights, network: Network) -> WeightsSource:
    from realstyler.registry.weights import Weights

    if isinstance(style, Weights):
        return weights_source.of_weights(style)
    return weights_source.of_style(style, network)


def _sources(
    styles: Sequence[Style | Weights], shares: Sequence[float], network: Network
) -> tuple[list[WeightsSource], Sequence[float]]:
    """Return the networks to paint with and their shares: a single one where weights blend."""
    from realstyler.registry import Style

    registered = [style for style in styles if isinstance(style, Style)]
    if len(registered) > 1:
        blended = weights_source.of_blend(registered, shares, network)
        if blended is not None:
            return [blended], (1.0,)
    return [_source(one, network) for one in styles], shares


def _blend_kind(styles: Sequence[object], sources: Sequence[object]) -> BlendKind | None:
    if len(styles) == 1:
        return None
    return "weights" if len(sources) == 1 else "pixels"


def _reviser(
    styles: Sequence[Style | Weights],
    shares: Sequence[float],
    network: Network,
    device: Device,
    precision: Precision,
    threads: int | None,
    streams: int,
) -> Painter | None:
    """Open the live network that revises the full one's paintings, if there is one.

    For a blend it is the blend of live networks or, where pixels are mixed, the largest share's.
    """
    if network != "full" or not all("live" in getattr(one, "networks", ()) for one in styles):
        return None
    sources, mixed = _sources(styles, shares, "live")
    largest = sources[mixed.index(max(mixed))]
    return _painter(largest, device, precision, threads, streams)


def _painter(
    origin: WeightsSource, device: Device, precision: Precision, threads: int | None, streams: int
) -> Painter:
    """Return the painter shared by all stylizers with the same settings."""
    # The key includes the title: the same file under a wrong name is rejected, and that error must
    # not affect the right one.
    key = (origin.title, origin.digest, device, precision, threads, streams)
    with _painters_lock:
        painter = _painters.get(key)
        if painter is None:
            painter = _painters[key] = _make(origin, device, precision, threads, streams)
        return painter


def _make(
    origin: WeightsSource, device: Device, precision: Precision, threads: int | None, streams: int
) -> Painter:
    if device in devices.TORCH_DEVICES:
        from realstyler.engine.torch_backend import TorchPainter

        return TorchPainter(origin, device, precision, threads)
    from realstyler.engine.openvino_backend import OpenVINOPainter

    return OpenVINOPainter(origin, device, precision, threads, streams)
