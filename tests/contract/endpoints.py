"""An endpoint that answers as AWS, and a look at what is there, by plain API calls."""

from __future__ import annotations

import dataclasses
import subprocess
import threading
from typing import Any

import botocore.session
from botocore.config import Config

from tests.command_line import CAGE
from tests.endpoint.locally import environ, run

CLUSTER, SERVICE, GROUP = "demo", "web", "cage:canary-task:web"
_SETTLES_S = 60
_DELAY = {"Key": "deregistration_delay.timeout_seconds", "Value": "0"}


@dataclasses.dataclass(frozen=True)
class State:
    """What a service has come to, once nothing moves any more.

    Attributes:
        revision: `family:N` that the service runs.
        deployments: Status and rollout state of those that aren't FAILED, newest first.
        targets: The states of all that is registered in its target group.
        canaries: How many canary tasks aren't stopped.
    """

    revision: str
    deployments: tuple[tuple[str, str], ...]
    running: int
    targets: tuple[str, ...]
    canaries: int


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """An AWS account at an address.

    Attributes:
        env: The environment that AWS clients need.
        flags: What `cage rollout` must be told there.
        tasks_live: Whether tasks have addresses and may fail; else each runs by definition.
        has_balancers: Whether load balancers and listeners can be created.
    """

    name: str
    env: dict[str, str]
    flags: tuple[str, ...]
    tasks_live: bool
    has_balancers: bool
    _clients: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)

    @classmethod
    def of_ministack(cls, url: str, *, tasks_live: bool) -> Endpoint:
        """Return ministack's; the account is the one that its access key names."""
        keys = {"AWS_ACCESS_KEY_ID": "123456789012", "AWS_SECRET_ACCESS_KEY": "any"}
        env = environ(AWS_ENDPOINT_URL=url, AWS_REGION="us-east-1", **keys)
        return cls("ministack", env, (), tasks_live, has_balancers=True)

    @classmethod
    def of_cage_local(cls, env: dict[str, str], *, tasks_live: bool) -> Endpoint:
        """Return cage's own, where every target group counts as in use."""
        return cls("cage local", env, (), tasks_live, has_balancers=False)

    def client(self, service: str) -> Any:
        """Return a client of botocore, which reads what the endpoint answers unchanged."""
        if service not in self._clients:
            self._clients[service] = self._make(service)
        return self._clients[service]

    def _make(self, service: str) -> Any:
        session = botocore.session.Session()
        session.set_credentials(self.env["AWS_ACCESS_KEY_ID"], self.env["AWS_SECRET_ACCESS_KEY"])
        return session.create_client(
            service,
            region_name=self.env["AWS_REGION"],
            endpoint_url=self.env["AWS_ENDPOINT_URL"],
            config=Config(retries={"total_max_attempts": 2}),
        )

    def cage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run cage's command line on it."""
        return run(CAGE, *arguments, env=self.env)

    def target_group(self) -> str:
        """Create a target group for tasks, in use by a load balancer, and return its ARN."""
        elb, subnets = self.client("elbv2"), self.subnets()
        made = elb.create_target_group(
            Name=SERVICE, Protocol="HTTP", Port=8080, TargetType="ip", VpcId=subnets[0]["VpcId"]
        )
        arn: str = made["TargetGroups"][0]["TargetGroupArn"]
        elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[_DELAY])
        if self.has_balancers:
            ids = [subnet["SubnetId"] for subnet in subnets]
            balancer = elb.create_load_balancer(Name=SERVICE, Subnets=ids)["LoadBalancers"][0]
            elb.create_listener(
                LoadBalancerArn=balancer["LoadBalancerArn"],
                Protocol="HTTP",
                Port=80,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
            )
        return arn

    def subnets(self) -> list[dict[str, Any]]:
        """Return two subnets of the account's default VPC."""
        found: list[dict[str, Any]] = self.client("ec2").describe_subnets()["Subnets"]
        return sorted(found, key=lambda subnet: str(subnet["SubnetId"]))[:2]

    def service(self) -> dict[str, Any]:
        """Return the service as it is described."""
        answer = self.client("ecs").describe_services(cluster=CLUSTER, services=[SERVICE])
        described: dict[str, Any] = answer["services"][0]
        return described

    def tasks(self, *, stopped: bool = False) -> list[dict[str, Any]]:
        """Return the tasks of the cluster as they are described, the oldest first."""
        ecs, status = self.client("ecs"), "STOPPED" if stopped else "RUNNING"
        arns = ecs.list_tasks(cluster=CLUSTER, desiredStatus=status)["taskArns"]
        if not arns:
            return []
        found = ecs.describe_tasks(cluster=CLUSTER, tasks=arns, include=["TAGS"])["tasks"]
        return sorted(found, key=lambda task: str(task["createdAt"]))

    def state(self) -> State:
        """Look until nothing moves any more, or for a minute, and return what is there."""
        pause, seen, quiet = threading.Event(), self._look(), 0
        for _ in range(_SETTLES_S * 2):
            pause.wait(0.5)
            before, seen = seen, self._look()
            quiet = quiet + 1 if seen == before and self._is_steady() else 0
            if quiet > 1:
                break
        return seen

    def _is_steady(self) -> bool:
        service = self.service()
        moving = [d for d in service["deployments"] if d.get("rolloutState") == "IN_PROGRESS"]
        return not moving and service["runningCount"] == service["desiredCount"]

    def _look(self) -> State:
        service, elb = self.service(), self.client("elbv2")
        targets: list[str] = []
        for balancer in service["loadBalancers"]:
            answer = elb.describe_target_health(TargetGroupArn=balancer["targetGroupArn"])
            targets += [t["TargetHealth"]["State"] for t in answer["TargetHealthDescriptions"]]
        return State(
            revision=service["taskDefinition"].rpartition("/")[2],
            deployments=tuple(
                (d["status"], d["rolloutState"])
                for d in service["deployments"]
                if d["rolloutState"] != "FAILED"
            ),
            running=service["runningCount"],
            targets=tuple(targets),
            canaries=sum(task.get("group") == GROUP for task in self.tasks()),
        )
