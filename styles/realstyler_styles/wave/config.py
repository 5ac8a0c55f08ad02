"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

FULL = TrainingConfig(
    style_size=512,  # outlines two pixels wide
    style_weight=1.3,
    steps=230,
    crop_size=192,
    finish_crop_size=256,
    learning_rate=1.2e-3,
    grid_weight=6e9,
    warm_start="mosaic",
)

LIVE = FULL.but(
    network=LiveNetwork(),
    style_weight=1.8,  # a little above FULL's: the stability terms prefer few, soft strokes
    steps=2475,
    learning_rate=1.6e-3,
    soft_share=0.3,
    stability_share=1.0,
    shift_weight=1.4e7,
    noise_weight=1.1e7,
    grid_weight=1.5e10,
    frame_weight=2e7,
)
