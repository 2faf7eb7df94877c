"""Requests for tests: whatever the API's model allows, and definitions that ECS would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from cage.aws.shapes import EcsShapes
from cage.definitions.kinds import SERVICE, TASK_DEFINITION

if TYPE_CHECKING:
    from collections.abc import Callable

    from cage.definitions import AwsShape

SHAPES = EcsShapes()
TASK_SHAPE = TASK_DEFINITION.shape(SHAPES)
SERVICE_SHAPE = SERVICE.shape(SHAPES)
GROUP = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/{0}/0123456789abcdef"
ROLE = "arn:aws:iam::123456789012:role/{0}"

QUIET = settings(
    max_examples=60,
    phases=[Phase.generate],  # shrinking such large requests takes minutes
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

_PIECES = st.sampled_from(["${", "$", "{", "}", "\\", '"', "$${", "\n", "é", "A", " ", "x=1"])
_CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0")
TEXT = st.one_of(
    st.text(_CHARACTERS, max_size=10),
    st.lists(_PIECES, max_size=8).map("".join),
)
_WORDS = st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True)


def allowed(shape: AwsShape) -> st.SearchStrategy[Any]:
    """Whatever the model allows; every optional member may be there or not."""
    if shape.is_document:
        return st.just({"any": [1, None, {"b": ""}]})
    if shape.kind == "structure":
        members = {key: allowed(member) for key, member in shape.members.items()}
        needed = {key: members.pop(key) for key in list(members) if key in _needed(shape)}
        return st.fixed_dictionaries(needed, optional=members)
    if shape.kind == "list":
        return st.lists(allowed(shape.element), max_size=2)
    if shape.kind == "map":
        return st.dictionaries(TEXT, TEXT, max_size=2)
    if shape.enum:
        return st.sampled_from(list(shape.enum))
    plain: dict[str, st.SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "integer": st.integers(shape.minimum or 0, shape.maximum or 60_000),
        "double": st.floats(0, 100),
    }
    return plain.get(shape.kind, TEXT)


def _needed(shape: AwsShape) -> set[str]:
    return {"name", "image", "key", *shape.required}


@st.composite
def definitions(draw: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A service and its task definition as ECS takes them, as careful people write them."""
    mode = draw(st.sampled_from(["awsvpc", "bridge", "host"]))
    fargate = mode == "awsvpc" and draw(st.booleans())
    daemon = not fargate and draw(st.booleans())
    names = draw(st.lists(_WORDS, min_size=1, max_size=3, unique=True))
    volumes = draw(st.lists(_WORDS, max_size=2, unique=True))
    containers = [
        draw(_container(name, mode, volumes, 8000 + 10 * at)) for at, name in enumerate(names)
    ]
    task = {
        "family": "shop",
        "networkMode": mode,
        "executionRoleArn": draw(st.sampled_from([ROLE.format("start"), "start"])),
        "cpu": draw(st.sampled_from(["256", ".25 vCPU"])),
        "memory": draw(st.sampled_from(["512", "0.5 GB"])),
        "containerDefinitions": containers,
        **draw(_some(volumes=st.just([{"name": name} for name in volumes]), tags=_tags())),
        **draw(_some(taskRoleArn=st.just(ROLE.format("svc/task")))),
    }
    if volumes:
        task["volumes"] = [{"name": name} for name in volumes]
    if fargate:
        task["requiresCompatibilities"] = ["FARGATE"]
    service = {
        "cluster": "blue",
        "serviceName": "shop",
        "launchType": "FARGATE" if fargate else "EC2",
        **draw(_some(tags=_tags(), propagateTags=st.sampled_from(["SERVICE", "NONE"]))),
        **draw(_some(enableECSManagedTags=st.booleans())),
        **draw(_some(deploymentConfiguration=_deployment(daemon=daemon))),
    }
    if "taskRoleArn" in task:
        service |= draw(_some(enableExecuteCommand=st.booleans()))
    if daemon:
        service["schedulingStrategy"] = "DAEMON"
    else:
        service["desiredCount"] = draw(st.integers(1, 3))
    if fargate:
        service |= draw(_some(platformVersion=st.sampled_from(["LATEST", "1.4.0"])))
    if mode == "awsvpc":
        service["networkConfiguration"] = {"awsvpcConfiguration": draw(_network(fargate=fargate))}
    if draw(st.booleans()):
        service["loadBalancers"] = [
            {
                "targetGroupArn": GROUP.format("shop"),
                "containerName": names[0],
                "containerPort": 8000,
            }
        ]
        service |= draw(_some(healthCheckGracePeriodSeconds=st.integers(0, 60)))
    return service, task


