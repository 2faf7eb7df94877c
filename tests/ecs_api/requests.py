"""Requests that have everything, as far as ECS accepts it at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.ecs_api.model import made_up, shapes

if TYPE_CHECKING:
    from ecs_simulator import Simulator

ROLE = "arn:aws:iam::123456789012:role/ecs"
LATTICE_RULE = "arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-1/listener/listener-1/rule/"
RULE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/web/1/2/3"


def task_definition(family: str = "web", network_mode: str = "awsvpc") -> dict[str, Any]:
    """Everything that a task definition of that mode can have; its container serves port 80."""
    made: dict[str, Any] = made_up(shapes("RegisterTaskDefinition")[0])
    (container,) = made["containerDefinitions"]
    mapping = {**container["portMappings"][0], "containerPort": 80, "hostPort": 80, "name": "web"}
    container |= {"name": "web", "image": "web:1", "portMappings": [mapping], "memory": 256}
    container |= {"disableNetworking": False}
    container["environmentFiles"][0]["value"] = "arn:aws:s3:::web/web.env"
    if network_mode == "awsvpc":
        del container["hostname"], container["extraHosts"]
    sizes = {"cpu": "256", "memory": "512"}
    made["runtimePlatform"]["operatingSystemFamily"] = "LINUX"  # Windows has other versions
    return {**made, **sizes, "family": family, "networkMode": network_mode}


def service(simulator: Simulator, strategy: str = "ROLLING") -> dict[str, Any]:
    """Everything that a service with this strategy can have."""
    made: dict[str, Any] = made_up(shapes("CreateService")[0])
    blue, green = (_group(simulator, name) for name in ("blue", "green"))
    (balancer,), (lattice,) = made["loadBalancers"], made["vpcLatticeConfigurations"]
    del balancer["loadBalancerName"], made["launchType"], made["role"]
    balancer |= {"targetGroupArn": blue, "containerName": "web", "containerPort": 80}
    rules = {"productionListenerRule": RULE, "testListenerRule": f"{RULE}4"}
    balancer["advancedConfiguration"] |= {"alternateTargetGroupArn": green, **rules}
    lattice |= {"targetGroupArn": _lattice(simulator, "blue"), "portName": "web"}
    rules = {"productionListenerRule": f"{LATTICE_RULE}1", "testListenerRule": f"{LATTICE_RULE}2"}
    other = _lattice(simulator, "green")
    lattice["advancedConfiguration"] |= {"alternateTargetGroupArn": other, **rules}
    if strategy == "ROLLING":
        del balancer["advancedConfiguration"], lattice["advancedConfiguration"]
    volume = made["volumeConfigurations"][0]["managedEBSVolume"]
    volume |= {"volumeType": "gp3", "iops": 3000}
    network = made["networkConfiguration"]["awsvpcConfiguration"]
    network |= {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}
    made["serviceRegistries"][0] |= {"containerName": "web", "containerPort": 80}
    made |= {
        "cluster": "main",
        "serviceName": "web",
        "taskDefinition": "web",
        "desiredCount": 1,
        "platformVersion": "LATEST",
        "schedulingStrategy": "REPLICA",
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1, "base": 0}],
        "deploymentController": {"type": "ECS"},
        "deploymentConfiguration": _configuration(made["deploymentConfiguration"], strategy),
        "placementConstraints": [],
        "placementStrategy": [],
    }
    simulator.world.listeners.furnish(made)
    return made


def _configuration(made: dict[str, Any], strategy: str) -> dict[str, Any]:
    kept = {
        "ROLLING": ("deploymentCircuitBreaker", "alarms", "earlySuccessCriteria"),
        "LINEAR": ("alarms", "lifecycleHooks", "linearConfiguration"),
        "CANARY": ("alarms", "lifecycleHooks", "canaryConfiguration"),
    }[strategy]
    percents = {"minimumHealthyPercent": 100, "maximumPercent": 200}
    made["earlySuccessCriteria"]["healthyPercent"] = 100
    made["lifecycleHooks"][0]["lifecycleStages"] = ["PRE_SCALE_UP"]
    made["linearConfiguration"] = {"stepPercent": 50.0, "stepBakeTimeInMinutes": 1}
    return {
        "strategy": strategy,
        "bakeTimeInMinutes": 1,
        **percents,
        **{key: made[key] for key in kept},
    }


def _group(simulator: Simulator, name: str) -> str:
    made = simulator.client("elbv2").create_target_group(
        Name=name, TargetType="ip", Protocol="HTTP", Port=80, VpcId="vpc-1"
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def _lattice(simulator: Simulator, name: str) -> str:
    config = {"port": 80, "protocol": "HTTP", "vpcIdentifier": "vpc-1"}
    made = simulator.client("vpc-lattice").create_target_group(name=name, type="IP", config=config)
    return str(made["arn"])
