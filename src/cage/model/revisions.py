"""Task definitions: a family's revisions."""

from __future__ import annotations

import dataclasses
import enum

from cage.model.base import Shape


class NetworkMode(enum.StrEnum):
    """How a task's containers meet the network; `bridge` unless the definition says other."""

    AWSVPC = "awsvpc"
    BRIDGE = "bridge"
    HOST = "host"
    NONE = "none"


@dataclasses.dataclass(frozen=True, slots=True)
class PortMapping:
    """A container's port and the host port it asks for; 0 asks for any."""

    container_port: int
    host_port: int
    protocol: str = "tcp"


@dataclasses.dataclass(frozen=True, slots=True)
class ContainerDefinition:
    """A container as a revision defines it.

    Attributes:
        health_check_s: Seconds until the container's own health check may first say
            HEALTHY (start period and one interval); None without a health check.
    """

    name: str
    image: str
    essential: bool
    ports: tuple[PortMapping, ...]
    health_check_s: float | None


@dataclasses.dataclass(frozen=True, slots=True)
class Revision:
    """One registered revision of a task definition.

    Attributes:
        family: The family's name.
        number: The revision's number; `family:number` is its short name.
        status: ACTIVE or INACTIVE.
        launch_volumes: Names of the volumes that are configured at launch.
        raw: The whole task definition, as describe-task-definition gives it, and its `tags`
            if they were asked for.
    """

    arn: str
    family: str
    number: int
    network_mode: NetworkMode
    containers: tuple[ContainerDefinition, ...]
    status: str
    launch_volumes: tuple[str, ...]
    raw: Shape = dataclasses.field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The short name, `family:number`."""
        return f"{self.family}:{self.number}"
