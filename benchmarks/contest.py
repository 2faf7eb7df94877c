"""One tool, one incident, one world of its own: what the tool reports, and what happened."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore

from benchmarks.judging import Became, Claim, End, claim_in, claim_of
from cage.command.files import definitions
from cage.model import identity
from cage.options.invocation import Invocation
from cage.rehearsal.account import open_account
from cage.rehearsal.incidents.catalog import CATALOG
from cage.rehearsal.ledger import Ledger
from cage.rehearsal.script import Script
from cage.rehearsal.stage import Stage
from ecs_simulator.endpoint import Endpoint

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "examples" / "web"
PEERS = ROOT / ".venv-peers" / "bin"
CAGE = Path(sys.executable).with_name("cage")

ON_SPOT = {"spot-interruption"}
"""Incidents that need a service on Fargate Spot; all others happen to examples/web as it is."""

_LONGEST_S = 420
"""Real seconds after which a tool is stopped."""

_ECS_DEPLOY_WAITS_S = 1800
"""The world's seconds. Its default of 300 is too short for this service if nothing goes wrong."""

_CAGE_WAITS_S = 900
"""The world's seconds: its default."""

_SETTLES_S = 7200.0
_LAST = 2000


@dataclasses.dataclass(frozen=True, slots=True)
class Ran:
    """How one tool's rollout ended.

    Attributes:
        canaries: The extra tasks that are left.
        fewest: The fewest healthy targets until the service settled, of `before`.
        took_s: The world's seconds until the tool ended.
        last_line: The last line that it printed.
    """

    claim: Claim
    end: End
    canaries: int
    fewest: int
    before: int
    took_s: float
    last_line: str


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """Where a tool runs: the service's files in a directory, and the world's speed."""

    script: Script
    directory: Path
    scale: float
    env: dict[str, str]


Said = tuple[Claim, str]
"""What a tool reports, and the end of its output."""

Tool = Callable[[Setting], Said]


def _run(setting: Setting, *command: str) -> tuple[int | None, str]:
    """Return an exit code, None if it was stopped, and the end of what was printed."""
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env=setting.env,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=_LONGEST_S,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return None, f"stopped after {_LONGEST_S} s"
    return done.returncode, done.stdout.strip()[-_LAST:]


def with_aws_cli(setting: Setting) -> Said:
    """Do what AWS documents: register, update-service, wait services-stable."""
    aws = (str(PEERS / "aws"), "ecs")
    where = ("--cluster", setting.script.service["cluster"])
    name = setting.script.service["serviceName"]
    text = json.dumps(dict(setting.script.task_definition))
    asked = ("--query", "taskDefinition.taskDefinitionArn", "--output", "text")
    code, arn = _run(setting, *aws, "register-task-definition", "--cli-input-json", text, *asked)
    if code != 0:
        return claim_of(code, arn), arn
    update = ("update-service", *where, "--service", name, "--task-definition", arn)
    code, told = _run(setting, *aws, *update)
    if code == 0:
        code, told = _run(setting, *aws, "wait", "services-stable", *where, "--services", name)
    return claim_of(code, told), told


def with_ecs_deploy(setting: Setting) -> Said:
    """Deploy a new tag of the image, as in the first lines of its README."""
    service = setting.script.service
    deploy = (str(PEERS / "ecs"), "deploy", service["cluster"], service["serviceName"])
    patience = ("--timeout", str(round(_ECS_DEPLOY_WAITS_S / setting.scale)))
    code, told = _run(setting, *deploy, "--tag", "next", *patience)
    return claim_of(code, told), told


def with_cage(setting: Setting) -> Said:
    """Roll out, canary first."""
    patience = ("--service-stable-timeout", str(round(_CAGE_WAITS_S / setting.scale)))
    events = setting.directory / "events.jsonl"
    report = ("--report", f"json={events}")
    _, told = _run(setting, str(CAGE), "rollout", str(setting.directory), *patience, *report)
    return claim_in(events.read_text("utf-8") if events.exists() else ""), told


