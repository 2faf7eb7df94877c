"""Drafts definition files from what is live: no defaults, nothing read-only, no secrets."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from cage.comparison.arrangement import name_of
from cage.comparison.paths import Label, Path, path_text
from cage.comparison.reduction import reduced
from cage.definitions.writing import Blank
from cage.masking.secrecy import looks_secret, secret_form, secret_items

if TYPE_CHECKING:
    from cage.model.base import Shape
    from cage.ports.shapes import AwsShape

_OTHERS = re.compile(r"(?:AWS|CAGE|CI|GITHUB|GITLAB|RUNNER|BUILDKITE|CIRCLE|CODEBUILD)(?:_|$)")
_SHELLS = frozenset({"HOME", "PATH", "PWD", "USER", "SHELL"})
"""Variables that are set wherever cage runs, to something other than the service's value."""

_PUT_IN_BY_CAGE = ("taskDefinition", "clientToken")


@dataclasses.dataclass(slots=True)
class Variable:
    """A variable that a file needs, as its value looks like a secret.

    Attributes:
        value: The live value; never shown.
        paths: Where the value belongs, each with its file.
    """

    name: str
    value: str = dataclasses.field(repr=False)
    paths: list[str]


class Draft:
    """The definition files of a live service, with blanks for what looks like a secret.

    Attributes:
        service: Input of create-service.
        task_definition: Input of register-task-definition.
    """

    def __init__(
        self, service: Shape, service_shape: AwsShape, task: Shape, task_shape: AwsShape
    ) -> None:
        self._variables: dict[str, Variable] = {}
        said = {key: value for key, value in service.items() if key not in _PUT_IN_BY_CAGE}
        self.service = self._blanked(reduced(said, service_shape), service_shape, "service.json")
        self.task_definition = self._blanked(
            reduced(task, task_shape), task_shape, "task-definition.json"
        )

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables that both files need, in reading order."""
        return tuple(self._variables.values())

    def _blanked(self, definition: Shape, shape: AwsShape, file: str) -> dict[str, Any]:
        blanked: dict[str, Any] = self._value(definition, shape, (), file)
        return blanked

    def _value(self, value: Any, shape: AwsShape, path: Path, file: str) -> Any:
        if shape.is_document:
            return value
        match value:
            case dict() if shape.kind == "structure":
                return {
                    key: self._value(item, shape.members[key], (*path, key), file)
                    for key, item in value.items()
                }
            case dict():
                return {
                    key: self._text(item, (*path, Label(key)), file) for key, item in value.items()
                }
            case list():
                texts = all(isinstance(item, str) for item in value)
                secret = secret_items(value) if texts else frozenset()
                return [
                    self._blank(item, (*path, Label(number)), file)
                    if number in secret
                    else self._item(item, shape.element, path, number, file)
                    for number, item in enumerate(value)
                ]
            case str():
                return self._text(value, path, file)
            case _:
                return value

    def _item(self, item: Any, shape: AwsShape, path: Path, number: int, file: str) -> Any:
        label = name_of(item, shape)
        here = (*path, Label(number if label is None else label))
        if shape.name == "Secret":
            return item
        if label is not None and isinstance(item.get("value"), str):
            return {**item, "value": self._text(item["value"], here, file)}
        return self._value(item, shape, here, file)

    def _text(self, value: Any, path: Path, file: str) -> Any:
        """Return a blank for a text that looks like a secret, and store its value separately."""
        if not isinstance(value, str):
            return value
        named = isinstance(path[-1], Label) and not path[-1].isdigit()
        if not (looks_secret(path[-1], value) if named else secret_form(value)):
            return value
        return self._blank(value, path, file)

    def _blank(self, value: str, path: Path, file: str) -> Blank:
        variable = self._variable(value, path)
        variable.paths.append(f"{file}: {path_text(path)}")
        return Blank(variable.name)

    def _variable(self, value: str, path: Path) -> Variable:
        """Return the variable for a value: with the value's name, or its container's prepended."""
        labels = [_word(step) for step in path if isinstance(step, Label)]
        if labels and labels[-1].isdigit():
            labels[-1:] = [_word(path[-2]), labels[-1]]
            short = "_".join(labels)
        else:
            short = labels[-1] if labels else _word(path[-1])
        long = "_".join(labels) or short
        foreign = _OTHERS.match(short) or short in _SHELLS
        candidates = [long] if foreign else [short, long]
        candidates += [f"{long}_{number}" for number in range(2, len(self._variables) + 3)]
        for name in candidates:
            known = self._variables.setdefault(name, Variable(name, value, []))
            if known.value == value:
                return known
        raise AssertionError("unreachable: there are more candidates than variables")


def _word(step: str) -> str:
    word = re.sub(r"\W", "_", step, flags=re.ASCII).upper().strip("_")
    return word if word and not (word[0].isdigit() and not word.isdigit()) else f"V_{word}"
