"""Training: the perceptual loss, the data and the trainer. The only part that needs torch to learn.

The guard comes first, because Lightning itself imports torchvision.
"""

from realstyler.training import torchvision_guard

torchvision_guard.install()
