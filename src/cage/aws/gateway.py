"""The gateway over botocore: every port on the clients of one account."""

from __future__ import annotations

from cage.aws.calls import Caller
from cage.aws.cloudwatch import BotoCloudWatch
from cage.aws.ecs import BotoEcs
from cage.aws.elb import BotoTargetGroups
from cage.aws.lock import BotoParameters
from cage.aws.logs import BotoLogs
from cage.aws.prerequisites import BotoPrerequisites, MakeClient
from cage.ports.gateway import Gateway
from cage.ports.outside import Outside


def gateway_of(client: MakeClient, caller: Caller, outside: Outside) -> Gateway:
    """Return the gateway on these clients; the ones that are rarely needed are made on first use.

    Args:
        client: Returns the client of a service, such as `ecs`, in a Region; None: the account's.

    Raises:
        UsageError: No client can be made.
    """
    return Gateway(
        ecs=BotoEcs(client("ecs", None), caller),
        target_groups=BotoTargetGroups(client("elbv2", None), caller),
        cloudwatch=BotoCloudWatch(lambda: client("cloudwatch", None), caller),
        outside=outside,
        logs=BotoLogs(lambda region: client("logs", region), caller),
        prerequisites=BotoPrerequisites(client, caller),
        parameters=BotoParameters(lambda: client("ssm", None), caller),
    )
