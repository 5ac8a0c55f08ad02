"""``python -m realstyler``."""

import sys

from realstyler.cli import main

sys.exit(main())
