"""Placeholders for the canary and its service in a metric's dimensions and expression."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cage.checks.subject import Subject

TARGET_GROUP = "target_group"
NAMES = (
    "cluster",
    "family",
    "region",
    "revision",
    "service",
    TARGET_GROUP,
    "task_arn",
    "task_id",
)
"""`target_group` is the TargetGroup dimension of the first target group, in ELB's form."""

_PLACEHOLDER = r"\{([a-z_]+)\}"


def named(text: str) -> list[str]:
    """Return the placeholders of a text, known ones or not."""
    return re.findall(_PLACEHOLDER, text)


def filled(text: str, known: Mapping[str, str]) -> str:
    """Return the text with placeholders filled in; others, like SEARCH('{…}'), stay."""
    return re.sub(_PLACEHOLDER, lambda found: known.get(found[1], found[0]), text)


def values(subject: Subject, region: str) -> dict[str, str]:
    """Return the values of the placeholders, for a task that ECS has started."""
    task, revision = subject.task, subject.revision
    groups = [b.target_group_arn for b in subject.service.load_balancers]
    return {
        "cluster": subject.cluster.rpartition("/")[2],
        "family": revision.family,
        "region": region,
        "revision": str(revision.number),
        "service": subject.service.name,
        TARGET_GROUP: groups[0].rpartition(":")[2] if groups else "",
        "task_arn": task.arn if task else "",
        "task_id": task.id if task else "",
    }
