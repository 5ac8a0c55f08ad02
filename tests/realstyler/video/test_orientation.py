"""Clips that are turned and mirrored come out as they are shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clips import BLUE, GREEN, GREY, RED, Clip, read, with_matrix
from realstyler.engine import Controls, Stylizer
from realstyler.video import stylize_video

Color = tuple[int, int, int]


def corner_colors(picture: np.ndarray) -> list[np.ndarray]:
    """Return the colours near the corners: top left, top right, bottom left, bottom right."""
    return [picture[row, column].astype(int) for row in (8, -8) for column in (8, -8)]


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((1, 0, 0, 1, 0, 0), (RED, GREEN, BLUE, GREY)),
        ((-1, 0, 0, 1, 64, 0), (GREEN, RED, GREY, BLUE)),
        ((1, 0, 0, -1, 0, 48), (BLUE, GREY, RED, GREEN)),
        ((-1, 0, 0, -1, 64, 48), (GREY, BLUE, GREEN, RED)),
        ((0, 1, 1, 0, 0, 0), (RED, BLUE, GREEN, GREY)),
        ((0, -1, -1, 0, 48, 64), (GREY, GREEN, BLUE, RED)),
        ((0, 1, -1, 0, 48, 0), (BLUE, RED, GREY, GREEN)),
        ((0, -1, 1, 0, 0, 64), (GREEN, GREY, RED, BLUE)),
        ((0, 0, 0, 0, 0, 0), (RED, GREEN, BLUE, GREY)),
    ],
)
def test_every_way_up(
    painted: Path, tmp_path: Path, matrix: tuple[int, ...], expected: tuple[Color, ...]
) -> None:
    """All eight orientations stand as their matrix says: x' = a·x + c·y, y' = b·x + d·y."""
    source = with_matrix(Clip(frames=2, still=True).write(tmp_path / "in.mp4"), matrix)
    target = tmp_path / "out.mp4"
    stylize_video(source, target, Stylizer("painted", network="live"), Controls(strength=0))
    content = read(target)
    assert content.rotation == 0
    assert content.frames[0].shape[:2] == ((64, 48) if matrix[1] else (48, 64))
    for found, wanted in zip(corner_colors(content.frames[0]), expected, strict=True):
        assert np.abs(found - wanted).max() < 12
