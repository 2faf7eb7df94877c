"""The definition files of the services that `shapes.py` names, as values."""

from __future__ import annotations

from typing import Any

_GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/{0}/{0}123"
_LATTICE_GROUP = "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-0123456789abcdef{}"
_RULE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/main/1/2/3"
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/main/1/{}"
_LATTICE_SERVICE = "arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0123456789abcdef0"
_ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1b2c3"  # noqa: S105  its name
_ROLE = "arn:aws:iam::123456789012:role/app/web-execution"
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}}


def service(**differences: Any) -> dict[str, Any]:
    """Return a rolling service of three tasks with a circuit breaker."""
    breaker = {"enable": True, "rollback": True}
    return {
        "cluster": "main",
        "serviceName": "web",
        "desiredCount": 3,
        "deploymentConfiguration": {"deploymentCircuitBreaker": breaker},
        **differences,
    }


def balancer(name: str = "web", port: int = 8080) -> dict[str, Any]:
    """Return an entry of a load balancer's target group."""
    return {
        "targetGroupArn": _GROUP.format(name),
        "containerName": "web",
        "containerPort": port,
    }


def lattice(number: int = 0, port: str = "web") -> dict[str, Any]:
    """Return an entry of a VPC Lattice target group."""
    return {
        "targetGroupArn": _LATTICE_GROUP.format(number),
        "portName": port,
        "roleArn": "arn:aws:iam::123456789012:role/ecs-lattice",
    }


def shifting(
    strategy: str, rule: str = _RULE, test: str = "", **configuration: Any
) -> dict[str, Any]:
    """Return a service whose deployments move the traffic of a load balancer."""
    advanced = {
        "alternateTargetGroupArn": _GROUP.format("green"),
        "productionListenerRule": rule,
        **({"testListenerRule": test} if test else {}),
        "roleArn": "arn:aws:iam::123456789012:role/ecs",
    }
    breaker = {"enable": True, "rollback": True}
    return fargate(
        loadBalancers=[{**balancer(), "advancedConfiguration": advanced}],
        deploymentConfiguration={
            "strategy": strategy,
            "bakeTimeInMinutes": 2,
            "deploymentCircuitBreaker": breaker,
            **configuration,
        },
    )


def connected(**differences: Any) -> dict[str, Any]:
    """Return a service that others reach by Service Connect, Cloud Map and a gateway."""
    rule = {"header": {"name": "X-Test", "value": {"exact": "yes"}}}
    alias = {"port": 8080, "dnsName": "web", "testTrafficRules": rule}
    connect = {
        "enabled": True,
        "namespace": "internal",
        "services": [{"portName": "web", "clientAliases": [alias]}],
    }
    registry = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-0123456789abcdef"
    return fargate(
        serviceConnectConfiguration=connect,
        serviceRegistries=[{"registryArn": registry}],
        gatewayConnectors=[{"portName": "admin"}],
        **differences,
    )


def lattice_canary() -> dict[str, Any]:
    """Return a service whose deployments move the traffic of VPC Lattice."""
    rules = f"{_LATTICE_SERVICE}/listener/listener-0123456789abcdef0/rule/rule-0123456789abcdef"
    advanced = {
        "alternateTargetGroupArn": _LATTICE_GROUP.format(1),
        "productionListenerRule": f"{rules}0",
        "testListenerRule": f"{rules}1",
    }
    canary = {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": 1}
    return fargate(
        vpcLatticeConfigurations=[{**lattice(), "advancedConfiguration": advanced}],
        deploymentConfiguration={
            "strategy": "CANARY",
            "bakeTimeInMinutes": 2,
            "canaryConfiguration": canary,
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        },
    )


def named(task: dict[str, Any]) -> dict[str, Any]:
    """Give the ports of the task's application names."""
    for mapping, name in zip(
        task["containerDefinitions"][1]["portMappings"], ("web", "admin"), strict=True
    ):
        mapping["name"] = name
    return task


def task(mode: str, *, checked: bool = False, host_port: int | None = None) -> dict[str, Any]:
    """Return a task definition with a sidecar and an application."""
    container: dict[str, Any] = {
        "name": "web",
        "image": "registry.test/web:1",
        "cpu": 128,
        "memory": 256,
        "portMappings": [{"containerPort": 8080}, {"containerPort": 9090}],
    }
    if host_port is not None:
        container["portMappings"][0]["hostPort"] = host_port
    if checked:
        container["healthCheck"] = {"command": ["CMD", "true"], "interval": 10, "retries": 3}
    sidecar = {"name": "log", "image": "registry.test/log:1", "memory": 64, "essential": False}
    return {
        "family": "web",
        "networkMode": mode,
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [sidecar, container],
    }


def sized(task: dict[str, Any], needed: str) -> dict[str, Any]:
    """Return a task that needs an instance of its own."""
    size = {"cpu": "2048", "memory": "8192"} if needed != "EC2" else {"cpu": "4096"}
    return {**task, **size, "requiresCompatibilities": [needed]}


def fargate(**differences: Any) -> dict[str, Any]:
    """Return a service on Fargate."""
    return service(
        launchType="FARGATE",
        platformVersion="1.4.0",
        networkConfiguration=NETWORK,
        **differences,
    )


def daemon() -> dict[str, Any]:
    """Return a service with a task on each instance."""
    found = service(
        launchType="EC2",
        schedulingStrategy="DAEMON",
        loadBalancers=[balancer()],
        deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 100},
    )
    del found["desiredCount"]
    return found


def logging(task: dict[str, Any]) -> dict[str, Any]:
    """Return a task definition whose containers write to CloudWatch Logs."""
    options = {
        "awslogs-group": "/ecs/web",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "web",
    }
    logging = {"logConfiguration": {"logDriver": "awslogs", "options": options}}
    containers = [{**container, **logging} for container in task["containerDefinitions"]]
    return {**task, "containerDefinitions": containers}


def function(*stages: str) -> dict[str, Any]:
    """Return a Lambda hook at stages of the deployment."""
    return {
        "hookTargetArn": "arn:aws:lambda:us-east-1:123456789012:function:smoke",
        "roleArn": "arn:aws:iam::123456789012:role/hooks",
        "lifecycleStages": list(stages),
    }


def pause(*stages: str, action: str = "ROLLBACK") -> dict[str, Any]:
    """Return a pause at stages of the deployment."""
    timeout = {"timeoutInMinutes": 60, "action": action}
    return {
        "targetType": "PAUSE",
        "lifecycleStages": list(stages),
        "timeoutConfiguration": timeout,
    }


def strategy(*providers: str) -> list[dict[str, Any]]:
    """Return a capacity provider strategy."""
    return [{"capacityProvider": provider, "weight": 1} for provider in providers]


def furnished() -> dict[str, Any]:
    """Return a task definition with resources that preflight checks can look up."""
    options = {"awslogs-group": "/ecs/web", "awslogs-stream-prefix": "web"}
    secrets = [
        {
            "name": "DB",
            "valueFrom": _SECRET,
        },
        {"name": "KEY", "valueFrom": "/web/key"},
    ]
    found = task("awsvpc")
    for container in found["containerDefinitions"]:
        container["image"] = container["image"].replace("registry.test", _ECR)
        container["logConfiguration"] = {"logDriver": "awslogs", "options": options}
    found["containerDefinitions"][1]["secrets"] = secrets
    found["executionRoleArn"] = _ROLE
    return found
