"""What the table says of the simulator is what the simulator does."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

import ecs_rules
import ecs_simulator
from docsite.ecs_api import operations, rows
from ecs_simulator import Simulator
from ecs_simulator.operations import OPERATIONS
from tests.ecs_api import requests
from tests.ecs_api.model import Member, Value, made_up, shapes, values
from tests.ecs_simulator.operations import STORIES

SAME = {
    ("CreateServiceRequest", "role"): ("Service", "roleArn"),
    ("RunTaskRequest", "overrides"): ("Task", "overrides"),
    ("StartTaskRequest", "overrides"): ("Task", "overrides"),
}
"""Members of requests that answers show under another name."""

SHOWN_BY = {
    "CreateServiceRequest": ("Service", "Deployment", "ServiceRevision"),
    "UpdateServiceRequest": ("Service", "Deployment", "ServiceRevision"),
    "RegisterTaskDefinitionRequest": ("TaskDefinition",),
    "RunTaskRequest": ("Task",),
    "StartTaskRequest": ("Task",),
}
"""The structures that show what a request has."""


def _of(word: str) -> set[Member]:
    return {member for row in rows() if row.simulator == word for member in row.members}


class _Account:
    """A simulated account whose answers are noted."""

    def __init__(self) -> None:
        self.simulator = Simulator()
        self.seen: set[Value] = set()
        self.sent: set[Value] = set()
        self.client = self.simulator.client
        self.simulator.client = self._noted  # type: ignore[method-assign]

    def _noted(self, service: str, region: str | None = None) -> Any:
        client = self.client(service, region)
        if service == "ecs":
            client.meta.events.register("after-call.ecs.*", self._note)
        return client

    def _note(self, parsed: Any, model: Any, **_: Any) -> None:
        self.seen |= set(values(model.output_shape, parsed))

    def send(self, client: Any, operation: str, params: dict[str, Any]) -> None:
        """Make a call that has everything, and note what it has."""
        client._make_api_call(operation, params)
        self.sent |= set(values(shapes(operation)[0], params))


def _everything(strategy: str) -> _Account:
    """A service that has everything, deployed twice; tasks with every override."""
    account = _Account()
    ecs = account.simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    cloudwatch = account.simulator.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="x", EvaluationPeriods=1, ComparisonOperator="GreaterThanThreshold"
    )
    definition = requests.task_definition()
    account.send(ecs, "RegisterTaskDefinition", definition)
    service = requests.service(account.simulator, strategy)
    account.send(ecs, "CreateService", service)
    _look(ecs)
    account.simulator.advance(900)
    ecs.register_task_definition(**definition)
    kept = {k: v for k, v in service.items() if k in shapes("UpdateService")[0].members}
    account.send(ecs, "UpdateService", {**kept, "service": "web", "forceNewDeployment": True})
    for seconds in (*[2] * 10, *[60] * 20):
        account.simulator.advance(seconds)
        _look(ecs)
    _run(account, ecs)
    return account


def _run(account: _Account, ecs: Any) -> None:
    made: dict[str, Any] = made_up(shapes("RunTask")[0])
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    made["overrides"]["containerOverrides"][0]["name"] = "web"
    made |= {"cluster": "main", "taskDefinition": "web", "networkConfiguration": network}
    made["capacityProviderStrategy"] = [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]
    made |= {"placementConstraints": [], "placementStrategy": [], "platformVersion": "LATEST"}
    del made["launchType"]
    account.send(ecs, "RunTask", made)
    account.simulator.advance(60)
    arns = ecs.list_tasks(cluster="main")["taskArns"]
    ecs.describe_tasks(cluster="main", tasks=arns, include=["TAGS"])
    ecs.describe_task_definition(taskDefinition="web", include=["TAGS"])


def _on_instances() -> _Account:
    """A service with a role and a constraint, and a task that is started, on an instance."""
    account = _Account()
    ecs = account.simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    (instance,) = [account.simulator.world.add_instance("main").arn]
    account.send(ecs, "RegisterTaskDefinition", requests.task_definition(network_mode="bridge"))
    group = account.simulator.client("elbv2").create_target_group(
        Name="web", TargetType="instance", Protocol="HTTP", Port=80, VpcId="vpc-1"
    )["TargetGroups"][0]["TargetGroupArn"]
    service = {
        "cluster": "main",
        "serviceName": "web",
        "taskDefinition": "web",
        "role": requests.ROLE,
        "loadBalancers": [{"targetGroupArn": group, "containerName": "web", "containerPort": 80}],
        "placementConstraints": [{"type": "memberOf", "expression": "x"}],
    }
    account.send(ecs, "CreateService", service)
    _look(ecs)
    made: dict[str, Any] = made_up(shapes("StartTask")[0])
    made["overrides"]["containerOverrides"][0]["name"] = "web"
    made |= {"cluster": "main", "taskDefinition": "web", "containerInstances": [instance]}
    del made["networkConfiguration"]
    account.send(ecs, "StartTask", made)
    account.simulator.advance(30)
    ecs.describe_tasks(cluster="main", tasks=ecs.list_tasks(cluster="main")["taskArns"])
    return account


def _by_others() -> _Account:
    """Services that CodeDeploy and an external controller deploy."""
    account = _Account()
    ecs = account.simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(**requests.task_definition())
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
    on_fargate = {"launchType": "FARGATE", "networkConfiguration": network}
    of = {"cluster": "main", "desiredCount": 1}
    by = {"type": "CODE_DEPLOY"}
    ecs.create_service(
        **of, **on_fargate, serviceName="web", taskDefinition="web", deploymentController=by
    )
    ecs.create_service(**of, serviceName="other", deploymentController={"type": "EXTERNAL"})
    ecs.create_task_set(
        cluster="main",
        service="other",
        taskDefinition="web",
        externalId="x",
        networkConfiguration=network,
        capacityProviderStrategy=[{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
    )
    ecs.describe_services(cluster="main", services=["web", "other"])
    return account


def _look(ecs: Any) -> None:
    ecs.describe_services(cluster="main", services=["web", "none"], include=["TAGS"])
    found = ecs.list_service_deployments(cluster="main", service="web")["serviceDeployments"]
    ecs.describe_service_deployments(
        serviceDeploymentArns=[*(d["serviceDeploymentArn"] for d in found[:19]), "none"]
    )
    ecs.describe_service_revisions(
        serviceRevisionArns=[*(d["targetServiceRevisionArn"] for d in found[:19]), "none"]
    )


@functools.cache
def _accounts() -> tuple[_Account, ...]:
    strategies = ("ROLLING", "LINEAR", "CANARY")
    accounts = [_on_instances(), _by_others(), *(_everything(strategy) for strategy in strategies)]
    for story in STORIES:
        account = _Account()
        story(account.simulator)
        accounts.append(account)
    return tuple(accounts)


@functools.cache
def _seen() -> frozenset[Value]:
    return frozenset(value for account in _accounts() for value in account.seen)


@functools.cache
def _sent() -> frozenset[Value]:
    return frozenset(value for account in _accounts() for value in account.sent)


def _shown(value: Value) -> bool:
    """Return whether an answer has a request's value, in a structure that shows it."""
    (structure, member), text = value
    other = SAME.get((structure, member))
    places = (other,) if other else [(s, member) for s in SHOWN_BY.get(structure, (structure,))]
    return any((place, text) in _seen() for place in places)


