"""What the tests of style packages share."""

import subprocess
import sys

import pytest

from plugin_environment import Environment, make_environment


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """A fresh virtual environment beside ours."""
    command = [sys.executable, "-m", "pip", "--version"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("pip is not installed")
    return make_environment(tmp_path_factory.mktemp("environment"))
