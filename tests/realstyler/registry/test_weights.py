"""Weights files: complete, of the right style, and never able to run code."""

import json
import pickle
import shutil
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from realstyler.errors import StyleError
from realstyler.networks.architecture import LiveNetwork, Network, TransformNetwork
from realstyler.registry import weights
from realstyler.registry.style import Style
from realstyler.registry.weights import NetworkName, WeightsMetadata

SMALL = TransformNetwork(width=4, blocks=1)
Arrays = dict[str, NDArray[Any]]


def _arrays(network: Network) -> Arrays:
    generator = np.random.default_rng(0)
    return {
        name: generator.normal(0, 0.1, shape).astype(np.float32)
        for name, shape in network.parameter_shapes().items()
    }


def _metadata(network: Network = SMALL, style: str = "good") -> WeightsMetadata:
    which: NetworkName = "full" if isinstance(network, TransformNetwork) else "live"
    return WeightsMetadata(
        style=style,
        network=which,
        architecture=network,
        training={"steps": 3},
        data="2 photographs",
        steps=3,
        license="CC0-1.0",
    )


@pytest.fixture
def style(tmp_path: Path) -> Style:
    """An untrained style in its own folder."""
    return Style(name="good", title="Good", folder=tmp_path)


@pytest.mark.parametrize("network", [SMALL, LiveNetwork(width=4, blocks=1, head_width=4)])
def test_what_is_saved_is_loaded(style: Style, network: Network) -> None:
    """Parameters and metadata are restored, as float16, for both kinds of network."""
    metadata, arrays = _metadata(network), _arrays(network)
    weights.save(style.weights_path(metadata.network), arrays, metadata)
    loaded = style.load_weights(metadata.network)
    assert loaded.metadata == metadata == style.read_metadata(metadata.network)
    assert loaded.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert loaded.arrays[name].dtype == np.float16
        np.testing.assert_array_equal(loaded.arrays[name], array.astype(np.float16))
    assert style.networks == (metadata.network,)
    assert style.trained


def test_the_same_weights_are_the_same_bytes(tmp_path: Path) -> None:
    """Saving is deterministic, so that a hash can be compared between machines."""
    for number in range(5):
        weights.save(tmp_path / f"{number}.safetensors", _arrays(SMALL), _metadata())
    assert len({path.read_bytes() for path in tmp_path.glob("*.safetensors")}) == 1


def test_live_network_of_before_there_was_a_refinement(style: Style) -> None:
    """A file whose header predates refinement is loaded as the network that it contains."""
    plain = LiveNetwork(width=4, blocks=1, head_width=4, refinement_blocks=0)
    header = _metadata(plain).to_header()
    architecture = json.loads(header["architecture"])
    del architecture["refinement_blocks"]
    header["architecture"] = json.dumps(architecture)
    content = safetensors.numpy.save(_arrays(plain), header)
    style.weights_path("live").write_bytes(content)
    assert style.load_weights("live").metadata.architecture == plain


def test_untrained_says_how_to_train(style: Style) -> None:
    """The error for missing weights contains the command to train them."""
    with pytest.raises(StyleError, match="not trained") as caught:
        style.load_weights("live")
    assert "realstyler train good --data PHOTOS --network live" in str(caught.value)


def _without(arrays: Arrays) -> Arrays:
    return {name: array for name, array in arrays.items() if name != "output.conv.bias"}


def _with(name: str, array: NDArray[Any]) -> Any:
    return lambda arrays: {**arrays, name: array}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_without, "output.conv.bias is missing"),
        (_with("output.conv.extra", np.zeros(1, np.float32)), "output.conv.extra is unknown"),
        (_with("output.conv.bias", np.zeros(4, np.float32)), r"has shape \(4,\), expected \(3,\)"),
        (_with("output.conv.bias", np.full(3, np.nan, np.float32)), "is not finite"),
        (_with("output.conv.bias", np.full(3, np.inf, np.float32)), "is not finite"),
        (_with("output.conv.bias", np.zeros(3, np.int64)), "has dtype int64"),
    ],
)
def test_parameters_that_do_not_fit(style: Style, change: Any, reason: str) -> None:
    """Missing, unknown, misshapen, non-finite and integer parameters are reported."""
    content = safetensors.numpy.save(change(_arrays(SMALL)), _metadata().to_header())
    style.weights_path("full").write_bytes(content)
    with pytest.raises(StyleError, match=reason) as caught:
        style.load_weights("full")
    assert "Train the style again" in caught.value.remedy


def test_weights_of_another_architecture(style: Style) -> None:
    """Parameters of a wider network than the metadata claims are rejected, not reshaped."""
    wide = _arrays(TransformNetwork(width=8, blocks=2))
    style.weights_path("full").write_bytes(safetensors.numpy.save(wide, _metadata().to_header()))
    with pytest.raises(StyleError, match="does not match transform-net") as caught:
        style.load_weights("full")
    assert "more)" in str(caught.value)


@pytest.mark.parametrize("network", ["full", "live"])
def test_weights_of_another_style(style: Style, network: NetworkName) -> None:
    """A file of another style, or of the other network, is rejected."""
    weights.save(style.weights_path(network), _arrays(SMALL), _metadata(style="night"))
    with pytest.raises(StyleError, match=r"weights of night \(full\), expected good"):
        style.load_weights(network)


