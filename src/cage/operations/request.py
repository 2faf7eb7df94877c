"""What an operation is asked to do."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cage.availability.floor import Floor
from cage.canary.checks.asked import Asked
from cage.model.base import Shape

if TYPE_CHECKING:
    from cage.masking.mask import Mask


@dataclasses.dataclass(frozen=True, slots=True)
class Timeouts:
    """How long each wait may take at most, in seconds; canarycage's defaults.

    Attributes:
        bake_s: How long every check must hold before the promotion.
        bake_after_s: How long the service must stay well after it was proven.
    """

    running_s: float = 900.0
    health_check_s: float = 900.0
    stopped_s: float = 900.0
    stable_s: float = 900.0
    idle_s: float = 15.0
    bake_s: float = 0.0
    bake_after_s: float = 0.0

    @property
    def longest_s(self) -> float:
        """The longest that a whole rollout may take: each wait, and the way back."""
        checks_s = 2 * self.running_s + 2 * self.health_check_s + self.idle_s
        checks_s += self.bake_s + self.bake_after_s
        return checks_s + 2 * self.stable_s + self.stopped_s


ON_FAILURE_CHOICES = ("rollback", "keep")


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """What `up` or `rollout` is asked to do.

    Attributes:
        revision: ARN or `family:number` of a revision that is registered already; None
            has `task_definition` registered.
        task_definition: Input of register-task-definition.
        service_definition: Input of create-service.
        update_service: Also send what the service definition says beside the revision.
        verify: Whether what can be known before the start is verified first.
        floor: How many healthy targets the service must keep; None: as many as ECS keeps.
        canary_instance: Where the canary of an EC2 service starts: an EC2 instance id, a
            container instance id or ARN, or `auto`.
        on_failure: What becomes of a deployment that fails, where ECS doesn't roll it back:
            `rollback` or `keep`.
        asked: What is asked of the canary beside what every canary is asked.
        wait_for_turn_s: How long to wait for another rollout to end; None: not at all.
        directory: The definition directory, for the command that resumes; empty if none.
        access: The flags by which AWS is reached, for commands that messages name.
        lock_as: Who takes the service's lock for the rollout, as `ana@laptop`; None: nobody.
    """

    region: str
    cluster: str
    service: str
    revision: str | None = None
    task_definition: Shape | None = None
    service_definition: Shape | None = None
    update_service: bool = False
    canary_instance: str | None = None
    on_failure: str = "rollback"
    floor: Floor | None = None
    verify: bool = True
    wait_for_turn_s: float | None = None
    lock_as: str | None = None
    directory: str = ""
    access: tuple[str, ...] = ()
    timeouts: Timeouts = dataclasses.field(default_factory=Timeouts)
    asked: Asked = dataclasses.field(default_factory=Asked)

    def mask(self, environ: Mapping[str, str] | None = None) -> Mask:
        """Return what hides the secrets of the request, and of the process's variables."""
        from cage.masking.mask import Mask  # noqa: PLC0415  no help needs it

        names = (self.region, self.cluster, self.service, self.directory, *self.access)
        return Mask(self.task_definition, self.service_definition, public=names, environ=environ)

    @property
    def resume_command(self) -> str:
        """The command line that carries on with a rollout of this request, or cleans up."""
        words = ["cage", "resume", *([self.directory] if self.directory else [])]
        words += [*self._place, *self.access]
        words += ["--floor", str(self.floor)] * bool(self.floor)
        words += ["--update-service"] * self.update_service + ["--lock"] * bool(self.lock_as)
        words += ["--on-failure", "keep"] * (self.on_failure == "keep")
        return shlex.join(words)

    @property
    def naming(self) -> str:
        """What names the service to one of cage's verbs."""
        return shlex.join((*self._place, *self.access))

    @property
    def _place(self) -> tuple[str, ...]:
        place = ("--region", self.region, "--cluster", self.cluster, "--service", self.service)
        return place if self.region else place[2:]
