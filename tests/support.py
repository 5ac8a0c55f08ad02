"""Small styles with random weights, for tests that need one which is quick to run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from realstyler.networks.architecture import LiveNetwork, Network, TransformNetwork
from realstyler.registry.weights import NetworkName, WeightsMetadata, save

HOOK = """
from pathlib import Path
from realstyler.plugins import LiveNetwork, Style, TrainingConfig, TransformNetwork, hookimpl

FULL = TrainingConfig(network=TransformNetwork(width=4, blocks=1), steps=4, batch_size=2,
                      crop_size=32, finish_crop_size=32, style_size=64)
PLAIN = LiveNetwork(width=4, blocks=1, head_width=4, refinement_blocks=0)

@hookimpl
def register_styles() -> list[Style]:
    return [Style(name="{name}", title="{title}", folder=Path(__file__).parent, license="CC0-1.0",
                  full=FULL, live=FULL.but(network=PLAIN))]
"""

ARCHITECTURES: dict[NetworkName, Network] = {
    "full": TransformNetwork(width=4, blocks=1),
    # With random weights a refinement would amplify what frames differ by in the last digit.
    "live": LiveNetwork(width=4, blocks=1, head_width=4, refinement_blocks=0),
}


def add_style(folder: Path, name: str, *, trained: bool = True, seed: int = 0) -> Path:
    """Put a small style with random weights into a folder of drop-in styles; return its folder."""
    style = folder / name
    style.mkdir()
    (style / "__init__.py").write_text(HOOK.format(name=name, title=name.title()))
    noise = np.random.default_rng(seed).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(style / "style.jpg")
    if trained:
        for network in ARCHITECTURES:
            save_random_weights(style, name, network, seed)
    return style


def save_random_weights(style: Path, name: str, network: NetworkName, seed: int = 0) -> Path:
    """Write a random network, norms included, so that a mistake in any of them shows."""
    random = np.random.default_rng(seed)
    architecture = ARCHITECTURES[network]
    arrays = {
        key: random.normal(1.0 if key.endswith("norm.weight") else 0.0, 0.2, shape).astype("f4")
        for key, shape in architecture.parameter_shapes().items()
    }
    metadata = WeightsMetadata(
        style=name,
        network=network,
        architecture=architecture,
        training={},
        data="nothing: random weights",
        steps=0,
        license="CC0-1.0",
    )
    save(style / f"{network}.safetensors", arrays, metadata)
    return style / f"{network}.safetensors"
