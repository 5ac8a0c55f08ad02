"""Running a command: exit codes, signals and errors."""

from __future__ import annotations

import atexit
import gc
import io
import logging
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import Any

import typer
from typer.exceptions import TyperException

from realstyler.errors import RealstylerError, UsageError

Handler = Callable[[int, FrameType | None], None]
"""What a signal calls."""

DEBUG = "--debug"
INTERRUPTED = 128 + signal.SIGINT
IN_ORDER = {"stylize", "sheet", "video", "evaluate", "pack"}
"""Commands that clean up when they are terminated; training does so itself."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; Ctrl-C passes through."""
    arguments = list(arguments)
    _start_lightly()
    _print_anything()
    debug = DEBUG in arguments
    if debug:
        arguments.remove(DEBUG)
    else:
        _hush_decoders()
    try:
        _refuse_empty(arguments)
        with ending_in_order() if IN_ORDER & {*arguments[:1]} else nullcontext():
            return _run(arguments)
    except RealstylerError as error:
        if debug:
            raise
        return _fail(str(error), error.exit_code)
    except BrokenPipeError:  # the reader has gone, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if debug:
            raise
        name = type(error).__name__
        return _fail(f"unexpected {name}: {error}. Run again with {DEBUG} and report it", 1)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end the block like Ctrl-C, so that nothing is left behind."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    with handling(("SIGTERM", "SIGHUP"), end):
        yield


@contextmanager
def handling(names: Iterable[str], handler: Handler) -> Iterator[None]:
    """Handle signals in the block, but for those that are ignored, as SIGHUP under nohup."""
    previous: dict[int, Any] = {}
    for name in names:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is None or signal.getsignal(number) is signal.SIG_IGN:
            continue
        try:
            previous[number] = signal.signal(number, handler)
        except ValueError:  # not the main thread: whoever started it handles signals
            break
    try:
        yield
    finally:
        for number, old in previous.items():
            signal.signal(number, old)


def _refuse_empty(arguments: list[str]) -> None:
    """Refuse empty arguments, which shells make of unset variables: `-o "$UNSET"`.

    As a path, nothing means the current folder, whose files would be read or overwritten.
    """
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if not argument.strip():
            if not before:
                raise UsageError(code="argument-empty")
            raise UsageError(code="argument-empty-after", before=before)
        if argument.startswith("--") and argument.endswith("="):
            raise UsageError(code="option-empty", option=argument.removesuffix("="))


def _start_lightly() -> None:
    """Save a third of the time of a short command, as measured."""
    # Imports make tens of thousands of objects that stay: looking for garbage among them is vain.
    gc.set_threshold(20_000)
    atexit.register(gc.freeze)  # the interpreter would collect it again at exit
    # numpy's linear algebra starts threads that spin beside the engine, and nothing here uses it.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _print_anything() -> None:
    """Let output that goes into a pipe on Windows, say in cp1252, hold any name of a file.

    What the encoding lacks is written as an escape, which JSON has, too.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower() != "utf-8":
            stream.reconfigure(errors="backslashreplace")


def _hush_decoders() -> None:
    """Keep Pillow's warnings about a file off stderr: our own error says what matters."""
    warnings.filterwarnings("ignore", module=r"PIL\.")
    logging.getLogger("PIL").addHandler(logging.NullHandler())


def _run(arguments: list[str]) -> int:
    from realstyler.cli.app import application
    from realstyler.cli.console import results

    try:
        result = application(arguments).main(
            arguments, prog_name="realstyler", standalone_mode=False
        )
        with results():  # the output of lists and help may still be buffered
            pass
    except (typer.Abort, EOFError):
        raise KeyboardInterrupt from None
    except TyperException as error:
        raise UsageError(code="command-wrong", reason=_usage(error)) from error
    if result == INTERRUPTED:  # typer turns Ctrl-C into this
        raise KeyboardInterrupt
    return result if isinstance(result, int) else 0


def _usage(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "realstyler"
    message = " ".join(str(getattr(error, "format_message", error.__str__)()).split())
    # How pydantic introduces what a validator of ours, or of an enumeration, says.
    message = message.replace("Value error, ", "").rstrip(".")
    return f"{message}{'' if message.endswith('?') else '.'} See `{path} --help`"


def _fail(message: str, code: int) -> int:
    print(f"realstyler: {message}", file=sys.stderr)
    return code
