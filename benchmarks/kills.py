"""Kills and stops real rollouts at random moments, and does what a user would do next.

`make kills N=300`: each seed rolls out on a served account in a process of its own, sends it
signals at a random moment, and follows with the next rollout, `cage resume` or `cage sweep`. In the
end no canary is left, the service is on one revision and steady, the lock is released, and nobody
was told that the service was NOT changed although it was. With `--state FILE` a campaign that was
ended continues where it was.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, cast

from benchmarks.fast_clock import FastClock
from cage.locking import claims
from cage.locking.lock import name_of
from cage.model import identity
from cage.model.account import ParameterVersion
from cage.rehearsal.account import open_account
from cage.rehearsal.stage import Stage
from cage.runtime import clock
from ecs_simulator.endpoint import Endpoint
from ecs_simulator.world.errors import ApiError

_ROOT = Path(__file__).parents[1]
_WEB = _ROOT / "examples" / "web"
_WHERE = ("--cluster", "demo", "--service", "web")
_ROLLOUT_S = 420.0
"""About how long a rollout of the account takes, so that each of its moments is struck."""

_LEASES_S = 100.0
_SETTLES_S = 1800.0
_SHOWS_S = 60.0
"""By then the account shows the last of what was done to it."""

_TRIES = 4
_UNCHANGED = "was NOT changed"
_REAL_LIMIT_S = 600.0

_CANCEL = ((0.0, signal.SIGINT), (7.5, signal.SIGTERM), (10.0, signal.SIGKILL))
WAYS = {
    "SIGKILL": ((0.0, signal.SIGKILL),),
    "SIGTERM": ((0.0, signal.SIGTERM),),
    "SIGINT": ((0.0, signal.SIGINT),),
    "SIGINT twice": ((0.0, signal.SIGINT), (3.0, signal.SIGINT)),
    "a canceled job": _CANCEL,
    "a terminal that closes": ((0.0, signal.SIGHUP),),
    "a short pause": ((0.0, signal.SIGSTOP), (20.0, signal.SIGCONT)),
    "a long pause": ((0.0, signal.SIGSTOP), (200.0, signal.SIGCONT)),
    "a pause, then a kill": ((0.0, signal.SIGSTOP), (40.0, signal.SIGKILL)),
}
AFTERWARDS = ("rollout", "resume", "sweep")


@dataclasses.dataclass(frozen=True)
class Strike:
    """What a seed draws: when a rollout is struck, how, and what follows."""

    seed: int
    way: str
    after_s: float
    then: str
    locked: bool

    @classmethod
    def drawn(cls, seed: int) -> Strike:
        """Return the strike of a seed."""
        draw = random.Random(f"kills/{seed}")  # noqa: S311  it is to be repeated
        ways = [*WAYS, *(["SIGKILL"] * len(WAYS))]
        return cls(
            seed=seed,
            way=draw.choice(ways),
            after_s=draw.uniform(0.0, _ROLLOUT_S),
            then=draw.choice(AFTERWARDS),
            locked=draw.random() < 0.5,  # noqa: PLR2004  a half
        )

    def __str__(self) -> str:
        lock = ", with --lock" if self.locked else ""
        return f"seed {self.seed}: {self.way} after {self.after_s:.0f} s{lock}, then {self.then}"


class Campaign:
    """One account and the processes that use it."""

    def __init__(self, strike: Strike, scale: float) -> None:
        self.strike = strike
        self.clock = FastClock.starting(scale)
        self.stage = _account(strike.seed)
        self.broken: list[str] = []
        self.said: list[str] = []
        self._url = ""

    def run(self) -> list[str]:
        """Strike a rollout, do what follows, and return which promises were broken."""
        with Endpoint(self.stage.api, real_s=self.clock.seconds) as endpoint:
            with self.stage.api.turn:
                open_account(self.stage)
            self._url = endpoint.url
            before = self._revision()
            said = self._struck()
            if _UNCHANGED in said and self._revision() != before:
                self.broken.append("the service is said to be NOT changed, and it is changed")
            self._follow()
            return [*self.broken, *self.judged()]

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "benchmarks.fast_clock", *self.clock.arguments, *arguments]
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        env = kept | {
            "HOME": "/nonexistent",
            "AWS_ENDPOINT_URL": self._url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "simulated",
            "AWS_SECRET_ACCESS_KEY": "simulated",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return subprocess.Popen(  # noqa: S603  it is cage
            command,
            cwd=_ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _rollout(self) -> tuple[str, ...]:
        lock = ("--lock",) if self.strike.locked else ()
        return ("rollout", str(_WEB), "--yes", *lock)

    def _struck(self) -> str:
        """Start a rollout, strike it, and return what it said."""
        process = self._start(*self._rollout())
        first = cast("IO[str]", process.stdout).readline()  # it has begun
        self.clock.sleep(self.strike.after_s)
        sent_s = 0.0
        for at_s, number in WAYS[self.strike.way]:
            self.clock.sleep(at_s - sent_s)
            sent_s = at_s
            if process.poll() is None:
                process.send_signal(number)
        rest, _ = process.communicate(timeout=_REAL_LIMIT_S)
        self.said.append(first + rest)
        return rest

    def _follow(self) -> None:
        """Do what a user would do next, and again until it succeeds."""
        commands = {
            "rollout": self._rollout(),
            "resume": ("resume", *_WHERE, "--yes"),
            "sweep": ("sweep", "--cluster", "demo", "--yes"),
        }
        for _ in range(_TRIES):
            if self.strike.then == "sweep":
                self.clock.sleep(_LEASES_S)
            process = self._start(*commands[self.strike.then])
            said, _ = process.communicate(timeout=_REAL_LIMIT_S)
            self.said.append(said)
            if process.returncode == 0:
                break
            self.clock.sleep(_LEASES_S)
        else:
            self.broken.append(f"{self.strike.then} does not succeed: exit {process.returncode}")
        until_s = self.clock.seconds() + _SETTLES_S
        while not self._steady() and self.clock.seconds() < until_s:
            self.clock.sleep(10.0)
        self.clock.sleep(_SHOWS_S)

    def _revision(self) -> str:
        with self.stage.api.turn:
            return self.stage.service.primary.revision.arn

    def _steady(self) -> bool:
        with self.stage.api.turn:
            service = self.stage.service
            primary = service.primary
            tasks = self.stage.world.tasks.all.values()
            own = [t for t in tasks if t.group == "service:web" and not t.stopping]
            on_it = [t for t in own if t.revision is primary.revision]
            alone = len(service.deployments) == 1
            return alone and len(own) == len(on_it) == service.desired

    def judged(self) -> list[str]:
        """Return what is wrong with the account in the end."""
        broken = [] if self._steady() else ["the service is not steady on one revision"]
        group = identity.group("web")
        with self.stage.api.turn:
            tasks = self.stage.world.tasks.all.values()
            left = [t.id for t in tasks if t.group == group and not t.stopping]
            if left:
                broken.append(f"canaries are left: {', '.join(left)}")
            if self.strike.locked and self.strike.then == "rollout" and self._locked():
                broken.append("the lock is not released")
        return broken

    def _locked(self) -> bool:
        """Return whether the last word about the lock isn't that it is released."""
        try:
            last = self.stage.world.parameters.shown(name_of("demo", "web"))[-1]
        except ApiError:
            return False
        claim = claims.read(ParameterVersion(last.number, last.value, clock.wall()))
        return claim is not None and not claim.releases


