"""Given a service, when it is verified before the start, then what must fail is found."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from cage.aws import translate
from cage.model import events
from cage.model.account import Role, Subnet, VcpuQuota
from cage.model.base import Shape
from cage.model.errors import AccessDeniedError, AwsError, NotFoundError
from cage.model.outcome import Aborted, Finding, Promoted, Severity
from cage.model.services import Service
from cage.model.targets import TargetGroup
from cage.options.timeouts import Timeouts
from cage.rehearsal.stage import Stage
from cage.runtime import clock
from cage.verification import CATALOG, Ground
from cage.verification.images import parse
from cage.verification.preflight import BOUND_S, find_all
from cage.verification.protocol import Verification
from cage.verification.roles import trusts
from ecs_simulator import loop
from tests.stories import tell

WARNING = Severity.WARNING
_IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:2"
_STORED = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1b2c3"
_ROLE = "arn:aws:iam::123456789012:role/app/web-execution"
_TRUST = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]
}
_TRUSTED: dict[str, Shape] = {
    "web-execution": _TRUST,
    "lattice": {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs.amazonaws.com"}}]},
}


@dataclasses.dataclass
class Account:
    """A fake of everything beside ECS and load balancers: what is there, and what is asked."""

    images: dict[str, frozenset[str]] = dataclasses.field(
        default_factory=lambda: {"web:2": frozenset({"amd64"}), "web:1": frozenset({"amd64"})}
    )
    parameters: tuple[str, ...] = ("/web/key",)
    secrets: tuple[str, ...] = (_STORED,)
    groups: tuple[str, ...] = ("/ecs/web",)
    trust: dict[str, Shape] = dataclasses.field(default_factory=lambda: {"web-execution": _TRUST})
    role_arn: str = _ROLE
    vcpus: dict[bool, VcpuQuota | AwsError] = dataclasses.field(
        default_factory=lambda: {False: VcpuQuota(100.0, 10.0), True: VcpuQuota(100.0, 10.0)}
    )
    free: dict[str, int] = dataclasses.field(default_factory=lambda: {"subnet-1": 50})
    decisions: dict[str, str] | None = dataclasses.field(default_factory=dict)
    expire: datetime | None = None

    async def image_architectures(
        self, account: str, region: str, repository: str, tag: str | None, digest: str | None
    ) -> frozenset[str]:
        assert (account, region) == ("123456789012", "us-east-1")
        found = self.images.get(f"{repository}:{digest or tag}")
        if found is None:
            raise NotFoundError(f"repository {repository} has no image {tag}.")
        return found

    async def find_parameter(self, name: str, region: str) -> None:
        assert region
        if name not in self.parameters:
            raise NotFoundError(f"There is no parameter {name}.")

    async def find_secret(self, arn: str, region: str) -> None:
        assert region == "us-east-1"
        if arn not in self.secrets:
            raise NotFoundError(f"There is no secret {arn}.")

    async def has_log_group(self, name: str, region: str) -> bool:
        assert region
        return name in self.groups

    async def find_role(self, role: str) -> Role:
        name = role.rpartition("/")[2]
        if name not in self.trust:
            raise NotFoundError(f"There is no role {name}.")
        return Role(self.role_arn if name in self.role_arn else role, self.trust[name])

    async def fargate_vcpus(self, *, spot: bool) -> VcpuQuota:
        quota = self.vcpus[spot]
        if isinstance(quota, AwsError):
            raise quota
        return quota

    async def subnets(self, subnets: Sequence[str]) -> dict[str, Subnet]:
        for subnet in subnets:
            if subnet not in self.free:
                raise NotFoundError(f"DescribeSubnets: there is no {subnet}.")
        return {subnet: Subnet(self.free[subnet], "vpc-1") for subnet in subnets}

    def credentials_until(self) -> datetime | None:
        return self.expire

    async def caller(self) -> str:
        return "arn:aws:iam::123456789012:user/alice"

    async def simulate(self, actions: Sequence[str]) -> dict[str, str] | None:
        if self.decisions is None:
            return None
        return {action: self.decisions.get(action, "allowed") for action in actions}


def _definition(**differences: Any) -> dict[str, Any]:
    options = {"awslogs-group": "/ecs/web", "awslogs-region": "us-east-1"}
    container = {
        "name": "web",
        "image": _IMAGE,
        "portMappings": [{"containerPort": 8080}],
        "secrets": [
            {"name": "DB", "valueFrom": f"{_STORED}:password::"},
            {"name": "KEY", "valueFrom": "/web/key"},
        ],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    return {
        "family": "web",
        "networkMode": "awsvpc",
        "executionRoleArn": _ROLE,
        "containerDefinitions": [container | differences.pop("container", {})],
        **differences,
    }


_ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1"
_GROUP = TargetGroup(_ARN, "web", "ip", "ipv4", 300, in_use=True, protocol="HTTP")


def _service(**differences: Any) -> Service:
    return translate.service(
        {
            "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web",
            "serviceName": "web",
            "status": "ACTIVE",
            "desiredCount": 2,
            "runningCount": 2,
            "taskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            "loadBalancers": [
                {"targetGroupArn": _ARN, "containerName": "web", "containerPort": 8080}
            ],
            **differences,
        }
    )


_OLD = {
    "status": "ACTIVE",
    "containerDefinitions": [{"image": _IMAGE.replace("web:2", "web:1")}],
}


def _find(  # noqa: PLR0913  all that a preflight check can depend on
    account: Account | None = None,
    *,
    new: Shape | None = None,
    old: Shape | None = _OLD,
    service: Service | None = None,
    group: TargetGroup = _GROUP,
    timeout_s: float | None = 900.0,
    unread_bake_s: float = 0.0,
    canary: bool = True,
    second_copy: bool = False,
    on_timeout: str = "leave",
) -> tuple[Finding, ...]:
    ground = Ground(
        region="us-east-1",
        service=service or _service(),
        groups={group.arn: group},
        old=old,
        new=_definition() if new is None else new,
        prerequisites=account or Account(),
        timeout_s=timeout_s,
        unread_bake_s=unread_bake_s,
        canary=canary,
        second_copy=second_copy,
        on_timeout=on_timeout,
    )
    return anyio.run(find_all, ground)


def _only(found: tuple[Finding, ...], severity: Severity) -> Finding:
    (one,) = (f for f in found if f.severity is not Severity.PASSED)
    assert one.severity is severity, one
    assert one.remedy or severity is Severity.NOT_CHECKED
    return one


_LATTICE = "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-0123456789abcdef0"
_INFRASTRUCTURE = "arn:aws:iam::123456789012:role/lattice"


def _in_lattice(
    account: Account | None = None, *, port: str = "http", **differences: Any
) -> tuple[Finding, ...]:
    """Verify a service in a target group of VPC Lattice."""
    entry = {"targetGroupArn": _LATTICE, "portName": port, "roleArn": _INFRASTRUCTURE}
    group = dataclasses.replace(_GROUP, **{"arn": _LATTICE, "vpc_id": "vpc-1", **differences})
    mapping = {"containerPort": 8080, "name": "http"}
    return _find(
        account or Account(trust=_TRUSTED),
        new=_definition(container={"portMappings": [mapping]}),
        service=_service(loadBalancers=[], vpcLatticeConfigurations=[entry]),
        group=group,
    )


def test_a_service_in_vpc_lattice_that_has_everything_passes() -> None:
    found = _in_lattice()
    assert {f.severity for f in found} == {Severity.PASSED}, found
    assert "accepts targets" in next(f.message for f in found if f.verification == "vpc-lattice")


@pytest.mark.parametrize(
    ("differences", "who", "word"),
    [
        ({"status": "DELETE_IN_PROGRESS"}, "vpc-lattice", "is DELETE_IN_PROGRESS"),
        ({"vpc_id": "vpc-2"}, "vpc-lattice", "is in vpc-2; the tasks are in vpc-1"),
        ({"target_type": "instance"}, "target-groups", "targets of type instance"),
        ({"port": "admin"}, "target-groups", "no port named admin"),
        ({"account": Account(trust={"web-execution": _TRUST})}, "roles", "role lattice doesn't"),
    ],
)
def test_what_vpc_lattice_would_refuse_is_an_error(
    differences: dict[str, Any], who: str, word: str
) -> None:
    one = _only(_in_lattice(**differences), Severity.ERROR)
    assert one.verification == who
    assert word in one.message


def test_the_role_for_vpc_lattice_must_trust_ecs_itself() -> None:
    account = Account(trust={"web-execution": _TRUST, "lattice": _TRUST})
    one = _only(_in_lattice(account), Severity.WARNING)
    assert "doesn't allow ecs.amazonaws.com" in one.message


def test_where_everything_is_there_every_verification_passes() -> None:
    found = (*_find(), *_in_lattice())
    assert {f.severity for f in found} == {Severity.PASSED}, found
    silent = {
        "alarms",
        "credentials",
        "listeners",
        "new-revision",
        "reach",
        "restarts",
        "second-copy",
    }
    assert {f.verification for f in found} == {v.name for v in CATALOG} - silent


@pytest.mark.parametrize(
    ("minutes", "severity"), [(600, Severity.PASSED), (5, WARNING), (-1, WARNING)]
)
def test_credentials_that_expire_before_the_end_are_a_warning(
    minutes: float, severity: Severity
) -> None:
    account = Account(expire=clock.wall() + timedelta(minutes=minutes))
    (one,) = [f for f in _find(account) if f.verification == "credentials"]
    assert one.severity is severity
    assert "the credentials expire at" in one.message


def test_an_inactive_revision_is_an_error() -> None:
    new = _definition(status="INACTIVE", family="web", revision=3)
    one = _only(_find(new=new), Severity.ERROR)
    assert (one.verification, "web:3 is INACTIVE" in one.message) == ("new-revision", True)


def test_an_image_that_is_not_there_is_an_error() -> None:
    account = Account(images={"web:1": frozenset({"amd64"})})
    one = _only(_find(account), Severity.ERROR)
    assert one.verification == "images"
    assert "web:2" in one.message


def test_an_image_for_another_architecture_is_an_error() -> None:
    new = _definition(runtimePlatform={"cpuArchitecture": "ARM64"})
    one = _only(_find(new=new), Severity.ERROR)
    assert "built for amd64, not for arm64" in one.message


def test_an_image_of_another_registry_is_not_checked() -> None:
    new = _definition(container={"image": "nginx:1"})
    assert _only(_find(new=new), Severity.NOT_CHECKED).verification == "images"


def test_the_old_image_being_gone_is_a_warning_only() -> None:
    account = Account(images={"web:2": frozenset({"amd64"})})
    assert _only(_find(account), Severity.WARNING).verification == "old-revision"


def test_an_inactive_old_revision_is_a_warning() -> None:
    one = _only(_find(old={"status": "INACTIVE"}), Severity.WARNING)
    assert "INACTIVE" in one.message


def test_an_old_revision_that_may_not_be_described_is_not_checked() -> None:
    assert _only(_find(old=None), Severity.NOT_CHECKED).verification == "old-revision"


@pytest.mark.parametrize("account", [Account(secrets=()), Account(parameters=())])
def test_a_secret_that_is_not_there_is_an_error(account: Account) -> None:
    one = _only(_find(account), Severity.ERROR)
    assert one.verification == "secrets"


def test_a_parameter_is_found_by_its_arn() -> None:
    arn = "arn:aws:ssm:eu-west-1:123456789012:parameter"
    names = [{"name": "A", "valueFrom": f"{arn}/web/key"}, {"name": "B", "valueFrom": f"{arn}/k"}]
    new = _definition(container={"secrets": names})
    found = _find(Account(parameters=("/web/key", "k")), new=new)
    assert {f.severity for f in found} == {Severity.PASSED}, found


def test_a_reference_that_is_cut_short_is_looked_up_and_not_found() -> None:
    new = _definition(container={"secrets": [{"name": "A", "valueFrom": "arn:aws"}]})
    one = _only(_find(new=new), Severity.ERROR)
    assert (one.verification, "arn:aws doesn't exist" in one.message) == ("secrets", True)


def test_a_log_group_that_nothing_creates_is_an_error() -> None:
    assert _only(_find(Account(groups=())), Severity.ERROR).verification == "log-groups"
    options = {"awslogs-group": "/new", "awslogs-create-group": "true"}
    made = {"logConfiguration": {"logDriver": "awslogs", "options": options}}
    found = _find(Account(groups=()), new=_definition(container=made))
    assert all(f.severity is Severity.PASSED for f in found)


def test_a_role_must_be_there_and_trust_ecs() -> None:
    assert _only(_find(Account(trust={})), Severity.ERROR).verification == "roles"
    nobody = Account(trust={"web-execution": {"Statement": []}})
    assert _only(_find(nobody), Severity.WARNING).verification == "roles"
    listed = {"Effect": "Allow", "Principal": {"Service": ["x", "ecs-tasks.amazonaws.com"]}}
    assert trusts({"Statement": listed})
    assert not trusts({"Statement": [{**listed, "Effect": "Deny"}]})


@pytest.mark.parametrize(
    ("group", "word", "severity"),
    [
        (dataclasses.replace(_GROUP, target_type="instance"), "of type", Severity.ERROR),
        (dataclasses.replace(_GROUP, in_use=False), "no listener", Severity.WARNING),
        (dataclasses.replace(_GROUP, protocol="UDP"), "uses UDP", Severity.WARNING),
    ],
)
def test_a_target_group_must_fit(group: TargetGroup, word: str, severity: Severity) -> None:
    assert word in _only(_find(group=group), severity).message


def test_the_port_of_the_load_balancer_must_be_mapped() -> None:
    new = _definition(container={"portMappings": [{"containerPort": 9090}]})
    assert "maps no port 8080" in _only(_find(new=new), Severity.ERROR).message
    ranged = _definition(container={"portMappings": [{"containerPortRange": "8000-8100"}]})
    assert all(f.severity is Severity.PASSED for f in _find(new=ranged))


@pytest.mark.parametrize(
    ("free", "severity"),
    [({"subnet-1": 0}, Severity.ERROR), ({"subnet-1": 1}, Severity.WARNING), ({}, Severity.ERROR)],
)
def test_subnets_need_free_addresses(free: dict[str, int], severity: Severity) -> None:
    assert _only(_find(Account(free=free)), severity).verification == "subnets"


@pytest.mark.parametrize(
    ("desired", "least", "most", "stuck"),
    [(1, 100, 100, True), (2, 75, 100, True), (3, 100, 125, True), (4, 100, 125, False),
     (2, 50, 100, False), (3, 50, 60, True), (3, 0, 60, True), (0, 100, 100, False),
     (1, 100, 200, False), (1, 0, 100, False)],
)  # fmt: skip
def test_percents_must_let_a_deployment_move(
    desired: int, least: int, most: int, stuck: bool
) -> None:
    config = {"minimumHealthyPercent": least, "maximumPercent": most}
    service = _service(desiredCount=desired, runningCount=desired, deploymentConfiguration=config)
    found = _find(service=service, second_copy=True)
    errors = [f for f in found if f.severity is Severity.ERROR]
    assert [f.verification for f in errors] == (["percents"] if stuck else [])


def test_a_canary_of_a_singleton_is_an_error_unless_it_is_wanted() -> None:
    never_two = {"minimumHealthyPercent": 0, "maximumPercent": 150}
    service = _service(desiredCount=1, runningCount=1, deploymentConfiguration=never_two)
    error = _only(_find(service=service), Severity.ERROR)
    assert error.verification == "second-copy"
    assert "--no-canary" in error.remedy
    for wanted in (_find(service=service, second_copy=True), _find(service=service, canary=False)):
        assert not [f for f in wanted if f.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("policy", "bake_s", "warned"),
    [
        ({"enabled": True}, 300.0, True),
        ({"enabled": True}, 299.0, False),
        ({"enabled": True, "restartAttemptPeriod": 60}, 60.0, True),
        ({"enabled": False}, 3600.0, False),
    ],
)
def test_a_bake_that_can_miss_a_restart_is_a_warning(
    policy: dict[str, Any], bake_s: float, *, warned: bool
) -> None:
    new = _definition(container={"restartPolicy": policy})
    found = [f for f in _find(new=new, unread_bake_s=bake_s) if f.severity is WARNING]
    assert [f.verification for f in found] == ["restarts"] * warned
    assert all("--log-must-not" in f.remedy for f in found)


@pytest.mark.parametrize(
    ("drain_s", "on_timeout", "severity"),
    [
        (300.0, "rollback", None),
        (700.0, "rollback", None),
        (800.0, "rollback", WARNING),
        (900.0, "rollback", Severity.ERROR),
        (3600.0, "rollback", Severity.ERROR),
        (3600.0, "leave", WARNING),
    ],
)
def test_the_old_tasks_must_have_time_to_drain(
    drain_s: float, on_timeout: str, severity: Severity | None
) -> None:
    group = dataclasses.replace(_GROUP, deregistration_delay_s=drain_s)
    found = _find(group=group, on_timeout=on_timeout)
    bad = [f for f in found if f.severity is not Severity.PASSED]
    assert [(f.verification, f.severity) for f in bad] == (
        [("duration", severity)] if severity else []
    )
    nothing = _service(desiredCount=0)
    assert "duration" not in {f.verification for f in _find(service=nothing, group=group)}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"minimumHealthyPercent": 100, "maximumPercent": 200}, "1 wave of new tasks"),
        ({"minimumHealthyPercent": 50, "maximumPercent": 100}, "3 drains of 300 s"),
        ({"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1380}, "82800 s of bake time"),
    ],
)
def test_how_long_the_deployment_takes_is_told_with_its_waves_drains_and_bake(
    config: Shape, said: str
) -> None:
    group = dataclasses.replace(_GROUP, deregistration_delay_s=300.0)
    service = _service(desiredCount=3, deploymentConfiguration=config)
    found = _find(service=service, group=group, timeout_s=None)
    (told,) = (f for f in found if f.verification == "duration")
    assert told.severity is Severity.PASSED
    assert said in told.message


def test_a_drain_that_outlasts_the_wait_is_refused_if_it_would_be_rolled_back() -> None:
    limit, group = Timeouts(stable_s=900), {"deregistration_delay_s": 900.0}
    story = tell("fargate", group_settings=group, timeouts=limit, on_timeout="rollback")
    assert isinstance(story.outcome, Aborted)
    assert "Preflight check duration:" in story.outcome.message
    assert "RegisterTaskDefinition" not in story.act.calls


def test_a_quota_that_would_be_passed_is_a_warning() -> None:
    service = _service(desiredCount=3000, runningCount=6000)
    assert _only(_find(service=service), Severity.WARNING).verification == "quotas"


def test_one_task_is_told_as_one_task() -> None:
    config = {"minimumHealthyPercent": 0, "maximumPercent": 100}
    service = _service(desiredCount=1, runningCount=1, deploymentConfiguration=config)
    told = [f.message for f in _find(service=service) if f.verification == "quotas"]
    assert "1 task and 1 target group at most" in told


@pytest.mark.parametrize(
    ("quota", "severity", "said"),
    [
        (VcpuQuota(0.25, 0.0), Severity.ERROR, "a task needs 0.5 vCPUs"),
        (VcpuQuota(6.0, 6.0), Severity.WARNING, "the canary needs 0.5 vCPUs more; 0 of 6 vCPUs"),
        (VcpuQuota(6.0, 5.0), Severity.WARNING, "the rollout needs 1.5 vCPUs more; 1 of 6 vCPUs"),
        (VcpuQuota(6.0, None), Severity.NOT_CHECKED, "it is unknown"),
        (AccessDeniedError("Access denied: GetServiceQuota."), Severity.NOT_CHECKED, "denied"),
    ],
)
def test_vcpus_on_fargate_must_be_left(
    quota: VcpuQuota | AwsError, severity: Severity, said: str
) -> None:
    service = _service(launchType="FARGATE")
    found = _find(Account(vcpus={False: quota}), service=service, new=_definition(cpu="512"))
    one = _only(found, severity)
    assert one.verification == "quotas"
    assert said in one.message


def test_vcpus_are_asked_for_where_the_tasks_may_start() -> None:
    providers = [{"capacityProvider": name, "weight": 1} for name in ("FARGATE_SPOT", "FARGATE")]
    service = _service(capacityProviderStrategy=providers)
    full: dict[bool, VcpuQuota | AwsError] = {False: VcpuQuota(6.0, 1.0), True: VcpuQuota(6.0, 6.0)}
    one = _only(_find(Account(vcpus=full), service=service, new=_definition(cpu="1 vCPU")), WARNING)
    assert "on Fargate Spot" in one.message
    on_ec2 = _find(Account(vcpus={}), service=_service(launchType="EC2"))
    assert {f.severity for f in on_ec2} == {Severity.PASSED}


def test_a_role_at_another_path_is_an_error() -> None:
    other = "arn:aws:iam::123456789012:role/web-execution"
    one = _only(_find(Account(role_arn=other)), Severity.ERROR)
    assert (one.verification, one.remedy) == ("roles", "Fix its path.")


def test_an_image_whose_architecture_isnt_told_is_not_checked() -> None:
    account = Account(images={"web:2": frozenset(), "web:1": frozenset()})
    one = _only(_find(account), Severity.NOT_CHECKED)
    assert "exists; its architecture is unknown" in one.message


def test_only_an_explicit_deny_is_certain() -> None:
    denied = Account(decisions={"ecs:RunTask": "explicitDeny"})
    assert "ecs:RunTask" in _only(_find(denied), Severity.ERROR).message
    unsure = Account(decisions={"ecs:RunTask": "implicitDeny"})
    assert _only(_find(unsure), Severity.WARNING).verification == "permissions"
    nobody = _only(_find(Account(decisions=None)), Severity.NOT_CHECKED)
    assert nobody.verification == "permissions"


def test_what_may_not_be_asked_is_not_checked() -> None:
    class Refusing(Account):
        async def subnets(self, subnets: Sequence[str]) -> dict[str, Subnet]:
            raise AccessDeniedError(f"You may not call DescribeSubnets ({len(subnets)}).")

    one = _only(_find(Refusing()), Severity.NOT_CHECKED)
    assert (one.verification, one.message) == ("subnets", "You may not call DescribeSubnets (1).")


@dataclasses.dataclass(frozen=True)
class _Slow:
    name: str = "slow"

    async def verify(self, ground: Ground) -> Sequence[Finding]:
        assert ground.region
        await anyio.sleep_forever()
        return ()


def test_a_verification_that_does_not_answer_is_given_up() -> None:
    ground = Ground("us-east-1", _service(), {}, _OLD, _definition(), None, 900.0)
    catalog: tuple[Verification, ...] = (_Slow(),)
    (one,) = loop.run(lambda: find_all(ground, catalog))
    assert one.severity is Severity.NOT_CHECKED
    assert f"{BOUND_S:.0f} s" in one.message


@pytest.mark.parametrize(
    ("image", "tag"),
    [("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b:1.2", "1.2"),
     ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/a", "latest"),
     ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/a:x", "x"),
     ("123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/a:x", "x"),
     ("123456789012.dkr-ecr.us-east-1.on.aws/a:x", "x"),
     ("123456789012.dkr-ecr-fips.us-east-1.on.aws/a:x", "x"),
     ("123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/a:x", "x")],
)  # fmt: skip
def test_an_ecr_image_is_read(image: str, tag: str) -> None:
    found = parse(image)
    assert found is not None
    assert found.tag == tag


def test_a_digest_needs_no_tag() -> None:
    digest = "sha256:" + "a" * 64
    found = parse(f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a@{digest}")
    assert found is not None
    assert (found.tag, found.digest) == (None, digest)
    assert parse("public.ecr.aws/nginx/nginx:1") is None


def test_a_rollout_that_is_certain_to_fail_is_refused_before_anything_is_registered() -> None:
    def prepare(stage: Stage) -> None:
        config = {"minimumHealthyPercent": 100, "maximumPercent": 100}
        stage.service.raw["deploymentConfiguration"] = config

    story = tell("fargate", prepare=prepare)
    assert isinstance(story.outcome, Aborted)
    assert "no deployment can proceed" in story.outcome.message
    assert "--no-verify" in story.outcome.remedy
    assert "RegisterTaskDefinition" not in story.act.calls


def test_no_verify_asks_nothing() -> None:
    story = tell("fargate", verify=False)
    assert isinstance(story.outcome, Promoted)
    assert not story.all(events.Verified)
    assert "DescribeTaskDefinition" not in story.act.calls


def test_in_a_rehearsal_all_is_there_that_the_definitions_name() -> None:
    (verified,) = tell("fargate-furnished").all(events.Verified)
    assert {f.severity for f in verified.findings} == {Severity.PASSED}
    (verified,) = tell("fargate").all(events.Verified)
    severities = {f.verification: f.severity for f in verified.findings}
    assert severities["percents"] is Severity.PASSED
    assert severities["images"] is Severity.NOT_CHECKED


_CERTAIN = {
    "image-not-in-ecr": "images",
    "secret-not-there": "secrets",
    "log-group-not-there": "log-groups",
    "role-not-there": "roles",
    "explicit-deny": "permissions",
    "subnet-full": "subnets",
}


@pytest.mark.parametrize("incident", _CERTAIN)
def test_what_is_certain_blocks_before_anything_is_registered(incident: str) -> None:
    story = tell("fargate-furnished", incident)
    assert isinstance(story.outcome, Aborted)
    assert f"Preflight check {_CERTAIN[incident]}:" in story.outcome.message
    assert not {"RegisterTaskDefinition", "RunTask", "UpdateService"} & set(story.act.calls)
    assert story.act.took_s < 5


@pytest.mark.parametrize("incident", _CERTAIN)
def test_without_verification_the_canary_finds_it_and_the_service_stays(incident: str) -> None:
    story = tell("fargate-furnished", incident, verify=False)
    assert isinstance(story.outcome, Aborted)
    assert "RunTask" in story.act.calls


@pytest.mark.parametrize("incident", ["role-not-assumable", "vcpu-quota"])
def test_what_is_not_certain_is_warned_of(incident: str) -> None:
    story = tell("fargate-furnished", incident)
    (verified,) = story.all(events.Verified)
    assert [f.severity for f in verified.findings if f.severity is not Severity.PASSED] == [WARNING]
    assert isinstance(story.outcome, Aborted)
    assert "RunTask" in story.act.calls
