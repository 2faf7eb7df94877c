"""Lifecycle hooks of deployments: Lambda functions that are invoked, and pauses that wait.

Sources: ECS developer guide, "Lifecycle hooks for Amazon ECS service deployments", "Lambda hooks
for Amazon ECS service deployments", "Pause hooks for Amazon ECS service deployments" and "Amazon
ECS blue/green service deployments workflow"; ECS API reference, DeploymentLifecycleHookDetail.
*Unknown*: whether the hooks of a stage stay listed once the next stage begins (assumed not to,
as the guide lists "active" hooks), what a Lambda hook's `hookId` looks like, whether a hook that
fails during a rollback changes anything (assumed not to), and ECS's words for a pause that is
rolled back and for a hook that times out. Its words for a function that fails are from published
logs of 2026 (a refused PRE_SCALE_UP hook).
"""

from __future__ import annotations

import dataclasses
import itertools
import string
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ecs_rules.lifecycle_hooks import USUAL_MINUTES
from ecs_simulator.world import functions
from ecs_simulator.world.errors import ApiError
from ecs_simulator.world.functions import Answer, Functions

if TYPE_CHECKING:
    from ecs_simulator.world.engine import Engine

LAMBDA, PAUSE = "AWS_LAMBDA", "PAUSE"
CONTINUE, ROLLBACK = "CONTINUE", "ROLLBACK"
AWAITING, RUNNING = "AWAITING_ACTION", "IN_PROGRESS"
SUCCEEDED, FAILED, TIMED_OUT = "SUCCEEDED", "FAILED", "TIMED_OUT"

REVERSED = ("TEST_TRAFFIC_SHIFT", "PRODUCTION_TRAFFIC_SHIFT")
"""The stages whose Lambda hooks are invoked again by a rollback."""

INVOCATION_S = 900.0
"""How long one invocation can take: Lambda ends it after 15 minutes."""

_ID = string.ascii_letters + string.digits + "-_"


@dataclasses.dataclass(slots=True)
class SimHook:
    """One execution of a lifecycle hook.

    Attributes:
        stage: The stage that it runs in.
        target_arn: The function; empty for a pause.
        action: What ECS does when it times out: CONTINUE or ROLLBACK.
        details: The function's input `hookDetails`.
        invoked: How often the function was invoked.
        problem: Why the deployment must be rolled back, in ECS's words; empty if it needn't.
    """

    id: str
    stage: str
    target_type: str
    target_arn: str
    status: str
    began_s: float
    expires_s: float
    action: str
    details: dict[str, Any]
    invoked: int = 0
    problem: str = ""

    @property
    def name(self) -> str:
        """How ECS names it in its reasons."""
        return f"Lifecycle hook target {self.target_arn or self.id}"

    @property
    def open(self) -> bool:
        """Whether the deployment waits for it."""
        return self.status in {AWAITING, RUNNING}


class Record(Protocol):
    """The part of a service deployment that hooks use."""

    arn: str
    configuration: dict[str, Any]
    hooks: list[SimHook]


