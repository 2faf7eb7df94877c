"""The policy as IAM reads it. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

from cage.policy.catalog import STATEMENTS, Statement

ANY = "*"
_TARGET_GROUPS = {
    "{target_group}": "elasticloadbalancing",
    "{lattice_target_group}": "vpc-lattice",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """The resources that the policy is narrowed to; `*` for anything unknown.

    Attributes:
        cluster: The cluster's name.
        family: The task definition's family.
        roles: ARNs of the roles that are passed; empty: all of the account.
        target_groups: ARNs, also of VPC Lattice; none of a kind: all of the account.
    """

    region: str = ANY
    account: str = ANY
    cluster: str = ANY
    service: str = ANY
    family: str = ANY
    roles: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()

    @property
    def partition(self) -> str:
        """The partition of the Region (AWS General Reference, Amazon Resource Names)."""
        for start, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
            if self.region.startswith(start):
                return partition
        return "aws"

    def fill(self, template: str) -> tuple[str, ...]:
        """Return the ARNs that a template of the catalog stands for."""
        if template == "{role}":
            return self.roles or (f"arn:{self.partition}:iam::{self.account}:role/*",)
        if template in _TARGET_GROUPS:
            service = _TARGET_GROUPS[template]
            start = f"arn:{self.partition}:{service}:{self.region}:{self.account}"
            own = tuple(arn for arn in self.target_groups if f":{service}:" in arn)
            return own or (f"{start}:targetgroup/*",)
        return (
            template.format(
                partition=self.partition,
                region=self.region,
                account=self.account,
                cluster=self.cluster,
                service=self.service,
                family=self.family,
            ),
        )


def document(
    commands: Collection[str], features: Collection[str], place: Place | None = None
) -> dict[str, Any]:
    """Return the minimum policy for the commands with these features."""
    where = place or Place()
    found = []
    for statement in STATEMENTS:
        if statement.feature and statement.feature not in features:
            continue
        actions = sorted(
            name for name, needed in statement.actions.items() if set(needed) & set(commands)
        )
        if actions:
            found.append(_shown(statement, actions, where))
    return {"Version": "2012-10-17", "Statement": found}


def _shown(statement: Statement, actions: list[str], place: Place) -> dict[str, Any]:
    resources = [arn for template in statement.resources for arn in place.fill(template)]
    shown: dict[str, Any] = {
        "Sid": statement.sid,
        "Effect": "Allow",
        "Action": _one_or_more(actions),
        "Resource": _one_or_more(resources) if resources else ANY,
    }
    if statement.passed_to:
        services = list(statement.passed_to)
        shown["Condition"] = {"StringEquals": {"iam:PassedToService": services}}
    elif statement.in_cluster and place.cluster != ANY:
        (arn,) = place.fill("arn:{partition}:ecs:{region}:{account}:cluster/{cluster}")
        shown["Condition"] = {"ArnLike": {"ecs:cluster": arn}}
    return shown


def _one_or_more(items: list[str]) -> str | list[str]:
    return items[0] if len(items) == 1 else items
