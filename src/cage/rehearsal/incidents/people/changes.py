"""Someone else changes the service: scales it, deploys to it, deletes it.

Source: ECS developer guide, "Automatically scale your Amazon ECS service", "Updating an Amazon
ECS service"; ECS API reference, DeleteService: the service is DRAINING, then INACTIVE.
"""

from __future__ import annotations

import functools

from cage.model.events import DeploymentProven
from cage.rehearsal.incidents.conditions import needs_desired_count
from cage.rehearsal.incidents.effects import deploy_by_hand
from cage.rehearsal.incidents.incident import ABORTED, PROMOTED, Incident
from cage.rehearsal.incidents.triggers import on_call, once_told
from cage.rehearsal.stage import Stage

_during_checks = functools.partial(
    on_call, ("DescribeTasks",), times=1, after="RegisterTaskDefinition"
)
_during_deployment = functools.partial(
    on_call, ("DescribeServices",), times=1, after="UpdateService"
)
_incident = functools.partial(Incident, family="people", order=1)
_change = functools.partial(_incident, others_deploy=True, hurts_running_tasks=True)
_SUPERSEDED = frozenset({"Superseded"})


def _scale_up(stage: Stage) -> None:
    stage.service.desired += 2
    stage.world.scheduler.poke(stage.service)


def _scale_down(stage: Stage) -> None:
    stage.service.desired = max(0, stage.service.desired - 1)
    stage.world.scheduler.poke(stage.service)


def _go_back(stage: Stage) -> None:
    deploy_by_hand(stage, stage.service.deployments[-1].revision.arn)


def _needs_rolling(stage: Stage) -> str | None:
    return "ECS shifts its traffic" if stage.service.shifts else None


def _delete(stage: Stage) -> None:
    stage.call("delete_service", cluster=stage.cluster, service=stage.service_name, force=True)


INCIDENTS = (
    _incident(
        name="somebody-scales-up",
        summary="someone adds two tasks during the checks",
        why="cage never sends the desired count",
        right=PROMOTED,
        arm=_during_checks(do=_scale_up),
        inapplicable=needs_desired_count,
    ),
    _incident(
        name="somebody-scales-down",
        summary="someone removes a task during the checks",
        why="cage never sends the desired count",
        right=PROMOTED,
        arm=_during_checks(do=_scale_down),
        inapplicable=needs_desired_count,
        hurts_running_tasks=True,
    ),
    _change(
        name="somebody-deploys-first",
        summary="someone deploys a fix during the checks",
        why="their fix is not overwritten",
        right=ABORTED,
        arm=_during_checks(do=deploy_by_hand),
    ),
    _change(
        name="somebody-deploys-over-it",
        summary="someone deploys a fix over our deployment",
        why="their fix is left alone",
        right=_SUPERSEDED,
        arm=_during_deployment(do=deploy_by_hand),
    ),
    _change(
        name="somebody-deploys-unseen",
        summary="someone deploys a fix between the last look at the service and our update",
        why="it can't be prevented, so it is named, and a failure isn't rolled back unasked",
        right=PROMOTED,
        arm=on_call(("UpdateService",), deploy_by_hand, times=1),
        inapplicable=_needs_rolling,
    ),
    _change(
        name="somebody-deploys-after-it",
        summary="someone deploys a fix once our deployment is confirmed",
        why="the last line says whose deployment the service runs when it is printed",
        right=_SUPERSEDED,
        arm=once_told(
            lambda event: isinstance(event, DeploymentProven), lambda _stage: 0.0, deploy_by_hand
        ),
    ),
    _change(
        name="somebody-goes-back",
        summary="someone rolls the service back during our deployment",
        why="what they did is left alone",
        right=_SUPERSEDED,
        arm=_during_deployment(do=_go_back),
    ),
    _change(
        name="somebody-deletes-first",
        summary="someone deletes the service during the checks",
        why="there is nothing left to update",
        right=ABORTED,
        arm=_during_checks(do=_delete),
    ),
    _change(
        name="somebody-deletes-it",
        summary="someone deletes the service during our deployment",
        why="it was changed, and nothing can be confirmed",
        right=frozenset({"Unproven"}),
        arm=_during_deployment(do=_delete),
    ),
)
