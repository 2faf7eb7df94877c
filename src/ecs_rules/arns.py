"""ARNs that can't be right.

Source: IAM user guide, "Identify AWS resources with Amazon Resource Names (ARNs)".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecs_rules.breach import Breach, advice, breach
from ecs_rules.catalog import rule
from ecs_rules.request import SERVICE, TASK, Shape, texts
from ecs_rules.values import show

_ACCOUNT = re.compile(r"arn:[^:]*:[^:]*:[^:]*:([^:]+):")
_NO_ACCOUNT = {"aws", "aws-managed", "cloudfront"}
_ROLE = (re.compile(r"(?!arn:)|arn:[^:]*:iam:[^:]*:[^:]*:role/"), "a role")
_GROUP = (
    re.compile(r"arn:[^:]*:(?:elasticloadbalancing|vpc-lattice):[^:]*:[^:]*:targetgroup/"),
    "a target group",
)
_LISTENER = (
    re.compile(
        r"arn:[^:]*:(?:elasticloadbalancing:[^:]*:[^:]*:listener(?:-rule)?/"
        r"|vpc-lattice:[^:]*:[^:]*:service/[^/]+/listener/)"
    ),
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
"""The kind of resource that an ARN under each key belongs to. A task's role can be a name too.

Source: API reference, LoadBalancer, AdvancedConfiguration, ServiceRegistry,
VpcLatticeConfiguration and RegisterTaskDefinition.
"""


@rule()
def account(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """The account in an ARN must be twelve digits."""
    for top, content in ((SERVICE, service), (TASK, task_definition)):
        for path, text in texts(content):
            key = path[-1]
            if not isinstance(key, str) or not key.lower().endswith("arn"):
                continue
            found = _ACCOUNT.match(text)
            if found and found[1] not in _NO_ACCOUNT and not re.fullmatch(r"\d{12}", found[1]):
                message = "the account in this ARN is not 12 digits"
                yield advice(top.at(*path), message, "Put yours in")


@rule()
def resource(service: Shape, task_definition: Shape) -> Iterator[Breach]:
    """An ARN must be of the kind that its key requires."""
    for top, content in ((SERVICE, service), (TASK, task_definition)):
        for path, text in texts(content):
            pattern, words = _RESOURCES.get(str(path[-1]), (None, ""))
            if not pattern or not text or pattern.match(text):
                continue
            message = f"{show(text)} is not an ARN of {words}"
            yield breach(top.at(*path), message, f"Write the ARN of {words}")