def _some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=members)


def _tags() -> st.SearchStrategy[list[dict[str, str]]]:
    values = st.sampled_from(["", "shop", "a: b/c", "é +x@y"])
    pairs = st.dictionaries(_WORDS, values, min_size=1, max_size=2)
    return pairs.map(lambda found: [{"key": k, "value": v} for k, v in found.items()])


def _environment() -> st.SearchStrategy[list[dict[str, str]]]:
    secret = st.sampled_from(["DB_PASSWORD", "API_TOKEN", "AWS_SECRET_ACCESS_KEY"])
    values = st.one_of(TEXT, st.sampled_from(["hunter2", "postgres://u:p@h/db", ""]))
    pairs = st.tuples(
        st.dictionaries(secret, values, max_size=2),
        st.dictionaries(st.sampled_from(["MODE", "URL"]), TEXT, max_size=2),
    )
    return pairs.map(
        lambda found: [{"name": k, "value": v} for k, v in (found[0] | found[1]).items()]
    )


@st.composite
def _container(
    draw: Callable[..., Any], name: str, mode: str, volumes: list[str], port: int
) -> dict[str, Any]:
    mapping: dict[str, Any] = {"containerPort": port}
    mapping |= draw(_some(protocol=st.sampled_from(["tcp"])))
    if mode != "bridge":
        mapping |= draw(_some(hostPort=st.just(port)))
    container: dict[str, Any] = {
        "name": name,
        "image": f"registry.example.com/{name}:1",
        "memory": 128,
        "portMappings": [mapping, {"containerPort": port + 1}],
        **draw(_some(environment=_environment(), cpu=st.just(0))),
        **draw(_some(command=st.lists(TEXT.filter(bool), max_size=3), stopTimeout=st.just(60))),
        **draw(_some(secrets=st.just([{"name": "KEY", "valueFrom": "/shop/key"}]))),
        **draw(_some(dockerLabels=st.dictionaries(_WORDS, TEXT, max_size=2))),
    }
    if draw(st.booleans()):
        check = draw(_some(interval=st.sampled_from([30, 10]), retries=st.sampled_from([3, 5])))
        container["healthCheck"] = {"command": ["CMD-SHELL", "test ${X} = ${"], **check}
    if volumes:
        container["mountPoints"] = [{"sourceVolume": volumes[0], "containerPath": "/data"}]
    return container


def _deployment(*, daemon: bool) -> st.SearchStrategy[dict[str, Any]]:
    breaker = st.fixed_dictionaries({"enable": st.booleans(), "rollback": st.booleans()})
    if daemon:
        return _some(deploymentCircuitBreaker=breaker)
    return _some(
        deploymentCircuitBreaker=breaker,
        maximumPercent=st.sampled_from([200, 250]),
        minimumHealthyPercent=st.sampled_from([100, 50]),
    )


def _network(*, fargate: bool) -> st.SearchStrategy[dict[str, Any]]:
    subnets = st.lists(
        st.sampled_from(["subnet-1", "subnet-2"]), min_size=1, max_size=2, unique=True
    )
    public = st.sampled_from(["ENABLED", "DISABLED"] if fargate else ["DISABLED"])
    return st.fixed_dictionaries(
        {"subnets": subnets, "securityGroups": st.just(["sg-1"])},
        optional={"assignPublicIp": public},
    )
