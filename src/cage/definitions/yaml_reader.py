"""YAML with places; needs PyYAML, which is imported only when there is a YAML file.

Events are read one by one, so depth uses no Python frames and an alias makes no copy.
Placeholders are hidden from YAML behind as many private-use characters, so places don't shift and
a value can't change the shape of the file. Numbers and booleans are those of JSON: values that
only YAML 1.1 reads as such (`yes`, `010`) are rejected, as the author might have meant a text.
"""

from __future__ import annotations

import importlib
import math
import re
from typing import TYPE_CHECKING, Any

from cage.definitions.findings import quoted
from cage.definitions.limits import (
    MAX_PLACEHOLDERS,
    MAX_SLOW_YAML_CHARACTERS,
    MAX_YAML_CHARACTERS,
)
from cage.definitions.syntax import ParsedFile, left_over
from cage.definitions.tree import Node
from cage.definitions.tree_builder import TOO_DEEP, Branch, StopError, TreeBuilder, as_is

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.lookups import Lookup
    from cage.definitions.source import Source
    from cage.definitions.substitution import Replacement

_FIRST = 0xF0000
_REST = "\U000ff000"
_HIDDEN = re.compile(f"[\U000f0000-\U000fefff]{_REST}*")
"""A hidden placeholder: a character that numbers it, and others that fill its length."""

