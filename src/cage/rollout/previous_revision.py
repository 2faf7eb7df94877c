"""Choose the revision that a service is rolled back to."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator

from cage.comparison.update import Settings
from cage.context import Context
from cage.deployment import eligibility
from cage.deployment.history import Candidate, History, is_older
from cage.model.base import listed
from cage.model.errors import AccessDeniedError, InvalidRequestError, NotFoundError, RefusedError
from cage.model.revisions import Revision
from cage.model.services import PastDeployment, Service
from cage.ports.ecs import Ecs
from cage.rollout.past_settings import settings_with


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """The revision that a service is rolled back to.

    Attributes:
        leaves_arn: The revision that the service is on, or is moving to.
        why: The reason for choosing this revision, in a few words.
        settings: Restores the settings that the service had with that revision.
    """

    revision: Revision
    leaves_arn: str
    why: str
    settings: Settings = dataclasses.field(default_factory=Settings)

    def question(self, service: str, cluster: str) -> str:
        """Return the question that is asked before anything is changed."""
        return (
            f"Roll back service {service} in cluster {cluster} from "
            f"{self.leaves_arn.rpartition('/')[2]} to {self.revision.name}, {self.why}"
            f"{', and restore ' + listed(self.settings.names) if self.settings else ''}?"
        )


async def choose(context: Context, service: Service, named: str | None) -> Choice:
    """Return the specified revision, or the last steady one before the current one.

    A revision that the service was rolled back from is skipped, and so is one that is newer
    than the current one: a second rollback goes further back, never forward again.

    Raises:
        RefusedError: None was found, or the specified one can't be used.
        AwsError: AWS refused, or didn't answer.
    """
    chosen, past = await _chosen(context, service, named)
    found = await settings_with(context, service, past, chosen.revision.arn)
    return dataclasses.replace(chosen, settings=found)


async def _chosen(
    context: Context, service: Service, named: str | None
) -> tuple[Choice, list[PastDeployment]]:
    """Return the choice without its settings, and the deployments since the service left it."""
    past: list[PastDeployment] = []
    present = service.revision_arn
    if named is not None:
        revision = await _named(context.ecs, service, present, named)
        async for one in _read(context, service, past):
            if one.revision_arn == revision.arn and one.status == "SUCCESSFUL":
                break
        return Choice(revision, present, "the revision that you specified"), past
    history = History(present)
    async for one in _read(context, service, past):
        candidate = history.read(one) if one.revision_arn else None
        if candidate is None:
            continue
        found = await _usable(context.ecs, candidate, present, history)
        if found is not None:
            return Choice(found, present, "the last steady revision before it"), past
    before = await _before(context.ecs, present, history.rejected)
    if before is None:
        short = present.rpartition("/")[2]
        raise _refused(service, f"No revision before {short} is known to be good.")
    why = "the family's previous revision; ECS lists no successful deployment"
    return Choice(before, present, why), past


async def look(context: Context, named: str | None) -> Choice:
    """Choose for a service before anyone is asked; nothing is changed.

    Raises:
        NotFoundError: ECS reports the service as MISSING.
        RefusedError: It can't be rolled back.
        AwsError: AWS refused, or didn't answer.
    """
    service = await context.service.require()
    eligibility.require_fit(service)
    return await choose(context, service, named)


async def _named(ecs: Ecs, service: Service, present: str, named: str) -> Revision:
    family = present.rpartition("/")[2].rpartition(":")[0]
    revision = await ecs.describe_revision(f"{family}:{named}" if named.isdigit() else named)
    if revision.arn == present:
        raise _refused(service, f"It is on {revision.name} already.")
    if revision.status != "ACTIVE":
        raise _refused(service, f"{revision.name} is {revision.status}.")
    return revision


async def _read(
    context: Context, service: Service, past: list[PastDeployment]
) -> AsyncIterator[PastDeployment]:
    """Yield the service's deployments, newest first, and append each to a list."""
    try:
        async for one in context.ecs.past_deployments(context.place.cluster, service.arn):
            past.append(one)
            yield one
    except (AccessDeniedError, InvalidRequestError) as error:
        context.notice(f"earlier deployments can't be seen: {error.what}")


async def _usable(
    ecs: Ecs, candidate: Candidate, present: str, history: History
) -> Revision | None:
    """Return the candidate if the service can be rolled back to it."""
    arn = candidate.revision_arn
    try:
        revision = await ecs.describe_revision(arn)
    except NotFoundError:
        return None
    if await _is_older(ecs, candidate.left_for_arn, arn):
        history.rejected.add(arn)
        return None
    if await _is_older(ecs, present, arn) or revision.status != "ACTIVE":
        return None
    return revision


async def _is_older(ecs: Ecs, arn: str, other_arn: str) -> bool:
    """Return whether a revision is older; for two families, whether it was registered earlier."""
    known = is_older(arn, other_arn)
    if known is not None:
        return known
    try:
        one, other = [
            (await ecs.describe_revision(name)).raw.get("registeredAt") for name in (arn, other_arn)
        ]
    except NotFoundError:
        return False
    return one is not None and other is not None and bool(one < other)


async def _before(ecs: Ecs, present: str, rejected: set[str]) -> Revision | None:
    for arn in await ecs.list_revisions(present.rpartition("/")[2].rpartition(":")[0]):
        if is_older(arn, present) and arn not in rejected:
            return await ecs.describe_revision(arn)
    return None


def _refused(service: Service, why: str) -> RefusedError:
    return RefusedError(
        f"Service {service.name} can't be rolled back.",
        why,
        "Specify an ACTIVE revision that it doesn't run: --to family:revision.",
    )
