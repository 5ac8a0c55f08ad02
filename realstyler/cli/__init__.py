"""The command line: every outcome becomes an exit code and at most one line of error."""

import sys


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0 done, 1 some inputs failed, 2 wrong use, 130 interrupted."""
    try:
        # Imported here, so that Ctrl-C prints a single word from the first moment on.
        from realstyler.cli.running import run

        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        print("realstyler: interrupted", file=sys.stderr)
        return 130
