"""JSON Schemas of the files that cage reads, for editors; from the same types as the check.

A schema accepts what cage accepts with a warning: nulls, empty words, wrappers of describe
output. It doesn't include rules that need both files.
Draft 7, as that is the newest that VS Code fully supports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cage.definitions.kinds import SERVICE, TASK_DEFINITION, WRAPPERS, FileKind
from cage.definitions.prose import plain_text
from cage.definitions.requirements import FREE_TEXT, NEVER_EMPTY_LISTS
from cage.definitions.schema_rules import OF_MEMBERS, OF_STRUCTURES, text_or_placeholder
from cage.definitions.validation import SCHEMA_KEY, required_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cage.definitions.schema_rules import Schema
    from cage.ports.shapes import AwsShape, Shapes

DRAFT = "http://json-schema.org/draft-07/schema#"
_TYPES = {"integer": "integer", "long": "integer", "boolean": "boolean", "string": "string"}


def _of_definition(kind: FileKind) -> Callable[[Shapes], Schema]:
    def make(shapes: Shapes) -> Schema:
        read_only = sorted(kind.read_only(shapes))
        title = f"{kind.words.capitalize()}: the input of {kind.command}"
        made = _schema(kind.shape(shapes), title, read_only)
        return made | _wrapped(made, kind)

    return make


OF_DEFINITIONS: Mapping[str, Callable[[Shapes], Schema]] = {
    kind.stem: _of_definition(kind) for kind in (SERVICE, TASK_DEFINITION)
}
"""The schemas of the definition files, by the stem of their file."""


def of_shape(shape: AwsShape, title: str) -> Schema:
    """Return the schema of a file of cage's own, whose type is a structure."""
    return _schema(shape, title, [])


def _schema(shape: AwsShape, title: str, read_only: list[str]) -> Schema:
    maker = _Maker()
    top = maker.structure(shape)
    top["properties"][SCHEMA_KEY] = {"type": "string", "description": "For editors."}
    for key in read_only:
        description = "Only descriptions have it; cage leaves it out."
        top["properties"][key] = {"readOnly": True, "description": description}
    definitions = dict(sorted(maker.definitions.items()))
    return {"$schema": DRAFT, "title": title, **top, "definitions": definitions}


def _wrapped(schema: Schema, kind: FileKind) -> Schema:
    """Return what to change to also accept descriptions of the thing."""
    inside: Schema = {
        "description": f"The wrapper that AWS CLI output has around {kind.words}; cage removes it.",
        "allOf": [{"$ref": "#"}],
    }
    listed = {"type": "array", "items": {"$ref": "#"}, "minItems": 1, "maxItems": 1}
    wrappers = {
        key: inside | {"allOf": [listed]} if key.endswith("s") else inside
        for key in WRAPPERS[kind.stem]
    }
    beside = {"failures": {"description": "Outputs have it; cage leaves it out."}}
    definition = {"required": schema.pop("required")}
    return {
        "properties": {**schema["properties"], **wrappers, **beside},
        "anyOf": [definition, *({"required": [key]} for key in wrappers)],
    }


class _Maker:
    """Creates schemas of types; each structure once, referenced by its name."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def structure(self, shape: AwsShape) -> Schema:
        """Return the schema of an object."""
        required = required_keys(shape)
        made: Schema = {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                key: self._member(shape, key, member, needed=key in required)
                for key, member in shape.members.items()
            },
        }
        if required:
            made["required"] = list(required)
        if shape.name in OF_STRUCTURES:
            made["allOf"] = OF_STRUCTURES[shape.name]
        return made

    def _member(self, owner: AwsShape, key: str, shape: AwsShape, *, needed: bool) -> Schema:
        made: Schema = {}
        if shape.documentation:
            made["description"] = plain_text(shape.documentation)
        made |= self._of(shape)
        if (owner.name, key) in NEVER_EMPTY_LISTS:
            made["minItems"] = 1
        if needed and shape.kind == "string" and (owner.name, key) not in FREE_TEXT:
            made["minLength"] = 1
        if not needed:
            made = _or_nothing(made)
        return made | OF_MEMBERS.get((owner.name, key), {})

    def _of(self, shape: AwsShape) -> Schema:
        if shape.is_document:
            return {}
        match shape.kind:
            case "structure":
                return {"allOf": [{"$ref": f"#/definitions/{self._name(shape)}"}]}
            case "map":
                return {
                    "type": "object",
                    "additionalProperties": _or_nothing(self._of(shape.element)),
                }
            case "list":
                return {"type": "array", "items": self._of(shape.element)}
            case "string" if shape.enum:
                return {"type": "string", **text_or_placeholder({"enum": list(shape.enum)})}
        made: dict[str, Any] = {"type": _TYPES.get(shape.kind, "number")}
        if shape.minimum is not None and shape.kind != "string":
            made["minimum"] = shape.minimum
        if shape.maximum is not None and shape.kind != "string":
            made["maximum"] = shape.maximum
        return made

    def _name(self, shape: AwsShape) -> str:
        if shape.name not in self.definitions:
            self.definitions[shape.name] = {}
            self.definitions[shape.name] = self.structure(shape)
        return shape.name


def _or_nothing(schema: Schema) -> Schema:
    """Return a schema that also accepts null and, for an enum, an empty text.

    cage leaves both out with a warning.
    """
    made = dict(schema)
    if "allOf" in made:
        made["anyOf"] = [*made.pop("allOf"), {"type": "null"}]
    elif "anyOf" in made:
        made["anyOf"] = [*made["anyOf"], {"type": "null"}, {"type": "string", "maxLength": 0}]
    if "type" in made:
        made["type"] = [made["type"], "null"]
    return made
