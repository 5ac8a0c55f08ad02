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
    style_weight=2.4,  # above FULL's: the stability terms prefer few, soft strokes
    steps=2500,
    learning_rate=1.6e-3,
    soft_share=0.3,
    stability_share=1.0,
    shift_weight=5e6,
    noise_weight=2.5e6,
    grid_weight=2e9,
    frame_weight=4e7,
)
