"""What cage leaves out of AWS's answers, it doesn't read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cage.rollout.status import look
from docsite.ecs_api import rows
from ecs_simulator import loop
from tests.ecs_api.model import Member, members, shapes
from tests.stories import tell

if TYPE_CHECKING:
    from botocore.model import Shape

    from cage.rehearsal.stage import Stage

OPERATIONS = ("DescribeServices", "DescribeServiceDeployments", "DescribeServiceRevisions")
REQUESTS = ("CreateService", "UpdateService", "RegisterTaskDefinition", "RunTask", "StartTask")
OF_REQUESTS = members(*(shapes(name)[0] for name in REQUESTS))
IGNORED = {
    member
    for row in rows()
    for member in row.members
    if row.cage == "ignored" and member not in OF_REQUESTS
}


class _Noted(dict[str, Any]):
    """A structure of an answer that notes which of its members are read."""

    def __init__(self, shape: Shape, found: dict[str, Any], read: set[Member]) -> None:
        named = {k: _noted(shape.members[k], v, read) for k, v in found.items()}
        super().__init__(named)
        self._shape, self._read = shape, read

    def __getitem__(self, key: str) -> Any:
        self._read.add((self._shape.name, key))
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._read.add((self._shape.name, key))
        return super().get(key, default)


def _noted(shape: Shape, value: Any, read: set[Member]) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict) and value:
        return _Noted(shape, value, read)
    if shape.type_name == "list":
        return [_noted(shape.member, item, read) for item in value]
    return value


def _note(stage: Stage, read: set[Member]) -> None:
    """Let every answer about services note what is read of it."""

    def answered(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        for key in [k for k in parsed if k in model.output_shape.members]:
            parsed[key] = _noted(model.output_shape.members[key], parsed[key], read)

    for name in OPERATIONS:
        stage._client("ecs").meta.events.register(f"after-call.ecs.{name}", answered)


@pytest.mark.parametrize("incident", [None, "bad-image"])
@pytest.mark.parametrize(
    "shape", ["fargate", "fargate-blue-green", "fargate-canary", "ec2-bridge", "fargate-lattice"]
)
def test_a_rollout_and_status_read_no_member_that_cage_ignores(
    shape: str, incident: str | None
) -> None:
    read: set[Member] = set()
    story = tell(shape, incident, prepare=lambda stage: _note(stage, read), wire=True)
    stage = story.act.stage
    loop.run(lambda: look(stage.context().at("web")), at_s=stage.world.now)
    assert ("Service", "status") in read
    assert sorted(read & IGNORED) == []
