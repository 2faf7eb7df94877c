"""A check, a report, an incident, a command and a setting of another distribution: a file each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "examples" / "web"

FILES = {
    "queue_check.py": '''
import dataclasses

from cage.checks.protocol import Questions, RequestedCheck
from cage.knobs.kinds import Many, Text, whole
from cage.knobs.knob import Entry, Knob, key
from cage.model.outcome import Failed, Passed


@dataclasses.dataclass(frozen=True)
class QueueSettings:
    """The queue that the task works on is short."""

    name: str = key(Text(), "The queue's name.")
    longest: int = key(whole(1), "How many messages it can hold.", default=10)
    longest_s = 60.0

    def misfit(self, service, definition):
        return None

    def questions(self, means):
        return Questions(serving=(QueueCheck(self, means.cloudwatch),))


class QueueCheck:
    name, holds, reads_task, late_remedy = "queue", False, False, ""
    timeout_s, waits_for = 60.0, "the queue to be short"

    def __init__(self, settings, cloudwatch):
        self.settings, self.cloudwatch = settings, cloudwatch

    def applies_to(self, service, revision):
        return True

    async def observe(self, subject):
        name = f"{self.settings.name}-long"
        alarm = (await self.cloudwatch.alarms((name,)))[name]
        if alarm.state == "ALARM":
            return Failed("QueueLong", f"queue {self.settings.name} is long", "Add workers.")
        return Passed(f"queue {self.settings.name} holds {self.settings.longest} at most")


CHECK = RequestedCheck(
    name="queues",
    knob=Knob(
        "--queue",
        Many(
            Entry(
                QueueSettings,
                "QueueCheck",
                read=lambda text: {"name": text},
                write=lambda one: one.name,
                metavar="NAME",
            )
        ),
        "Queue that must be short.",
        name="queues",
        key="checks.queue",
        variables=(),
        default=(),
        heading="Checks",
    ),
    rehearse=lambda settings, backdrop: backdrop.alarm(f"{settings.name}-long"),
)
''',
    "queue_incident.py": """
from cage.rehearsal.incidents.incident import Incident


def _arm(stage):
    stage.alarm("jobs-long", "ALARM")


INCIDENT = Incident(
    name="queue-grows",
    family="queues",
    summary="the queue grows",
    why="the check of the queue fails",
    right=frozenset({"Aborted"}),
    arm=_arm,
    inapplicable=lambda stage: None if stage.checks.queues else "no queue is checked",
)
""",
    "count_report.py": """
import contextlib

from cage.reports.report import Report


@contextlib.contextmanager
def _open(output):
    seen = []
    yield seen.append
    output.stream.write(f"{len(seen)} events\\n")


REPORT = Report("count", "How many events there were.", _open)
""",
    "whose_verb.py": """
import sys

from cage.verbs.verb import Verb


def _run(call):
    (team,) = (call.value(knob) for knob in VERB.settings())
    sys.stdout.write(f"It belongs to {team}.\\n")
    return 0


VERB = Verb("whose", "Print which team it belongs to.", "Exit codes: 0 printed.", "extras", _run)
""",
    "team_setting.py": """
from cage.knobs.kinds import Text
from cage.knobs.knob import Knob

SETTING = Knob("--team", Text(), "Team that the service belongs to.", default="nobody")
""",
}
POINTS = """\
[cage.checks]
queue = queue_check:CHECK
[cage.incidents]
queue-grows = queue_incident:INCIDENT
[cage.reports]
count = count_report:REPORT
[cage.verbs]
whose = whose_verb:VERB
[cage.settings]
team = team_setting:SETTING
"""


@pytest.fixture(scope="module")
def extras(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with another distribution's modules and what it declares."""
    folder = tmp_path_factory.mktemp("extras")
    for name, text in FILES.items():
        (folder / name).write_text(text)
    info = folder / "cage_extras-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: cage-extras\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    return folder


def ran(extras: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{extras}:{ROOT}", **variables}
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, env=environ, check=False
    )


