"""Which encoder writes the pictures, and how it is set."""

from __future__ import annotations

import os
from dataclasses import replace

import av

from realstyler.errors import UsageError
from realstyler.video.formats import Format
from realstyler.video.options import VideoOptions

os.environ.setdefault("SVT_LOG", "1")  # SVT-AV1 tells its settings on stderr otherwise

NAMES = {"h264": "H.264", "hevc": "HEVC", "av1": "AV1", "vp9": "VP9", "prores": "ProRes"}

_ENCODERS = {
    "h264": ("libx264",),
    "hevc": ("libx265",),
    "av1": ("libsvtav1", "libaom-av1"),
    "vp9": ("libvpx-vp9",),
    "prores": ("prores_ks",),
}
_HELD = {
    "mp4": ("h264", "hevc", "av1"),
    "mov": ("h264", "hevc", "prores"),
    "matroska": ("h264", "hevc", "av1", "vp9", "prores"),
    "webm": ("vp9", "av1"),
    "mpegts": ("h264", "hevc"),
}
"""Codecs of a container that players know there, its default first."""

_OF_ALPHA = {"prores_ks": {"profile": "4444"}, "libvpx-vp9": {"auto-alt-ref": "0"}}
_OF_HDR = ("hevc", "av1", "prores")
_KINDS = {8: ("yuv420p", "nv12"), 10: ("yuv420p10le", "p010le")}
_SVT_PRESETS = {
    "ultrafast": "10",
    "superfast": "9",
    "veryfast": "9",
    "faster": "8",
    "fast": "7",
    "medium": "6",
    "slow": "5",
    "slower": "4",
}


def with_codec(form: Format, options: VideoOptions) -> Format:
    """Return a format with the encoder that is asked for.

    Raises:
        UsageError: the container does not hold it, or this FFmpeg does not have it.
    """
    if options.codec is None and options.hardware is None:
        require_depth(form, options)
        return form
    held = _HELD.get(form.container, ())
    codec = options.codec or (held[0] if held else "h264")
    if codec not in held:
        raise _unfit(form, codec, held)
    names = _ENCODERS[codec]
    if options.hardware is not None:
        names = (f"{codec}_{options.hardware}",)
    known = [name for name in names if name in av.codecs_available]
    if not known and options.hardware is not None:
        raise no_hardware(options.hardware, codec)
    if not known:
        raise UsageError(code="video-encoder-missing", codec=NAMES[codec])
    chosen = replace(form, codec=known[0])
    require_depth(chosen, options)
    return chosen


def _unfit(form: Format, codec: str, held: tuple[str, ...]) -> UsageError:
    if not held:
        return UsageError(code="video-codec-fixed", container=form.container)
    return UsageError(
        code="video-codec-unfit",
        codec=NAMES[codec],
        container=form.container,
        codecs=", ".join(held),
    )


def no_hardware(hardware: str, codec: str) -> UsageError:
    """Return what tells that no such encoder is in this machine, or that FFmpeg cannot use it."""
    return UsageError(
        code="video-hardware-missing", hardware=hardware, codec=NAMES.get(codec, codec)
    )


def codec_of(form: Format) -> str:
    """Return the codec of a format's encoder, by the name that users know; its own otherwise."""
    family = form.codec.split("_")[0]
    known = {name: codec for codec, names in _ENCODERS.items() for name in names}
    return known.get(form.codec, family)


def require_depth(form: Format, options: VideoOptions) -> None:
    """Find out whether 10 bits and high dynamic range, where asked for, can be written.

    Raises:
        UsageError: they cannot.
    """
    codec = codec_of(form)
    if options.hdr and codec not in _OF_HDR:
        raise UsageError(code="video-hdr-codec", codec=NAMES.get(codec, form.container))
    if options.bits == 10 and pixel_format(form, 10) is None:
        raise UsageError(code="video-bits-unfit", codec=NAMES.get(codec, form.container))


def holds_alpha(form: Format) -> bool:
    """Tell whether a video of a format can be transparent."""
    return form.codec in {"prores_ks", "libvpx-vp9"}


def pixel_format(form: Format, bits: int, *, alpha: bool = False) -> str | None:
    """Return what an encoder takes, 4:2:0 where it can; ``None`` if it has not so many bits."""
    if form.codec == "prores_ks":
        return "yuva444p10le" if alpha else "yuv422p10le"
    if form.codec == "libvpx-vp9" and alpha:
        return "yuva420p" if bits == 8 else None
    if form.silent or form.animated:
        return "yuv420p" if bits == 8 else None
    kinds = {kind.name for kind in av.Codec(form.codec, "w").video_formats or ()}
    return next((kind for kind in _KINDS[bits] if kind in kinds), None)


def settings(encoder: str, options: VideoOptions, *, alpha: bool = False) -> dict[str, str]:
    """Return quality and effort in an encoder's own words."""
    kind = encoder.partition("_")[2]
    known = _of_processor(options)
    chosen = known[encoder] if encoder in known else _of_hardware(kind, options)
    return chosen | _OF_ALPHA.get(encoder, {}) if alpha else chosen


def _of_processor(options: VideoOptions) -> dict[str, dict[str, str]]:
    crf, scaled = str(options.crf), str(round(options.crf * 63 / 51))
    preset, vpx = options.preset, {"crf": scaled, "b": "0", "row-mt": "1"}
    # Without B-frames: with them MP4 tells the last frame's duration wrong, at variable rates.
    return {
        # 0 would be lossless, in a profile that few players know.
        "libx264": {"crf": str(max(options.crf, 1)), "preset": preset, "bf": "0"},
        "libx265": {"crf": crf, "preset": preset, "x265-params": "bframes=0:log-level=error"},
        "libsvtav1": {"crf": scaled, "preset": _SVT_PRESETS[preset]},
        "libaom-av1": {**vpx, "cpu-used": "6"},
        "libvpx-vp9": {**vpx, "deadline": "good", "cpu-used": "5"},
        "prores_ks": {"profile": "hq"},
        "libwebp": {"quality": str(100 - options.crf)},
    }


def _of_hardware(kind: str, options: VideoOptions) -> dict[str, str]:
    crf = str(options.crf)
    return {
        "nvenc": {"rc": "vbr", "cq": crf, "b": "0", "bf": "0"},
        "qsv": {"global_quality": crf, "bf": "0"},
        "amf": {"rc": "cqp", "qp_i": crf, "qp_p": crf, "bf": "0"},
        "videotoolbox": {"global_quality": str((100 - options.crf) * 118), "flags": "+qscale"},
    }.get(kind, {})
