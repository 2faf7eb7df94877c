"""Task definitions: a family's revisions."""

from __future__ import annotations

import dataclasses
import enum

from cage.model.base import Shape


class NetworkMode(enum.StrEnum):
    """How a task's containers connect to the network [default: `bridge`]."""

    AWSVPC = "awsvpc"
    BRIDGE = "bridge"
    HOST = "host"
    NONE = "none"


@dataclasses.dataclass(frozen=True, slots=True)
class PortMapping:
    """A container port and the host port that it requests; 0 requests any."""

    container_port: int
    host_port: int


@dataclasses.dataclass(frozen=True, slots=True)
class ContainerDefinition:
    """A container as defined by a revision.

    Attributes:
        health_check_s: Seconds until the container's health check can first report
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
        raw: The whole task definition, as describe-task-definition returns it, and its `tags`
            if they were requested.
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
