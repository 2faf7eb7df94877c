"""Choosing the revision that a service is put back to."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable

from cage.deployment import eligibility
from cage.deployment.history import Candidate, History, is_older
from cage.model.errors import AccessDeniedError, InvalidRequestError, NotFoundError, RefusedError
from cage.model.revisions import Revision
from cage.model.services import Service
from cage.ports.ecs import Ecs


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    """Where a service is put back to.

    Attributes:
        leaves_arn: The revision that it is on, or on its way to.
        why: Why it is that revision, in a few words.
    """

    revision: Revision
    leaves_arn: str
    why: str

    def question(self, service: str, cluster: str) -> str:
        """Return what is asked before anything is changed."""
        return (
            f"Put service {service} in cluster {cluster} back from "
            f"{self.leaves_arn.rpartition('/')[2]} to {self.revision.name}, {self.why}?"
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses for one service.

    Attributes:
        notice: Told what could not be asked.
    """

    ecs: Ecs
    cluster: str
    notice: Callable[[str], object]

    async def choose(self, service: Service, named: str | None) -> Choice:
        """Return the revision that is named, or the last that was steady before.

        A revision that the service was put back from is skipped, and so is one that is newer
        than what it is on: a second rollback goes further back, never forward again.

        Raises:
            RefusedError: There is none, or the one that is named can't be taken.
        """
        present = service.primary.revision_arn if service.primary else service.revision_arn
        if named is not None:
            return Choice(await self._named(service, present, named), present, "as named")
        history = History(present)
        async for candidate in self._candidates(service, history):
            found = await self._usable(candidate, present, history)
            if found is not None:
                return Choice(found, present, "the last that was steady before")
        before = await self._before(present, history.rejected)
        if before is None:
            short = present.rpartition("/")[2]
            raise _refused(service, f"No revision before {short} is known to be good.")
        why = "the family's revision before it; ECS names no deployment that ended well"
        return Choice(before, present, why)

    async def _named(self, service: Service, present: str, named: str) -> Revision:
        family = present.rpartition("/")[2].rpartition(":")[0]
        revision = await self.ecs.describe_revision(
            f"{family}:{named}" if named.isdigit() else named
        )
        if revision.arn == present:
            raise _refused(service, f"It is on {revision.name} already.")
        if revision.status != "ACTIVE":
            raise _refused(service, f"{revision.name} is {revision.status}.")
        return revision

    async def _candidates(self, service: Service, history: History) -> AsyncIterator[Candidate]:
        try:
            async for past in self.ecs.past_deployments(self.cluster, service.arn):
                candidate = history.read(past) if past.revision_arn else None
                if candidate is not None:
                    yield candidate
        except (AccessDeniedError, InvalidRequestError) as error:
            self.notice(f"earlier deployments can't be seen: {error.what}")

    async def _usable(
        self, candidate: Candidate, present: str, history: History
    ) -> Revision | None:
        """Return the candidate if the service can be put back to it."""
        arn = candidate.revision_arn
        try:
            revision = await self.ecs.describe_revision(arn)
        except NotFoundError:
            return None
        if await self._is_older(candidate.left_for_arn, arn):
            history.rejected.add(arn)
            return None
        if await self._is_older(present, arn) or revision.status != "ACTIVE":
            return None
        return revision

    async def _is_older(self, arn: str, other_arn: str) -> bool:
        """Tell which revision is older; of two families, which was registered earlier."""
        known = is_older(arn, other_arn)
        if known is not None:
            return known
        try:
            one, other = [
                (await self.ecs.describe_revision(name)).raw.get("registeredAt")
                for name in (arn, other_arn)
            ]
        except NotFoundError:
            return False
        return one is not None and other is not None and bool(one < other)

    async def _before(self, present: str, rejected: set[str]) -> Revision | None:
        for arn in await self.ecs.list_revisions(present.rpartition("/")[2].rpartition(":")[0]):
            if is_older(arn, present) and arn not in rejected:
                return await self.ecs.describe_revision(arn)
        return None


async def look(ecs: Ecs, cluster: str, name: str, named: str | None) -> Choice:
    """Choose for a service before anybody is asked; nothing is changed.

    Raises:
        RefusedError: It can't be put back.
        AwsError: AWS refused, or didn't answer.
    """
    service = await ecs.find_service(cluster, name)
    if service is None:
        raise RefusedError(
            f"There is no service {name} in cluster {cluster}.",
            "ECS calls it MISSING.",
            "Check --service, --cluster and --region.",
        )
    unfit = eligibility.unfit(service)
    if unfit is not None:
        raise unfit
    return await Chooser(ecs, cluster, lambda _: None).choose(service, named)


def _refused(service: Service, why: str) -> RefusedError:
    return RefusedError(
        f"Service {service.name} can't be put back.",
        why,
        "Name an ACTIVE revision that it doesn't run: --to family:revision.",
    )
