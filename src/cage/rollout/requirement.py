"""The requirements that a service must meet before a rollout changes anything."""

from __future__ import annotations

import dataclasses

from cage.availability.duration import Course, course, patience_s
from cage.canary import contention, placement, reach, second_copy, targets
from cage.canary.orphans import Orphans
from cage.context import Context
from cage.deployment import eligibility, first_deployment
from cage.deployment.current import current
from cage.deployment.hook_watch import paused
from cage.deployment.strategy import Strategy
from cage.model import events
from cage.model.errors import BusyError, RefusedError
from cage.model.outcome import Finding
from cage.model.services import Service
from cage.model.targets import TargetGroup
from cage.model.tasks import OnLaunchType, Placement
from cage.options.contradictions import contradiction
from cage.options.request import Request
from cage.rollout import settings
from cage.rollout.run import Run
from cage.rollout.settings import Intent
from cage.runtime.decisions import Decisions
from cage.verification.preflight import findings_of, refusal_of


@dataclasses.dataclass(frozen=True, slots=True)
class Ground:
    """The facts known before anything is changed.

    Attributes:
        before: The service as it is.
        service: The service as it will be, with all that the update sends along with the revision.
        strategy: How ECS deploys it.
        intent: The settings that the update sends with the revision, and those that restore it.
        production: The target groups that receive production traffic; None: it isn't moved.
        replaces: The deployment in progress that gets nowhere and is replaced; empty if none.
        requested_s: How long to wait for the deployment; None: as long as it needs.
    """

    before: Service
    service: Service
    strategy: Strategy
    intent: Intent
    groups: dict[str, TargetGroup]
    where: Placement
    production: tuple[str, ...] | None = None
    replaces: str = ""
    requested_s: float | None = None

    def patience_s(self, start_s: float) -> float:
        """Return how long to wait for the deployment, without its own pauses, in seconds.

        Args:
            start_s: How long the canary took from its start until it was healthy.
        """
        return patience_s(self.requested_s, self.service, self.groups.values(), start_s=start_s)

    def course(self, start_s: float) -> Course:
        """Return how long the deployment usually takes.

        Args:
            start_s: How long a task takes from its start until it is healthy.
        """
        return course(self.service, self.groups.values(), start_s=start_s)


async def require(run: Run, request: Request, decisions: Decisions) -> Ground:
    """Require a service that can be rolled out, and that no one else is working on.

    Raises:
        BusyError: Someone else is working on it.
        RefusedError: It can't be rolled out as it stands.
        AwsError: AWS refused, or didn't answer.
    """
    context = run.context
    contradicted = contradiction(request)
    if contradicted is not None:
        raise contradicted
    run.service = before = await context.service.require(tags=True)
    replaces = await _require_free(context, before)
    intent = await settings.intended(context, request, before)
    service = intent.applied(before)
    strategy = _require_fit(request, intent, before, service)
    _require_a_way_to_decide(before, request, decisions)
    await run.guards.require_quiet()
    production = await strategy.production(context, before)
    service = targets.on_the_idle_side(service, production or ())
    await _require_askable(run, request, service)
    where = await place_of_canary(run, request, service, wanted=not request.no_canary)
    arns = dict.fromkeys(b.target_group_arn for b in service.load_balancers)
    groups = await context.target_groups.describe(list(arns))
    orphans = await Orphans.of(
        context,
        before,
        service,
        longest_rollout_s=request.longest_s,
        stopped_timeout_s=request.timeouts.stopped_s,
        known=groups,  # a group that was deleted is what an update can fix
    )
    if await contention.sweep(orphans, run.leaving):
        # While this waited, the other rollout might have deployed.
        return await require(run, request, decisions)
    if request.verify:
        unsent = settings.finding(intent, request, before)
        await _verify(run, request, before, service, groups, unsent)
    beyond = () if request.no_canary else reach.beyond(service)
    if beyond:
        context.notice(reach.said(beyond))
    if replaces or first_deployment.was_never_steady(before):
        await _watch_from_nothing(run, before, groups, production)
    else:
        await run.watch.require(before, groups, production)
    context.tell(events.ServiceFound(before.revision_arn, before.desired_count, tuple(groups)))
    requested_s = request.timeouts.stable_s
    return Ground(
        before, service, strategy, intent, groups, where, production, replaces, requested_s
    )


