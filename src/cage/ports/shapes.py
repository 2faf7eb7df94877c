"""The interface to the ECS API's data types; `cage.aws` implements it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class AwsShape(Protocol):
    """One data type of the API.

    Attributes:
        name: AWS's name of the type, such as `ContainerDefinition`.
        kind: structure, list, map, string, integer, long, double, float, boolean or
            timestamp.
        documentation: AWS's description, in HTML; for a structure's member, the member's.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - the class documents it
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def documentation(self) -> str: ...  # noqa: D102
    @property
    def members(self) -> Mapping[str, AwsShape]:
        """A structure's members by key; empty for other kinds."""

    @property
    def required(self) -> Sequence[str]:
        """The keys that a structure must have; empty for other kinds."""

    @property
    def enum(self) -> Sequence[str]:
        """A string's allowed values; empty when any text is allowed."""

    @property
    def minimum(self) -> int | None:
        """A number's smallest value, or a string's least length, if the model specifies one."""

    @property
    def maximum(self) -> int | None:
        """A number's largest value, or a string's length, if the model specifies one."""

    @property
    def pattern(self) -> str:
        """A regular expression, in Java's syntax, that a whole string must match; can be empty."""

    @property
    def is_document(self) -> bool:
        """Whether any JSON is allowed here, which AWS passes on."""

    @property
    def element(self) -> AwsShape:
        """The type of a list's elements or of a map's values."""


class Shapes(Protocol):
    """The data types of the ECS API."""

    def input_of(self, operation: str) -> AwsShape:
        """Return the input of an operation such as `CreateService`."""

    def named(self, name: str) -> AwsShape:
        """Return the type of that name, such as `TaskDefinition`."""
