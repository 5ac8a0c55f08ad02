"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=512,  # shards about 40 pixels long
    style_weight=1.8,  # soft gradients: the Gram matrices are small; 4 loses faces
    steps=520,
    crop_size=192,
    finish_crop_size=256,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="mosaic",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    steps=1370,
    learning_rate=1.6e-3,
    soft_share=0.5,
    stability_share=0.9,
    shift_weight=1e7,
    noise_weight=5e6,
    grid_weight=3e9,
)
