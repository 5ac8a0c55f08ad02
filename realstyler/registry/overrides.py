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
    """Return ``model`` with the assignments applied and validated again.

    Raises:
        UsageError: an assignment is malformed, or names a field or value that is refused.
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
    """Put a validation error into one line: each field with what is wrong with it."""
    return "; ".join(
        f"{_place(problem)}{problem['msg'].removeprefix('Value error, ')}{_given(problem)}"
        for problem in error.errors(include_url=False, include_context=False)
        # That other fields could not be derived from the wrong one is no news.
        if problem["type"] != "default_factory_not_called"
    )


def _place(problem: ErrorDetails) -> str:
    return ".".join(str(part) for part in problem["loc"]) + ": " if problem["loc"] else ""


def _given(problem: ErrorDetails) -> str:
    """The refused value; a whole configuration or a field that is missing shows none."""
    nothing = not problem["loc"] or problem["type"] == "missing"
    return "" if nothing else f" (got {problem['input']!r:.60})"


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # also numbers of thousands of digits, and brackets
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
