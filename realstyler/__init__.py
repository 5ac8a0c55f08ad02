"""Fast neural style transfer: photographs, clips and webcams, painted."""

__version__ = "0.1.0"
