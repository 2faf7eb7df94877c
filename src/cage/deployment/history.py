"""Which earlier revision a service can be put back to, by its history. Pure."""

from __future__ import annotations

import dataclasses

from cage.model.services import PastDeployment


@dataclasses.dataclass(frozen=True, slots=True)
class Candidate:
    """A revision on which a deployment ended well.

    Attributes:
        left_for_arn: The revision that the service went to from it, the last time.
    """

    revision_arn: str
    left_for_arn: str


class History:
    """Reads a service's deployments, the newest first, and names candidates among them.

    A deployment that ECS rolled back put its revision nowhere, so it counts as no stay, and
    speaks against its revision. One that was replaced while it went on is no candidate, but
    says for what its revision was left.

    Args:
        present_arn: The revision that the service is on, or on its way to.
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
    """Tell whether a revision is older than another; None: of other families no one knows."""
    family, _, number = arn.rpartition(":")
    other_family, _, other_number = other_arn.rpartition(":")
    if family != other_family or not (number.isdecimal() and other_number.isdecimal()):
        return None
    return int(number) < int(other_number)
