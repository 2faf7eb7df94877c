"""Services that cage doesn't roll out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cage.model.other_deployers import of_service
from ecs_rules.breach import Breach, advice
from ecs_rules.request import SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecs_rules.request import Shape


def other(service: Shape, _task_definition: Shape) -> Iterator[Breach]:
    """Something else than cage deploys a service of another deployment controller."""
    found = of_service(service)
    if found is not None:
        spot = SERVICE.at("deploymentController", "type")
        yield advice(spot, f"the service {found.what}. {found.why}", found.instead)
