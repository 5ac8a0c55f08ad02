"""``python -m realstyler_gui [PICTURE]``."""

import sys

from realstyler_gui.plugin import main

if __name__ == "__main__":
    sys.exit(main())
