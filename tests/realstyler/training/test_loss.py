"""The perceptual loss against plain definitions of its terms."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from realstyler.registry.config import TrainingConfig
from realstyler.training.loss import PerceptualLoss, gram_matrix, total_variation
from realstyler.training.vgg import VGG16

CONFIG = TrainingConfig(content_weight=2.0, style_weight=3.0)


def _pictures(number: int, seed: int, side: int = 32) -> Tensor:
    return 255 * torch.rand(number, 3, side, side, generator=torch.Generator().manual_seed(seed))


def _plain_gram(features: Tensor) -> Tensor:
    _, channels, height, width = features.shape
    return torch.einsum("nchw,ndhw->ncd", features, features) / (channels * height * width)


def test_gram_matrix_is_the_plain_definition() -> None:
    """Channel products summed over positions, divided by C·H·W."""
    features = torch.randn(2, 5, 6, 7)
    torch.testing.assert_close(gram_matrix(features), _plain_gram(features))


def test_gram_matrix_is_in_float32_under_autocast() -> None:
    """Mixed precision changes neither dtype nor digits of the sums."""
    features = torch.randn(1, 8, 16, 16)
    with torch.autocast("cpu", torch.bfloat16):
        gram = gram_matrix(features)
    assert gram.dtype == torch.float32
    torch.testing.assert_close(gram, _plain_gram(features))


def test_gram_matrix_of_halves_does_not_overflow() -> None:
    """65,536 products of 200 are far beyond float16's 65,504, their mean is not."""
    gram = gram_matrix(torch.full((1, 2, 256, 256), 200.0, dtype=torch.float16))
    assert gram.dtype == torch.float32
    torch.testing.assert_close(gram, torch.full((1, 2, 2), 20_000.0))


@torch.no_grad()
def test_terms_are_the_papers(vgg: VGG16) -> None:
    """Content on relu2_2, style on four Gram matrices, weighted as configured."""
    stylized, photographs, style = _pictures(2, 1), _pictures(2, 2), _pictures(1, 3, 48)
    found = PerceptualLoss(CONFIG, style, vgg)(stylized, photographs)
    assert list(found) == ["content", "style"]
    ours, theirs = (vgg(p, CONFIG.style_layers) for p in (stylized, style))
    targets = vgg(photographs, ["relu2_2"])["relu2_2"]
    content = (ours["relu2_2"] - targets).square().mean()
    style_errors = [
        (_plain_gram(ours[layer]) - _plain_gram(theirs[layer])).square().mean()
        for layer in ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
    ]
    torch.testing.assert_close(found["content"], 2 * content)
    torch.testing.assert_close(found["style"], 3 * torch.stack(style_errors).sum())


@torch.no_grad()
def test_layers_and_their_weights_are_configurable(vgg: VGG16) -> None:
    """Other layers may judge; a layer of weight 0 counts for nothing."""
    config = CONFIG.but(
        content_layers={"relu3_3": 0.5, "relu1_1": 0.0}, style_layers={"relu1_1": 4.0}
    )
    stylized, photographs, style = _pictures(1, 1), _pictures(1, 2), _pictures(1, 3)
    found = PerceptualLoss(config, style, vgg)(stylized, photographs)
    content = vgg(stylized, ["relu3_3"])["relu3_3"] - vgg(photographs, ["relu3_3"])["relu3_3"]
    grams = [_plain_gram(vgg(p, ["relu1_1"])["relu1_1"]) for p in (stylized, style)]
    torch.testing.assert_close(found["content"], 2 * 0.5 * content.square().mean())
    torch.testing.assert_close(found["style"], 3 * 4 * (grams[0] - grams[1]).square().mean())


@torch.no_grad()
def test_all_style_layers_of_weight_zero(vgg: VGG16) -> None:
    """Without any style layer that counts, the style loss is zero."""
    config = CONFIG.but(style_layers={"relu4_3": 0.0})
    found = PerceptualLoss(config, _pictures(1, 3), vgg)(_pictures(1, 1), _pictures(1, 2))
    assert found["style"] == 0


@torch.no_grad()
def test_perfect_pictures_cost_nothing(vgg: VGG16) -> None:
    """The style picture itself has no style loss, a photograph left alone no content loss."""
    style = _pictures(1, 3)
    found = PerceptualLoss(CONFIG, style, vgg)(style, style)
    assert found == {"content": 0, "style": 0}


def test_content_pass_stops_at_its_last_layer(vgg: VGG16) -> None:
    """The photographs go through VGG-16 only as far as the content layers need, for speed."""
    loss = PerceptualLoss(CONFIG, _pictures(1, 3), vgg)
    run: list[int] = []
    handle = vgg.features[21].register_forward_hook(lambda *_: run.append(21))  # conv4_3
    loss(_pictures(1, 1), _pictures(1, 2))
    handle.remove()
    assert run == [21]


def test_total_variation(vgg: VGG16) -> None:
    """Zero for an even picture, the squared step for stripes; a named loss where it is wanted."""
    stripes = torch.zeros(1, 3, 8, 8)
    stripes[..., ::2] = 10
    assert total_variation(torch.full((1, 3, 8, 8), 9.0)) == 0
    assert total_variation(stripes) == 100
    config = CONFIG.but(total_variation_weight=0.5)
    found = PerceptualLoss(config, _pictures(1, 3), vgg)(_pictures(1, 1), _pictures(1, 2))
    torch.testing.assert_close(found["total_variation"], 0.5 * total_variation(_pictures(1, 1)))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_losses_under_autocast(vgg: VGG16, dtype: torch.dtype) -> None:
    """Mixed precision: losses stay float32, finite and near those in full precision."""
    loss = PerceptualLoss(CONFIG, _pictures(1, 3), vgg)
    stylized, photographs = _pictures(1, 1).requires_grad_(), _pictures(1, 2)
    with torch.autocast("cpu", dtype):
        found = loss(stylized, photographs)
    for name, value in loss(stylized, photographs).items():
        assert found[name].dtype == torch.float32
        torch.testing.assert_close(found[name], value, rtol=0.03, atol=0)
    found["style"].backward()
    assert stylized.grad is not None
    assert stylized.grad.isfinite().all()


@torch.no_grad()
def test_largest_activations_fit_float16(vgg: VGG16) -> None:
    """Black and white stripes, the strongest pictures there are, do not overflow half precision."""
    stripes = torch.zeros(1, 3, 64, 64)
    stripes[..., ::4], stripes[..., 1::4] = 255, 255
    pictures = torch.cat([stripes, stripes.transpose(2, 3), stripes.round(), 255 - stripes])
    assert max(f.abs().max() for f in vgg(pictures, CONFIG.style_layers).values()) < 65_504 / 2
