"""Given `cage local` with a service's files, then each verb works there as it does on AWS."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import botocore.session

from cage.verbs.verb import verbs
from tests.endpoint.locally import WEB
from tests.endpoint.shared_time import Account, account

ELSEWHERE = {"rehearse", "local", "policy", "schema", "help", "completion", "version"}
"""Verbs that ask no AWS."""

OF_A_SERVICE: dict[str, tuple[str, ...]] = {
    "rollout": (str(WEB),),
    "verify": (str(WEB),),
    "init": ("nowhere",),
    "resume": (),
    "rollback": (),
    "promote": (),
    "abort": (),
    "status": (),
    "sweep": (),
}
"""Verbs that need a service that exists, and what else they need to be told."""

WHERE = ("--cluster", "demo", "--service", "web")


class Shell:
    """A shell in which what `cage local` prints was pasted."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.ran: set[str] = set()
        session = botocore.session.Session()
        session.set_credentials("simulated", "simulated")
        url, region = account.env["AWS_ENDPOINT_URL"], account.env["AWS_REGION"]
        self.ssm = session.create_client("ssm", region_name=region, endpoint_url=url)

    def cage(self, verb: str, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        self.ran.add(verb)
        done = self.account.cage(verb, *arguments)
        assert done.returncode == code, (verb, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    def decide(self, verb: str, *, code: int) -> str:
        """Begin a rollout that waits for approval, and decide with another command."""
        self.ran.add(verb)
        with self.account.deciding(verb, *WHERE):
            return self.cage("rollout", str(WEB), "--approve", code=code).stdout


def files(path: Path, **service: object) -> str:
    """Write a service of another name beside the one that is live; it has no load balancer."""
    definition = json.loads((WEB / "service.json").read_text())
    del definition["loadBalancers"]
    (path / "service.json").write_text(json.dumps({**definition, **service}))
    task = json.loads((WEB / "task-definition.json").read_text())
    task["containerDefinitions"][0]["environment"] = [{"name": "A", "value": "${ssm:/level}"}]
    (path / "task-definition.json").write_text(json.dumps(task))
    return str(path)


def test_each_verb_works_unchanged(tmp_path: Path) -> None:
    with account() as simulated:
        shell = Shell(simulated)

        shell.cage("check", str(WEB))
        shell.cage("diff", str(WEB), "--exit-code")
        assert "No errors." in shell.cage("verify", str(WEB)).stdout
        assert "steady" in shell.cage("status", str(WEB)).stdout.splitlines()[0]

        simulated.env["IMAGE_TAG"] = "next"
        assert "web:next" in shell.cage("diff", str(WEB), "--exit-code", code=1).stdout
        told = shell.decide("promote", code=0)
        assert re.search(r"preflight checks: \d+ passed$", told, re.MULTILINE), told
        assert "confirmed running web:2" in told.splitlines()[-1]
        told = shell.cage("rollback", str(WEB), "--yes").stdout
        assert "confirmed running web:1" in told.splitlines()[-1]
        assert "NOT changed" in shell.decide("abort", code=3).splitlines()[-1]
        shell.cage("resume", *WHERE)
        swept = shell.cage("sweep", "--cluster", "demo", "--yes").stdout
        assert "0 canary tasks found" in swept

        written = tmp_path / "written"
        shell.cage("init", *WHERE, str(written))
        shell.cage("diff", str(written), "--exit-code")

        shell.ssm.put_parameter(Name="/level", Value="debug", Type="String")
        other = files(tmp_path, serviceName="other")
        rendered = json.loads(shell.cage("render", other).stdout)
        container = rendered["register-task-definition"]["containerDefinitions"][0]
        assert container["environment"] == [{"name": "A", "value": "debug"}]
        told = shell.cage("up", other).stdout
        assert "other" in told.splitlines()[-1]
        assert "steady" in shell.cage("status", "--cluster", "demo", "--service", "other").stdout

    assert shell.ran >= {verb.name for verb in verbs()} - ELSEWHERE


def test_a_service_that_does_not_exist_ends_each_verb_alike() -> None:
    where = ("--cluster", "demo", "--service", "shop")
    with account() as found:
        ends = {verb: found.cage(verb, *where, *more) for verb, more in OF_A_SERVICE.items()}
    for verb, done in ends.items():
        assert done.returncode == 3, (verb, done.stdout, done.stderr)
        assert "Service shop not found in cluster demo." in done.stdout + done.stderr, verb