@pytest.mark.parametrize("member", sorted(_of("keeps")), ids=".".join)
def test_what_the_simulator_keeps_is_shown_again(member: Member) -> None:
    texts = [text for sent, text in _sent() if sent == member]
    assert texts, "no request has it"
    assert any(_shown((member, text)) for text in texts), texts


@pytest.mark.parametrize("member", sorted(_of("omits")), ids=".".join)
def test_what_the_simulator_omits_is_shown_nowhere(member: Member) -> None:
    texts = [text for sent, text in _sent() if sent == member]
    assert not any(_shown((member, text)) for text in texts), texts


def test_what_the_simulator_shows_is_in_an_answer_and_nothing_else_is() -> None:
    answered = {member for member, _ in _seen()}
    assert sorted(_of("shows") - answered) == []
    assert sorted(_of("never shows") & answered) == []


def test_what_the_simulator_plays_is_named_in_its_code_or_in_ecs_rules() -> None:
    found = [
        path.read_text(encoding="utf-8")
        for package in (ecs_simulator, ecs_rules)
        for path in Path(package.__path__[0]).rglob("*.py")
        if path.name != "filled.py"  # which shows defaults, and does nothing else
    ]
    code = "\n".join(found)
    assert [member for member in sorted(_of("plays")) if f'"{member[1]}"' not in code] == []


def test_a_classic_load_balancer_is_refused() -> None:
    assert _of("refuses") == {("LoadBalancer", "loadBalancerName")}
    account = _Account()
    ecs = account.simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(**requests.task_definition())
    service = requests.service(account.simulator)
    service["loadBalancers"][0] = {
        "loadBalancerName": "x",
        "containerName": "web",
        "containerPort": 80,
    }
    with pytest.raises(ClientError):
        ecs.create_service(**service)


def test_the_operations_that_are_answered_are_those_that_the_simulator_has() -> None:
    answered = {one.name for one in operations() if one.simulator == "answers"}
    assert answered == set(OPERATIONS["ecs"])
