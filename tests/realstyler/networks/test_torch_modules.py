"""The torch modules: shapes, layers and the properties of their architectures."""

# About 8 s.

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from realstyler.networks.architecture import LiveNetwork, Network, TransformNetwork
from realstyler.networks.layers import Layer, evaluate
from realstyler.networks.torch_modules import StyleNetwork, build, initialize_icnr

SMALL: list[Network] = [
    TransformNetwork(width=4, blocks=1),
    LiveNetwork(width=4, blocks=1, head_width=4),
]
LARGER: list[Network] = [
    TransformNetwork(),
    TransformNetwork(width=8, blocks=3),
    LiveNetwork(),
    LiveNetwork(width=16, blocks=2, head_width=8, refinement_blocks=2),
    LiveNetwork(width=8, blocks=1, head_width=8, refinement_blocks=0),
]


def _built(config: Network) -> StyleNetwork:
    torch.manual_seed(0)
    return build(config).eval()


@pytest.mark.parametrize("config", SMALL, ids=lambda config: config.kind)
@settings(max_examples=60)
@given(height=st.integers(1, 70), width=st.integers(1, 70))
@torch.no_grad()
def test_output_has_the_size_of_the_input(config: Network, height: int, width: int) -> None:
    """Every height and width is preserved, odd and tiny ones too, and values are finite."""
    picture = 255 * torch.rand(1, 3, height, width)
    painted = _built(config)(picture)
    assert painted.shape == picture.shape
    assert painted.isfinite().all()


@pytest.mark.parametrize("config", SMALL + LARGER, ids=repr)
def test_parameters_are_those_of_the_architecture(config: Network) -> None:
    """The torch-free list of names and shapes, used to validate weights files, is right."""
    shapes = {name: tuple(value.shape) for name, value in build(config).state_dict().items()}
    assert shapes == config.parameter_shapes()


@pytest.mark.parametrize("config", SMALL + LARGER, ids=repr)
def test_layers_are_the_promised_ones(config: Network) -> None:
    """Strided convolutions with reflection padding and affine instance norms, nothing else."""
    modules = [m for m in build(config).modules() if not list(m.children())]
    assert {type(module) for module in modules} == {nn.Conv2d, nn.InstanceNorm2d}
    for module in modules:
        if isinstance(module, nn.Conv2d):
            assert module.padding_mode == "reflect"
            assert module.padding == tuple(side // 2 for side in module.kernel_size)
        else:
            assert isinstance(module, nn.InstanceNorm2d)
            assert module.affine
            assert not module.track_running_stats


def test_transform_net_is_the_published_one() -> None:
    """Width 32 has the kernels, strides and 1.68 million parameters of Johnson et al. 2016."""
    network = build(TransformNetwork())
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    layers = [(c.in_channels, c.out_channels, c.kernel_size[0], c.stride[0]) for c in convolutions]
    assert layers == [
        (3, 32, 9, 1),
        (32, 64, 3, 2),
        (64, 128, 3, 2),
        *[(128, 128, 3, 1)] * 10,
        (128, 64, 3, 1),
        (64, 32, 3, 1),
        (32, 3, 9, 1),
    ]
    assert round(sum(p.numel() for p in network.parameters()) / 1e6, 2) == 1.68


@torch.no_grad()
def test_residual_branch_ends_linear() -> None:
    """A residual block can lower its input: no ReLU follows the sum or the second norm."""
    layers = TransformNetwork(width=4, blocks=1).layers()
    network = _built(TransformNetwork(width=4, blocks=1))
    summed: dict[str, torch.Tensor] = {}

    def watch(layer: Layer, features: torch.Tensor, added: torch.Tensor | None) -> torch.Tensor:
        summed[layer.name] = network.compute((32, 32), layer, features, added)
        return summed[layer.name]

    evaluate(layers, 255 * torch.rand(1, 3, 32, 32), watch)
    assert (summed["residual.0.second"] - summed["encoder.2"]).min() < 0
    assert summed["residual.0.second"].min() < 0


@pytest.mark.parametrize("config", SMALL, ids=lambda config: config.kind)
@torch.no_grad()
def test_scale_and_offset_of_the_input_do_not_matter(config: Network) -> None:
    """Instance normalization after the first convolution makes input normalization redundant."""
    network = _built(config)
    picture = 255 * torch.rand(1, 3, 32, 32)
    assert torch.allclose(network(picture), network(picture / 2 + 30), atol=0.05)


@pytest.mark.parametrize("config", SMALL, ids=lambda config: config.kind)
@torch.no_grad()
def test_training_starts_in_range(config: Network) -> None:
    """An untrained network paints around mid-grey, within the range of colours."""
    painted = _built(config)(255 * torch.rand(2, 3, 48, 48))
    assert 64 < painted.mean() < 192
    assert painted.std() < 128


@pytest.mark.parametrize("config", SMALL, ids=lambda config: config.kind)
@torch.no_grad()
def test_pictures_of_a_batch_do_not_mix(config: Network) -> None:
    """A picture is painted the same alone and in a batch."""
    network = _built(config)
    pictures = 255 * torch.rand(2, 3, 32, 40)
    assert torch.allclose(network(pictures)[1:], network(pictures[1:]), atol=1e-2)


@torch.no_grad()
def test_icnr_gives_sub_pixels_equal_kernels() -> None:
    """Initially the four pixels of a pixel shuffle are equal: no grid is painted."""
    network = _built(LiveNetwork(width=8, blocks=1, head_width=8))
    weight = network.get_parameter("output.conv.weight").unflatten(0, (3, 4))  # 3×4×C×3×3
    assert torch.equal(weight, weight[:, :1].expand_as(weight))
    assert len(weight[:, 0].unique(dim=0)) == 3  # the colours differ
    painted = network(255 * torch.rand(1, 3, 16, 16))
    assert torch.equal(painted[..., ::2, :], painted[..., 1::2, :])
    assert torch.equal(painted[..., ::2], painted[..., 1::2])


@torch.no_grad()
def test_refinement_counts_for_nothing_at_first() -> None:
    """A network trained without refinement paints the same when refinement is added."""
    plain = _built(LiveNetwork(width=8, blocks=1, head_width=8, refinement_blocks=0))
    refined = _built(LiveNetwork(width=8, blocks=1, head_width=8, refinement_blocks=2))
    refined.load_state_dict(plain.state_dict(), strict=False)
    picture = 255 * torch.rand(1, 3, 30, 26)
    assert torch.equal(refined(picture), plain(picture))


@torch.no_grad()
def test_refinement_sees_finer_detail_than_the_body() -> None:
    """A single pixel that the body ignores is localized by the refinement, to eight pixels."""
    network = _built(LiveNetwork(width=8, blocks=1, head_width=8))
    nn.init.zeros_(network.get_parameter("stem.norm.weight"))
    nn.init.ones_(network.get_parameter("refinement.detail.norm.weight"))
    picture = torch.zeros(1, 3, 64, 64)
    picture[..., 31, 34] = 255
    painted = network(picture)
    seen = (painted - painted[..., :1, :1]).abs().amax((0, 1)) > 1
    rows, columns = seen.nonzero().unbind(1)
    assert (rows - 31).abs().max() <= 8
    assert (columns - 34).abs().max() <= 8


def test_icnr_needs_no_bias() -> None:
    """A convolution without a bias is initialized too."""
    conv = nn.Conv2d(2, 4, 3, bias=False)
    initialize_icnr(conv, 2)
    assert torch.equal(conv.weight, conv.weight[:1].expand_as(conv.weight))
