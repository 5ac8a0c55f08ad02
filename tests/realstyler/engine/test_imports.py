"""The engine's imports, tested in fresh processes."""

from __future__ import annotations

import subprocess
import sys

import pytest

LAZY = """
import sys
import realstyler.engine
assert not {"numpy", "openvino", "PIL", "torch"} & set(sys.modules)
"""

PAINTS = """
import sys
import numpy
from realstyler.engine import Controls, Stylizer
picture = numpy.zeros((20, 20, 3), numpy.uint8)
stylizer = Stylizer("painted", network="live")
stylizer.stylize(picture, Controls(strength=0.5, keep_colors=True, stroke=16))
assert not {"torch", "torchvision", "lightning"} & set(sys.modules)
assert not {name for name in sys.modules if name.startswith("openvino.tools.ovc")}
"""

CONVERTER = """
import realstyler.openvino_runtime
import openvino
from openvino.tools.ovc import convert_model
assert callable(openvino.convert_model)
"""

WITHOUT_TORCH = """
import sys
sys.modules["torch"] = None
from realstyler.engine import Stylizer
from realstyler.errors import UsageError
assert Stylizer("painted").device == "cpu"
try:
    Stylizer("painted", device="cuda")
except UsageError as error:
    assert "realstyler[train]" in str(error), error
else:
    raise AssertionError("cuda without torch")
"""


@pytest.mark.usefixtures("painted")
@pytest.mark.parametrize("script", [LAZY, PAINTS, CONVERTER, WITHOUT_TORCH])
def test_fresh_process(script: str) -> None:
    """Imports are lazy, torch is never imported, and its absence is explained."""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
