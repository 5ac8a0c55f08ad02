"""The conversation: a module for each feature, each with ``setup() -> Router``."""

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
    styles,
)


def routers() -> list[Router]:
    """Return all routers in the order in which they are asked; the catch-all is the last."""
    modules = (
        errors,
        admin,
        information,
        styles,
        settings,
        cancelling,
        results,
        pictures,
        fallback,
    )
    return [module.setup() for module in modules]
