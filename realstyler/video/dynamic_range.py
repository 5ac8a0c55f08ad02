"""High dynamic range and wide gamut, brought to what an ordinary screen shows.

One table of colours does it all (Pillow's, interpolated between 65³ points): from the signal to
light (SMPTE ST 2084, or ITU-R BT.2100 for HLG), highlights rolled off (the EETF of ITU-R BT.2390),
BT.2020 to BT.709 (ITU-R BT.2087), and back to a signal for a display of gamma 2.4 (BT.1886).
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

PQ, HLG = 16, 18
HDR_TRANSFERS = {PQ, HLG}
"""Transfers of high dynamic range, as ITU-T H.273 numbers them."""

_WHITE = 203.0
"""Luminance of reference white in such videos, in candelas per square metre (ITU-R BT.2408)."""

_PEAK = 1000.0
"""Peak luminance of the screens that they are graded on."""

_GAMMA = 2.4
_POINTS = 65
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_TO_BT709 = np.array(
    [
        [1.6605, -0.5876, -0.0728],
        [-0.1246, 1.1329, -0.0083],
        [-0.0182, -0.1006, 1.1187],
    ]
)
_LUMINANCE = np.array([0.2627, 0.6780, 0.0593])

_TO_BT2020 = np.linalg.inv(_TO_BT709).astype(np.float32)
_LINEAR = ((np.arange(256) / 255) ** _GAMMA).astype(np.float32)
_ROWS = 64
"""Rows that are converted at once: floats of a whole 4K picture would take a gibibyte."""

Light = NDArray[Any]


def to_bt709(pixels: NDArray[np.uint8], transfer: int) -> NDArray[np.uint8]:
    """Convert uint8 H×W×3 or H×W×4 of BT.2020 primaries to BT.709; alpha stays."""
    return np.asarray(Image.fromarray(pixels).filter(_table(transfer)))


def from_bt709(pixels: NDArray[np.uint8], transfer: int) -> NDArray[np.uint16]:
    """Convert uint8 H×W×3 or H×W×4 of BT.709 to 0…65535 of high dynamic range: undo `to_bt709`.

    Highlights that were rolled off get their light back; white becomes the peak. Alpha stays.
    """
    signal = pixels.astype(np.uint16) * 257
    for top in range(0, len(pixels), _ROWS):
        rows = slice(top, top + _ROWS)
        light = _brought_back(np.clip(_LINEAR[pixels[rows, :, :3]] @ _TO_BT2020.T, 0, 1))
        coded = _to_pq(light) if transfer == PQ else _to_hlg(light)
        signal[rows, :, :3] = np.rint(np.clip(coded, 0, 1) * 65535)
    return signal


@functools.cache
def _table(transfer: int) -> ImageFilter.Color3DLUT:
    axis = np.linspace(0, 1, _POINTS)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")  # red runs fastest
    signal = np.stack([red, green, blue], -1).reshape(-1, 3)
    light = np.clip(_light(signal, transfer) @ _TO_BT709.T, 0, 1)
    return ImageFilter.Color3DLUT(_POINTS, (light ** (1 / _GAMMA)).ravel())


def _light(signal: Light, transfer: int) -> Light:
    """Return N×3 linear light of BT.2020 primaries, 1 for white, from a signal of 0…1."""
    if transfer == PQ:
        return _rolled_off(_from_pq(signal))
    if transfer == HLG:
        return _rolled_off(_from_hlg(signal))
    return signal**_GAMMA


def _from_pq(signal: Light) -> Light:
    """Return candelas per square metre (SMPTE ST 2084)."""
    power = signal ** (1 / _M2)
    light: Light = 10000 * (np.maximum(power - _C1, 0) / (_C2 - _C3 * power)) ** (1 / _M1)
    return light


def _to_pq(light: Light) -> Light:
    power = (light / 10000) ** _M1
    signal: Light = ((_C1 + _C2 * power) / (1 + _C3 * power)) ** _M2
    return signal


def _from_hlg(signal: Light) -> Light:
    """Return candelas per square metre on a screen of 1000 (ITU-R BT.2100: OETF⁻¹, then OOTF)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luminance = (scene @ _LUMINANCE)[:, None]
    light: Light = _PEAK * np.maximum(luminance, 1e-9) ** 0.2 * scene
    return light


def _to_hlg(light: Light) -> Light:
    """Return the signal for a screen of 1000 candelas per square metre."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    share = np.maximum((light @ _LUMINANCE.astype(light.dtype))[..., None] / _PEAK, 1e-9)
    scene = light / _PEAK * share ** (1 / 1.2 - 1)
    bright = a * np.log(np.maximum(12 * scene - b, 1e-9)) + c
    signal: Light = np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright)
    return signal


def _brought_back(light: Light) -> Light:
    """Return candelas per square metre from light of 0…1, undoing `_rolled_off`."""
    brightest = np.maximum(light.max(-1, keepdims=True), 1e-6)
    lowered, full = _curve()
    factor = np.interp(brightest, lowered, full).astype(light.dtype) / brightest
    raised: Light = light * factor
    return raised


@functools.cache
def _curve() -> tuple[Light, Light]:
    """Return what is left of light that is rolled off, 0…1, and that light itself."""
    raised = np.geomspace(1e-4, _PEAK, 4096)
    grey = np.repeat(raised[:, None], 3, 1)
    return _rolled_off(grey)[:, 0], raised


def _rolled_off(light: Light) -> Light:
    """Bring the peak down to white, leaving what is darker alone, and scale white to 1.

    The brightest of the three colours decides, so that no hue shifts.
    """
    brightest = np.maximum(light.max(-1, keepdims=True), 1e-6)
    top = _to_pq(np.array(_PEAK))
    share = np.minimum(_to_pq(brightest) / top, 1)
    limit = _to_pq(np.array(_WHITE)) / top
    knee = 1.5 * limit - 0.5
    place = (share - knee) / (1 - knee)
    spline = (
        (2 * place**3 - 3 * place**2 + 1) * knee
        + (place**3 - 2 * place**2 + place) * (1 - knee)
        + (-2 * place**3 + 3 * place**2) * limit
    )
    target = _from_pq(np.where(share < knee, share, spline) * top)
    lowered: Light = light * (target / brightest) / _WHITE
    return lowered