class Bomb:
    """Runs code when unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.mark,))


def test_pickle_is_never_executed(style: Style, tmp_path: Path) -> None:
    """A pickle named like a weights file is rejected, and nothing in it runs."""
    mark = tmp_path / "executed"
    path = style.weights_path("full")
    path.write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(StyleError, match="not a readable safetensors file"):
        style.load_weights("full")
    with pytest.raises(StyleError):
        style.read_metadata("full")
    assert not mark.exists()
    pickle.loads(path.read_bytes())
    assert mark.exists(), "the bomb is a dud, the test shows nothing"


def test_pickle_as_a_parameter_is_never_executed(style: Style, tmp_path: Path) -> None:
    """A pickle hidden in the metadata of a real file does not run either."""
    mark = tmp_path / "executed"
    header = _metadata().to_header() | {"training": pickle.dumps(Bomb(mark), 0).decode("latin1")}
    style.weights_path("full").write_bytes(safetensors.numpy.save(_arrays(SMALL), header))
    with pytest.raises(StyleError, match="damaged metadata"):
        style.load_weights("full")
    assert not mark.exists()


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ({"format": "realstyler-999"}, "format realstyler-999"),
        ({"format": ""}, "not a weights file of this program"),
        ({"architecture": '{"kind": "other-net"}'}, "architecture"),
        ({"architecture": '{"kind": "transform-net", "width": 100000}'}, "width"),
        ({"steps": "many"}, "damaged metadata"),
        ({"steps": "-1"}, "steps"),
        ({"training": "[" * 100_000}, "damaged metadata"),
        ({"network": "other"}, "network"),
    ],
)
def test_metadata_that_do_not_fit(style: Style, header: dict[str, str], reason: str) -> None:
    """Metadata is validated, and the invalid field is named."""
    content = safetensors.numpy.save(_arrays(SMALL), _metadata().to_header() | header)
    style.weights_path("full").write_bytes(content)
    for read in (style.load_weights, style.read_metadata):
        with pytest.raises(StyleError, match=reason):
            read("full")


def test_no_metadata(style: Style) -> None:
    """A safetensors file of another program is rejected."""
    style.weights_path("full").write_bytes(safetensors.numpy.save(_arrays(SMALL)))
    with pytest.raises(StyleError, match="not a weights file of this program"):
        style.load_weights("full")


def test_monstrous_files_are_not_read(style: Style) -> None:
    """A file larger than any network is rejected before it fills the memory."""
    with style.weights_path("full").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(StyleError, match="too large for a weights file"):
        style.load_weights("full")


def test_monstrous_headers_are_not_read(style: Style) -> None:
    """A header that claims to be huge is rejected."""
    style.weights_path("full").write_bytes(struct.pack("<Q", 2**60) + b"{}")
    with pytest.raises(StyleError, match="not a readable safetensors file"):
        style.load_weights("full")


@pytest.fixture(scope="module")
def whole() -> bytes:
    """A complete weights file."""
    return safetensors.numpy.save(_arrays(SMALL), _metadata().to_header())


@given(data=st.data())
@settings(max_examples=150)
def test_damage_is_an_error_or_harmless(
    data: st.DataObject, whole: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """However a file is truncated or altered, it is rejected with one line or still valid."""
    cut = data.draw(st.integers(0, len(whole)))
    damaged = bytearray(whole[:cut] if data.draw(st.booleans()) else whole)
    header = int.from_bytes(whole[:8], "little") + 8
    for _ in range(data.draw(st.integers(0, 3))):
        if damaged:
            place = data.draw(st.integers(0, min(len(damaged), header) - 1))
            damaged[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.safetensors"
    path.write_bytes(damaged)
    with suppress(StyleError):
        loaded = weights.load(path)
        shapes = {name: array.shape for name, array in loaded.arrays.items()}
        assert shapes == loaded.metadata.architecture.parameter_shapes()


@given(content=st.binary(max_size=300))
@settings(max_examples=150)
def test_noise_is_an_error(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Arbitrary bytes are rejected with one line."""
    path = tmp_path_factory.getbasetemp() / "noise.safetensors"
    path.write_bytes(content)
    with pytest.raises(StyleError):
        weights.load(path)


def test_saving_replaces_at_once(style: Style) -> None:
    """New weights replace old ones atomically; no temporary file remains."""
    path = style.weights_path("full")
    for _ in range(2):
        weights.save(path, _arrays(SMALL), _metadata())
    assert [entry.name for entry in path.parent.iterdir()] == ["full.safetensors"]


def test_header_is_text_to_text() -> None:
    """Metadata survive flattening for safetensors."""
    metadata = _metadata()
    header = metadata.to_header()
    assert all(isinstance(value, str) for value in header.values())
    assert json.loads(header["architecture"])["width"] == 4
    assert WeightsMetadata.from_header(header) == metadata


def test_a_bad_file_harms_no_other_style(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A style with corrupt weights is listed, and only using it fails."""
    from realstyler.registry.discovery import Registry

    good = Path(__file__).parents[2] / "fixtures" / "plugins" / "good" / "fixture_good"
    shutil.copytree(good, tmp_path / "good")
    (tmp_path / "good" / "full.safetensors").write_bytes(b"corrupt")
    monkeypatch.setenv("REALSTYLER_STYLES", str(tmp_path))
    registry = Registry.discover()
    assert not registry.failures
    assert "mosaic" in registry.styles
    with pytest.raises(StyleError, match=r"full\.safetensors: not a readable"):
        registry.find("good").load_weights("full")
