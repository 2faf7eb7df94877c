"""`${tfstate:address.attribute}`: an attribute of a resource in a Terraform state, or an output.

    aws_lb_target_group.web.arn           module.net.aws_subnet.main["a"].id
    data.aws_vpc.main.id                  output.cluster

Lists and objects are returned as JSON. Values that Terraform or OpenTofu marks as sensitive are
secrets. Source of the syntax: Terraform's documentation, "Resource addressing", and version 4 of
its state format (internal/states/statefile/version4.go).
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from cage.aws.lookups.state_file import read_state
from cage.definitions import Found, LookupFailedError

if TYPE_CHECKING:
    from cage.aws.lookups.reach import Reach

Step: TypeAlias = str | int

_STEP = re.compile(r"""\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\[(?:"([^"]*)"|'([^']*)')\]""")
_FORM = "Write ${tfstate:aws_lb.web.arn}, or ${tfstate:output.name}"


@dataclasses.dataclass(frozen=True, slots=True)
class StateValue:
    """A value in the state.

    Attributes:
        address: The resource's or output's address, as Terraform writes it.
        module: The address of its module; empty for the root module.
        mode: managed, data or output.
        kind: The resource's type.
        index: Which of the resource's instances.
        path: The path to the value in its attributes.
    """

    address: str
    module: str
    mode: str
    kind: str
    name: str
    index: Step | None
    path: tuple[Step, ...]

    @classmethod
    def understood(cls, text: str) -> Self:
        """Return the reference in the text."""
        steps = _steps(text.replace('\\"', '"'))
        module = ""
        while len(steps) > 1 and steps[0][0] == "module":
            taken = 3 if len(steps) > 2 and steps[2][1] else 2  # noqa: PLR2004 - name, then index
            module += ("." if module else "") + _written(steps[:taken])
            del steps[:taken]
        head = steps[0][0] if steps else ""
        first, mode = (1, str(head)) if head in {"data", "output"} else (0, "managed")
        size = first + (1 if mode == "output" else 2)
        names = [step for step, bracket in steps[first:size] if not bracket]
        indexed = mode != "output" and len(steps) > size and steps[size][1]
        path = tuple(step for step, _ in steps[size + indexed :])
        if len(names) != size - first or not (path or mode == "output"):
            raise LookupFailedError("a resource and an attribute are missing", _FORM)
        return cls(
            address=(f"{module}." if module else "") + _written(steps[: size + indexed]),
            module=module,
            mode=mode,
            kind="" if mode == "output" else str(names[0]),
            name=str(names[-1]),
            index=steps[size][0] if indexed else None,
            path=path,
        )

    def look_up(self, reach: Reach) -> Found:
        """Read the state and return the referenced value."""
        state = read_state(reach)
        return self._output(state) if self.mode == "output" else self._attribute(state)

    def _output(self, state: Mapping[str, Any]) -> Found:
        outputs = state.get("outputs") or {}
        if self.module or self.name not in outputs:
            known = ", ".join(sorted(outputs)) or "none"
            raise LookupFailedError(
                f"the state has no {self.address}", f"The outputs of its top module are {known}"
            )
        output = outputs[self.name]
        return Found(self._text(output.get("value")), secret=bool(output.get("sensitive")))

    def _attribute(self, state: Mapping[str, Any]) -> Found:
        instance = self._instance(state)
        sensitive = any(
            all(mine == theirs for mine, theirs in zip(self.path, marked, strict=False))
            for marked in _marked(instance)
        )
        return Found(self._text(instance.get("attributes")), secret=sensitive)

    def _instance(self, state: Mapping[str, Any]) -> Mapping[str, Any]:
        named = [
            one
            for one in state.get("resources") or []
            if (one.get("module", ""), one.get("mode")) == (self.module, self.mode)
            and (one.get("type"), one.get("name")) == (self.kind, self.name)
        ]
        instances = [i for one in named for i in one.get("instances") or []]
        for instance in instances:
            if instance.get("index_key") == self.index:
                found: Mapping[str, Any] = instance
                return found
        if not instances:
            raise LookupFailedError(f"the state has no {self.address}")
        keys = ", ".join(json.dumps(one.get("index_key")) for one in instances[:10])
        raise LookupFailedError(
            f"the state has no {self.address}; the resource has other instances",
            f"Specify one of them in brackets: {keys}",
        )

    def _text(self, value: Any) -> str:
        """Return the value at the path, as text."""
        for step in self.path:
            fits = isinstance(value, Mapping) if isinstance(step, str) else _is_list(value)
            inside = fits and (step in value if isinstance(step, str) else step < len(value))
            if not inside:
                where = _written([(one, isinstance(one, int)) for one in self.path])
                raise LookupFailedError(f"{self.address} has no {where}")
            value = value[step]
        if value is None:
            raise LookupFailedError(f"the value of {self.address} is null")
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _steps(text: str) -> list[tuple[Step, bool]]:
    """Return the parts of an address, each with whether it is in brackets."""
    steps: list[tuple[Step, bool]] = []
    position = 0
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None or (found.group().startswith(".") != (position > 0) and found[1]):
            raise LookupFailedError("it is not a Terraform address", _FORM)
        name, number, *quoted = found.groups()
        if name is not None:
            steps.append((name, False))
        elif number is not None:
            steps.append((int(number), True))
        else:
            steps.append((next(one for one in quoted if one is not None), True))
        position = found.end()
    return steps


def _written(steps: Sequence[tuple[Step, bool]]) -> str:
    """Return the steps as Terraform writes an address."""
    text = ""
    for step, bracket in steps:
        text += f"[{json.dumps(step)}]" if bracket else f"{'.' if text else ''}{step}"
    return text


def _marked(instance: Mapping[str, Any]) -> list[tuple[Step, ...]]:
    """Return the paths to sensitive values, as far as they consist of names and indexes."""
    return [
        tuple(
            step["value"]["value"] if isinstance(step["value"], Mapping) else step["value"]
            for step in path
        )
        for path in instance.get("sensitive_attributes") or []
    ]


def _is_list(value: Any) -> bool:
    return isinstance(value, list)
