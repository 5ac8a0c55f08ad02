"""The handlers: one module per feature, each with a ``setup() -> Router``."""

from aiogram import Router

from realstyler_bot.handlers import (
    admin,
    cancelling,
    errors,
    fallback,
    information,
    pictures,
    results,
    settings,
    sharing,
    styles,
)


def routers() -> list[Router]:
    """Return all routers in matching order; the catch-all comes last."""
    modules = (
        errors,
        admin,
        information,
        styles,
        settings,
        cancelling,
        results,
        sharing,
        pictures,
        fallback,
    )
    return [module.setup() for module in modules]