class Hooks:
    """Runs the hooks of service deployments.

    Args:
        engine: Time and chance.
        called: The functions that Lambda hooks invoke.
    """

    def __init__(self, engine: Engine, called: Functions) -> None:
        self._engine = engine
        self._functions = called

    def begin(
        self,
        record: Record,
        stages: Sequence[str],
        details: Callable[[str], dict[str, Any]],
        changed: Callable[[], None],
        *,
        only: str = "",
    ) -> None:
        """Start every hook of a stage, in parallel; those of the stage before are forgotten.

        Args:
            stages: The stage; a rollback has two.
            details: Returns the `executionDetails` that functions receive in a stage.
            changed: Called whenever a hook's status changes.
            only: The type of hooks to start; empty: all.
        """
        record.hooks = []
        for stage, configured in itertools.product(stages, configured_in(record)):
            kind = configured.get("targetType") or LAMBDA
            if stage in configured.get("lifecycleStages", ()) and only in {"", kind}:
                hook = self._made(configured, kind, stage)
                record.hooks.append(hook)
                self._engine.note(f"hook {hook.status}", hook.id)
                self._expire(hook, changed)
                if kind == LAMBDA:
                    self._invoke(record, hook, details, changed)

    def _made(self, configured: dict[str, Any], kind: str, stage: str) -> SimHook:
        limit = configured.get("timeoutConfiguration") or {}
        waits = kind == PAUSE
        return SimHook(
            id=f"ecs-{'pause' if waits else 'lambda'}-{self._engine.name(_ID, 43)}",
            stage=stage,
            target_type=kind,
            target_arn="" if waits else str(configured.get("hookTargetArn") or ""),
            status=AWAITING if waits else RUNNING,
            began_s=self._engine.now,
            expires_s=self._engine.now + 60.0 * int(limit.get("timeoutInMinutes") or USUAL_MINUTES),
            action=str(limit.get("action") or ROLLBACK),
            details=dict(configured.get("hookDetails") or {}),
        )

    def _expire(self, hook: SimHook, changed: Callable[[], None]) -> None:
        def expired() -> None:
            if hook.open:
                back = hook.action == ROLLBACK
                self._end(hook, TIMED_OUT, changed, f"{hook.name} timed out" if back else "")

        self._engine.after(hook.expires_s - self._engine.now, expired)

    def _invoke(
        self,
        record: Record,
        hook: SimHook,
        details: Callable[[str], dict[str, Any]],
        changed: Callable[[], None],
    ) -> None:
        """Invoke the function once; it is invoked again for as long as it is IN_PROGRESS."""
        hook.invoked += 1
        mine = hook.invoked

        def answered(answer: Answer) -> None:
            if not hook.open or mine != hook.invoked:
                return
            if answer.status == functions.IN_PROGRESS:
                hook.details |= answer.details
                hook.invoked += 1  # whatever else this invocation answers comes too late
                self._engine.after(answer.again_s, again)
            elif answer.status == functions.SUCCEEDED:
                self._end(hook, SUCCEEDED, changed)
            elif answer.status == functions.FAILED:
                self._end(hook, FAILED, changed, f"{hook.name} returned FAILED status")
            else:
                parse = f"ECS was unable to parse the response from {hook.target_arn} due to: "
                self._end(hook, FAILED, changed, f"{parse}HookStatus must not be null")

        def again() -> None:
            if hook.open:
                self._invoke(record, hook, details, changed)

        event = {
            "executionId": hook.id,
            "lifecycleStage": hook.stage,
            "resourceArn": record.arn,
            "executionDetails": details(hook.stage),
        }
        if hook.details:
            event["hookDetails"] = dict(hook.details)
        self._engine.note("hook invoked", hook.id)
        self._functions.invoke(hook.target_arn, event, answered)
        self._engine.after(INVOCATION_S, lambda: answered(functions.BROKEN))

    def _end(
        self, hook: SimHook, status: str, changed: Callable[[], None], problem: str = ""
    ) -> None:
        hook.status, hook.problem = status, problem
        self._engine.note(f"hook {status}", hook.id)
        changed()

    def decide(
        self, record: Record, hook_id: str, action: str, changed: Callable[[], None]
    ) -> None:
        """Continue a pause, or roll the deployment back at it.

        Raises:
            ApiError: No hook of that id waits. *Unknown*: ECS's code and texts; of the errors
                that the API reference lists, InvalidParameterException fits.
        """
        hook = next((h for h in record.hooks if h.id == hook_id), None)
        if hook is None:
            text = f"The lifecycle hook {hook_id} wasn't found in the service deployment."
            raise ApiError("InvalidParameterException", text)
        if hook.status != AWAITING:
            text = f"The lifecycle hook {hook_id} isn't awaiting action: it is {hook.status}."
            raise ApiError("InvalidParameterException", text)
        if action == ROLLBACK:
            self._end(hook, FAILED, changed, f"A user requested a rollback at {hook.id}")
        else:
            self._end(hook, SUCCEEDED, changed)


def configured_in(record: Record) -> list[dict[str, Any]]:
    """Return the hooks that a service deployment is configured with."""
    return list(record.configuration.get("lifecycleHooks") or ())


def forget_open(record: Record) -> None:
    """Forget the hooks that a deployment no longer waits for. *Unknown*: how ECS shows them."""
    record.hooks = [hook for hook in record.hooks if not hook.open]


def waited_for(record: Record) -> bool:
    """Return whether the deployment waits for a hook."""
    return any(hook.open for hook in record.hooks)


def why_back(record: Record) -> str:
    """Return why hooks roll the deployment back; empty if none does."""
    hook = next((h for h in record.hooks if h.problem), None)
    return "" if hook is None else f"{hook.stage} lifecycle hook(s) failed. {hook.problem}"