def _account(seed: int) -> Stage:
    """Return the account of the example, with a service that drains for 20 seconds."""
    service = json.loads((_WEB / "service.json").read_text())
    text = (_WEB / "task-definition.json").read_text().replace("${IMAGE_TAG:-latest}", "latest")
    service["deploymentConfiguration"]["maximumPercent"] = 200
    stage = Stage(
        service, json.loads(text), seed=seed, group_settings={"deregistration_delay_s": 20.0}
    )
    stage.bring_up()
    return stage


def perform(seed: int, scale: float) -> tuple[Strike, list[str], list[str]]:
    """Return the strike of a seed, which promises were broken, and what was printed."""
    strike = Strike.drawn(seed)
    campaign = Campaign(strike, scale)
    return strike, campaign.run(), campaign.said


def main() -> int:
    """Run the campaign, and return 1 if a promise was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300, help="how many rollouts are struck")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time, 1 or 2")
    parser.add_argument("--time-scale", type=float, default=30.0)
    parser.add_argument("--state", type=Path, help="where to note the seeds that are done")
    asked = parser.parse_args()
    noted = asked.state.read_text().splitlines() if asked.state and asked.state.exists() else []
    done = {int(line.split("\t")[0]) for line in noted}
    failed = [line for line in noted if not line.endswith("\tok")]
    seeds = [s for s in range(asked.first, asked.first + asked.kills) if s not in done]
    with concurrent.futures.ProcessPoolExecutor(asked.jobs) as pool:
        runs = [pool.submit(perform, seed, asked.time_scale) for seed in seeds]
        for run in concurrent.futures.as_completed(runs):
            strike, broken, said = run.result()
            print(f"{strike}: {'; '.join(broken) or 'ok'}", flush=True)
            line = f"{strike.seed}\t{'; '.join(broken) or 'ok'}"
            if asked.state:
                with asked.state.open("a") as state:
                    state.write(f"{line}\n")
            if broken:
                failed.append(line)
                print("\n---\n".join(said), flush=True)
    print(f"\n{len(done) + len(seeds)} kills and stops, {len(failed)} with violations")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
