"""The perceptual loss against plain definitions of its terms."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from realstyler.registry.config import TrainingConfig
from realstyler.training.loss import PerceptualLoss, gram_matrix, tiles, tone_error, total_variation
from realstyler.training.vgg import VGG16

CONFIG = TrainingConfig(content_weight=2.0, style_weight=3.0, tone_weight=0)


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


def test_gram_matrix_of_bfloat16_is_exact_enough() -> None:
    """Sums are in float32: only the rounding of the features and of the result is left."""
    features = torch.randn(1, 8, 128, 128).bfloat16()
    exact = _plain_gram(features.double()).float()
    assert (gram_matrix(features) - exact).norm() < 0.005 * exact.norm()


def test_tiles_cut_every_third() -> None:
    """Nine tiles of each picture, row by row; what does not divide evenly is left out."""
    features = torch.arange(2 * 7 * 10).reshape(2, 1, 7, 10).float()
    cut = tiles(features)
    assert cut.shape == (18, 1, 2, 3)
    assert torch.equal(cut[0, 0], features[0, 0, :2, :3])
    assert torch.equal(cut[5, 0], features[0, 0, 2:4, 6:9])
    assert torch.equal(cut[9, 0], features[1, 0, :2, :3])


@torch.no_grad()
def test_terms_are_the_papers(vgg: VGG16) -> None:
    """Content on relu2_2; style on four Gram matrices, each a share of its untouched error."""
    stylized, photographs, style = _pictures(2, 1), _pictures(2, 2), _pictures(1, 3, 48)
    found = PerceptualLoss(CONFIG, style, vgg, photographs)(stylized, photographs)
    assert list(found) == ["content", "style"]
    ours, theirs, plain = (vgg(p, CONFIG.style_layers) for p in (stylized, style, photographs))
    content = (ours["relu2_2"] - plain["relu2_2"]).square().mean()
    shares = {"relu1_2": 0.2, "relu2_2": 0.25, "relu3_3": 0.25, "relu4_3": 0.3}
    balanced = [
        share
        * (_plain_gram(ours[layer]) - _plain_gram(theirs[layer])).square().mean()
        / (_plain_gram(plain[layer]) - _plain_gram(theirs[layer])).square().mean()
        for layer, share in shares.items()
    ]
    torch.testing.assert_close(found["content"], 2 * content)
    torch.testing.assert_close(found["style"], 3e6 * torch.stack(balanced).sum())


@torch.no_grad()
def test_untouched_photographs_have_a_style_loss_of_a_million(vgg: VGG16) -> None:
    """Whatever the style picture and the weights of its layers, a style weight of 1 means that."""
    photographs = _pictures(3, 2)
    for layers in ({"relu4_3": 7.0}, {"relu1_2": 2.0, "relu3_3": 0.5}):
        config = TrainingConfig(style_layers=layers)
        loss = PerceptualLoss(config, _pictures(1, 3), vgg, photographs)
        found = loss(photographs, photographs)
        assert float(found["style"]) == pytest.approx(1e6, rel=1e-4)
        assert found["content"] == found["tone"] == 0


@torch.no_grad()
def test_layers_and_their_weights_are_configurable(vgg: VGG16) -> None:
    """Other layers may judge; a layer of weight 0 counts for nothing."""
    config = CONFIG.but(
        content_layers={"relu3_3": 0.5, "relu1_1": 0.0}, style_layers={"relu1_1": 4.0}
    )
    stylized, photographs, style = _pictures(1, 1), _pictures(1, 2), _pictures(1, 3)
    found = PerceptualLoss(config, style, vgg, photographs)(stylized, photographs)
    content = vgg(stylized, ["relu3_3"])["relu3_3"] - vgg(photographs, ["relu3_3"])["relu3_3"]
    grams = [_plain_gram(vgg(p, ["relu1_1"])["relu1_1"]) for p in (stylized, style, photographs)]
    share = (grams[0] - grams[1]).square().mean() / (grams[2] - grams[1]).square().mean()
    torch.testing.assert_close(found["content"], 2 * 0.5 * content.square().mean())
    torch.testing.assert_close(found["style"], 3e6 * share)


@torch.no_grad()
def test_tiles_see_what_the_whole_does_not(vgg: VGG16) -> None:
    """A picture half in the style and half plain is worse in tiles than as a whole."""
    style, photographs = _pictures(1, 3, 96), _pictures(1, 2, 96)
    half = style.clone()
    half[..., 48:] = 128
    loss = PerceptualLoss(CONFIG, style, vgg, photographs)
    whole, in_tiles = (float(loss(half, half, in_tiles=tiled)["style"]) for tiled in (False, True))
    assert in_tiles > 1.2 * whole


@torch.no_grad()
def test_all_style_layers_of_weight_zero(vgg: VGG16) -> None:
    """Without any style layer that counts, the style loss is zero."""
    config = CONFIG.but(style_layers={"relu4_3": 0.0})
    loss = PerceptualLoss(config, _pictures(1, 3), vgg, _pictures(1, 2))
    assert loss(_pictures(1, 1), _pictures(1, 2))["style"] == 0


@torch.no_grad()
def test_perfect_pictures_cost_nothing(vgg: VGG16) -> None:
    """The style picture itself has no style loss, a photograph left alone no content loss."""
    style = _pictures(1, 3)
    found = PerceptualLoss(CONFIG, style, vgg, _pictures(1, 2))(style, style)
    assert found == {"content": 0, "style": 0}


def test_tones_keep_their_order_not_their_values() -> None:
    """Other contrast and brightness cost little, inverted tones much, fine texture nothing."""
    ramp = torch.linspace(60, 190, 192).expand(1, 3, 192, 192)
    texture = 40 * (-1.0) ** torch.arange(192)
    same, softer = float(tone_error(ramp + texture, ramp)), float(tone_error(ramp / 2 + 80, ramp))
    inverted = float(tone_error(250 - ramp, ramp))
    assert same < 1e-6
    assert softer < 0.1 * inverted
    assert inverted > 1


def test_tones_of_pictures_smaller_than_an_area() -> None:
    """A picture of a few pixels is one area, and an even one has no tones: no error, no NaN."""
    assert tone_error(_pictures(1, 1, 8), _pictures(1, 2, 8)) == 0
    even = torch.full((1, 3, 64, 64), 90.0, requires_grad=True)
    error = tone_error(even, torch.full((1, 3, 64, 64), 20.0))
    error.backward()
    assert even.grad is not None
    assert error == 0
    assert even.grad.isfinite().all()


def test_content_pass_stops_at_its_last_layer(vgg: VGG16) -> None:
    """The photographs go through VGG-16 only as far as the content layers need, for speed."""
    loss = PerceptualLoss(CONFIG, _pictures(1, 3), vgg, _pictures(1, 2))
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
    loss = PerceptualLoss(config, _pictures(1, 3), vgg, _pictures(1, 2))
    found = loss(_pictures(1, 1), _pictures(1, 2))
    torch.testing.assert_close(found["total_variation"], 0.5 * total_variation(_pictures(1, 1)))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_losses_under_autocast(vgg: VGG16, dtype: torch.dtype) -> None:
    """Mixed precision: losses stay float32, finite and near those in full precision."""
    loss = PerceptualLoss(CONFIG, _pictures(1, 3), vgg, _pictures(1, 2))
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
