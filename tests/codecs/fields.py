"""The fields that a schema documents, and those of them that have a value in a message.

For both of our documents: AsyncAPI by hand, and the OpenAPI that pydantic writes.
"""

from collections.abc import Iterator
from typing import Any


class Fields:
    """The fields of one document, as paths such as "alarms.device". defs: name -> schema."""

    def __init__(self, defs: dict[str, Any]) -> None:
        self._defs = defs

    def documented(self, schema: Any, at: str = "") -> Iterator[str]:
        for part in self._parts(schema):
            for key, inner in part.get("properties", {}).items():
                yield at + key
                yield from self.documented(inner, f"{at}{key}.")
            for inner in _members(part):
                yield from self.documented(inner, at)

    def filled(self, schema: Any, value: Any, at: str = "") -> Iterator[str]:
        """Yield the documented fields that are neither null nor empty, nor false."""
        for part in self._parts(schema):
            known = part.get("properties", {}) if isinstance(value, dict) else {}
            for key, inner in known.items():
                if value.get(key):
                    yield at + key
                    yield from self.filled(inner, value[key], f"{at}{key}.")
            for inner in _members(part):
                for one in value.values() if isinstance(value, dict) else value or ():
                    yield from self.filled(inner, one, at)

    def _parts(self, schema: Any) -> Iterator[Any]:
        """Yield the schema with its references followed and its alternatives apart."""
        while "$ref" in schema:
            schema = self._defs[schema["$ref"].rpartition("/")[2]]
        yield schema
        for inner in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
            yield from self._parts(inner)


def _members(schema: Any) -> Iterator[Any]:
    """Yield the schemas of the members of a list, or of a map by id."""
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield schema[key]
