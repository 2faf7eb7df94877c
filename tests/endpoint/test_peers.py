"""The real aws CLI and cage's own command line on `cage local`, as users run them."""

from __future__ import annotations

import json
from typing import Any

from tests.command_line import CAGE
from tests.endpoint.locally import DELAY, GROUP, PEERS, WEB, run, served
from tests.endpoint.shared_time import account


def aws(env: dict[str, str], *arguments: str) -> Any:
    done = run(PEERS / "aws", *arguments, "--output", "json", env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def drain_at_once(env: dict[str, str], group: str = GROUP) -> None:
    """So that nobody waits for connections that there aren't."""
    attribute = f"Key={DELAY},Value=0"
    modify = ("elbv2", "modify-target-group-attributes", "--target-group-arn", group)
    aws(env, *modify, "--attributes", attribute)


def test_the_aws_cli_builds_a_service_from_nothing_and_updates_it() -> None:
    with served() as env:
        assert aws(env, "sts", "get-caller-identity")["Account"] == "123456789012"
        aws(env, "ecs", "create-cluster", "--cluster-name", "demo")
        named = ("--name", "web", "--protocol", "HTTP", "--port", "8080", "--target-type", "ip")
        made = aws(env, "elbv2", "create-target-group", *named, "--vpc-id", "vpc-1")
        group = made["TargetGroups"][0]["TargetGroupArn"]
        task = json.loads((WEB / "task-definition.json").read_text().replace("${", "$${"))
        task["containerDefinitions"][0]["image"] = "web:1"
        register = ("ecs", "register-task-definition", "--cli-input-json", json.dumps(task))
        assert aws(env, *register)["taskDefinition"]["revision"] == 1
        service = json.loads((WEB / "service.json").read_text())
        service["loadBalancers"][0]["targetGroupArn"] = group
        create = ("ecs", "create-service", "--task-definition", "web:1", "--cli-input-json")
        assert aws(env, *create, json.dumps(service))["service"]["status"] == "ACTIVE"
        assert aws(env, *register)["taskDefinition"]["revision"] == 2
        wait = ("ecs", "wait", "services-stable", "--cluster", "demo", "--services", "web")
        aws(env, *wait)
        health = ("elbv2", "describe-target-health", "--target-group-arn", group)
        states = [t["TargetHealth"]["State"] for t in aws(env, *health)["TargetHealthDescriptions"]]
        assert states == ["healthy"] * 3
        update = ("ecs", "update-service", "--cluster", "demo", "--service", "web")
        aws(env, *update, "--task-definition", "web:2")
        aws(env, *wait)
        described = aws(env, "ecs", "describe-services", "--cluster", "demo", "--services", "web")
        assert described["services"][0]["taskDefinition"].endswith("web:2")


def test_the_aws_cli_hears_of_an_action_that_is_not_simulated() -> None:
    with served() as env:
        asked = ("ecs", "list-daemons", "--cluster-arn", "demo")
        done = run(PEERS / "aws", *asked, env=env)
        assert done.returncode != 0
        assert "UnknownOperationException" in done.stderr
        assert "ListDaemons isn't simulated" in done.stderr


def test_cage_rolls_out_by_the_variables_that_are_exported() -> None:
    with served(str(WEB)) as env:
        drain_at_once(env)
        done = run(CAGE, "rollout", str(WEB), env=env)
        assert done.returncode == 0, done.stdout
        assert "confirmed running web:2" in done.stdout.splitlines()[-1]


def test_cage_aborts_where_the_image_is_broken_and_leaves_the_service_alone() -> None:
    with account("bad-image") as simulated:
        done = simulated.cage("rollout", str(WEB))
        assert done.returncode == 3, done.stdout
        assert "CannotPullContainerError" in done.stdout
        assert "NOT changed" in done.stdout.splitlines()[-1]
        named = ("--cluster", "demo", "--services", "web")
        described = aws(simulated.env, "ecs", "describe-services", *named)
        assert described["services"][0]["taskDefinition"].endswith("web:1")


def test_cage_brings_a_service_up_in_an_account_that_has_what_it_needs() -> None:
    with served(str(WEB)) as env:
        gone = ("--cluster", "demo", "--service", "web", "--force")
        aws(env, "ecs", "delete-service", *gone)
        aws(env, "ecs", "wait", "services-inactive", "--cluster", "demo", "--services", "web")
        done = run(CAGE, "up", str(WEB), env=env)
        assert done.returncode == 0, done.stdout
