"""Which earlier revisions a service can be rolled back to, by its history. Pure."""

from __future__ import annotations

import dataclasses

from cage.model.services import PastDeployment


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A revision on which a deployment succeeded.

    Attributes:
        left_for_arn: The revision that the service last left it for.
    """

    revision_arn: str
    left_for_arn: str


class History:
    """Reads a service's deployments, newest first, and finds candidates among them.

    If ECS rolled a deployment back, the service never settled on its revision, which is then
    rejected. A deployment that was replaced while in progress is not a candidate, but it shows
    which revision its own revision was left for.

    Args:
        present_arn: The revision that the service is on, or is moving to.
    """

    def __init__(self, present_arn: str) -> None:
        self.rejected: set[str] = set()
        self._newer = present_arn
        self._left_for: dict[str, str] = {present_arn: present_arn}
        self._named = {present_arn}

    def read(self, deployment: PastDeployment) -> Candidate | None:
        """Read the next older deployment; return its revision if it is a candidate."""
        arn = deployment.revision_arn
        if deployment.status.startswith("ROLLBACK"):
            if arn not in self._left_for:
                self.rejected.add(arn)
            return None
        self._left_for.setdefault(arn, self._newer)
        self._newer = arn
        if deployment.status != "SUCCESSFUL" or arn in self._named or arn in self.rejected:
            return None
        self._named.add(arn)
        return Candidate(arn, self._left_for[arn])


def is_older(arn: str, other_arn: str) -> bool | None:
    """Return whether a revision is older than another; None if they are of different families."""
    family, _, number = arn.rpartition(":")
    other_family, _, other_number = other_arn.rpartition(":")
    if family != other_family or not (number.isdecimal() and other_number.isdecimal()):
        return None
    return int(number) < int(other_number)
