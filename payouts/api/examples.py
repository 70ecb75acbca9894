"""Gives every call of the API an example, made of its schema and the values in data/examples.csv."""

import csv
import functools
import json
from importlib import resources
from typing import Any

JSON = "application/json"
DEEPEST = 16  # shapes within shapes
PLAIN = {"string": "…", "integer": 1, "number": 1.0, "boolean": False, "null": None}
FORMATS = {"date": "2026-11-20", "date-time": "2026-11-24T03:12:44Z", "binary": "…"}
KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
}


@functools.cache
def _values() -> dict[str, Any]:
    """Read data/examples.csv: name of a field -> what it may hold."""
    text = (resources.files("payouts.api") / "data" / "examples.csv").read_text(encoding="utf-8")
    return {row["field"]: json.loads(row["example"]) for row in csv.DictReader(text.splitlines())}


def add_examples(document: dict[str, Any]) -> None:
    """Put an example beside each JSON body and answer, and each parameter, of an OpenAPI document.

    Args:
        document: the document; what has an example of its own keeps it
    """
    shapes = document["components"]["schemas"]
    for calls in document["paths"].values():
        for call in calls.values():
            for parameter in call.get("parameters", ()):
                parameter.setdefault("example", _example(parameter["schema"], shapes, parameter["name"]))
            answers = [answer for status, answer in call["responses"].items() if status.startswith("2")]
            for holder in (call.get("requestBody", {}), *answers):
                for media, content in holder.get("content", {}).items():
                    if media == JSON:
                        content.setdefault("example", _example(content.get("schema", {}), shapes))


def _example(schema: dict[str, Any], shapes: dict[str, Any], name: str = "", depth: int = 0) -> Any:
    """Make an example of a schema; a field whose name is known takes what is known, where it fits."""
    if "$ref" in schema:
        return _example(shapes[schema["$ref"].rpartition("/")[2]], shapes, name, depth + 1)
    if "example" in schema:
        return _whole(schema)
    for given in ("const", "enum"):
        if given in schema:
            first = schema[given] if given == "const" else schema[given][0]
            return _values()[name] if _values().get(name) in schema.get("enum", ()) else first
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        chosen = next((each for each in choices if each.get("type") != "null"), choices[0])
        nothing = any(each.get("type") == "null" for each in choices) and depth >= DEEPEST
        return None if nothing else _nullable(chosen, choices, shapes, name, depth)
    return _of_kind(schema, shapes, name, depth)


def _whole(schema: dict[str, Any]) -> Any:
    """Return a schema's own example, with the nulls that FastAPI leaves out of the document."""
    given = schema["example"]
    if not isinstance(given, dict):
        return given
    return {name: given.get(name) for name in (*schema.get("required", ()), *given)}


def _nullable(
    chosen: dict[str, Any], choices: list[dict[str, Any]], shapes: dict[str, Any], name: str, depth: int
) -> Any:
    """Make an example of one of several schemas; null where a field is known to be so in one page."""
    null = name in _values() and _values()[name] is None and {"type": "null"} in choices
    return None if null else _example(chosen, shapes, name, depth)


def _of_kind(schema: dict[str, Any], shapes: dict[str, Any], name: str, depth: int) -> Any:
    kind = schema.get("type", "object")
    known = _values().get(name)
    if known is not None and kind in KINDS and isinstance(known, KINDS[kind]):
        return known
    if kind == "array":
        return [_example(schema.get("items", {}), shapes, name, depth + 1)] if depth < DEEPEST else []
    if kind == "object":
        if depth >= DEEPEST:
            return {}
        fields = {
            field: _example(each, shapes, field, depth + 1)
            for field, each in schema.get("properties", {}).items()
        }
        return fields or _of_map(schema, shapes, name, depth)
    if kind == "integer":
        return max(1, int(schema.get("minimum", 1)))
    return FORMATS.get(schema.get("format", ""), PLAIN[kind])


def _of_map(schema: dict[str, Any], shapes: dict[str, Any], name: str, depth: int) -> dict[str, Any]:
    """Make an example of a mapping, whose keys no schema names."""
    value = schema.get("additionalProperties")
    if not isinstance(value, dict) or not value:
        return {}
    return {"paid" if name == "verdicts" else "key": _example(value, shapes, "", depth + 1)}
