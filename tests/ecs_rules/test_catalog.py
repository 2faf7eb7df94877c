"""A rule is written once: `cage check` asks it before anything is sent, the simulator then."""

from __future__ import annotations

import inspect
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cage.aws.shapes import EcsShapes
from ecs_rules.catalog import catalog
from ecs_simulator import Simulator
from ecs_simulator.world.task_entities import SimTargetGroup
from tests.definitions.folder import REMOVED, SERVICE, TASK_DEFINITION, Folder, changed

from . import limits

if TYPE_CHECKING:
    from pathlib import Path

_APP = "containerDefinitions[0]"
_CONFIGURATION = "deploymentConfiguration"
_ALTERNATE = "loadBalancers[0].advancedConfiguration"
_COMPLETE = {
    f"{_ALTERNATE}.alternateTargetGroupArn": SERVICE["loadBalancers"][0]["targetGroupArn"],
    f"{_ALTERNATE}.productionListenerRule": "arn:aws:elasticloadbalancing:eu-west-1:210987654321"
    ":listener-rule/app/shop/1/2/3",
    f"{_ALTERNATE}.roleArn": "arn:aws:iam::210987654321:role/elb",
}
_BALANCER = SERVICE["loadBalancers"][0]
_RULE = _COMPLETE[f"{_ALTERNATE}.productionListenerRule"]
_LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:210987654321:listener/app/shop/1/2"
_WHOLE = {
    "alternateTargetGroupArn": _BALANCER["targetGroupArn"].replace("shop", "green"),
    "productionListenerRule": _RULE,
    "roleArn": "arn:aws:iam::210987654321:role/elb",
}
_LATTICE = {
    "targetGroupArn": "arn:aws:vpc-lattice:eu-west-1:210987654321:targetgroup/tg-0123456789abcdef0",
    "portName": "web",
    "roleArn": "arn:aws:iam::210987654321:role/lattice",
}
_WEB = {f"{_APP}.portMappings[0].name": "web"}
_DAEMON = {
    "schedulingStrategy": "DAEMON",
    "launchType": "EC2",
    "desiredCount": REMOVED,
    "platformVersion": REMOVED,
}

_LAMBDA = {
    "hookTargetArn": "arn:aws:lambda:eu-west-1:210987654321:function:smoke",
    "roleArn": "arn:aws:iam::210987654321:role/hooks",
    "lifecycleStages": ["PRE_SCALE_UP"],
}
_WITHOUT_ROLE = {key: value for key, value in _LAMBDA.items() if key != "roleArn"}
_EARLY = {"enable": True, "healthyPercent": 100, "sourceServiceRevisionCleanup": "BLOCKING"}


def _pause(*stages: str) -> dict[str, Any]:
    return {"targetType": "PAUSE", "lifecycleStages": list(stages)}


