"""The lifecycle hooks of a deployment that is followed: seen, reported, timed, decided.

Sources: ECS developer guide, "Lifecycle hooks for Amazon ECS service deployments" and "Pause hooks
for Amazon ECS service deployments"; ECS API reference, ContinueServiceDeployment.
"""

from __future__ import annotations

import dataclasses

from cage.context import Context
from cage.deployment.judgment import Ended, Fate
from cage.model import events
from cage.model.errors import InvalidRequestError
from cage.model.services import Hook, ServiceDeployment
from cage.runtime import clock
from cage.runtime.polling import Pace

CONTINUE, ROLLBACK = "CONTINUE", "ROLLBACK"
TIME = "%Y-%m-%dT%H:%M:%SZ"

_PART_OF_WAIT = 0.05
_LATEST_S = 300.0


@dataclasses.dataclass(slots=True)
class HookWatch:
    """Sees the hooks of one deployment.

    Args:
        on_pause: The reaction to a pause: `wait`, `leave` or `continue`.

    Attributes:
        waited_s: How long hooks have held the deployment up, as far as cage has seen. It counts
            for no time limit.
    """

    context: Context
    deployment_id: str
    on_pause: str
    waited_s: float = 0.0
    _since: dict[str, tuple[Hook, str, float]] = dataclasses.field(default_factory=dict)
    _seen_at: float | None = None
    _continued: set[str] = dataclasses.field(default_factory=set)

    def pace(self, usual: Pace) -> Pace:
        """Return how often to poll: the longer a hook has lasted, the more rarely."""
        if not self._since:
            return usual
        began = min(since for *_, since in self._since.values())
        pause_s = (clock.monotonic() - began) * _PART_OF_WAIT
        latest_s = min(max(usual.latest_s, pause_s), _LATEST_S)
        return dataclasses.replace(usual, expected_s=None, latest_s=latest_s)

    async def see(self, found: ServiceDeployment) -> Ended | None:
        """Report what has changed; return that cage leaves the deployment, if it does.

        Raises:
            AwsError: AWS refused to continue a pause, or didn't answer.
        """
        now = clock.monotonic()
        if self._since and self._seen_at is not None:
            self.waited_s += now - self._seen_at
        self._seen_at = now
        listed = {hook.id: hook for hook in found.hooks}
        for hook_id, (hook, stage, since) in tuple(self._since.items()):
            if hook_id not in listed or not listed[hook_id].open:
                del self._since[hook_id]
                status = listed[hook_id].status if hook_id in listed else ""
                self._tell_end(hook, stage, status, now - since)
        for hook in found.hooks:
            if hook.open and hook.id not in self._since:
                self._since[hook.id] = (hook, found.stage, now)
                self._tell_start(hook, found)
        return await self._decided(found)

    def _tell_start(self, hook: Hook, found: ServiceDeployment) -> None:
        flags = self.context.place.flags
        which = f" --hook {hook.id}" if len(found.pauses) > 1 else ""
        ways = tuple(f"cage {word} {flags}{which}" for word in ("promote", "abort"))
        self.context.tell(
            events.HookStarted(
                deployment_id=self.deployment_id,
                hook_id=hook.id,
                hook_type=hook.kind,
                stage=found.stage,
                target_arn=hook.target_arn,
                since=f"{hook.since:{TIME}}" if hook.since else "",
                expires_at=f"{hook.expires_at:{TIME}}" if hook.expires_at else "",
                timeout_action=hook.timeout_action,
                ways=ways if hook.waits and self.on_pause != "continue" else (),
            )
        )

    def _tell_end(self, hook: Hook, stage: str, status: str, took_s: float) -> None:
        self.context.tell(
            events.HookEnded(
                deployment_id=self.deployment_id,
                hook_id=hook.id,
                hook_type=hook.kind,
                stage=stage,
                status=status,
                took_s=took_s,
            )
        )

    async def _decided(self, found: ServiceDeployment) -> Ended | None:
        """Do what was requested for pauses."""
        pauses = found.pauses
        if not pauses or self.on_pause == "wait":
            return None
        if self.on_pause == "leave":
            return paused(found, self.context.place.flags)
        for hook in pauses:
            if hook.id not in self._continued:
                try:
                    await self.context.ecs.continue_service_deployment(found.arn, hook.id, CONTINUE)
                except InvalidRequestError as error:
                    # Someone else, or the timeout, was first; the next look shows how.
                    self.context.notice(f"the pause {hook.id} was not continued: {error.what}")
                self._continued.add(hook.id)
        return None


def paused(found: ServiceDeployment, flags: str) -> Ended:
    """Return the end of a deployment that waits for someone while cage doesn't."""
    pauses = found.pauses
    which = f"{len(pauses)} pauses" if len(pauses) > 1 else f"the pause {pauses[0].id}"
    until = min((p.expires_at for p in pauses if p.expires_at), default=None)
    then = {"CONTINUE": "continues", "ROLLBACK": "rolls back"}
    what = then.get(pauses[0].timeout_action, "decides")
    limit = f", until {until:%Y-%m-%d %H:%M:%S} UTC; then ECS {what}" if until else ""
    remedy = (
        f"To continue the deployment, run: cage promote {flags}. "
        f"To roll it back, run: cage abort {flags}"
    )
    text = f"service deployment {found.id} waits in stage {found.stage} for {which}{limit}"
    return Ended(Fate.LEFT, text, None, "Paused", remedy, found.id)
