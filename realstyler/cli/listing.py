"""``realstyler styles`` and ``realstyler plugins``: fast lists, without a tensor library."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from realstyler.cli.console import print_json, print_table
from realstyler.registry import Failure, Plugin, registry
from realstyler.registry.style import Style

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(styles)
    app.command()(plugins)


def styles(as_json: Json = False) -> None:
    """List the styles: name, title, trained networks and where each comes from."""
    known = [_style_row(style) for style in registry().styles.values()]
    if as_json:
        print_json(known)
        return
    header = ("STYLE", "TITLE", "NETWORKS", "FROM")
    print_table(header, [_style_line(row) for row in known])


def plugins(as_json: Json = False) -> None:
    """List the plugins that work, and those that do not with the reason and the remedy."""
    found = registry()
    if as_json:
        print_json(
            {
                "loaded": [dataclasses.asdict(plugin) for plugin in found.plugins],
                "failed": [dataclasses.asdict(failure) for failure in found.failures],
            }
        )
        return
    rows = [
        (plugin.name, "ok", _origin(plugin.distribution, plugin.version), _brings(plugin))
        for plugin in found.plugins
    ]
    rows += [
        (failure.name, "FAILED", _origin(failure.distribution, failure.version), _why(failure))
        for failure in found.failures
    ]
    print_table(("PLUGIN", "STATE", "FROM", "BRINGS"), rows)


def _style_row(style: Style) -> dict[str, Any]:
    origin = registry().origin(style)
    return {
        "name": style.name,
        "title": style.title,
        "trained": style.trained,
        "networks": list(style.networks),
        "distribution": origin.distribution,
        "version": origin.version,
        "author": style.author,
        "license": style.license,
        "folder": str(style.folder),
    }


def _style_line(row: dict[str, Any]) -> tuple[str, ...]:
    networks = " ".join(row["networks"]) or "untrained"
    return (row["name"], row["title"], networks, _origin(row["distribution"], row["version"]))


def _origin(distribution: str, version: str) -> str:
    return f"{distribution} {version}".strip()


def _brings(plugin: Plugin) -> str:
    parts = [f"style {name}" for name in plugin.styles]
    return ", ".join([*parts, *(["commands"] if plugin.commands else [])]) or "nothing"


def _why(failure: Failure) -> str:
    return f"{failure.reason}. {failure.remedy}"