# service, task definition, path of the finding, ECS's text
_REFUSED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"serviceName": "my shop"}, {}, "serviceName", "Service names have up to 255 letters"),
    ({"desiredCount": -1}, {}, "desiredCount", "desiredCount must not be negative."),
    (
        {"healthCheckGracePeriodSeconds": -1},
        {},
        "healthCheckGracePeriodSeconds",
        "healthCheckGracePeriodSeconds must not be negative.",
    ),
    (
        {"capacityProviderStrategy": [{"capacityProvider": "FARGATE"}]},
        {},
        "launchType",
        "Specifying both a launch type and capacity provider strategy is not supported.",
    ),
    (
        {"launchType": "MANAGED_INSTANCES", "platformVersion": REMOVED},
        {"requiresCompatibilities": ["MANAGED_INSTANCES"]},
        "launchType",
        "The launch type MANAGED_INSTANCES needs a capacity provider strategy.",
    ),
    (
        {"platformVersion": "1.3.0"},
        {},
        "platformVersion",
        "The platform version 1.3.0 is retired.",
    ),
    (
        {**_DAEMON, "desiredCount": 2},
        {},
        "desiredCount",
        "The daemon scheduling strategy does not support a desired count for services.",
    ),
    (
        {"schedulingStrategy": "DAEMON", "desiredCount": REMOVED},
        {},
        "schedulingStrategy",
        "The daemon scheduling strategy is not supported on Fargate.",
    ),
    (
        {**_DAEMON, f"{_CONFIGURATION}.maximumPercent": 150},
        {},
        f"{_CONFIGURATION}.maximumPercent",
        "The daemon scheduling strategy only supports a maximumPercent of 100.",
    ),
    (
        {f"{_CONFIGURATION}.minimumHealthyPercent": -1},
        {},
        f"{_CONFIGURATION}.minimumHealthyPercent",
        "minimumHealthyPercent must be at least 0.",
    ),
    (
        {f"{_CONFIGURATION}.maximumPercent": 0},
        {},
        f"{_CONFIGURATION}.maximumPercent",
        "maximumPercent must be greater than 0.",
    ),
    (
        {
            f"{_CONFIGURATION}.minimumHealthyPercent": 100,
            f"{_CONFIGURATION}.maximumPercent": 100,
        },
        {},
        _CONFIGURATION,
        "Both maximumPercent and minimumHealthyPercent cannot be 100",
    ),
    (
        {
            f"{_CONFIGURATION}.minimumHealthyPercent": 150,
            f"{_CONFIGURATION}.maximumPercent": 120,
        },
        {},
        f"{_CONFIGURATION}.minimumHealthyPercent",
        "minimumHealthyPercent must not be greater than maximumPercent.",
    ),
    (
        {
            "availabilityZoneRebalancing": "ENABLED",
            f"{_CONFIGURATION}.minimumHealthyPercent": 50,
            f"{_CONFIGURATION}.maximumPercent": 100,
        },
        {},
        f"{_CONFIGURATION}.maximumPercent",
        "Availability Zone Rebalancing does not support maximumPercent <= 100.",
    ),
    (
        {
            "availabilityZoneRebalancing": "ENABLED",
            "placementStrategy": [{"type": "binpack", "field": "memory"}],
        },
        {},
        "placementStrategy[0]",
        (
            "Availability Zone Rebalancing does not support placement strategies whose first one "
            "is not an Availability Zone spread."
        ),
    ),
    (
        {
            "availabilityZoneRebalancing": "ENABLED",
            "placementConstraints": [
                {"type": "memberOf", "expression": "attribute:ecs.availability-zone == eu-west-1a"}
            ],
        },
        {},
        "placementConstraints[0].expression",
        (
            "Availability Zone Rebalancing does not support placement constraints on "
            "attribute:ecs.availability-zone."
        ),
    ),
    (
        {f"{_CONFIGURATION}.linearConfiguration": {"stepPercent": 20.0}},
        {},
        f"{_CONFIGURATION}.linearConfiguration",
        "linearConfiguration is only valid with the LINEAR strategy.",
    ),
    (
        {f"{_CONFIGURATION}.lifecycleHooks": [{"targetType": "PAUSE"}]},
        {},
        f"{_CONFIGURATION}.lifecycleHooks[0].lifecycleStages",
        "lifecycleStages must be specified for a lifecycle hook.",
    ),
    (
        {f"{_CONFIGURATION}.lifecycleHooks": [_pause("POST_SCALE_UP", "TEST_TRAFFIC_SHIFT")]},
        {},
        f"{_CONFIGURATION}.lifecycleHooks[0].lifecycleStages[1]",
        "PAUSE hooks cannot be configured at TEST_TRAFFIC_SHIFT.",
    ),
    (
        {f"{_CONFIGURATION}.lifecycleHooks": [_pause("PRE_SCALE_UP")] * 11},
        {},
        f"{_CONFIGURATION}.lifecycleHooks[10]",
        "A service can have at most 10 PAUSE hooks.",
    ),
    (
        {f"{_CONFIGURATION}.lifecycleHooks": [_WITHOUT_ROLE]},
        {},
        f"{_CONFIGURATION}.lifecycleHooks[0].roleArn",
        "roleArn must be specified for an AWS_LAMBDA lifecycle hook.",
    ),
    (
        {
            f"{_CONFIGURATION}.lifecycleHooks": [
                {**_LAMBDA, "timeoutConfiguration": {"timeoutInMinutes": 1441}}
            ]
        },
        {},
        f"{_CONFIGURATION}.lifecycleHooks[0].timeoutConfiguration.timeoutInMinutes",
        "timeoutInMinutes of an AWS_LAMBDA hook must be at most 1440.",
    ),
    (
        {f"{_CONFIGURATION}.earlySuccessCriteria": {**_EARLY, "healthyPercent": 40}},
        {},
        f"{_CONFIGURATION}.earlySuccessCriteria.healthyPercent",
        "healthyPercent must be between minimumHealthyPercent (100) and 100.",
    ),
    (
        {
            **_COMPLETE,
            f"{_CONFIGURATION}.strategy": "BLUE_GREEN",
            f"{_CONFIGURATION}.earlySuccessCriteria": _EARLY,
        },
        {},
        f"{_CONFIGURATION}.earlySuccessCriteria",
        "earlySuccessCriteria is only valid with the ROLLING strategy.",
    ),
    (
        {f"{_CONFIGURATION}.earlySuccessCriteria": {"enable": True, "healthyPercent": 100}},
        {},
        f"{_CONFIGURATION}.earlySuccessCriteria",
        "earlySuccessCriteria needs sourceServiceRevisionCleanup if it is enabled.",
    ),
    (
        {
            f"{_CONFIGURATION}.alarms": {"alarmNames": ["5xx"], "enable": True, "rollback": True},
            "deploymentController.type": "CODE_DEPLOY",
        },
        {},
        f"{_CONFIGURATION}.alarms",
        "Deployment alarms need the ECS deployment controller.",
    ),
    (
        {f"{_CONFIGURATION}.bakeTimeInMinutes": 1441},
        {},
        f"{_CONFIGURATION}.bakeTimeInMinutes",
        "bakeTimeInMinutes must be between 0 and 1440.",
    ),
    (
        {
            **_COMPLETE,
            f"{_CONFIGURATION}.strategy": "CANARY",
            f"{_CONFIGURATION}.canaryConfiguration": {"canaryPercent": 0.05},
        },
        {},
        f"{_CONFIGURATION}.canaryConfiguration.canaryPercent",
        "canaryPercent must be a multiple of 0.1 between 0.1 and 100.0.",
    ),
    (
        {f"{_CONFIGURATION}.strategy": "LINEAR", "loadBalancers": REMOVED},
        {},
        f"{_CONFIGURATION}.strategy",
        "The LINEAR strategy needs a load balancer.",
    ),
    (
        {f"{_CONFIGURATION}.strategy": "BLUE_GREEN", "deploymentController.type": "CODE_DEPLOY"},
        {},
        f"{_CONFIGURATION}.strategy",
        "The BLUE_GREEN strategy needs the ECS deployment controller.",
    ),
    (
        {f"{_CONFIGURATION}.strategy": "BLUE_GREEN"},
        {},
        "loadBalancers[0]",
        "advancedConfiguration field is required for all loadBalancers when using",
    ),
    (
        {
            **{key: _COMPLETE[key] for key in _COMPLETE if "alternate" not in key},
            f"{_CONFIGURATION}.strategy": "BLUE_GREEN",
        },
        {},
        "loadBalancers[0]",
        "The BLUE_GREEN strategy needs advancedConfiguration.alternateTargetGroupArn.",
    ),
    (
        {f"{_ALTERNATE}.productionListenerRule": _LISTENER},
        {},
        f"{_ALTERNATE}.productionListenerRule",
        f"Must be RuleArn for ALB or ListenerArn for NLB. Got: {_LISTENER}",
    ),
    (
        {
            f"{_ALTERNATE}.productionListenerRule": _RULE,
            f"{_ALTERNATE}.testListenerRule": _RULE,
        },
        {},
        f"{_ALTERNATE}.testListenerRule",
        f"The following rules cannot be used as both production and test listener rules: {_RULE}",
    ),
    (
        {"loadBalancers": [_BALANCER, {**_BALANCER, "advancedConfiguration": _WHOLE}]},
        {},
        "loadBalancers[0]",
        "Either all or none of the provided loadBalancers must have advancedConfiguration defined",
    ),
    (
        {
            f"{_CONFIGURATION}.strategy": "BLUE_GREEN",
            "loadBalancers": [{**_BALANCER, "advancedConfiguration": _WHOLE}] * 2,
        },
        {},
        "loadBalancers[1].targetGroupArn",
        "Duplicate targetGroupArn found:",
    ),
    (
        {**_COMPLETE, f"{_CONFIGURATION}.strategy": "BLUE_GREEN"},
        {},
        f"{_ALTERNATE}.alternateTargetGroupArn",
        "The alternate target group must be another one than targetGroupArn.",
    ),
    (
        {"networkConfiguration": REMOVED},
        {},
        "networkConfiguration",
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ),
    (
        {"launchType": "EC2", "platformVersion": REMOVED},
        {"networkMode": "bridge", "requiresCompatibilities": ["EC2"]},
        "networkConfiguration",
        "Network Configuration is not valid for the given networkMode",
    ),
    (
        {"networkConfiguration": REMOVED},
        {"networkMode": "bridge", "requiresCompatibilities": ["EC2"]},
        "launchType",
        "Task definition does not support launch_type FARGATE.",
    ),
    (
        {"loadBalancers[0].containerName": "shop"},
        {},
        "loadBalancers[0].containerName",
        "The container shop does not exist in the task definition.",
    ),
    (
        {"loadBalancers[0].containerPort": 9090},
        {},
        "loadBalancers[0].containerPort",
        "The container app did not have a container port 9090 defined.",
    ),
    (
        {"vpcLatticeConfigurations": [{**_LATTICE, "portName": "api"}]},
        _WEB,
        "vpcLatticeConfigurations[0].portName",
        "The port name api does not exist in the task definition.",
    ),
    (
        {"vpcLatticeConfigurations": [_LATTICE] * 6},
        _WEB,
        "vpcLatticeConfigurations",
        "vpcLatticeConfigurations can have at most 5 items.",
    ),
    (
        {
            f"{_CONFIGURATION}.strategy": "BLUE_GREEN",
            "loadBalancers": REMOVED,
            "vpcLatticeConfigurations": [_LATTICE],
        },
        _WEB,
        "vpcLatticeConfigurations[0]",
        "The BLUE_GREEN strategy needs advancedConfiguration.alternateTargetGroupArn.",
    ),
    (
        {},
        {f"{_APP}.portMappings[0].hostPort": 80},
        f"{_APP}.portMappings[0].hostPort",
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
    ),
]
_REFUSED += limits.REFUSED
_IDS = [text for *_, text in _REFUSED]


