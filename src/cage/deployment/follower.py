"""The protocol for following our deployment to its end, whatever the service's strategy."""

from __future__ import annotations

import dataclasses
from typing import Protocol, Self

from cage.deployment.judgment import Ended, Ours
from cage.deployment.task_failures import Failures
from cage.model.base import Shape
from cage.model.outcome import Outcome
from cage.model.services import Deployment, Service, ServiceDeployment
from cage.runtime.polling import OF_DEPLOYMENT, Pace

STARTS_WITHIN_S = 300.0
"""How long a task can take to become healthy, if no canary has shown it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """A change of a service that is followed to its end.

    Attributes:
        service: The service as the update makes it.
        ours: The deployment that the update made.
        timeout_s: How long a deployment can take, excluding its own pauses (`duration.pauses_s`).
        undo: The input that restores the members that were changed along with the revision.
        kept: Why cage leaves a failing deployment as it is; if empty, cage rolls it back.
        arn: The service deployment, if it is already known.
        on_pause: The reaction to a pause: `wait`, `leave` or `continue`.
        failures: Looks for failed tasks, and abandons the deployment if they are certain to
            keep failing; None: failed tasks are looked for at the time limit only.
        on_timeout: The end of a deployment that is only slow, at its time limit: `leave` (ECS
            continues it) or `rollback`.
        starts_within_s: A task that is unhealthy for longer than this, from its start, stays so.
    """

    service: Service
    ours: Ours
    timeout_s: float
    undo: Shape = dataclasses.field(default_factory=dict)
    kept: str = ""
    arn: str = ""
    on_pause: str = "wait"
    failures: Failures | None = None
    on_timeout: str = "leave"
    starts_within_s: float = STARTS_WITHIN_S


class Observer(Protocol):
    """Observes a deployment each time that its follower polls it."""

    def pace(self) -> Pace:
        """Return how often to poll; called before each pause."""

    async def look(
        self, service: Service | None, listed: Deployment | ServiceDeployment | None
    ) -> Ended | None:
        """Check the deployment while it is in progress, and abandon it if there is a reason.

        Args:
            service: The service as just seen; None if the follower doesn't describe it.
            listed: The deployment as just seen; None if ECS doesn't list it.
        """

    def afterwards(self) -> Observer:
        """Return the observer to use during a rollback. It never ends the rollback."""


class Alone:
    """An observer that checks nothing."""

    def pace(self) -> Pace:
        """Return the usual pace."""
        return OF_DEPLOYMENT

    async def look(self, service: Service | None, listed: object) -> Ended | None:
        """Never abandon the deployment."""

    def afterwards(self) -> Self:
        """Check nothing during a rollback either."""
        return self


class Follower(Protocol):
    """Follows one of our deployments."""

    @property
    def service(self) -> Service | None:
        """The service as last seen."""

    async def outcome(self) -> Ended:
        """Follow the deployment until there is a final verdict on it."""

    async def give_up(self, lost: Ended) -> Outcome:
        """Bring a service whose deployment isn't proven to a good end, and return the outcome."""
