"""The tree of a file, assembled from what a format's reader finds.

A format decides where values begin and end before any variable is replaced. So a variable's
value can't change the shape of the file.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, NoReturn

from cage.definitions.findings import FilledText, quoted
from cage.definitions.limits import MAX_DEPTH, MAX_FINDINGS, MAX_VALUES
from cage.definitions.substitution import KEY_REFUSED, KEY_REMEDY, Substitution
from cage.definitions.syntax import ParsedFile
from cage.definitions.tree import Node

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cage.definitions.findings import Finding
    from cage.definitions.lookups import Lookup
    from cage.definitions.source import Source
    from cage.definitions.substitution import Replacement

TOO_DEEP = f"the file is nested deeper than {MAX_DEPTH} levels"


class StopError(Exception):
    """The rest of the file can't be understood; the finding is recorded."""


@dataclasses.dataclass(slots=True)
class Branch:
    """A list or an object whose end hasn't been read yet.

    Attributes:
        key: The key of the next value.
        size: How many values are in it, counting each alias as if it were expanded.
        height: How many levels it has.
        anchor: The name by which aliases repeat it.
        merged: Objects whose members are merged into it.
    """

    node: Node
    anchor: str | None = None
    key: Node | None = None
    size: int = 1
    height: int = 1
    merged: list[Node] = dataclasses.field(default_factory=list)


class TreeBuilder:
    """Keeps the open containers, the limits and the findings; a format's reader extends it."""

    def __init__(
        self, source: Source, environ: Mapping[str, str], lookups: Mapping[str, Lookup]
    ) -> None:
        self.source = source
        self.substitution = Substitution(source, environ, lookups)
        self.open: list[Branch] = []
        self.root: Node | None = None
        self._findings: list[Finding] = []

    def parse(self) -> ParsedFile:
        """Return the tree with all findings; without a tree if the text can't be understood."""
        try:
            self.read()
        except StopError:
            self.root = None
        return ParsedFile(self.source, self.root, [*self.substitution.findings, *self._findings])

    def read(self) -> None:
        """Read the file to its end."""
        raise NotImplementedError

    def begin(self, value: list[Any] | dict[str, Any], at: int, anchor: str | None = None) -> None:
        """Open a list or an object."""
        self.open.append(Branch(Node(value, at), anchor))
        if len(self.open) > MAX_DEPTH:
            self.stop(at, TOO_DEEP)

    def end(self) -> None:
        """Close the innermost list or object, and add it to its parent."""
        branch = self.open.pop()
        self.add(branch.node, branch.size, branch.height)

    def add(self, node: Node, size: int = 1, height: int = 1) -> None:
        """Add a finished value to its parent; the first of two in an object is the key."""
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        parent.size += size
        parent.height = max(parent.height, height + 1)
        if parent.height + len(self.open) > MAX_DEPTH:
            self.stop(node.start, TOO_DEEP)
        if parent.size > MAX_VALUES:
            self.stop(node.start, f"the file contains more than {MAX_VALUES} values")
        if isinstance(parent.node.value, list):
            parent.node.value.append(node)
        elif parent.key is None:
            if node.secret:
                self.report(node.start, KEY_REFUSED, KEY_REMEDY)
            parent.key = node
        else:
            key, parent.key = parent.key, None
            self.member(parent, key, node)

    def member(self, parent: Branch, key: Node, node: Node) -> None:
        """Put a value into an object, under its key."""
        name: str = key.value if key.source is None else FilledText(key.value, key.source)
        members, keys = parent.node.value, parent.node.keys
        if name in members:
            shown = quoted((key.source or name).strip('"'))
            first = self.source.place(keys[name]).line
            message = f"the key {shown} appears twice, first on line {first}"
            self.report(key.start, message, "Keep one of them")
        members[name] = node
        keys[name] = key.start

    def fill(self, node: Node, end: int, inside: Sequence[Replacement]) -> None:
        """Record what was inserted into a value that extends from its start to `end`."""
        if inside:
            node.source = self.source.text[node.start : end]
            node.unknown = node.unknown or any(one.unknown for one in inside)
            node.secret = any(one.secret for one in inside)

    def stop(self, at: int, message: str, remedy: str = "") -> NoReturn:
        """Report an error after which nothing more can be understood."""
        self.report(at, message, remedy)
        raise StopError

    def report(self, at: int, message: str, remedy: str = "") -> None:
        """Report an error at that offset."""
        self._findings.append(self.source.error(at, message, remedy))
        if len(self._findings) > MAX_FINDINGS:
            raise StopError

    def note(self, at: int, message: str) -> None:
        """Report a warning at that offset."""
        self._findings.append(self.source.warning(at, message))


def as_is(text: str, _at: int) -> str:
    """Return a default unchanged, as it has no escapes."""
    return text