_TAG = "tag:yaml.org,2002:"
_TAGS = {
    "ScalarEvent": frozenset({"str", "int", "float", "bool", "null"}),
    "SequenceStartEvent": frozenset({"seq"}),
    "MappingStartEvent": frozenset({"map"}),
}
"""YAML's own tags for types that JSON has too."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,30})")
_PRIVATE = ("the file contains private-use characters", "Remove them")
_BOOLEANS = {"true": True, "false": False}


def parse_yaml(
    source: Source, environ: Mapping[str, str], lookups: Mapping[str, Lookup]
) -> ParsedFile:
    """Parse the file and fill values into its scalars."""
    try:
        yaml: Any = importlib.import_module("yaml")
    except ImportError:
        remedy = "Install canarycage[yaml], or write the file in JSON"
        return _refused(source, "reading YAML requires PyYAML, which is not installed", remedy)
    is_fast = hasattr(yaml, "CSafeLoader")
    most = MAX_YAML_CHARACTERS if is_fast else MAX_SLOW_YAML_CHARACTERS
    if len(source.text) > most:
        message = f"the file is larger than {most // 1024} KiB of YAML"
        return _refused(source, message, "ECS accepts at most 64 KiB. Is this the right file?")
    if _HIDDEN.search(source.text) or _REST in source.text:
        return _refused(source, *_PRIVATE)
    return _Reader(source, environ, lookups, yaml).parse()


def _refused(source: Source, message: str, remedy: str) -> ParsedFile:
    return ParsedFile(source, None, [source.error(0, message, remedy)])


class _Reader(TreeBuilder):
    """Builds the tree from YAML's events."""

    def __init__(
        self,
        source: Source,
        environ: Mapping[str, str],
        lookups: Mapping[str, Lookup],
        yaml: Any,
    ) -> None:
        super().__init__(source, environ, lookups)
        self._yaml = yaml
        self._resolver = yaml.resolver.Resolver()
        self._spans = self.substitution.spans()[: MAX_PLACEHOLDERS + 1]
        self._anchors: dict[str, Branch] = {}

    def read(self) -> None:
        """Read all events."""
        loader = getattr(self._yaml, "CSafeLoader", self._yaml.SafeLoader)
        try:
            for event in self._yaml.parse(self._hidden(), Loader=loader):
                self._take(event)
        except self._yaml.YAMLError as error:
            self._syntax(error)
        if self.root is None:
            self.stop(0, "the file is empty")

    def _hidden(self) -> str:
        """Return the text with meaningless characters in place of each placeholder."""
        pieces: list[str] = []
        position = 0
        for index, (start, end) in enumerate(self._spans):
            pieces += (self.source.text[position:start], chr(_FIRST + index))
            pieces.append(_REST * (end - start - 1))
            position = end
        return "".join((*pieces, self.source.text[position:]))

    def _syntax(self, error: Any) -> None:
        mark = getattr(error, "problem_mark", None)
        at = mark.index if mark else getattr(error, "position", 0)
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", "")).strip()
        said = _HIDDEN.sub("a placeholder", problem) or "it can't be read"
        at = min(at, len(self.source.text))
        if "nesting depth" in problem:
            self.stop(at, TOO_DEEP)
        self._stop_at_template(at)
        self.stop(at, f"this is not YAML: {said}", "Check indentation, colons and quotes")

    def _stop_at_template(self, at: int) -> None:
        """Stop if there is a template at that offset, or just before it."""
        for start in range(max(0, at - 2), at + 1):
            if found := left_over(self.source.text, start):
                self.stop(start, *found)

    def _take(self, event: Any) -> None:
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event)
            case "SequenceStartEvent" | "MappingStartEvent":
                is_list = type(event).__name__ == "SequenceStartEvent"
                self._check_tag(event)
                self.begin([] if is_list else {}, event.start_mark.index, event.anchor)
            case "SequenceEndEvent" | "MappingEndEvent":
                self._close()
            case "AliasEvent":
                self._alias(event)
            case "DocumentStartEvent" if self.root is not None:
                at = event.start_mark.index
                self.stop(at, "the file contains more than one document", "Keep one")

    def _close(self) -> None:
        branch = self.open[-1]
        for other in branch.merged:
            for key, node in other.value.items():
                if key not in branch.node.value:
                    branch.node.value[key] = node
                    branch.node.keys[key] = other.keys.get(key, node.start)
        if branch.anchor:
            self._anchors[branch.anchor] = branch
        self.end()

    def _alias(self, event: Any) -> None:
        at = event.start_mark.index
        known = self._anchors.get(event.anchor)
        if known is None and any(one.anchor == event.anchor for one in self.open):
            self.stop(at, "the alias refers to itself", "Write it out")
        if known is None:
            message = f"anchor {quoted('&' + event.anchor)} not found before this alias"
            self.stop(at, message, "Put the text in quotes, or define the anchor")
        self.add(known.node, known.size, known.height)

    def add(self, node: Node, size: int = 1, height: int = 1) -> None:
        """Add a finished value to its parent, unless it is a key that JSON can't have."""
        if self._is_key_next and not isinstance(node.value, str):
            self._stop_at_template(node.start)
            self.stop(node.start, "a key is not text", "Write a text before the colon")
        super().add(node, size, height)

    @property
    def _is_key_next(self) -> bool:
        parent = self.open[-1] if self.open else None
        return parent is not None and isinstance(parent.node.value, dict) and parent.key is None

    def member(self, parent: Branch, key: Node, node: Node) -> None:
        """Put a value into an object, or record what is merged into it."""
        if key.value != "<<" or key.source is not None:
            super().member(parent, key, node)
            return
        others = node.value if isinstance(node.value, list) else [node]
        if all(isinstance(one.value, dict) for one in others):
            parent.merged += others
        else:
            self.report(node.start, "<< can only merge mappings", "Write the keys out")

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        node = Node(None, start)
        node.value, inside = self._filled(event.value, start, end)
        self.fill(node, end, inside)
        if node.source is not None:
            node.source = node.source.strip().strip("\"'")
        self._check_tag(event)
        if self._may_be_other_than_text(event) and not (
            self._is_key_next or node.unknown or node.secret
        ):
            self._resolve(node, node.value)
        if event.anchor:
            self._anchors[event.anchor] = Branch(node)
        self.add(node)

    def _filled(self, value: str, start: int, end: int) -> tuple[str, list[Replacement]]:
        """Return a scalar's text with values inserted, and what was inserted."""
        if "${" in value:
            remedy = "Close it on its line, or write $${ to keep it"
            self.report(start, "${ has no closing }", remedy)
        result, position = "", 0
        inside: list[Replacement] = []
        for run in _HIDDEN.finditer(value):
            index = ord(value[run.start()]) - _FIRST
            if index >= len(self._spans) or not start <= self._spans[index][0] < end:
                self.stop(start, *_PRIVATE)
            one = self.substitution.replacement(*self._spans[index], as_is)
            if one is None:
                raise StopError
            inside.append(one)
            result += value[position : run.start()] + one.text
            position = run.end()
        return result + value[position:], inside

    def _may_be_other_than_text(self, event: Any) -> bool:
        """Whether a scalar's author left its type to YAML, or marked it as not text."""
        if event.tag is None:
            return event.implicit[0] and not event.style
        return event.tag.removeprefix(_TAG) in {"int", "float", "bool", "null"}

    def _resolve(self, node: Node, text: str) -> None:
        """Convert a scalar to its YAML type, where JSON has the same type."""
        tag = self._resolver.resolve(self._yaml.nodes.ScalarNode, text, (True, False))
        match str(tag).removeprefix(_TAG):
            case "null":
                node.value = None
            case "bool" if text.lower() in _BOOLEANS:
                node.value = _BOOLEANS[text.lower()]
            case "int" if _INTEGER.fullmatch(text):
                node.value = int(text)
            case "float" if _is_number(text):
                node.value = float(text)
            case "bool" | "int" | "float" as kind:
                words = "true or false" if kind == "bool" else "a number"
                message = f"{quoted(node.source or text)} is {words} in YAML, but looks like text"
                remedy = "Put it in quotes, or write true, false or a plain number"
                self.report(node.start, message, remedy)
                node.value, node.unknown = None, True

    def _check_tag(self, event: Any) -> None:
        tag = event.tag
        if tag is None or tag == "!" or tag.removeprefix(_TAG) in _TAGS[type(event).__name__]:
            return
        shown = quoted(tag.replace(_TAG, "!!"))
        remedy = "Write the value itself"
        if tag.startswith("!"):
            remedy += "; such tags are CloudFormation's"
        self.report(event.start_mark.index, f"unknown tag {shown}", remedy)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False
