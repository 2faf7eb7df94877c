"""The policies that AWS manages, such as AmazonECSTaskExecutionRolePolicy, in moto's IAM."""

from __future__ import annotations

from moto.core.config import default_user_config

from ecs_simulator.world.task_entities import ACCOUNT


def load() -> None:
    """Give the account that is entered AWS's managed policies, if it doesn't have them yet.

    By default moto leaves them out, because it takes a while to read them.
    """
    from moto.iam.models import iam_backends  # noqa: PLC0415  heavy, rarely needed

    backend = iam_backends[ACCOUNT]["aws"]
    if backend.aws_managed_policies:
        return
    config = default_user_config.setdefault("iam", {})
    before, config["load_aws_managed_policies"] = (
        config.get("load_aws_managed_policies", False),
        True,
    )
    try:
        backend.aws_managed_policies = backend._init_aws_policies()  # noqa: SLF001  no other way
    finally:
        config["load_aws_managed_policies"] = before
    backend.managed_policies |= {one.arn: one for one in backend.aws_managed_policies}
