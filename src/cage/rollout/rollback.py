"""Roll a service back on request, and confirm that it runs the old revision."""

from __future__ import annotations

import contextlib
import dataclasses
from functools import partial

import anyio

from cage.comparison.reading import read
from cage.comparison.update import Settings, reverse
from cage.context import Context
from cage.deployment import changes, eligibility
from cage.deployment.follower import Alone, Change
from cage.deployment.judgment import Ours
from cage.deployment.update import update
from cage.model import events
from cage.model.base import listed
from cage.model.errors import AwsError, RefusedError
from cage.model.events import Step
from cage.model.images import uncertain_names
from cage.model.outcome import Outcome, Promoted, RolledBack, Unproven
from cage.model.result import Result
from cage.model.services import Service
from cage.options.request import Request
from cage.rollout import lease, settings
from cage.rollout.patience import patience_with
from cage.rollout.previous_revision import Choice, choose
from cage.rollout.run import Run

_KEPT = "cage doesn't roll a rollback back"
_LOOK_S = 5.0
"""The time limit for what is only a notice: a rollback is urgent."""


async def rollback(context: Context, request: Request, agreed: Choice | None = None) -> Result:
    """Roll a service back to `request.revision`, or to its previous steady revision.

    No canary is started: the revision has served before, and time matters in an incident. A
    deployment in progress is replaced. If the rollback fails, cage doesn't roll it back; if ECS
    does, cage follows that to its end.

    Args:
        context: The context that the rollback runs in.
        request: The options of the rollback.
        agreed: The choice that was approved, if anyone was asked.

    Raises:
        UsageError: The request can't be used; nothing was changed.
    """
    run = Run("rollback", context, request)
    # A rollback that is left to ECS is not rolled back by the command that continues it either.
    run.request = dataclasses.replace(request, on_failure="keep")
    async with run.told(), lease.held(run):
        # REQUIRE a service that cage can deploy; one in progress is replaced.
        run.step(Step.REQUIRE, f"check service {context.place.service}")
        run.service = service = await run.context.service.require(tags=True)
        eligibility.require_fit(service)
        _notice_replaced(run, service)
        choice = await _choice(run, service, agreed)
        run.revision = choice.revision
        run.context.tell(events.RollbackChosen(choice.revision.arn, choice.leaves_arn, choice.why))
        await _notice_moving_tags(run, choice)

        # ROLL BACK, then PROVE: confirm the deployment.
        forth = await _reverse(run, service, choice)
        ours = await _update(run, service, choice)
        run.outcome = await _proven(run, service, choice, ours, forth)
    return run.result


def _notice_replaced(run: Run, service: Service) -> None:
    primary = service.primary
    if primary is not None and primary.rollout_state == "IN_PROGRESS":
        name = _short(primary.revision_arn)
        run.context.notice(f"deployment {primary.id} of {name} is in progress; it is replaced")


async def _notice_moving_tags(run: Run, choice: Choice) -> None:
    """Say what a rollback can't promise: ECS resolves tags of images again for each deployment.

    Source: ECS developer guide, "Deploy Amazon ECS services by replacing tasks", container image
    resolution.
    """
    left = None
    with anyio.move_on_after(_LOOK_S), contextlib.suppress(AwsError):
        left = await run.context.ecs.describe_revision(choice.leaves_arn)
    names = uncertain_names(choice.revision, left) if left is not None else ()
    if left is not None and names:
        run.context.notice(
            f"{choice.revision.name} and {left.name} both name {listed(names)}: ECS pulls what the "
            "tag names now, which can be the image that you are leaving. Only a digest is certain"
        )


async def _choice(run: Run, service: Service, agreed: Choice | None) -> Choice:
    """Return the approved choice if it still holds, or choose now."""
    if agreed is None:
        return await choose(run.context, service, run.request.revision)
    if agreed.leaves_arn != service.revision_arn:
        raise _deployed_since(service, agreed.leaves_arn)
    return agreed


def _deployed_since(service: Service, leaves_arn: str) -> RefusedError:
    return RefusedError(
        f"Service {service.name} was deployed by someone else since the revision was chosen.",
        f"It was on {_short(leaves_arn)}; it is on {_short(service.revision_arn)} now.",
        "Find out who deployed it, then run this again.",
    )


async def _update(run: Run, service: Service, choice: Choice) -> Ours:
    run.step(Step.ROLL_BACK, f"roll the service back to {choice.revision.name}")
    sure = partial(lease.proven, run)

    async def unchanged() -> Service:
        now = service if run.lock is None else await run.context.service.require()
        if now.revision_arn != service.revision_arn:
            raise _deployed_since(now, service.revision_arn)
        return now

    now = await sure(unchanged)
    with run.changing():
        sent, left = choice.settings.sent, choice.leaves_arn
        return await update(run.context, now, choice.revision.arn, sent, left, sure=sure)


async def _reverse(run: Run, service: Service, choice: Choice) -> Settings:
    """Return what restores the settings as they are now, if ECS rolls the rollback back."""
    if not choice.settings:
        return Settings()
    live = await read(run.context.ecs, service)
    return reverse(live, choice.settings, run.context.gateway.shapes)


async def _proven(
    run: Run, service: Service, choice: Choice, ours: Ours, forth: Settings
) -> Outcome:
    """Follow the deployment, and ECS's own rollback of it, to the end; then restore the tags."""
    run.step(Step.PROVE, f"confirm deployment {ours.id}")
    sent = choice.settings
    then = changes.applied(service, sent.sent, sent.launch_type)
    on_pause = run.request.on_pause or "leave"
    timeout_s = await patience_with(run.context, run.request.timeouts.stable_s, then)
    change = Change(then, ours, timeout_s, kept=_KEPT, on_pause=on_pause)
    strategy = eligibility.require_fit(then)
    follower = strategy.follower(run.context, change, Alone())
    ended = await follower.outcome()
    run.service = follower.service or service
    if ended.proven:
        return await _tagged(run, service, sent, ours)
    if ended.left is not None:
        return ended.left
    outcome = await follower.give_up(ended)
    if isinstance(outcome, RolledBack):
        outcome = await settings.restored(run.context, outcome, forth, sent.sent)
    if isinstance(outcome, RolledBack):
        again = f"The service is back on {_short(outcome.revision_arn)}, the revision to leave. "
        remedy = f"{again}Specify another one: --to family:revision."
        return dataclasses.replace(outcome, remedy=remedy)
    return outcome


async def _tagged(run: Run, service: Service, sent: Settings, ours: Ours) -> Outcome:
    """Restore the tags of a service that is proven to run the old revision."""
    try:
        await settings.tag(run.context, service, sent)
    except AwsError as error:
        text = f"deployment {ours.id} is proven, but the service's tags are not restored"
        return Unproven("NotTagged", f"{text}: {error.what}", error.next_step)
    return Promoted(ours.revision_arn, ours.id)


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
