"""Decide a pause of a deployment: continue it, or roll the deployment back.

Source: ECS developer guide, "Continuing service deployments".
"""

from __future__ import annotations

import dataclasses
import enum

from cage.canary import decision_tags
from cage.context import Context
from cage.deployment.current import current
from cage.deployment.hook_watch import CONTINUE, ROLLBACK
from cage.model.errors import InvalidRequestError, RefusedError
from cage.model.services import Hook, ServiceDeployment
from cage.rollout.decision import LiveRollout, live_rollout
from cage.runtime import clock
from cage.runtime.decisions import Word
from cage.runtime.polling import Late, Pace, Wait

ACTIONS = {Word.PROMOTE: CONTINUE, Word.ABORT: ROLLBACK}
"""The meaning of a decision to ECS."""

SHOWN_S = 60.0
"""How long ECS's reads can lag before they show a decision."""

_AGAIN_S = 3.0


@dataclasses.dataclass(frozen=True, slots=True)
class Which:
    """The subject of a decision.

    Attributes:
        hook: The pause, by its ID; empty: the one thing that waits.
        rollout: Whether it is about cage's own rollout, whatever else waits.
    """

    hook: str = ""
    rollout: bool = False


class HookEffect(enum.StrEnum):
    """The effect of a decision about a pause."""

    TAKEN = "taken"
    NOT_SHOWN = "not-shown"


@dataclasses.dataclass(frozen=True, slots=True)
class HookDecision:
    """A decision about a pause, and its effect.

    Attributes:
        deployment: The service deployment, by the last part of its ARN.
        stage: The stage that it was paused in.
        hook: The pause.
        action: CONTINUE or ROLLBACK.
    """

    cluster: str
    service: str
    deployment: str
    stage: str
    hook: str
    action: str
    effect: HookEffect


async def of_hook(context: Context, word: Word, which: Which) -> HookDecision | None:
    """Decide the pause that waits; None if the decision is about cage's own rollout.

    Raises:
        RefusedError: The named pause doesn't wait, or several things do.
        AwsError: AWS refused, or didn't answer.
    """
    if which.rollout:
        return None
    service = await context.service.require()
    found = await current(context, service)
    pauses = found.pauses if found is not None else ()
    if which.hook:
        chosen = next((pause for pause in pauses if pause.id == which.hook), None)
        if found is None or chosen is None:
            raise _not_waiting(context, which.hook, pauses)
        return await _decide(context, found, chosen, word)
    if found is None or not pauses:
        return None
    own = await _own(context, word)
    if own is None and len(pauses) == 1:
        return await _decide(context, found, pauses[0], word)
    raise _several(context, found, own)


async def _own(context: Context, word: Word) -> LiveRollout | None:
    """Return cage's own rollout if it can be decided, too."""
    try:
        rollout = await live_rollout(context)
    except RefusedError:
        return None
    if rollout.deployment_id is not None:
        return None
    until = decision_tags.awaited_until(rollout.task)
    awaited = until is not None and clock.now() < until
    return rollout if awaited or word is Word.ABORT else None


async def _decide(
    context: Context, found: ServiceDeployment, pause: Hook, word: Word
) -> HookDecision:
    action = ACTIONS[word]
    try:
        await context.ecs.continue_service_deployment(found.arn, pause.id, action)
    except InvalidRequestError as error:
        now = await context.ecs.find_service_deployment(found.arn)
        if now is not None and any(one.id == pause.id for one in now.pauses):
            raise
        raise RefusedError(
            f"The pause {pause.id} no longer waits.",
            f"Someone else decided it, or it expired: {error.what}",
            f"Look at it: cage status {context.place.flags}",
        ) from error

    async def shown() -> bool | None:
        now = await context.ecs.find_service_deployment(found.arn)
        waits = now is not None and any(one.id == pause.id for one in now.pauses)
        return None if waits else True

    pace = Pace(latest_s=_AGAIN_S)
    answer = await Wait(shown, clock.Deadline.after(SHOWN_S), pace).result()
    return HookDecision(
        cluster=context.place.cluster,
        service=context.place.service,
        deployment=found.id,
        stage=found.stage,
        hook=pause.id,
        action=action,
        effect=HookEffect.NOT_SHOWN if isinstance(answer, Late) else HookEffect.TAKEN,
    )


def _not_waiting(context: Context, hook: str, pauses: tuple[Hook, ...]) -> RefusedError:
    names = ", ".join(pause.id for pause in pauses)
    return RefusedError(
        f"Service {context.place.service} doesn't wait for the pause {hook}.",
        f"It waits for: {names}." if names else "Its deployment doesn't wait for anyone.",
        f"Look at it: cage status {context.place.flags}",
    )


def _several(context: Context, found: ServiceDeployment, own: LiveRollout | None) -> RefusedError:
    ways = [f"--hook {pause.id}" for pause in found.pauses]
    ways += ["--rollout"] if own is not None else []
    what = f"{len(found.pauses)} pauses of service deployment {found.id} in stage {found.stage}"
    rollout = f", and cage's own rollout {own.rollout}" if own is not None else ""
    return RefusedError(
        f"{len(ways)} things of service {context.place.service} wait for a decision.",
        f"They are {what}{rollout}.",
        f"Choose one: {', '.join(ways)}",
    )