def cage(extras: Path, *arguments: str, **variables: str) -> str:
    done = ran(extras, "-m", "cage", *arguments, **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_help_has_the_command_and_the_flags(extras: Path) -> None:
    assert "whose       Print which team it belongs to." in cage(extras, "--help")
    shown = cage(extras, "rollout", "--help")
    assert "--queue NAME" in shown
    assert "--team TEXT" in shown
    assert "CAGE_TEAM" in shown


@pytest.mark.parametrize(
    ("arguments", "variables", "team"),
    [((), {}, "nobody"), ((), {"CAGE_TEAM": "blue"}, "blue"), (("--team", "red"), {}, "red")],
)
def test_the_command_runs_with_the_setting(
    extras: Path, arguments: tuple[str, ...], variables: dict[str, str], team: str
) -> None:
    assert cage(extras, "whose", *arguments, **variables) == f"It belongs to {team}.\n"


def test_a_rehearsal_asks_the_check_and_an_incident_fails_it(extras: Path, tmp_path: Path) -> None:
    counted = tmp_path / "count.txt"
    told = cage(
        extras,
        *("rehearse", str(WEB), "--queue", "jobs"),
        *("--incident", "none", "--incident", "queue-grows"),
        *("--report", "plain", "--report", f"count={counted}"),
    )
    assert "passed queue: queue jobs holds 10 at most" in told
    assert "queue jobs is long" in told
    assert counted.read_text().endswith(" events\n")
    assert "queue-grows" in cage(extras, "rehearse", "--list-incidents")


def test_cage_json_and_its_schema_have_the_keys(extras: Path, tmp_path: Path) -> None:
    for name in ("service.json", "task-definition.json"):
        (tmp_path / name).write_text((WEB / name).read_text())
    said = tmp_path / "cage.json"
    said.write_text('{"team": "blue", "checks": {"queue": [{"name": "jobs", "longest": 0}]}}')
    refused = ran(extras, "-m", "cage", "check", str(tmp_path))
    assert "checks.queue[0].longest" in refused.stdout
    said.write_text('{"team": "blue", "checks": {"queue": [{"name": "jobs"}]}}')
    shown = cage(extras, "rollout", str(tmp_path), "--show-settings")
    assert [line.split()[1:] for line in shown.splitlines() if line.startswith("--team")] == [
        ["blue", "cage.json"]
    ]
    schema = json.loads(cage(extras, "schema", "cage"))
    assert schema["properties"]["team"]["description"] == (
        "Team that the service belongs to. [default: nobody]"
    )
    assert set(schema["definitions"]["QueueCheck"]["properties"]) == {"name", "longest"}


def test_the_library_takes_the_check_and_the_setting(extras: Path) -> None:
    done = ran(
        extras,
        "-c",
        "import cage, queue_check\n"
        "checks = cage.Checks(queues=[queue_check.QueueSettings('jobs')])\n"
        f"request = cage.load_request({str(WEB)!r}, {{}}, team='red', queues=('mail',))\n"
        "print(checks.queues[0].name, request.checks.queues[0].name, request.extras)\n"
        "print(request.resume_command)",
    )
    assert done.returncode == 0, done.stderr
    told, command = done.stdout.splitlines()
    assert told == "jobs mail {'team': 'red'}"
    assert command.endswith("--queue mail --team red")


def test_the_generated_reference_has_all_of_it(extras: Path) -> None:
    done = ran(
        extras,
        "-c",
        "import json; from docsite.pages import generated; print(json.dumps(generated()))",
    )
    assert done.returncode == 0, done.stderr
    pages = json.loads(done.stdout)
    assert "`--queue NAME`" in pages["reference/commands/rollout.md"]
    assert "`CAGE_TEAM`" in pages["reference/variables.md"]
    assert "`checks.queue[].longest`" in pages["reference/cage-json.md"]
    assert "cage whose" in pages["reference/commands/index.md"]
    assert "queue-grows" in pages["reference/incidents.md"]
