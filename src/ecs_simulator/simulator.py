"""A simulated AWS account with Amazon ECS in it: what tests of deploy tools need."""

from __future__ import annotations

import weakref
from typing import Any, Self

from ecs_simulator.api import Api
from ecs_simulator.endpoint import Endpoint
from ecs_simulator.faults import Faults
from ecs_simulator.outside_functions import played_by
from ecs_simulator.resources import Resources
from ecs_simulator.world import World


class Simulator:
    """A simulated AWS account with Amazon ECS in it.

    ECS and target groups are the simulator's own, with their timing: tasks take as long to start
    as they do on AWS, targets become healthy and drain, deployments roll and are rolled back.
    Other resources, such as IAM roles and log groups, are moto's.

    Time is virtual. Without an address it stands still until `advance` is called. After the
    first use of `url`, it also follows real time.

    Two simulators in one process are two accounts that know nothing of each other.

    Examples:
        >>> with Simulator(seed=7) as simulator:
        ...     ecs = simulator.client("ecs")
        ...     _ = ecs.create_cluster(clusterName="demo")
        ...     simulator.advance(60)
        ...     ecs.list_clusters()["clusterArns"]
        ['arn:aws:ecs:us-east-1:123456789012:cluster/demo']

    Args:
        seed: Random seed. The same seed and calls have the same result.
        region: The AWS Region of the account.

    Attributes:
        faults: Ways to break it.
        resources: Ways to create what task definitions reference: images, secrets, roles, ….
        api: AWS's protocols in front of the world. It can change between versions.
        world: The account's contents. It can change between versions.
    """

    def __init__(self, seed: int = 0, *, region: str = "us-east-1") -> None:
        self.world = World(seed, region)
        self.api = Api(self.world)
        self.faults = Faults(self.world, self.api.delay)
        self.resources = Resources(self.api.moto, self.world)
        self._endpoint: Endpoint | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The URL where any AWS client can reach it on loopback, for `AWS_ENDPOINT_URL`.

        The first use serves it, like `serve` without arguments.
        """
        return self.serve() if self._endpoint is None else self._endpoint.url

    def serve(self, *, port: int = 0, time_scale: float = 1.0) -> str:
        """Serve it on loopback, and return the address.

        It is served until the `with` block ends, `close` is called or the simulator is garbage
        collected.

        Args:
            port: Where to listen on 127.0.0.1; 0 picks a free port.
            time_scale: How many times as fast as real time it runs.

        Raises:
            PortError: The port is in use, or listening on it is not allowed.
        """
        self.close()
        self._endpoint = Endpoint(self.api, port, time_scale).__enter__()
        weakref.finalize(self, self._endpoint.stop)
        return self._endpoint.url

    def client(self, service: str, region: str | None = None) -> Any:
        """Return a botocore client that is answered by this account without a network.

        Args:
            service: The service's name in botocore, such as `ecs` or `elbv2`.
            region: The AWS Region; None: the account's own.
        """
        return self.api.client(service, region)

    def advance(self, seconds: float) -> None:
        """Let that many seconds pass in the account, at once."""
        self.api.advance(seconds)

    def play(self, function: str, target: str) -> None:
        """Let a program or a URL play a Lambda function that lifecycle hooks invoke.

        Args:
            function: The function's name, or its ARN.
            target: A command line that reads the payload on stdin and prints the answer, or an
                address that the payload is posted to. Both are JSON.
        """
        self.world.functions.played[function] = played_by(target, self.api.turn)

    def close(self) -> None:
        """Stop serving. The account's contents stay."""
        if self._endpoint is not None:
            self._endpoint.close()
            self._endpoint = None
