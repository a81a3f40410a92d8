"""Reading request bodies: bytes to JSON, JSON against a schema, in words a caller can use."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError, best_match

from dbaas.api import faults

Schema = Mapping[str, Any]


def decode(raw: bytes, content_type: str) -> Any:
    """The JSON value of a body, None where there is no body."""
    if not raw.strip():
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind != "application/json" and not kind.endswith("+json"):
        raise faults.BadMediaType(f"the body must be application/json, not {kind}")
    try:
        value = json.loads(raw.decode(), parse_constant=_no_constant)
    except RecursionError:
        raise faults.BadRequest("body: nested too deeply") from None
    except ValueError as error:
        raise faults.BadRequest(f"body: not JSON: {_position(error)}") from None
    for text in _texts(value):
        _check_text(text)
    return value


def validate(body: Any, schema: Schema) -> None:
    """Raises BadRequest naming the field's path and the reason; never repeats the value."""
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.FormatChecker(formats=())
    )
    try:
        error = best_match(validator.iter_errors(body))
    except RecursionError:
        raise faults.BadRequest("body: nested too deeply") from None
    if error is not None:
        path = ".".join(str(part) for part in error.absolute_path) or "body"
        raise faults.BadRequest(f"{path}: {_reason(error)}")


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON number")


def _position(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno})"
    if isinstance(error, UnicodeDecodeError):
        return f"no UTF-8 at byte {error.start}"
    return "a number is out of range"


def _texts(value: Any) -> Iterator[str]:
    """All strings in a JSON value, keys too; without recursion."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            todo.extend(item)
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise faults.BadRequest("body: a string holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise faults.BadRequest("body: a string holds half a surrogate pair") from None


def _reason(error: ValidationError) -> str:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    limit: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "additionalProperties":
            unknown = sorted(set(instance) - set(schema.get("properties", {})))
            return f"unknown key {unknown[0][:64]!r}"
        case "required":
            missing = [name for name in limit if name not in instance]
            return f"the key {missing[0]!r} is missing"
        case "type":
            kinds = [limit] if isinstance(limit, str) else list(limit)
            return f"must be {' or '.join(kinds)}"
        case "enum":
            return f"must be one of {', '.join(str(word) for word in limit)}"
        case "uniqueItems":
            return "an item is there twice"
        case "pattern" | "minLength" | "maxLength":
            return str(schema.get("description", "is malformed"))
    return _bound(str(error.validator), limit)


def _bound(keyword: str, limit: Any) -> str:
    words = {
        "minimum": f"must be at least {limit}",
        "maximum": f"must be at most {limit}",
        "minItems": f"too short, the least is {limit}",
        "maxItems": f"too long, the most is {limit}",
        "minProperties": f"has too few keys, the least is {limit}",
        "maxProperties": f"has too many keys, the most is {limit}",
    }
    return words.get(keyword, "is malformed")
