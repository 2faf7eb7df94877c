"""The simulator's public face: an account of one's own, in virtual time, with or without a URL."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3  # type: ignore[import-untyped]
import botocore.session
import moto
import pytest

from ecs_simulator import PortError, Simulator
from tests.ecs_simulator.account import TASK, deploy, shown
from tests.processes import PATIENCE_S

_KEYS = {"aws_access_key_id": "simulated", "aws_secret_access_key": "simulated"}


def _remote(url: str, service: str) -> Any:
    """A client of the user's own, by the network."""
    return botocore.session.Session().create_client(
        service, region_name="us-east-1", endpoint_url=url, **_KEYS
    )


def _listens(url: str) -> bool:
    port = int(url.rpartition(":")[2])
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) == 0


def test_a_service_becomes_steady_as_time_passes_and_not_before() -> None:
    with Simulator(seed=3) as simulator:
        ecs = deploy(simulator)
        assert shown(ecs)["runningCount"] == 0
        assert shown(ecs)["runningCount"] == 0
        simulator.advance(300)
        assert shown(ecs)["runningCount"] == 2
        (deployment,) = shown(ecs)["deployments"]
        assert deployment["rolloutState"] == "COMPLETED"


def test_the_same_seed_has_the_same_course_and_another_seed_another() -> None:
    def course(seed: int) -> list[Any]:
        simulator = Simulator(seed)
        ecs = deploy(simulator)
        simulator.advance(300)
        return [event["message"] for event in shown(ecs)["events"]]

    assert course(5) == course(5) != course(6)


def test_two_accounts_in_one_process_know_nothing_of_each_other() -> None:
    one, other = Simulator(), Simulator()
    mine, theirs = one.client("ecs"), other.client("ecs")
    mine.create_cluster(clusterName="mine")
    theirs.create_cluster(clusterName="theirs")
    one.advance(3600)
    assert [c.rpartition("/")[2] for c in mine.list_clusters()["clusterArns"]] == ["mine"]
    assert [c.rpartition("/")[2] for c in theirs.list_clusters()["clusterArns"]] == ["theirs"]
    assert (one.world.now, other.world.now) == (3600, 0)


def test_what_moto_answers_is_each_account_s_own_too() -> None:
    one, other = Simulator(), Simulator()
    for simulator, name in ((one, "mine"), (other, "theirs")):
        simulator.client("logs").create_log_group(logGroupName=name)
        simulator.client("s3").create_bucket(Bucket="of-the-same-name")
        simulator.client("iam").create_user(UserName=name)
    for simulator, name in ((one, "mine"), (other, "theirs")):
        groups = simulator.client("logs").describe_log_groups()["logGroups"]
        assert [group["logGroupName"] for group in groups] == [name]
        assert len(simulator.client("s3").list_buckets()["Buckets"]) == 1
        users = simulator.client("iam").list_users()["Users"]
        assert [user["UserName"] for user in users] == [name]


def test_accounts_that_are_used_from_several_threads_at_once_stay_apart() -> None:
    def use(number: int) -> set[str]:
        with Simulator(number) as simulator:
            ssm = simulator.client("secretsmanager")
            for count in range(5):
                ssm.create_secret(Name=f"{number}-{count}", SecretString="s")
            return {secret["Name"] for secret in ssm.list_secrets()["SecretList"]}

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(use, range(4)))
    assert found == [{f"{number}-{count}" for count in range(5)} for number in range(4)]


def test_an_alarm_of_one_account_stops_no_deployment_of_another() -> None:
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    one, other = Simulator(), Simulator()
    found = []
    for simulator, state in ((one, "ALARM"), (other, "OK")):
        ecs = deploy(simulator, deploymentConfiguration={"alarms": alarms})
        simulator.advance(600)
        ecs.register_task_definition(**TASK)
        ecs.update_service(cluster="main", service="web", taskDefinition="web:2")
        simulator.advance(30)
        simulator.client("cloudwatch").put_metric_alarm(
            AlarmName="errors",
            MetricName="Errors",
            Namespace="Web",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
        )
        simulator.client("cloudwatch").set_alarm_state(
            AlarmName="errors", StateValue=state, StateReason="a test"
        )
        simulator.advance(900)
        found.append(shown(ecs)["taskDefinition"].rpartition(":")[2])
    assert found == ["1", "2"]


def test_a_user_s_own_moto_is_left_as_it_was() -> None:
    with moto.mock_aws():
        theirs = boto3.client("logs", region_name="us-east-1", **_KEYS)
        theirs.create_log_group(logGroupName="the-user-s")
        simulated = Simulator().client("logs")
        simulated.create_log_group(logGroupName="the-simulator-s")
        groups = theirs.describe_log_groups()["logGroups"]
        assert [group["logGroupName"] for group in groups] == ["the-user-s"]
        groups = simulated.describe_log_groups()["logGroups"]
        assert [group["logGroupName"] for group in groups] == ["the-simulator-s"]


def test_what_a_user_registers_with_one_client_happens_to_no_other() -> None:
    simulator = Simulator()
    seen: list[str] = []
    watched, other = simulator.client("ecs"), simulator.client("ecs")
    watched.meta.events.register("before-call.ecs", lambda model, **_: seen.append(model.name))
    other.list_clusters()
    assert seen == []
    watched.list_clusters()
    assert seen == ["ListClusters"]


def test_the_settings_of_the_user_s_environment_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    clusters = Simulator().client("sns").list_topics()
    assert clusters["Topics"] == []


def test_any_client_can_reach_it_until_the_block_ends() -> None:
    with Simulator() as simulator:
        url = simulator.url
        assert simulator.url == url
        _remote(url, "ecs").create_cluster(clusterName="by-network")
        (arn,) = simulator.client("ecs").list_clusters()["clusterArns"]
        assert arn.endswith("/by-network")
    assert not _listens(url)


def test_one_that_nobody_holds_any_more_stops_by_itself() -> None:
    before = set(threading.enumerate())
    url = Simulator().url
    gc.collect()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
    assert not _listens(url)


def test_time_that_is_let_pass_is_no_time_on_clients_clocks() -> None:
    with Simulator() as simulator:
        deploy(simulator)
        ecs = _remote(simulator.url, "ecs")
        created = shown(ecs)["createdAt"]
        simulator.advance(3600)
        service = shown(ecs)
        assert service["runningCount"] == 2
        assert service["createdAt"] == created
        assert (
            max(e["createdAt"] for e in service["events"]).timestamp() < created.timestamp() + 600
        )


def test_a_port_that_is_taken_is_an_error_with_its_reason() -> None:
    with Simulator() as simulator, Simulator() as other:
        port = int(simulator.url.rpartition(":")[2])
        with pytest.raises(PortError, match="is already in use"):
            other.serve(port=port)


_CHEAP = """
import sys
import ecs_simulator, ecs_simulator.pytest_plugin
assert not {"botocore", "moto", "anyio", "ecs_simulator.world"} & set(sys.modules), "not cheap"
sys.modules["moto"] = None
try:
    ecs_simulator.Simulator
except ImportError as error:
    assert "pip install 'canarycage[local]'" in str(error), error
else:
    raise AssertionError("it must say what is missing")
"""


def test_to_import_it_is_cheap_and_it_says_what_isn_t_installed() -> None:
    subprocess.run([sys.executable, "-c", _CHEAP], check=True)
