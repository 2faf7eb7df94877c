"""A task that is run with overrides is as they say."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecs_simulator import Simulator
from tests.ecs_simulator.account import NETWORK, deploy

PLACE = {"cluster": "main", "taskDefinition": "web", "launchType": "FARGATE"}


def run(ecs: Any, *overrides: dict[str, Any], **of_task: Any) -> str:
    given = {"containerOverrides": list(overrides), **of_task}
    (task,) = ecs.run_task(**PLACE, networkConfiguration=NETWORK, overrides=given)["tasks"]
    return str(task["taskArn"])


def described(ecs: Any, arn: str) -> dict[str, Any]:
    (task,) = ecs.describe_tasks(cluster="main", tasks=[arn])["tasks"]
    return dict(task)


def test_a_command_that_ends_ends_the_task() -> None:
    with Simulator() as simulator:
        ecs = deploy(simulator)
        arn = run(ecs, {"name": "web", "command": ["sh", "-c", "exit 3"]})
        simulator.advance(300)
        task = described(ecs, arn)
        assert task["lastStatus"] == "STOPPED"
        assert task["containers"][0]["exitCode"] == 3
        # The service's own tasks are as their definition says.
        assert len(ecs.list_tasks(cluster="main", serviceName="web")["taskArns"]) == 2


def test_it_has_the_size_and_environment_of_its_overrides() -> None:
    with Simulator() as simulator:
        ecs = deploy(simulator)
        mode = {"name": "MODE", "value": "migrate"}
        arn = run(ecs, {"name": "web", "environment": [mode]}, cpu="512", memory="1024")
        task = described(ecs, arn)
        assert (task["cpu"], task["memory"]) == ("512", "1024")
        assert task["overrides"]["containerOverrides"][0]["environment"] == [mode]


def test_an_override_of_no_container_is_refused() -> None:
    with Simulator() as simulator:
        ecs = deploy(simulator)
        with pytest.raises(ClientError, match="Override for container named api"):
            run(ecs, {"name": "api", "command": ["true"]})
        assert (
            ecs.list_tasks(cluster="main", family="web", desiredStatus="STOPPED")["taskArns"] == []
        )


def test_a_new_task_is_shown_at_once_unless_it_is_to_be_hidden() -> None:
    with Simulator() as simulator:
        ecs = deploy(simulator)
        for _ in range(10):
            assert described(ecs, run(ecs))["lastStatus"] == "PROVISIONING"
        fault = simulator.faults.hide_new_tasks(60)
        arns = [run(ecs) for _ in range(5)]
        failures = ecs.describe_tasks(cluster="main", tasks=arns)["failures"]
        assert {one["reason"] for one in failures} == {"MISSING"}
        fault.stop()
        assert described(ecs, run(ecs))["lastStatus"] == "PROVISIONING"
