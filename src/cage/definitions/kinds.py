"""The two kinds of definition file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.ports.shapes import AwsShape, Shapes

SUFFIXES = (".json", ".jsonc", ".yaml", ".yml", ".jsonnet")


def command_name(operation: str) -> str:
    """Return an operation as the AWS CLI spells it."""
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in operation).removeprefix("-")


@dataclasses.dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of definition file.

    Attributes:
        stem: The file's usual name, without suffix.
        words: A description of what it defines, for use in a sentence.
        operation: The operation whose input it is.
        description: The type that describes the thing once it exists.
    """

    stem: str
    words: str
    operation: str
    description: str

    @property
    def command(self) -> str:
        """The operation as the AWS CLI spells it."""
        return command_name(self.operation)

    def shape(self, shapes: Shapes) -> AwsShape:
        """Return the type of the request."""
        return shapes.input_of(self.operation)

    def read_only(self, shapes: Shapes) -> frozenset[str]:
        """Return the keys that descriptions have and requests don't accept."""
        return frozenset(shapes.named(self.description).members) - set(self.shape(shapes).members)


SERVICE = FileKind("service", "a service", "CreateService", "Service")
TASK_DEFINITION = FileKind(
    "task-definition", "a task definition", "RegisterTaskDefinition", "TaskDefinition"
)

WRAPPERS: Mapping[str, tuple[str, ...]] = {
    SERVICE.stem: ("service", "services"),
    TASK_DEFINITION.stem: ("taskDefinition",),
}
"""The keys in which describe, create and register commands wrap each kind of definition."""
