"""What the app starts: the command line as `realstyler`, the window as `realstyler-gui`.

The program runs modules of its own in child processes, as `sys.executable -m MODULE …`. In the app
`sys.executable` is the app itself, so it understands that, too.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from pathlib import Path

OURS = "realstyler"
LIBRARIES = "LD_LIBRARY_PATH"


def start() -> int:
    """Run what the name of the program and its first arguments ask for; return its exit code."""
    _give_libraries_back()
    if sys.argv[1:2] == ["-m"] and sys.argv[2:3] and sys.argv[2].startswith(OURS):
        module, sys.argv = sys.argv[2], sys.argv[2:]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return 0
    if Path(sys.executable).stem.endswith("-gui"):
        from realstyler_gui.plugin import main as window

        return window()
    from realstyler.cli import main

    return main()


def _give_libraries_back() -> None:
    """Let programs of the system, such as a browser, find the system's libraries, not the app's."""
    before = os.environ.pop(f"{LIBRARIES}_ORIG", None)
    if before is not None:
        os.environ[LIBRARIES] = before
    elif getattr(sys, "frozen", False):
        os.environ.pop(LIBRARIES, None)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(start())