def _require_fit(request: Request, intent: Intent, before: Service, service: Service) -> Strategy:
    """Require that the request can be carried out for the service, and return its strategy.

    Raises:
        RefusedError: It can't.
    """
    refused = settings.refusal(intent, request, before)
    if refused is None and not request.no_canary and not request.allow_second_copy:
        refused = second_copy.refusal((before, service))
    if refused is not None:
        raise refused
    strategy = eligibility.require_fit(service)
    if request.timeouts.bake_after_s and strategy.bakes:
        raise RefusedError(
            f"Service {before.name} has strategy {before.strategy}: ECS bakes it.",
            "ECS keeps the old tasks for its bakeTimeInMinutes, and cage waits for that.",
            "Remove --bake-after, and set bakeTimeInMinutes in deploymentConfiguration.",
        )
    return strategy


async def _watch_from_nothing(
    run: Run, service: Service, groups: dict[str, TargetGroup], production: tuple[str, ...] | None
) -> None:
    """Count healthy targets from now on, without a floor: the service has never been steady."""
    if run.context.ledger.floor is not None:
        run.context.ledger.floor = None
        run.context.notice("--floor doesn't apply: the service has not been steady yet")
    await run.watch.open(service, groups, production)


async def _require_free(context: Context, service: Service) -> str:
    """Require that no one deploys the service now; a paused deployment isn't waited for.

    Returns the deployment in progress that can be replaced; empty if there is none.

    Raises:
        BusyError: Someone is deploying it.
        RefusedError: It can't be rolled out, or its deployment waits for someone.
    """
    try:
        eligibility.require_free(service)
    except BusyError as busy:
        why, primary = await first_deployment.stuck(context, service), service.primary
        if why and primary is not None:
            context.notice(
                f"deployment {primary.id} is replaced: the service was never steady, and {why}"
            )
            return primary.id
        found = await current(context, service)
        if found is None or not found.pauses:
            raise
        said, flags = paused(found, context.place.flags), context.place.flags
        raise RefusedError(
            f"{busy.what.partition(' (')[0]}, and that deployment is paused.",
            f"{said.message[0].upper()}{said.message[1:]}.",
            f"{said.remedy}. Then roll out again. To follow it, run: cage resume {flags}",
        ) from busy
    return ""


async def _verify(
    run: Run,
    request: Request,
    before: Service,
    service: Service,
    groups: dict[str, TargetGroup],
    unsent: Finding | None,
) -> None:
    """Run the preflight checks, and report what they find.

    Args:
        unsent: The finding about settings that the update doesn't send, if any.

    Raises:
        RefusedError: They found an error.
    """
    findings = await findings_of(run.context, request, service, groups, before)
    findings += (unsent,) if unsent is not None else ()
    run.context.tell(events.Verified(findings))
    refusal = refusal_of(findings)
    if refusal is not None:
        raise refusal


async def _require_askable(run: Run, request: Request, service: Service) -> None:
    """Refuse checks that can't run on the new task definition."""
    new = request.task_definition
    if request.checks.settings and request.revision is not None:
        new = (await run.context.ecs.describe_revision(request.revision)).raw
    refusal = request.checks.misfit(service, new) if new is not None else None
    if refusal is not None:
        raise refusal


def _require_a_way_to_decide(service: Service, request: Request, decisions: Decisions) -> None:
    if request.checks.approve and not service.can_be_tagged and not decisions.ways:
        raise RefusedError(
            f"No one could approve a rollout of service {service.name}.",
            "Its tasks don't support tags, so cage promote can't reach it.",
            "Pass --approve-file with a file that decides.",
        )


async def place_of_canary(
    run: Run, request: Request, service: Service, *, wanted: bool
) -> Placement:
    """Decide where the canary starts, if one is wanted; a specified instance is resolved now.

    Raises:
        UsageError: It must be specified, and isn't.
        RefusedError: The specified instance doesn't exist.
        AwsError: AWS refused, or didn't answer.
    """
    name, cluster = request.canary_instance, run.context.place.cluster
    if not wanted:
        return OnLaunchType("", None)
    auto = name == placement.AUTO
    if name is None or auto or not placement.needs_instance(service):
        return placement.placement(service, None, auto=auto)
    instance = await run.context.ecs.find_container_instance(cluster, name)
    if instance is None:
        raise RefusedError(
            f"Container instance {name} not found in cluster {cluster}.",
            "ECS lists no instance of that id or ARN there.",
            f"List them: aws ecs list-container-instances {run.context.place.in_cluster}",
        )
    return placement.placement(service, instance.arn, auto=False)
