"""Random networks: lists of layers that no architecture has, and weights for them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from realstyler.networks.layers import PICTURE, UNIT, Layer, Layers, parameter_shapes

KERNELS = st.sampled_from([1, 3, 5])
SMALL_KERNELS = st.sampled_from([1, 3])  # maps two pixels wide reflect one pixel, not two
CHANNELS = st.sampled_from([4, 6])


@dataclass
class _List:
    """A list that grows at its end."""

    draw: st.DrawFn
    layers: list[Layer] = field(default_factory=list)
    divisor: int = 1

    @property
    def end(self) -> str:
        return self.layers[-1].name if self.layers else PICTURE

    @property
    def width(self) -> int:
        return self.layers[-1].outputs if self.layers else 3

    def add(
        self, *, outputs: int | None = None, inputs: int | None = None, **options: object
    ) -> None:
        given = {
            "name": f"part.{len(self.layers)}",
            "reads": self.end,
            "inputs": self.width if inputs is None else inputs,
            "outputs": self.draw(CHANNELS) if outputs is None else outputs,
            "kernel": self.draw(SMALL_KERNELS if self.divisor == UNIT else KERNELS),
            **options,
        }
        self.layers.append(Layer(**given))  # type: ignore[arg-type]

    def begin(self) -> None:
        """Read the picture as it is, or unshuffled."""
        self.divisor = self.draw(st.sampled_from([1, 2, UNIT]))
        self.add(inputs=3 * self.divisor**2, unshuffle=self.divisor, kernel=3)

    def shrink(self) -> None:
        if self.divisor < UNIT and self.draw(st.booleans()):
            self.divisor *= 2
            self.add(stride=2)

    def double(self) -> None:
        if self.divisor > 1 and self.draw(st.booleans()):
            self.divisor //= 2
            self.add(upsampling=True)

    def skip(self) -> None:
        """Add a layer to what it reads, through as many layers as there are groups to try."""
        reads, width = self.end, self.width
        if self.draw(st.booleans()):
            self.add(outputs=width, groups=width, relu=self.draw(st.booleans()))
        self.add(outputs=width, relu=self.draw(st.booleans()), adds=reads)

    def see_picture(self) -> None:
        """Add the picture's own detail, as the refinement of the live network does."""
        if self.layers[0].unshuffle > 1 or self.divisor == 1:
            self.add(
                reads=PICTURE,
                inputs=3 * self.divisor**2,
                outputs=self.width,
                unshuffle=self.divisor,
                relu=False,
                adds=self.end,
            )

    def finish(self) -> None:
        """Paint colours; a map below full resolution is shuffled."""
        shuffle = self.divisor
        last = {"kernel": 3, "normalized": False, "relu": False, "shuffle": shuffle}
        self.add(name="output", outputs=3 * shuffle**2, **last)


@st.composite
def networks(draw: st.DrawFn) -> Layers:
    """A network of four to twelve small layers."""
    growing = _List(draw)
    growing.begin()
    for step in draw(st.lists(st.sampled_from(["shrink", "skip", "see_picture"]), max_size=3)):
        getattr(growing, step)()
    for step in draw(st.lists(st.sampled_from(["double", "skip", "see_picture"]), max_size=3)):
        getattr(growing, step)()
    growing.finish()
    return growing.layers


def random_arrays(layers: Layers, seed: int) -> dict[str, NDArray[np.float32]]:
    """Weights that keep values in range, with norms and biases that are random too."""
    random = np.random.default_rng(seed)
    arrays = {}
    for name, shape in parameter_shapes(layers).items():
        values = random.standard_normal(shape)
        if name.endswith("conv.weight"):
            values *= (0.5 if name.startswith("output") else 1.0) / np.sqrt(np.prod(shape[1:]))
        else:
            values = 0.3 * values + name.endswith("norm.weight")
        arrays[name] = values.astype(np.float32)
    return arrays
