"""YAML with places; needs PyYAML, which is imported only when there is a YAML file.

Events are read one by one, so that depth costs no Python frames and an alias costs no copy.
Placeholders are hidden from YAML behind as many private-use characters, so that places stay
and a value can't change the file's structure. Numbers and booleans are those of JSON: what
only YAML 1.1 takes for one (`yes`, `010`) is refused, as its writer may have meant a text.
"""

from __future__ import annotations

import dataclasses
import importlib
import math
import re
from typing import TYPE_CHECKING, Any, NoReturn

from cage.definitions.findings import FilledText, quoted
from cage.definitions.limits import (
    MAX_DEPTH,
    MAX_FINDINGS,
    MAX_SLOW_YAML_CHARACTERS,
    MAX_VALUES,
    MAX_YAML_CHARACTERS,
)
from cage.definitions.substitution import KEY_REFUSED, KEY_REMEDY, Substitution
from cage.definitions.syntax import ParsedFile, left_over
from cage.definitions.tree import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cage.definitions.filled import Replacement
    from cage.definitions.findings import Finding
    from cage.definitions.lookups import Lookup
    from cage.definitions.source import Source

_HIDDEN = re.compile("\ue000\ue001*")
_TAG = "tag:yaml.org,2002:"
_TAGS = {
    "ScalarEvent": frozenset({"str", "int", "float", "bool", "null"}),
    "SequenceStartEvent": frozenset({"seq"}),
    "MappingStartEvent": frozenset({"map"}),
}
"""YAML's own tags that say what JSON could say too."""

_TOO_DEEP = f"the file is nested deeper than {MAX_DEPTH} levels"
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,30})")
_BOOLEANS = {"true": True, "false": False}


def parse_yaml(
    source: Source, environ: Mapping[str, str], lookups: Mapping[str, Lookup]
) -> ParsedFile:
    """Parse the file and put values into its scalars."""
    try:
        yaml: Any = importlib.import_module("yaml")
    except ImportError:
        remedy = "Install PyYAML, or write the file in JSON"
        return _refused(source, "reading YAML needs PyYAML, which is not installed", remedy)
    is_fast = hasattr(yaml, "CSafeLoader")
    most = MAX_YAML_CHARACTERS if is_fast else MAX_SLOW_YAML_CHARACTERS
    if len(source.text) > most:
        message = f"the file is larger than {most // 1024} KiB of YAML"
        return _refused(source, message, "ECS takes 64 KiB at most; is this the right file?")
    if _HIDDEN.search(source.text) or "\ue001" in source.text:
        return _refused(source, "the file holds private-use characters", "Remove them")
    substitution = Substitution(source, environ, lookups)
    reader = _Reader(yaml, source, substitution)
    root = reader.read()
    return ParsedFile(source, root, [*substitution.findings, *reader.findings])


def _refused(source: Source, message: str, remedy: str) -> ParsedFile:
    return ParsedFile(source, None, [source.error(0, message, remedy)])


class _StopError(Exception):
    """The rest of the file can't be understood; the finding is made."""


@dataclasses.dataclass(slots=True)
class _Open:
    """A list or a mapping that isn't at its end."""

    node: Node
    anchor: str | None
    key: tuple[str, int, Node] | None = None
    merged: list[Node] = dataclasses.field(default_factory=list)
    size: int = 1
    height: int = 1


