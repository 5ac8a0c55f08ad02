"""A blend of styles as a style of its own: one file, made without any training.

Networks that were trained from one origin can be averaged (see `weights_source.of_blend`), so a
blend that somebody likes is a network like any other: it can be shared, blended again, or be what
a further training begins from.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from realstyler import pictures, style_files
from realstyler.engine import Blend, weights_source
from realstyler.errors import UsageError
from realstyler.files import make_folder
from realstyler.registry import Style, find_style
from realstyler.registry.weights import NETWORKS, NetworkName, WeightsMetadata, save

_PICTURE_SIDE = 768
"""Pixels of the square style picture that a blend gets."""


def write(
    blend: Blend, name: str, folder: Path, *, title: str = "", overwrite: bool = False
) -> Path:
    """Write a blend to ``folder/NAME.realstyle``, with each network that all its styles have.

    Args:
        blend: two styles or more.
        name: what the new style is called, see `Style.name`.
        folder: where the file goes; made if it is missing.
        title: what people read; by default the name.
        overwrite: whether a file that is there may be replaced.

    Raises:
        UsageError: a style is unknown, the blend has only one, the name is no name for a style,
            the networks have different origins, or the file is there already.
        StyleError: weights are damaged.
        OutputError: it cannot be written.
    """
    styles = [find_style(one) for one in blend.names]
    shares = [share for _, share in blend.shares]
    if len(styles) < 2:
        raise UsageError(code="blend-of-one", style=styles[0].name)
    make_folder(folder)
    with tempfile.TemporaryDirectory() as scratch:
        style = _described(styles, shares, name, title, Path(scratch))
        _save_picture(styles, shares, style.picture_path)
        if not [one for one in NETWORKS if _save_weights(style, styles, shares, one)]:
            raise UsageError(code="blend-has-no-weights", styles=", ".join(blend.names))
        target = folder / f"{name}{style_files.SUFFIX}"
        license_file = _common_license_file(styles)
        return style_files.write(style, target, overwrite=overwrite, license_file=license_file)


def _described(
    styles: Sequence[Style], shares: Sequence[float], name: str, title: str, folder: Path
) -> Style:
    """Describe the blend. What a further training needs is that of the style with most of it."""
    main = styles[shares.index(max(shares))]
    parts = [f"{share:.0%} {one.title}" for one, share in zip(styles, shares, strict=True)]
    beginning = {"warm_start": "nearest", "stages": ()}
    try:
        return Style(
            name=name,
            title=title or name.replace("-", " ").capitalize(),
            description=f"A blend: {', '.join(parts)}",
            folder=folder,
            picture="style.jpg",
            full=main.full.but(**beginning),
            live=main.live.but(**beginning),
            author=", ".join(dict.fromkeys(one.author for one in styles if one.author)),
            license=_all_of([one.license for one in styles]),
        )
    except ValueError as error:
        raise UsageError(code="blend-badly-named", name=name) from error


def _all_of(licenses: Sequence[str]) -> str:
    """Join SPDX expressions: who uses a blend has to keep to the licence of each of its styles."""
    different = sorted({one for one in licenses if one})
    if len(different) < 2:
        return "".join(different)
    return " AND ".join(f"({one})" if " " in one else one for one in different)


def _common_license_file(styles: Sequence[Style]) -> Path | None:
    """Find the text of the licence, if all styles have the same one."""
    files = [one.folder / style_files.LICENSE for one in styles]
    texts = {file.read_bytes() if file.is_file() else None for file in files}
    return files[0] if len(texts) == 1 and None not in texts else None


def _save_weights(
    style: Style, styles: Sequence[Style], shares: Sequence[float], network: NetworkName
) -> bool:
    """Save the mean of one network of all styles, if they have it and it can be averaged."""
    if not all(network in one.networks for one in styles):
        return False
    source = weights_source.of_blend(styles, shares, network)
    if source is None:
        return False
    weights = source.load()
    training = style.training(network).model_dump(mode="json")
    metadata = _metadata(style, styles, network, weights.metadata, training)
    save(style.weights_path(network), dict(weights.arrays), metadata)  # type: ignore[arg-type]
    return True


def _metadata(
    style: Style,
    styles: Sequence[Style],
    network: NetworkName,
    first: WeightsMetadata,
    training: dict[str, object],
) -> WeightsMetadata:
    steps = sum(one.read_metadata(network).steps for one in styles)
    changes = {
        "style": style.name,
        "training": training,
        "steps": steps,
        "license": style.license,
        "data": f"{style.description}; none of its own",
    }
    return first.model_copy(update=changes)


def _save_picture(styles: Sequence[Style], shares: Sequence[float], target: Path) -> None:
    """Put the style pictures side by side, each as wide as its share."""
    joined = Image.new("RGB", (_PICTURE_SIDE, _PICTURE_SIDE))
    left = 0.0
    for style, share in zip(styles, shares, strict=True):
        picture = pictures.to_image(pictures.read(style.picture_path)).convert("RGB")
        joined.paste(picture.resize(joined.size, Image.Resampling.LANCZOS), (round(left), 0))
        left += share * _PICTURE_SIDE
    joined.save(target, quality=92)
