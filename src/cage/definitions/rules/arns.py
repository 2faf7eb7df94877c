"""ARNs that can't be right."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cage.definitions import blanks
from cage.definitions.findings import show
from cage.definitions.rules.rule import (
    SERVICE_FILE,
    TASK_FILE,
    Remark,
    blank,
    error,
    texts,
    warning,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cage.model.base import Shape

_ACCOUNT = re.compile(r"arn:[^:]*:[^:]*:[^:]*:([^:]+):")
_NO_ACCOUNT = {"aws", "aws-managed", "cloudfront"}
_ROLE = (re.compile(r"(?!arn:)|arn:[^:]*:iam:[^:]*:[^:]*:role/"), "a role")
_GROUP = (
    re.compile(r"arn:[^:]*:(?:elasticloadbalancing|vpc-lattice):[^:]*:[^:]*:targetgroup/"),
    "a target group",
)
_LISTENER = (
    re.compile(r"arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:listener(?:-rule)?/"),
    "a listener or its rule",
)
_RESOURCES = {
    "alternateTargetGroupArn": _GROUP,
    "executionRoleArn": _ROLE,
    "infrastructureRoleArn": _ROLE,
    "productionListenerRule": _LISTENER,
    "registryArn": (re.compile(r"arn:[^:]*:servicediscovery:"), "a Cloud Map service"),
    "roleArn": _ROLE,
    "targetGroupArn": _GROUP,
    "taskRoleArn": _ROLE,
    "testListenerRule": _LISTENER,
}
"""What ARNs under some keys are ARNs of. A role of a task may also be a name.

Source: API reference, LoadBalancer, AdvancedConfiguration, ServiceRegistry,
VpcLatticeConfiguration and RegisterTaskDefinition.
"""


def account(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """The account in an ARN is twelve digits."""
    for top, content in ((SERVICE_FILE, service), (TASK_FILE, task_definition)):
        for path, text in texts(content):
            key = path[-1]
            if not isinstance(key, str) or not key.lower().endswith("arn"):
                continue
            found = _ACCOUNT.match(text)
            if found and found[1] not in _NO_ACCOUNT and not re.fullmatch(r"\d{12}", found[1]):
                message = "the account in this ARN is not 12 digits"
                yield warning(top.at(*path), message, "Put yours in")


def resource(service: Shape, task_definition: Shape) -> Iterator[Remark]:
    """An ARN is one of what its key asks for."""
    for top, content in ((SERVICE_FILE, service), (TASK_FILE, task_definition)):
        for path, text in texts(content):
            pattern, words = _RESOURCES.get(str(path[-1]), (None, ""))
            if not pattern or not text or pattern.match(text):
                continue
            if blanks.template(text) or blanks.blank(text) or blanks.doubtful(text):
                continue
            message = f"{show(text)} is no ARN of {words}"
            spot = top.at(*path)
            yield blank(spot, text) or error(spot, message, f"Write the ARN of {words}")
