"""Given what ECS says of a task that stopped, then this is the cause, and this may heal."""

from __future__ import annotations

import dataclasses
import random
import re
from pathlib import Path

import pytest

from cage.diagnosis import exits
from cage.diagnosis.cause import most_specific
from cage.diagnosis.causes import CAUSES, cause_in
from cage.diagnosis.stopped import stopped_verdict
from cage.model.tasks import Container, Task

_INIT = "ResourceInitializationError: unable to pull secrets or registry auth: "

SAID = {
    "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to "
    "resolve ref web:2: not found": ("ImageNotFound", False),
    "CannotPullContainerError: Error response from daemon: manifest for web:2 not found: "
    "manifest unknown": ("ImageNotFound", False),
    "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest "
    "does not contain descriptor matching platform 'linux/amd64'": ("WrongArchitecture", False),
    "CannotPullContainerError: inspect image has been retried 5 time(s): unexpected status "
    "code Too Many Requests - Server message: toomanyrequests": ("PullThrottled", True),
    "CannotPullContainerError: ref pull has been retried 5 time(s): dial tcp 10.0.0.1:443: "
    "i/o timeout": ("RegistryUnreachable", True),
    "CannotPullContainerError: denied: User is not authorized to perform: ecr:BatchGetImage": (
        "PullDenied",
        False,
    ),
    "CannotPullContainerError: pull access denied for web, repository does not exist or may "
    "require 'docker login'": ("PullDenied", False),
    "CannotPullContainerError: write /tmp/x: no space left on device": ("NoDiskSpace", False),
    _INIT + "unable to retrieve secret from asm: AccessDeniedException: User is not authorized "
    "to perform: secretsmanager:GetSecretValue": ("SecretDenied", False),
    _INIT + "unable to retrieve secrets from ssm: invalid parameters: /web/db": (
        "SecretNotFound",
        False,
    ),
    _INIT + "unable to retrieve ecr registry auth: RequestError: send request failed caused "
    'by: Post "https://api.ecr.example/": dial tcp 10.0.0.1:443: i/o timeout': (
        "AwsUnreachable",
        True,
    ),
    "ResourceInitializationError: failed to validate logger args: create stream has been "
    "retried 1 times: ResourceNotFoundException: The specified log group does not exist.": (
        "LogGroupNotFound",
        False,
    ),
    "ResourceInitializationError: failed to invoke EFS utils commands": (
        "VolumeNotMounted",
        False,
    ),
    'CannotStartContainerError: exec: "run.sh": executable file not found in $PATH': (
        "CommandNotFound",
        False,
    ),
    "CannotStartContainerError: exec /app/run: exec format error": ("WrongArchitecture", False),
    "OutOfMemoryError: Container killed due to memory usage": ("OutOfMemory", False),
    "Timeout waiting for network interface provisioning to complete.": ("NoNetworkInterface", True),
    "RESOURCE:MEMORY": ("NoRoom", True),
    "TaskFailedToStart: EMPTY CAPACITY PROVIDER": ("NoInstance", True),
    "Capacity is unavailable at this time.": ("NoCapacity", True),
    "Your Spot Task was interrupted.": ("SpotInterrupted", True),
    "Task failed container health checks": ("ContainerUnhealthy", False),
    "Task failed ELB health checks in (target-group arn:x)": ("TargetUnhealthy", False),
    "Essential container in task exited": ("ContainerExited", False),
    "Nobody has ever read this": ("TaskStopped", False),
}


@pytest.mark.parametrize("said", SAID)
def test_ecs_words_name_a_cause(said: str) -> None:
    cause = cause_in(said)
    assert (cause.name, cause.transient) == SAID[said]


PUBLISHED = [
    (text.replace("\\n", "\n"), cause, source)
    for text, cause, source in (
        line.split("\t")
        for line in Path(__file__)
        .with_name("texts.tsv")
        .read_text(encoding="utf-8")
        .splitlines()[1:]
    )
]
"""What AWS's documentation and public reports show: text, cause, source."""


@pytest.mark.parametrize(("text", "cause", "source"), PUBLISHED)
def test_a_published_text_names_its_cause(text: str, cause: str, source: str) -> None:
    assert cause_in(text).name == cause, source


def test_the_texts_are_of_aws_and_of_eighty_reports_and_more() -> None:
    sources = {source for _, _, source in PUBLISHED}
    assert len({s for s in sources if re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", s)}) >= 80
    assert all("#" in s or s.startswith("https://") for s in sources)
    seen = {cause for _, cause, _ in PUBLISHED} | {name for name, _ in SAID.values()}
    assert {cause.name for cause in CAUSES} <= seen


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_table_decides_nothing(seed: int) -> None:
    shuffled = random.Random(seed).sample(CAUSES, len(CAUSES))
    for text, cause, _ in PUBLISHED:
        found = most_specific(text, shuffled)
        assert (found.name if found else "TaskStopped") == cause


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("CannotPullContainerError: hotspot:2: not found", "ImageNotFound"),
        ("CannotPullContainerError: efs-tool:2: i/o timeout", "RegistryUnreachable"),
        (f"{_INIT}unable to retrieve secret from asm: efs-password not found", "SecretNotFound"),
        ("Essential container in task exited\nexec /agent: exec format error", "WrongArchitecture"),
    ],
)
def test_a_name_in_a_text_is_not_taken_for_a_cause(text: str, cause: str) -> None:
    assert cause_in(text).name == cause


def test_every_cause_has_a_remedy_and_a_name_of_its_own() -> None:
    assert len({cause.name for cause in CAUSES}) == len(CAUSES)
    assert all(cause.remedy.endswith(".") for cause in CAUSES)


def _container(code: int | None, reason: str = "", name: str = "web") -> Container:
    return Container(name, "STOPPED", "UNKNOWN", code, reason, (), None, None)


@pytest.mark.parametrize(
    ("code", "word"),
    [(126, "executed"), (127, "found"), (137, "SIGKILL"), (139, "SIGSEGV"), (143, "SIGTERM"),
     (130, "SIGINT"), (1, "own error")],
)  # fmt: skip
def test_an_exit_code_has_a_meaning(code: int, word: str) -> None:
    assert word in exits.meaning(_container(code))


def test_a_code_that_means_nothing_is_left_alone() -> None:
    assert exits.meaning(_container(77)) == ""


def test_a_container_without_a_code_never_ran_or_still_runs() -> None:
    stopped = _container(None)
    assert exits.meaning(stopped) == "never started"
    running = dataclasses.replace(stopped, last_status="RUNNING")
    assert exits.meaning(running) == "is still running"


def _task(*containers: Container) -> Task:
    return Task(
        arn="arn:aws:ecs:us-east-1:123456789012:task/main/1",
        revision_arn="",
        last_status="STOPPED",
        desired_status="STOPPED",
        group="",
        started_by="",
        containers=containers,
        container_instance_arn=None,
        ipv4=None,
        stop_code="EssentialContainerExited",
        stopped_reason="Essential container in task exited",
        created_at=None,
        tags={},
    )


def test_a_container_out_of_memory_is_the_cause_though_the_task_names_none() -> None:
    killed = _container(137, "OutOfMemoryError: Container killed due to memory usage")
    verdict = stopped_verdict(_task(_container(0, name="log"), killed))
    assert verdict.reason == "OutOfMemory"
    assert "container web exited with 137 (SIGKILL: out of memory)" in verdict.message
    assert verdict.remedy == "Give the container more memory."
    assert not verdict.transient


def test_a_command_that_is_not_there_is_told_from_its_exit_code() -> None:
    assert stopped_verdict(_task(_container(127))).reason == "CommandNotFound"