@pytest.mark.parametrize(("service", "task", "path", "text"), _REFUSED, ids=_IDS)
def test_what_check_finds_the_simulator_refuses_in_ecs_s_words(
    tmp_path: Path, service: dict[str, Any], task: dict[str, Any], path: str, text: str
) -> None:
    errors = Folder(tmp_path, EcsShapes()).service(service).task(task).errors()
    assert any(f": {path}: " in error for error in errors), errors
    simulator = Simulator()
    group = SERVICE["loadBalancers"][0]["targetGroupArn"]
    simulator.world.add_target_group(SimTargetGroup(arn=group, name="shop"))
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="blue")

    def deploy() -> None:
        ecs.register_task_definition(**changed(TASK_DEFINITION, task))
        ecs.create_service(**changed({**SERVICE, "taskDefinition": "shop"}, service))

    with pytest.raises(ClientError) as refused:
        deploy()
    assert text in refused.value.response["Error"]["Message"]


def test_each_rule_that_an_operation_asks_is_among_them() -> None:
    assert {one.name for one in catalog() if one.refused_by} == {
        "alarms.controller",
        "awsvpc.hosts",
        "early_success.criteria",
        "ebs.sources",
        "ebs.types",
        "fargate_containers.capabilities",
        "fargate_containers.settings",
        "lifecycle_hooks.functions",
        "lifecycle_hooks.number",
        "lifecycle_hooks.stages",
        "lifecycle_hooks.timeouts",
        "lattice.alternates",
        "lattice.targets",
        "fargate.retired_platform",
        "fargate.unknown_platform",
        "listeners.advanced",
        "listeners.kinds",
        "listeners.repeated",
        "listeners.shared",
        "load_balancers.grace_period",
        "load_balancers.port_names",
        "load_balancers.targets",
        "names.characters",
        "network.configuration",
        "network_ids.ids",
        "once.one_registry",
        "once.providers",
        "percents.bounds",
        "percents.rebalancing",
        "percents.room",
        "rebalancing.supported",
        "placement.capacity_source",
        "placement.daemon",
        "placement.desired_count",
        "placement.launch_type",
        "placement.managed_instances",
        "placement.platform_version",
        "placement_rules.constraints",
        "placement_rules.strategies",
        "ports.host_ports",
        "service_connect.access_log",
        "service_connect.aliases",
        "service_connect.port_names",
        "strategies.alternates",
        "strategies.parts",
        "strategies.ranges",
        "strategies.shifting",
        "task_settings.cpu",
    }


