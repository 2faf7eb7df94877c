"""The gateway over botocore: all ports, using the clients of one account."""

from __future__ import annotations

from cage.aws import readable
from cage.aws.calls import Caller
from cage.aws.cloudwatch import BotoCloudWatch
from cage.aws.ecs import BotoEcs
from cage.aws.elb import BotoTargetGroups
from cage.aws.lattice import BotoLatticeTargetGroups
from cage.aws.listeners import BotoListeners
from cage.aws.lock import BotoParameters
from cage.aws.logs import BotoLogs
from cage.aws.prerequisites import BotoPrerequisites, Expires, MakeClient, never
from cage.aws.shapes import EcsShapes
from cage.aws.target_groups import BothKinds
from cage.ports.gateway import Gateway
from cage.ports.outside import Outside


def gateway_of(
    client: MakeClient, caller: Caller, outside: Outside, expires: Expires = never
) -> Gateway:
    """Return the gateway that uses these clients; rarely needed clients are created on first use.

    Args:
        client: Returns the client of a service, such as `ecs`, in a Region; None: the account's.
        expires: Returns when the credentials expire.

    Raises:
        UsageError: The client can't be created.
    """
    client = readable.watched(client)
    return Gateway(
        ecs=BotoEcs(client("ecs", None), caller),
        target_groups=BothKinds(
            BotoTargetGroups(client("elbv2", None), caller),
            BotoLatticeTargetGroups(lambda: client("vpc-lattice", None), caller),
        ),
        listeners=BotoListeners(client("elbv2", None), lambda: client("vpc-lattice", None), caller),
        cloudwatch=BotoCloudWatch(lambda: client("cloudwatch", None), caller),
        outside=outside,
        shapes=EcsShapes(),
        logs=BotoLogs(lambda region: client("logs", region), caller),
        prerequisites=BotoPrerequisites(client, caller, expires=expires),
        parameters=BotoParameters(lambda: client("ssm", None), caller),
    )
