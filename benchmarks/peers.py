"""The aws CLI, ecs-deploy and cage on the same endpoint, with the same incidents.

Each tool rolls the same task definition out to the same service, in a world of its own that
is made from the same seed. The times are real ones of a world that lives SCALE times as fast,
as ratios within this run: how often a tool looks isn't scaled.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cage.canary import identity
from cage.cli.files import definitions
from cage.simulator.endpoint import Endpoint
from cage.simulator.incidents import CATALOGUE
from cage.simulator.rehearsal import Ledger, Script
from cage.simulator.stage import Stage

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "examples" / "web"
PEERS = ROOT / ".venv-peers" / "bin"
CAGE = Path(sys.executable).with_name("cage")
INCIDENTS = (
    "none",
    "bad-image",
    "essential-exit",
    "security-group",
    "crash-after-promotion",
    "throttling",
)
_SCALE = int(os.environ.get("SCALE", "60"))
_LONGEST_S = 900
_PATIENCE_S = 1800
"""How long ecs-deploy waits, in virtual seconds; its own default is 300 s."""
_AFTERWARDS_S = 600.0


@dataclasses.dataclass(frozen=True, slots=True)
class Ran:
    """How one tool's rollout ended.

    Attributes:
        said_well: Whether its exit code says that the service runs the new revision.
        is_well: Whether the service is steady on the new revision, when all is over.
        canaries: The extra tasks that are left.
        fewest: The fewest healthy targets, of `before`.
    """

    said_well: bool
    is_well: bool
    canaries: int
    fewest: int
    before: int
    took_s: float


Tool = Callable[[Script, dict[str, str]], bool]


def _run(env: dict[str, str], *command: str) -> tuple[bool, str]:
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env=env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=_LONGEST_S,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return False, ""
    return done.returncode == 0, done.stdout


def with_aws_cli(script: Script, env: dict[str, str]) -> bool:
    """Do what AWS documents: register, update-service, wait services-stable."""
    aws = (str(PEERS / "aws"), "ecs")
    text = json.dumps(dict(script.task_definition))
    asked = ("--query", "taskDefinition.taskDefinitionArn", "--output", "text")
    well, arn = _run(env, *aws, "register-task-definition", "--cli-input-json", text, *asked)
    update = ("update-service", "--cluster", "demo", "--service", "web")
    well = well and _run(env, *aws, *update, "--task-definition", arn.strip())[0]
    wait = ("wait", "services-stable", "--cluster", "demo", "--services", "web")
    return well and _run(env, *aws, *wait)[0]


def with_ecs_deploy(script: Script, env: dict[str, str]) -> bool:
    """Deploy a new tag of the image, as its README begins."""
    del script
    deploy = (str(PEERS / "ecs"), "deploy", "demo", "web", "--tag", "next")
    return _run(env, *deploy, "--timeout", str(_PATIENCE_S // _SCALE))[0]


def with_cage(script: Script, env: dict[str, str]) -> bool:
    """Roll out, canary first."""
    del script
    return _run(env, str(CAGE), "rollout", str(WEB), "--no-verify")[0]


def _environ(url: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": url,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "simulated",
        "AWS_SECRET_ACCESS_KEY": "simulated",
    }


def _canaries(stage: Stage) -> int:
    every = stage.world.tasks.all.values()
    return sum(1 for t in every if t.group.startswith(identity.GROUP) and not t.stopping)


def judge(script: Script, incident: str, tool: Tool) -> Ran:
    """Let a tool roll out in a fresh world, and look at that world from inside afterwards."""
    stage = script.stage()
    old = stage.service.primary.revision.number
    if incident != "none":
        CATALOGUE[incident].arm(stage)
    ledger = Ledger(stage)
    ledger.open()
    with Endpoint(stage.api, scale=_SCALE) as endpoint:
        began = time.perf_counter()
        said_well = tool(script, _environ(endpoint.url))
        took_s = time.perf_counter() - began
    stage.world.run_until(stage.world.now + _AFTERWARDS_S)
    now = stage.service.primary
    is_well = now.revision.number > old and now.rollout_state == "COMPLETED"
    return Ran(said_well, is_well, _canaries(stage), ledger.fewest, ledger.before, took_s)


def _script() -> Script:
    found = definitions(WEB, {}, needs_service=True, ask=False)
    if found.service is None or found.task_definition is None:
        raise SystemExit(f"{WEB} doesn't hold both definition files.")
    settings = {"deregistration_delay_s": 30.0, "interval_s": 10.0}
    return Script(found.service, found.task_definition, group_settings=settings)


def _tools() -> dict[str, Tool]:
    tools: dict[str, Tool] = {}
    for name, program, tool in (
        ("aws CLI", "aws", with_aws_cli),
        ("ecs-deploy", "ecs", with_ecs_deploy),
    ):
        if (PEERS / program).exists():
            tools[name] = tool
        else:
            print(f"{name} is left out: {PEERS / program} isn't there; make .venv-peers/ready.")
    tools["cage"] = with_cage
    return tools


def main(incidents: tuple[str, ...]) -> None:
    """Print a line for each incident and tool."""
    script, tools = _script(), _tools()
    print(f"{_SCALE} virtual seconds in a real one; time as a ratio to the incident's quickest.\n")
    heading = ("incident", "tool", "said", "is", "truth?", "canary left?", "fewest", "time")
    layout = "{:<22} {:<11} {:<9} {:<9} {:<7} {:<13} {:<7} {:>6}"
    print(layout.format(*heading))
    for incident in incidents:
        ran = {name: judge(script, incident, tool) for name, tool in tools.items()}
        quickest = min(each.took_s for each in ran.values())
        for name, each in ran.items():
            row = (
                incident,
                name,
                "deployed" if each.said_well else "failed",
                "deployed" if each.is_well else "old",
                "yes" if each.said_well == each.is_well else "NO",
                f"{each.canaries} left" if each.canaries else "no",
                f"{each.fewest} of {each.before}",
                f"{each.took_s / quickest:.1f} x",
            )
            print(layout.format(*row), flush=True)


if __name__ == "__main__":
    main(tuple(sys.argv[1:]) or INCIDENTS)
