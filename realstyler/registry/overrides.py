"""``--set key=value`` for pydantic models, with errors that name the field."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from realstyler.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)


def apply(model: Model, assignments: Iterable[str]) -> Model:
    """Return ``model`` with the assignments applied, validated again.

    Raises:
        UsageError: an assignment is malformed, or names an unknown field or invalid value.
    """
    values = model.model_dump()
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals:
            raise UsageError(code="assignment-without-value", assignment=assignment)
        _assign(values, key.strip(), _parse(text), type(model))
    try:
        return type(model).model_validate(values)
    except ValidationError as error:
        raise UsageError(code="assignment-does-not-fit", reason=describe(error)) from error


def describe(error: ValidationError) -> str:
    """Format a validation error as one line: each field with its problem."""
    return "; ".join(
        f"{_place(problem)}{problem['msg'].removeprefix('Value error, ')}{_given(problem)}"
        for problem in error.errors(include_url=False, include_context=False)
        # Skip errors that merely follow from another field's error.
        if problem["type"] != "default_factory_not_called"
    )


def _place(problem: ErrorDetails) -> str:
    return ".".join(str(part) for part in problem["loc"]) + ": " if problem["loc"] else ""


def _given(problem: ErrorDetails) -> str:
    """Return the invalid value; empty for a whole configuration or a missing field."""
    nothing = not problem["loc"] or problem["type"] == "missing"
    return "" if nothing else f" (got {problem['input']!r:.60})"


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # also for huge numbers and deep nesting
        return text.strip()


def _assign(values: dict[str, Any], key: str, value: Any, model: type[BaseModel]) -> None:
    *parents, last = key.split(".")
    if (first := (parents or [last])[0]) not in model.model_fields:
        known = ", ".join(model.model_fields)
        raise UsageError(code="no-such-field", field=first, known=known)
    for parent in parents:
        if not isinstance(values.get(parent), dict):
            raise UsageError(code="field-has-no-fields", key=key, parent=parent)
        values = values[parent]
    values[last] = value