@pytest.mark.parametrize("name", [one.name for one in catalog()])
def test_a_rule_has_its_source(name: str) -> None:
    (rule,) = (one for one in catalog() if one.name == name)
    module = inspect.getmodule(rule.check)
    assert "Source" in f"{module.__doc__} {rule.check.__doc__}"


_NEXT = '''
"""Moons."""

from ecs_rules.breach import CLIENT, breach
from ecs_rules.catalog import rule
from ecs_rules.request import TASK


@rule("RegisterTaskDefinition")
def family(_service, task_definition):
    """No family is named after the moon. Source: this test."""
    if task_definition.get("family") == "moon":
        text = "Family can not be moon."
        yield breach(TASK.at("family"), "it is the moon", "Use another", text=text, code=CLIENT)
'''
_ASK = """
import sys
from pathlib import Path
import ecs_rules
from cage.aws.shapes import EcsShapes
from cage.definitions import inspect_directory
from ecs_simulator import Simulator

ecs_rules.__path__.append(sys.argv[1])
_, findings = inspect_directory(Path(sys.argv[1]), {}, EcsShapes())
print(*findings, sep="\\n")
try:
    Simulator().client("ecs").register_task_definition(
        family="moon", containerDefinitions=[{"name": "web", "image": "web:1"}]
    )
except Exception as error:
    print(error)
"""


def test_the_next_rule_is_one_function_in_one_file_and_both_ask_it(tmp_path: Path) -> None:
    (tmp_path / "moons.py").write_text(_NEXT)
    Folder(tmp_path, EcsShapes()).task({"family": "moon"})
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "family: it is the moon. Use another" in done.stdout, done.stderr
    assert "(ClientException)" in done.stdout
    assert "Family can not be moon." in done.stdout
