"""Training: the perceptual loss, the data and the trainer. Only this part needs torch.

The guard comes first, because Lightning itself imports torchvision.
"""

from realstyler.training import torchvision_guard

torchvision_guard.install()