class _Reader:
    """Builds the tree from YAML's events."""

    def __init__(self, yaml: Any, source: Source, substitution: Substitution) -> None:
        self.findings: list[Finding] = []
        self._yaml = yaml
        self._source = source
        self._substitution = substitution
        self._resolver = yaml.resolver.Resolver()
        self._spans = substitution.spans(0, len(source.text))
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._root: Node | None = None

    def read(self) -> Node | None:
        """Return the tree, or None when the text can't be understood to its end."""
        loader = getattr(self._yaml, "CSafeLoader", self._yaml.SafeLoader)
        try:
            for event in self._yaml.parse(self._hidden(), Loader=loader):
                self._take(event)
        except _StopError:
            return None
        except self._yaml.YAMLError as error:
            self._syntax(error)
            return None
        if self._root is None and not self.findings:
            self._report(0, "the file is empty")
        return self._root

    def _hidden(self) -> str:
        """Return the text with each placeholder behind characters of no meaning."""
        pieces: list[str] = []
        position = 0
        for start, end in self._spans:
            pieces += (self._source.text[position:start], "\ue000", "\ue001" * (end - start - 1))
            position = end
        return "".join((*pieces, self._source.text[position:]))

    def _syntax(self, error: Any) -> None:
        mark = getattr(error, "problem_mark", None)
        at = mark.index if mark else getattr(error, "position", 0)
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", "")).strip()
        said = _HIDDEN.sub("a placeholder", problem) or "it can't be read"
        at = min(at, len(self._source.text))
        if "nesting depth" in problem:
            self._report(at, _TOO_DEEP)
        elif template := self._template(at):
            self._report(*template)
        else:
            self._report(at, f"this is no YAML: {said}", "Mind indents, colons and quotes")

    def _template(self, at: int) -> tuple[int, str, str] | None:
        """Return an error about the template at that offset, or about it, if there is one."""
        text = self._source.text
        for start in range(max(0, at - 2), at + 1):
            if found := left_over(text, start):
                return (start, *found)
        return None

    def _take(self, event: Any) -> None:
        match type(event).__name__:
            case "ScalarEvent":
                self._scalar(event)
            case "SequenceStartEvent" | "MappingStartEvent":
                is_list = type(event).__name__ == "SequenceStartEvent"
                self._check_tag(event)
                node = Node([] if is_list else {}, event.start_mark.index)
                self._open.append(_Open(node, event.anchor))
                if len(self._open) > MAX_DEPTH:
                    self._stop(node.start, _TOO_DEEP)
            case "SequenceEndEvent" | "MappingEndEvent":
                self._close()
            case "AliasEvent":
                self._alias(event)
            case "DocumentStartEvent" if self._root is not None:
                at = event.start_mark.index
                self._stop(at, "the file holds more than one document", "Keep one")

    def _close(self) -> None:
        done = self._open.pop()
        for other in done.merged:
            for key, node in other.value.items():
                if key not in done.node.value:
                    done.node.value[key] = node
                    done.node.keys[key] = other.keys.get(key, node.start)
        if done.anchor:
            self._anchors[done.anchor] = (done.node, done.size, done.height)
        self._add(done.node, done.size, done.height)

    def _alias(self, event: Any) -> None:
        at = event.start_mark.index
        known = self._anchors.get(event.anchor)
        if known is None and any(one.anchor == event.anchor for one in self._open):
            self._stop(at, "the alias stands inside what it repeats", "Write it out")
        if known is None:
            message = f"there is no anchor {quoted('&' + event.anchor)} before this alias"
            self._stop(at, message, "Put the text in quotes, or write the anchor")
        self._add(*known)

    def _add(self, node: Node, size: int, height: int, *, written: str | None = None) -> None:
        """Put a finished node where it belongs."""
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        parent.size += size
        parent.height = max(parent.height, height + 1)
        if parent.height + len(self._open) > MAX_DEPTH:
            self._stop(node.start, _TOO_DEEP)
        if parent.size > MAX_VALUES:
            self._stop(node.start, f"the file holds more than {MAX_VALUES} values")
        if isinstance(parent.node.value, list):
            parent.node.value.append(node)
        elif parent.key is None:
            if isinstance(node.value, dict | list):
                if template := self._template(node.start):
                    self._stop(*template)
                self._stop(node.start, "a key is no text", "Write a text before the colon")
            key = str(node.value) if written is None else written
            if node.source is not None:
                key = FilledText(key, node.source)
            if node.secret:
                self._report(node.start, KEY_REFUSED, KEY_REMEDY)
            parent.key = (key, node.start, node)
        else:
            self._member(parent, node)

    def _member(self, parent: _Open, node: Node) -> None:
        if parent.key is None:
            return
        key, at, key_node = parent.key
        parent.key = None
        if key == "<<" and key_node.source is None:
            others = node.value if isinstance(node.value, list) else [node]
            if not all(isinstance(one.value, dict) for one in others):
                self._report(node.start, "<< merges mappings only", "Write the keys out")
                return
            parent.merged += others
            return
        if key in parent.node.value:
            shown = quoted(key_node.source or key)
            first = self._source.place(parent.node.keys[key]).line
            self._report(at, f"the key {shown} is here twice, first in line {first}", "Keep one")
        parent.node.value[key] = node
        parent.node.keys[key] = at

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        node = Node(None, start)
        text, inside = self._filled(event.value, start, end)
        if inside:
            node.source = self._source.text[start:end].strip().strip("\"'")
            node.unknown = any(one.unknown for one in inside)
            node.secret = any(one.secret for one in inside)
        self._check_tag(event)
        node.value = text
        parent = self._open[-1] if self._open else None
        is_key = parent and isinstance(parent.node.value, dict) and parent.key is None
        if self._may_be_other_than_text(event) and not (is_key or node.unknown or node.secret):
            self._resolve(node, text)
        if event.anchor:
            self._anchors[event.anchor] = (node, 1, 1)
        self._add(node, 1, 1, written=text)

    def _filled(self, value: str, start: int, end: int) -> tuple[str, list[Replacement]]:
        if "${" in value:
            remedy = "Close it on its line, or write $${ to keep it"
            self._report(start, "${ is not closed by }", remedy)
        if self._substitution.exhausted:
            raise _StopError
        hidden = list(_HIDDEN.finditer(value))
        if not hidden:
            return value, []
        inside = self._substitution.replacements(start, end, str)
        pieces: list[str] = []
        position = 0
        for run, one in zip(hidden, inside, strict=False):
            pieces += (value[position : run.start()], one.text)
            position = run.end()
        return "".join((*pieces, value[position:])), inside

    def _may_be_other_than_text(self, event: Any) -> bool:
        """Whether a scalar's writer left it to YAML what it is, or said that it is no text."""
        if event.tag is None:
            return event.implicit[0] and not event.style
        return event.tag.removeprefix(_TAG) in {"int", "float", "bool", "null"}

    def _resolve(self, node: Node, text: str) -> None:
        """Make a scalar what it is to YAML, where JSON has the same."""
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
                message = f"{quoted(node.source or text)} is {words} to YAML, and a text to many"
                remedy = "Put it in quotes, or write true, false or a plain number"
                self._report(node.start, message, remedy)
                node.value, node.unknown = None, True

    def _check_tag(self, event: Any) -> None:
        tag = event.tag
        if tag is None or tag == "!" or tag.removeprefix(_TAG) in _TAGS[type(event).__name__]:
            return
        shown = quoted(tag.replace(_TAG, "!!"))
        remedy = "Write the value itself"
        if tag.startswith("!"):
            remedy += "; such tags are CloudFormation's"
        self._report(event.start_mark.index, f"the tag {shown} is not known", remedy)

    def _stop(self, at: int, message: str, remedy: str = "") -> NoReturn:
        self._report(at, message, remedy)
        raise _StopError

    def _report(self, at: int, message: str, remedy: str = "") -> None:
        self.findings.append(self._source.error(at, message, remedy))
        if len(self.findings) > MAX_FINDINGS:
            raise _StopError


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False