TOOLS: dict[str, tuple[Path, Tool]] = {
    "aws CLI": (PEERS / "aws", with_aws_cli),
    "ecs-deploy": (PEERS / "ecs", with_ecs_deploy),
    "cage": (CAGE, with_cage),
}
"""Each tool's program, and how it is used."""


@contextlib.contextmanager
def _setting(incident: str, scale: float) -> Iterator[Setting]:
    """Write the files of the service that an incident happens to, and the clients' settings."""
    found = definitions(Invocation(WEB), needs_service=True, ask=False)
    if found.service is None or found.task_definition is None:
        raise SystemExit(f"{WEB} doesn't hold both definition files.")
    service = copy.deepcopy(dict(found.service))
    if incident in ON_SPOT:
        del service["launchType"]
        service["capacityProviderStrategy"] = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}]
    group = {"deregistration_delay_s": 30.0, "interval_s": 10.0}
    script = Script.of(service, found.task_definition, group_settings=group)
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "service.json").write_text(json.dumps(service))
        (directory / "task-definition.json").write_text(json.dumps(dict(found.task_definition)))
        _quicken(directory / "models", scale)
        yield Setting(script, directory, scale, _environ(directory / "models"))


def _quicken(models: Path, scale: float) -> None:
    """Write botocore's waiters again, with delays that take as long in the world as on AWS.

    So `aws ecs wait` looks every 15 of the world's seconds, and gives up after ten minutes.
    """
    where = Path("ecs") / "2014-11-13" / "waiters-2.json"
    waiters = json.loads((Path(botocore.__file__).parent / "data" / where).read_text("utf-8"))
    for waiter in waiters["waiters"].values():
        waiter["delay"] /= scale
    (models / where.parent).mkdir(parents=True)
    (models / where).write_text(json.dumps(waiters))


def _environ(models: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DATA_PATH": str(models),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "simulated",
        "AWS_SECRET_ACCESS_KEY": "simulated",
    }


def look(stage: Stage, old: int) -> End:
    """Look at a service from inside its world.

    Args:
        old: The number of the revision from before.
    """

    def ours(revision: Any) -> bool:
        return revision.number > old and not revision.tags

    service = stage.service
    touched = any(ours(record.target.revision) for record in service.history)
    now = service.primary
    if service.status != "ACTIVE" or now.rollout_state != "COMPLETED":
        return End(Became.UNSETTLED, touched)
    if ours(now.revision):
        return End(Became.NEW, touched)
    return End(Became.OLD if now.revision.number <= old else Became.OTHER, touched)


def canaries(stage: Stage) -> int:
    """Count the canary tasks that run."""
    every = stage.world.tasks.all.values()
    return sum(1 for t in every if t.group.startswith(identity.GROUP) and not t.stopping)


def settle(stage: Stage) -> None:
    """Let time pass until the service's deployment is over, or won't ever be."""
    world = stage.world
    until = world.now + _SETTLES_S
    world.run_until(world.now + 60.0)
    while stage.service.primary.rollout_state == "IN_PROGRESS" and world.now < until:
        world.run_until(world.now + 10.0)


def judge(incident: str, tool: str, scale: float) -> Ran:
    """Let a tool roll out in a fresh world, and look at that world from inside afterwards."""
    with _setting(incident, scale) as setting:
        stage = setting.script.stage()
        old = stage.service.primary.revision.number
        endpoint = Endpoint(stage.api, scale=scale)
        if incident != "none":
            CATALOG[incident].arm(stage)
        open_account(stage)
        ledger = Ledger(stage)
        ledger.open()
        setting.env["AWS_ENDPOINT_URL"] = endpoint.url
        with endpoint:
            began = time.perf_counter()
            claim, told = TOOLS[tool][1](setting)
            took_s = (time.perf_counter() - began) * scale
    settle(stage)
    last = told.splitlines()[-1] if told else ""
    end = look(stage, old)
    fewest = ledger.fewest
    return Ran(claim, end, canaries(stage), fewest, ledger.before, took_s, last)
