"""Training configurations: what can be set, from Python and with --set."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from realstyler.errors import UsageError
from realstyler.networks.architecture import LiveNetwork
from realstyler.registry.config import LAYERS, TrainingConfig
from realstyler.registry.style import Style

VALID = st.fixed_dictionaries(
    {},
    optional={
        "style_size": st.integers(32, 4096),
        "style_weight": st.floats(0.01, 1e6),
        "content_weight": st.floats(0.01, 1e6),
        "steps": st.integers(1, 10_000_000),
        "batch_size": st.integers(1, 1024),
        "finish_share": st.floats(0, 1),
        "seed": st.integers(0, 2**32 - 1),
        "warm_start": st.none() | st.sampled_from(["mosaic", "a file.safetensors"]),
        "style_layers": st.dictionaries(st.sampled_from(LAYERS), st.floats(0, 9), min_size=1),
    },
)


@given(fields=VALID)
def test_set_is_the_same_as_python(fields: dict[str, Any]) -> None:
    """Every field can be set as text, with the same result as from Python."""
    assignments = [f"{key}={json.dumps(value)}" for key, value in fields.items()]
    assert TrainingConfig().override(assignments) == TrainingConfig(**fields)


@given(text=st.text())
def test_any_assignment_is_taken_or_explained(text: str) -> None:
    """Any text after --set gives a valid configuration or an explanatory error."""
    _taken_or_explained(text)


@given(
    key=st.sampled_from([*TrainingConfig.model_fields, "network.width", "style_layers.relu1_2"]),
    value=st.text() | st.floats().map(json.dumps) | st.integers().map(str),
)
def test_any_value_is_taken_or_explained(key: str, value: str) -> None:
    """Any value for a field is accepted, or rejected with the field's name."""
    error = _taken_or_explained(f"{key}={value}")
    if error and "\x00" not in value:
        assert key.partition(".")[0] in error or "both 0" in error


def _taken_or_explained(assignment: str) -> str:
    try:
        TrainingConfig().override([assignment])
    except UsageError as error:
        message = str(error)
    else:
        message = ""
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("assignment", "reason"),
    [
        ("steps", "has no value"),
        ("brush=1", "brush: no such field"),
        ("brush.width=1", "brush: no such field"),
        ("network.brush=1", "brush"),
        ("network.brush.width=1", "brush has no fields"),
        ("network.width.x=1", "width has no fields"),
        ("network.width=3", "width"),
        ("style_weight=-1", "style_weight: Input should be greater than or equal to 0"),
        ("style_weight=NaN", "style_weight: Input should be a finite number"),
        ("steps=0", "steps"),
        ("steps=" + "9" * 5000, "steps"),
        ("steps=" + "[" * 100_000, "steps"),
        ("style_layers={}", "needs at least one layer"),
        ("style_layers.relu1_2=-1", "no negative weight"),
        ("style_layers.relu9_9=1", "relu9_9"),
        ("network.kind=other", "network"),
    ],
)
def test_refused_with_the_name_of_the_field(assignment: str, reason: str) -> None:
    """An invalid assignment reports the field and its problem, and is never ignored."""
    with pytest.raises(UsageError, match=reason):
        TrainingConfig().override([assignment])


def test_a_dot_reaches_into_a_field() -> None:
    """The network and the layers can be changed partially; the rest is kept."""
    config = TrainingConfig().override(["network.width=16", "style_layers.relu4_3=0.5"])
    assert config.network.width == 16
    assert config.network.blocks == TrainingConfig().network.blocks
    assert config.style_layers == TrainingConfig().style_layers | {"relu4_3": 0.5}


def test_but_validates() -> None:
    """A derived configuration is validated like a new one."""
    assert TrainingConfig().but(steps=7).steps == 7
    with pytest.raises(ValidationError):
        TrainingConfig().but(steps=0)
    with pytest.raises(ValidationError):
        TrainingConfig().but(brush=1)


def test_nothing_to_learn_is_refused() -> None:
    """A loss that is always 0 trains nothing."""
    with pytest.raises(UsageError, match="nothing to learn"):
        TrainingConfig().override(["style_weight=0", "content_weight=0"])


def test_live_follows_full() -> None:
    """Without a live configuration, the live network is trained like the full one."""
    style = Style(name="a", title="A", folder=Path(), full=TrainingConfig(style_size=500))
    assert style.live.style_size == 500
    assert isinstance(style.live.network, LiveNetwork)


@pytest.mark.parametrize(
    "name", ["", "A", "1a", "a_b", "-a", "a-", "a--b", "é", "a b", "../a", "a" * 33, "a\n"]
)
def test_names_that_are_no_slugs(name: str) -> None:
    """A style's name is a slug of at most 32 characters."""
    with pytest.raises(ValidationError):
        Style(name=name, title="A", folder=Path())


@pytest.mark.parametrize("version", [2, "2", 99, 0])
def test_api_version(version: object) -> None:
    """Only contracts of this version and older are accepted, however the number is written."""
    with pytest.raises(ValidationError):
        Style.model_validate({"name": "a", "title": "A", "folder": ".", "api_version": version})
