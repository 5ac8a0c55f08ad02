"""Plugin discovery: entry points and drop-in folders, each isolated from the others.

A plugin that fails to load is listed with the reason and the remedy; the rest works.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING

import pluggy
from pydantic import ValidationError

from realstyler.errors import UsageError
from realstyler.registry import hookspecs
from realstyler.registry.candidates import ONLY, Candidate, candidates, notice_installations, own
from realstyler.registry.overrides import describe
from realstyler.registry.style import Style

if TYPE_CHECKING:
    import typer

SLOW = 10.0
"""Seconds after which a plugin that is still loading is reported on stderr."""


@dataclass(frozen=True)
class Plugin:
    """A working plugin and what it provides."""

    name: str
    distribution: str
    version: str
    styles: tuple[str, ...] = ()
    commands: bool = False
    location: str = ""
    """The folder that it was loaded from."""


@dataclass(frozen=True)
class Failure:
    """A plugin that failed, and why."""

    name: str
    distribution: str
    version: str
    reason: str
    remedy: str
    location: str = ""


class Registry:
    """All discovered styles and plugins; the only way to get a style.

    Attributes:
        styles: by name, in alphabetical order.
        plugins: the working ones.
        failures: the failed ones, with the reason.
        candidates: everything found, in loading order.
    """

    def __init__(self) -> None:
        self.styles: dict[str, Style] = {}
        self.plugins: list[Plugin] = []
        self.failures: list[Failure] = []
        self._origins: dict[str, Candidate] = {}
        self.candidates: list[Candidate] = []
        self._manager = pluggy.PluginManager(hookspecs.PROJECT)
        self._manager.add_hookspecs(hookspecs)

    @classmethod
    def discover(cls, previous: Registry | None = None) -> Registry:
        """Load all plugins; failures are recorded, not raised.

        With a ``previous`` registry, new installations are noticed and other distributions' plugins
        are reloaded. Styles in use stay usable: they don't refer to modules.
        """
        registry = cls()
        if previous:
            notice_installations()
            for plugin in previous.candidates:
                plugin.forget()
        registry.add_all(candidates())
        return registry

    @classmethod
    def own(cls, name: str) -> Registry:
        """Load only our own plugin of that name; the registry is empty if there is none."""
        registry = cls()
        candidate = own(name)
        registry.add_all([candidate] if candidate else [])
        return registry

    def find(self, name: str) -> Style:
        """Return the style with this name.

        Raises:
            UsageError: there is no such style; suggests the nearest name.
        """
        if name in self.styles:
            return self.styles[name]
        failed = next((f for f in self.failures if f.name == name), None)
        if failed:
            about = {"reason": failed.reason, "advice": failed.remedy}
            raise UsageError(code="plugin-of-style-failed", style=name, **about)
        raise self._unknown(name)

    def _unknown(self, name: str) -> UsageError:
        from difflib import get_close_matches

        near = get_close_matches(name.lower(), self.styles, n=1, cutoff=0.6)
        if near:
            return UsageError(code="style-misspelt", style=name, near=near[0])
        if self.styles:
            return UsageError(code="style-unknown", style=name, known=", ".join(self.styles))
        return UsageError(code="style-unknown-as-all", style=name)

    def origin(self, style: Style) -> Candidate:
        """Return the plugin that registered a style, with its distribution and version."""
        return self._origins[style.name]

    def register_commands(self, app: typer.Typer) -> None:
        """Let all plugins add their commands; invalid ones become failures."""
        from realstyler.registry.commands import add, names

        taken = names(app)
        for plugin in [plugin for plugin in self.plugins if plugin.commands]:
            try:
                with _diagnosed(plugin), redirect_stdout(sys.stderr):
                    taken |= add(app, self._caller("register_commands", plugin), taken)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # noqa: BLE001 - a plugin's SystemExit must not end us
                self.plugins.remove(plugin)
                self._fail(plugin, f"register_commands raised {_brief(error)}", REPORT)

    def add_all(self, found: Iterable[Candidate]) -> None:
        """Load plugins in the given order, then sort the styles."""
        self.candidates = list(found)
        for candidate in self.candidates:
            self.add(candidate)
        self.styles = dict(sorted(self.styles.items()))

    def add(self, candidate: Candidate) -> None:
        """Load one plugin and register its styles, or record the failure."""
        try:
            # A plugin's prints must not end up in a picture or JSON document on stdout.
            with _diagnosed(candidate), redirect_stdout(sys.stderr):
                hooks = self._register(candidate)
                styles = self._styles(candidate)
        except _Refused as refusal:
            self._fail(candidate, refusal.reason, refusal.remedy)
            return
        names = tuple(style.name for style in styles)
        commands = "register_commands" in hooks
        self.plugins.append(Plugin(*_origin(candidate), names, commands, candidate.location))
        for style in styles:
            self.styles[style.name] = style
            self._origins[style.name] = candidate

    def _register(self, candidate: Candidate) -> set[str]:
        """Import a plugin, and return the names of the hooks that it implements."""
        try:
            module = candidate.load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin's SystemExit must not end the program
            raise _import_refusal(error) from error
        try:
            self._manager.register(module, _key(candidate))
            self._manager.check_pending()
        except Exception as error:
            self._unregister(candidate)
            raise _Refused(f"its hooks are invalid: {_brief(error)}", HOOKS) from error
        hooks = {caller.name for caller in self._manager.get_hookcallers(module) or ()}
        if not hooks:
            self._unregister(candidate)
            raise _Refused("it implements no hook", "Mark its functions with @hookimpl")
        return hooks

    def _styles(self, candidate: Candidate) -> list[Style]:
        try:
            results = self._caller("register_styles", candidate)()
            styles = [style for result in results for style in _as_styles(result)]
            self._refuse_duplicates(styles)
        except _Refused:
            self._unregister(candidate)
            raise
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._unregister(candidate)
            raise _hook_refusal(error) from error
        return styles

    def _refuse_duplicates(self, styles: list[Style]) -> None:
        names = [style.name for style in styles]
        for name in names:
            if names.count(name) > 1:
                raise _Refused(f"it registers the style {name} twice", "Rename one of them")
            if name in self.styles:
                other = self._origins[name].distribution
                raise _Refused(
                    f"the style {name} is already registered by {other}",
                    "Uninstall one of the two, or rename the style",
                )

    def _caller(self, hook: str, plugin: Candidate | Plugin) -> pluggy.HookCaller:
        """Return a caller for one plugin's hook only, so that its error can't affect the others."""
        only = self._manager.get_plugin(_key(plugin))
        others = [other for other in self._manager.get_plugins() if other is not only]
        return self._manager.subset_hook_caller(hook, others)

    def _unregister(self, candidate: Candidate) -> None:
        if self._manager.has_plugin(_key(candidate)):
            self._manager.unregister(name=_key(candidate))

    def _fail(self, plugin: Candidate | Plugin, reason: str, remedy: str) -> None:
        reason = " ".join(reason.split())
        self.failures.append(Failure(*_origin(plugin), reason, remedy, plugin.location))


REPORT = "Report this to the plugin's author, or uninstall the plugin"
HOOKS = "Only register_styles and register_commands exist; check the plugin's spelling and version"


class _Refused(Exception):  # noqa: N818 - an outcome, not an error of ours
    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


class _diagnosed:  # noqa: N801 - reads as a statement
    """Reports a plugin on stderr that takes too long to load: it may never finish."""

    def __init__(self, candidate: Candidate | Plugin) -> None:
        self.timer = threading.Timer(SLOW, self._warn, [candidate])
        self.timer.daemon = True

    def __enter__(self) -> None:
        self.timer.start()

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()

    @staticmethod
    def _warn(candidate: Candidate | Plugin) -> None:
        print(
            f"realstyler: the plugin {candidate.name} ({candidate.distribution}) has been loading "
            f"for {SLOW:.0f} s. Interrupt and uninstall it, or set {ONLY} to the plugins you want",
            file=sys.stderr,
            flush=True,
        )


def _key(plugin: Candidate | Plugin) -> str:
    return f"{plugin.distribution}:{plugin.name}"


def _origin(plugin: Candidate | Plugin) -> tuple[str, str, str]:
    return plugin.name, plugin.distribution, plugin.version


def _as_styles(result: object) -> Iterable[Style]:
    # Exclude a single style or string, which are iterable too.
    if isinstance(result, (Style, str)) or not isinstance(result, Iterable):
        raise _wrong_type(result, "a list of styles")
    for value in result:
        if not isinstance(value, Style):
            raise _wrong_type(value, "a Style")
        yield value


def _wrong_type(value: object, expected: str) -> _Refused:
    kind = type(value).__name__
    remedy = f"Return {expected}, as the hook's documentation shows"
    return _Refused(f"register_styles returned {kind} where {expected} is expected", remedy)


def _import_refusal(error: BaseException) -> _Refused:
    if isinstance(error, ValidationError):
        return _config_refusal(error)
    return _Refused(f"it cannot be imported: {_brief(error)}", _import_remedy(error))


def _import_remedy(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"Install {error.name}, or reinstall the plugin"
    if isinstance(error, ImportError) and error.name == "realstyler.plugins":
        return "Update realstyler: the plugin requires a newer version"
    return REPORT


def _hook_refusal(error: BaseException) -> _Refused:
    if isinstance(error, ValidationError):
        return _config_refusal(error)
    return _Refused(f"register_styles raised {_brief(error)}", REPORT)


def _config_refusal(error: ValidationError) -> _Refused:
    remedy = "Correct the style's configuration, or update realstyler if it needs a newer version"
    return _Refused(f"its configuration is invalid: {describe(error)}", remedy)


def _brief(error: BaseException) -> str:
    text = shorten(str(error), 300, placeholder=" …")
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
