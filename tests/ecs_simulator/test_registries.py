"""Cloud Map knows the tasks of a service while they run."""

from __future__ import annotations

from tests.ecs_simulator.stages import deploy, settled, up, wait, wait_for

ARN = "arn:aws:servicediscovery:us-east-1:123456789012:service/srv-web"


def test_instances_come_and_go_with_the_tasks() -> None:
    stage = up(serviceRegistries=[{"registryArn": ARN, "port": 8080}])
    registries = stage.world.registries
    moves: list[tuple[str, bool]] = []
    registries.watchers.append(lambda _arn, who, attrs: moves.append((who, attrs is not None)))
    known = registries.instances[ARN]
    assert set(known) == {t.id for t in stage.service.tasks}
    (attributes, *_) = known.values()
    assert attributes["AWS_INSTANCE_PORT"] == "8080"
    assert attributes["AWS_INSTANCE_IPV4"] in {t.ipv4 for t in stage.service.tasks}
    before = set(known)
    deploy(stage)
    wait_for(stage, settled(stage))
    wait(stage, 60)
    assert set(known) == {t.id for t in stage.service.tasks}
    assert {who for who, came in moves if not came} == before
    assert {who for who, came in moves if came} == set(known)


def test_a_dynamic_port_is_the_one_that_is_registered() -> None:
    registry = {"registryArn": ARN, "containerName": "web", "containerPort": 8080}
    stage = up("ec2-bridge", serviceRegistries=[registry])
    ports = {int(a["AWS_INSTANCE_PORT"]) for a in stage.world.registries.instances[ARN].values()}
    bound = {
        b["hostPort"]
        for t in stage.service.tasks
        for c in t.containers
        for b in c.bindings
        if b["containerPort"] == 8080
    }
    assert ports == bound
    assert min(ports) >= 32768
