"""A new style from a picture, without widgets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from realstyler.adoption import adopt
from realstyler.errors import RealstylerError
from realstyler_gui.styles.adoption import slug


def texture(path: Path) -> Path:
    """A picture of noise, 160×160 pixels."""
    noise = np.random.default_rng(3).integers(0, 256, (160, 160, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


def test_a_name_in_the_way_leaves_no_package(drop_ins: Path, tmp_path: Path) -> None:
    """Where the folder of styles cannot take the new one, its package goes again."""
    (drop_ins / "chalk").write_text("in the way")
    with pytest.raises(RealstylerError, match="cannot add chalk"):
        adopt("chalk", texture(tmp_path / "chalk.png"), tmp_path / "packages", "", "", "")
    assert not list((tmp_path / "packages").iterdir())


@given(st.text(max_size=60))
def test_any_title_gives_a_name_that_fits(title: str) -> None:
    """Proposed names are empty or what the registry allows."""
    import re

    from realstyler.registry.style import NAME_LENGTH, NAME_PATTERN

    name = slug(title)
    assert name == "" or (re.fullmatch(NAME_PATTERN, name) and len(name) <= NAME_LENGTH)
