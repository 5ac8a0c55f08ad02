"""How the networks of this style are trained."""

from realstyler.plugins import LiveNetwork, TrainingConfig

# Begun from linocut's broad, clean network: what began from the common one learned to hatch.
# The weights are a mean: 0.4 of what this makes, 0.35 of its first stage on the picture with its
# bristles, 0.25 of the network before. Alone it leaves 8 % of a photograph plain, instead of 1 %.
FULL = TrainingConfig(
    style_size=512,  # rounds up to 130 pixels across
    style_layers={"relu1_2": 0.1, "relu2_2": 0.25, "relu3_3": 0.3, "relu4_3": 0.35},
    style_weight=2.0,
    tone_weight=70000,
    steps=250,
    learning_rate=1.5e-3,
    grid_weight=2e10,
    warm_start="linocut",
    stages=({"steps": 260, "learning_rate": 1.2e-3, "style_weight": 1.0},),  # for faces
)

LIVE = FULL.but(
    network=LiveNetwork(),
    stages=(),
    style_weight=1.8,  # above FULL's: the stability terms prefer few, soft strokes
    steps=300,
    finish_crop_size=256,
    learning_rate=1.6e-3,
    distillation_weight=300,
    distillation_share=0.6,
    stability_share=1.0,
    shift_weight=4e6,
    noise_weight=5e6,
    grid_weight=2e9,
    frame_weight=3e7,
)
