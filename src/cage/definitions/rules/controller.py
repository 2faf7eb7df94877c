"""Services that cage doesn't roll out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecs_rules.breach import Breach, advice
from ecs_rules.request import SERVICE
from ecs_rules.values import show

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecs_rules.request import Shape


def other(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Services of another deployment controller are not rolled out by cage."""
    kind = service.get("deploymentController", {}).get("type", "ECS")
    if kind != "ECS":
        message = (
            f"the controller is {show(kind)}; only services of the ECS controller are rolled out"
        )
        spot = SERVICE.at("deploymentController", "type")
        yield advice(spot, message, f"Deploy it with {show(kind)}'s own tools, or use ECS")
