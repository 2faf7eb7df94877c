"""Call quotas: token buckets per category of actions, account and Region.

Sources: ECS API reference, "Request throttling for the Amazon ECS API"; Fargate's own, on
top of RunTask: ECS developer guide, "AWS Fargate throttling quotas".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from ecs_simulator.world.errors import ApiError

_CATEGORIES: dict[str, tuple[float, float, str]] = {
    # category: (burst, sustained calls a second, actions)
    "cluster modify": (
        20,
        1,
        (
            "CreateCluster DeleteCluster PutClusterCapacityProviders UpdateCluster "
            "UpdateClusterSettings"
        ),
    ),
    "cluster read": (50, 20, "DescribeClusters ListClusters"),
    "task definition modify": (20, 1, "DeregisterTaskDefinition RegisterTaskDefinition"),
    "task definition read": (
        50,
        20,
        "DescribeTaskDefinition ListTaskDefinitions ListTaskDefinitionFamilies",
    ),
    "task definition deletion": (5, 1, "DeleteTaskDefinitions"),
    "capacity provider modify": (
        10,
        1,
        "CreateCapacityProvider DeleteCapacityProvider UpdateCapacityProvider",
    ),
    "capacity provider read": (50, 20, "DescribeCapacityProviders"),
    "tag modify": (20, 10, "TagResource UntagResource"),
    "tag read": (50, 20, "ListTagsForResource"),
    "setting modify": (
        10,
        1,
        "DeleteAccountSetting PutAccountSetting PutAccountSettingDefault",
    ),
    "setting read": (50, 20, "ListAccountSettings"),
    "cluster resource modify": (
        100,
        40,
        (
            "DeleteAttributes DeregisterContainerInstance ExecuteCommand PutAttributes RunTask "
            "StartTask StopTask UpdateContainerAgent UpdateContainerInstancesState"
        ),
    ),
    "cluster resource read": (
        100,
        20,
        "DescribeContainerInstances DescribeTasks ListAttributes ListContainerInstances ListTasks",
    ),
    "agent modify": (
        200,
        120,
        (
            "RegisterContainerInstance SubmitAttachmentStateChanges SubmitContainerStateChange "
            "SubmitTaskStateChange"
        ),
    ),
    # *Unknown*: the quotas of task sets and Express services; assumed to share those of services.
    "service modify": (
        50,
        5,
        (
            "CreateService DeleteService UpdateService CreateTaskSet DeleteTaskSet UpdateTaskSet "
            "UpdateServicePrimaryTaskSet CreateExpressGatewayService "
            "DeleteExpressGatewayService UpdateExpressGatewayService"
        ),
    ),
    "service read": (
        100,
        20,
        "DescribeServices ListServices DescribeTaskSets DescribeExpressGatewayService",
    ),
    "service deployment": (50, 20, "DescribeServiceDeployments ListServiceDeployments"),
    "service revision": (50, 20, "DescribeServiceRevisions"),
    "task protection": (200, 80, "GetTaskProtection UpdateTaskProtection"),
    "cluster service resource read": (10, 1, "ListServicesByNamespace"),
}
_FARGATE = (100.0, 20.0)
"""How many tasks Fargate launches, On-Demand and Spot each: burst, and a second."""


@dataclasses.dataclass(slots=True)
class Bucket:
    """A token bucket: what it holds at most, and what it gains a second."""

    burst: float
    rate: float
    tokens: float
    filled_s: float = 0.0

    def take(self, now_s: float) -> bool:
        """Take a token; False if none is left."""
        self.tokens = min(self.burst, self.tokens + (now_s - self.filled_s) * self.rate)
        self.filled_s = now_s
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Quotas:
    """The account's quotas. Actions without a known quota are never throttled.

    Attributes:
        buckets: By category; to use another quota, replace its bucket.
    """

    def __init__(self) -> None:
        self.buckets: dict[str, Bucket] = {
            name: Bucket(burst, rate, burst) for name, (burst, rate, _) in _CATEGORIES.items()
        }
        for name in ("FARGATE", "FARGATE_SPOT"):
            self.buckets[name] = Bucket(*_FARGATE, _FARGATE[0])
        self._category = dict(_actions())

    def take(self, action: str, now_s: float) -> None:
        """Count a call, or raise AWS's error if it exceeds the quota."""
        category = self._category.get(action)
        if category is not None and not self.buckets[category].take(now_s):
            raise ApiError("ThrottlingException", "Rate exceeded")

    def launches(self, provider: str, now_s: float) -> bool:
        """Return whether Fargate launches one more task now: FARGATE or FARGATE_SPOT."""
        return self.buckets[provider].take(now_s)


def _actions() -> Iterator[tuple[str, str]]:
    for category, (_, _, actions) in _CATEGORIES.items():
        for action in actions.split():
            yield action, category
