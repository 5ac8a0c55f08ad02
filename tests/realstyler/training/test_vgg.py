"""The judge: its activations are those of torchvision's VGG-16 with the same weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torchvision.models import vgg as torchvision_vgg

from realstyler.errors import UsageError
from realstyler.registry.config import LAYERS
from realstyler.training.vgg import MEAN, VGG16, WEIGHTS

PUBLISHED = Path(__file__).parents[4] / "shared" / "vgg16" / "vgg16_features.safetensors"
CONVOLUTIONS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21)
"""Positions in torchvision's ``vgg16().features``; each ReLU follows at the next."""


@pytest.fixture(scope="module")
def reference(vgg: VGG16) -> nn.Module:
    """torchvision.models.vgg16 in its own code, carrying the shipped weights.

    Its 123 million classifier weights, which no feature sees, are never filled.
    """
    with torch.device("meta"):
        model = torchvision_vgg.vgg16(weights=None)
    model.features.to_empty(device="cpu")
    missing, unexpected = model.features.load_state_dict(vgg.features.state_dict(), strict=False)
    assert not unexpected
    assert {name.split(".")[0] for name in missing} == {"24", "26", "28"}  # conv5
    features: nn.Module = model.features.eval()
    return features


@pytest.fixture(scope="module")
def pictures() -> Tensor:
    """Two pictures of 45×37 in 0..255: odd sides, which pooling cuts."""
    return 255 * torch.rand(2, 3, 45, 37, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_activations_are_torchvisions(vgg: VGG16, reference: nn.Module, pictures: Tensor) -> None:
    """Every layer agrees with torchvision's model on the same input."""
    found = vgg(pictures, LAYERS)
    assert tuple(found) == LAYERS
    features = pictures - torch.tensor(MEAN).view(1, 3, 1, 1)
    positions = dict(zip(CONVOLUTIONS, LAYERS, strict=True))
    assert isinstance(reference, nn.Sequential)
    for index, module in enumerate(reference[:23]):
        features = module(features)
        if index - 1 in positions:  # activations are in the hundreds
            ours = found[positions[index - 1]]
            torch.testing.assert_close(ours, features, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize("layer", LAYERS)
@torch.no_grad()
def test_pass_stops_at_the_last_wanted_layer(vgg: VGG16, pictures: Tensor, layer: str) -> None:
    """Nothing behind the last wanted layer is computed, and only wanted layers are kept."""
    run: list[int] = []
    handles = [
        module.register_forward_hook(lambda *_, index=index: run.append(index))
        for index, module in enumerate(vgg.features)
    ]
    found = vgg(pictures, [layer])  # type: ignore[list-item]
    for handle in handles:
        handle.remove()
    assert list(found) == [layer]
    assert vgg.layers[run[-1]] == layer
    assert run == list(range(run[-1] + 1))


@torch.no_grad()
def test_nothing_wanted_costs_nothing(vgg: VGG16, pictures: Tensor) -> None:
    """Without layers there are no activations."""
    assert vgg(pictures, []) == {}


def test_judge_is_frozen(vgg: VGG16) -> None:
    """No weight of the judge learns, whatever is done with the module around it."""
    assert not any(parameter.requires_grad for parameter in vgg.parameters())


def test_shipped_weights_are_the_published_ones() -> None:
    """The float16 file in the package is the published float32 file, rounded."""
    if not PUBLISHED.is_file():
        pytest.skip("the published weights are not beside this checkout")
    shipped, published = load_file(WEIGHTS), load_file(PUBLISHED)
    assert shipped.keys() == published.keys()
    for name, value in shipped.items():
        assert value.dtype == torch.float16
        torch.testing.assert_close(value, published[name].half(), rtol=0, atol=0)


def test_another_file_may_hold_more(vgg: VGG16, tmp_path: Path, pictures: Tensor) -> None:
    """A float32 file of the whole VGG-16, classifier included, can be given."""
    whole = {
        **vgg.state_dict(),
        "features.24.bias": torch.zeros(512),
        "classifier.6.bias": torch.ones(9),
    }
    save_file(
        {name: value.contiguous() for name, value in whole.items()}, tmp_path / "vgg.safetensors"
    )
    other = VGG16(tmp_path / "vgg.safetensors")
    ours, theirs = other(pictures, ["relu4_3"]), vgg(pictures, ["relu4_3"])
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-2)


def test_wrong_files_are_named(tmp_path: Path) -> None:
    """A missing file, a file that is no safetensors and one without the layers are told apart."""
    text, other = tmp_path / "text.safetensors", tmp_path / "other.safetensors"
    text.write_text("not weights")
    save_file({"weight": torch.zeros(3)}, other)
    for path, reason in ((tmp_path / "none", "No such file"), (text, "header"), (other, "Missing")):
        with pytest.raises(UsageError, match=rf"(?i){path.name}.*{reason}.*--vgg"):
            VGG16(path)
