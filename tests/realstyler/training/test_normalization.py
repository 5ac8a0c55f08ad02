"""The instance normalization of training against PyTorch's own."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from realstyler.networks.architecture import TransformNetwork
from realstyler.networks.torch_modules import build
from realstyler.training.normalization import (
    ChannelsLastInstanceNorm2d,
    use_channels_last_normalization,
)


def _pair() -> tuple[nn.InstanceNorm2d, ChannelsLastInstanceNorm2d]:
    plain, ours = (kind(5, affine=True) for kind in (nn.InstanceNorm2d, ChannelsLastInstanceNorm2d))
    nn.init.normal_(plain.weight)
    nn.init.normal_(plain.bias)
    ours.load_state_dict(plain.state_dict())
    return plain, ours


def _gradients(norm: nn.InstanceNorm2d, features: Tensor, upstream: Tensor) -> list[Tensor]:
    normalized = norm(features)
    return [normalized, *torch.autograd.grad(normalized, (features, *norm.parameters()), upstream)]


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_values_and_gradients_are_those_of_pytorch(layout: torch.memory_format) -> None:
    """Forward and backward, in both memory layouts, with features far from zero."""
    plain, ours = _pair()
    features = (torch.randn(2, 5, 12, 9) * 7 + 30).contiguous(memory_format=layout)
    features.requires_grad_()
    upstream = torch.randn(2, 5, 12, 9)
    for one, other in zip(
        _gradients(plain, features, upstream), _gradients(ours, features, upstream), strict=True
    ):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-4)


def test_channels_last_stays() -> None:
    """Neither the result nor the gradient changes the layout, which is what it is for."""
    _, ours = _pair()
    features = torch.randn(2, 5, 12, 9).contiguous(memory_format=torch.channels_last)
    features.requires_grad_()
    normalized = ours(features)
    (gradient,) = torch.autograd.grad(normalized.square().sum(), features)
    assert normalized.is_contiguous(memory_format=torch.channels_last)
    assert gradient.is_contiguous(memory_format=torch.channels_last)


def test_a_network_keeps_its_parameters_and_its_pictures() -> None:
    """Every normalization is replaced; names, values and paintings stay."""
    network = build(TransformNetwork(width=4, blocks=1))
    names, picture = list(network.state_dict()), 255 * torch.rand(1, 3, 32, 32)
    with torch.no_grad():
        before = network(picture)
        use_channels_last_normalization(network)
        after = network(picture)
    assert list(network.state_dict()) == names
    assert not any(type(module) is nn.InstanceNorm2d for module in network.modules())
    torch.testing.assert_close(before, after, rtol=1e-4, atol=1e-2)
