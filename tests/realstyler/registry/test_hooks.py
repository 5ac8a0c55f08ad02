"""Every hook is documented for its author and for its user, and is tested."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

import realstyler.plugins
from realstyler.cli import main
from realstyler.registry import hookspecs
from realstyler.registry.discovery import Registry

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "hooks.md").read_text()
HOOKS = [
    name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")
]
Discover = Callable[..., Registry]


def _documentation(name: str) -> str:
    return inspect.getdoc(getattr(hookspecs, name)) or ""


def test_there_are_hooks() -> None:
    """The list used by the tests below is complete."""
    assert HOOKS == ["register_styles", "register_commands"]


@pytest.mark.parametrize("name", HOOKS)
def test_docstring_has_an_example(name: str) -> None:
    """Each specification describes its purpose and has a valid example implementation."""
    text, _, example = _documentation(name).partition("Example::")
    assert text.strip()
    assert f"def {name}(" in example
    compile(inspect.cleandoc(example), name, "exec")


@pytest.mark.parametrize("name", HOOKS)
def test_hook_has_a_documentation_entry(name: str) -> None:
    """The reference has a section for each hook: its signature, its text and its example."""
    section = DOCUMENT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    signature = str(inspect.signature(getattr(hookspecs, name))).replace("'", "")
    assert f"{name}{signature}" in section
    text, _, example = _documentation(name).partition("Example::")
    assert " ".join(text.split("\n\n")[0].split()) in " ".join(section.split())
    assert inspect.cleandoc(example) in section


@pytest.mark.parametrize("name", HOOKS)
def test_hook_is_tested(name: str) -> None:
    """A fake distribution implements each hook, and the isolation tests break each one."""
    fixtures = (ROOT / "tests" / "fixtures" / "plugins").rglob("*.py")
    implementing = [path for path in fixtures if f"@hookimpl\ndef {name}(" in path.read_text()]
    assert len(implementing) >= 3
    assert callable(globals()[f"test_{name}"])


def test_reference_invents_no_hook() -> None:
    """Every hook in the reference exists."""
    sections = re.findall(r"^## (register_\w+)$", DOCUMENT, re.MULTILINE)
    assert sections == HOOKS


@pytest.mark.parametrize("name", realstyler.plugins.__all__)
def test_everything_a_plugin_may_import_is_documented(name: str) -> None:
    """The reference's table is complete, and everything in it has a description."""
    assert f"| `{name}` |" in DOCUMENT


def test_register_styles(discover: Discover) -> None:
    """A style that the hook returns is found by its name."""
    registry = discover("good")
    assert registry.find("good").title == "Good"


def test_register_commands(
    discover: Discover, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that the hook adds can be called."""
    registry = discover("good")
    monkeypatch.setattr("realstyler.registry.registry", lambda: registry)
    assert main(["greet"]) == 0
    assert capsys.readouterr().out == "hello\n"


def test_examples_work() -> None:
    """The example for commands, run as written, adds its command."""
    app = typer.Typer()
    example = inspect.cleandoc(_documentation("register_commands").partition("Example::")[2])
    namespace = {"hookimpl": realstyler.plugins.hookimpl, "typer": typer, "Path": Path}
    exec(compile(example, "example", "exec"), namespace)
    namespace["register_commands"](app)  # type: ignore[operator]
    assert [
        command.callback.__name__ for command in app.registered_commands if command.callback
    ] == ["frame"]
