"""Single behaviors, asked of an endpoint by plain API calls, each answered in a few words.

Each probe is given an account, and the run of the scenario in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from tests.contract.endpoints import CLUSTER, SERVICE
from tests.contract.scenario import Account, Run


def _outcome(call: Callable[..., Any], **params: Any) -> str:
    """Return the code of the error that a call ends in, or `accepted`."""
    try:
        call(**params)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "accepted"


def _create(account: Account, run: Run, name: str, count: int) -> dict[str, Any]:
    made: dict[str, Any] = account.endpoint.client("ecs").create_service(
        cluster=CLUSTER,
        serviceName=name,
        desiredCount=count,
        taskDefinition=run.answers.revision["taskDefinitionArn"],
        launchType="FARGATE",
        networkConfiguration=run.answers.service["networkConfiguration"],
    )["service"]
    return made


def new_deployment(account: Account, run: Run) -> str:
    """Return the state of a service's first deployment, as CreateService answers."""
    state: str = _create(account, run, "new", 1)["deployments"][0]["rolloutState"]
    account.endpoint.client("ecs").delete_service(cluster=CLUSTER, service="new", force=True)
    return state


def reason_of_completion(_account: Account, run: Run) -> str:
    """Return why a deployment is completed."""
    reason: str = run.answers.service["deployments"][0]["rolloutStateReason"]
    return re.sub(r"ecs-svc/\w+", "ecs-svc/N", reason)


def started_by(_account: Account, run: Run) -> str:
    """Return what started a service's task."""
    return re.sub(r"ecs-svc/\w+", "ecs-svc/N", run.answers.task["startedBy"])


def reason_of_exit(_account: Account, run: Run) -> str:
    """Return why a task stopped whose essential container exited."""
    reason: str = run.answers.canary["stoppedReason"]
    return reason


def rollback(_account: Account, run: Run) -> str:
    """Return which deployment a rollback by the circuit breaker makes PRIMARY."""
    assert run.answers.undone is not None
    before = {d["id"] for d in run.answers.service["deployments"]}
    after = next(d for d in run.answers.undone["deployments"] if d["status"] == "PRIMARY")
    return "the old one again" if after["id"] in before else "a new one"


def history(account: Account, run: Run) -> str:
    """Return whether service deployments are listed."""
    ecs = account.endpoint.client("ecs")
    arn = run.answers.service["serviceArn"]
    listed = ecs.list_service_deployments(service=arn, cluster=CLUSTER)["serviceDeployments"]
    return "listed" if listed else "none"


def absent_target(account: Account, run: Run) -> str:
    """Return the state of a target that isn't registered, asked for by name."""
    elb = account.endpoint.client("elbv2")
    target = {"Id": "10.255.255.254", "Port": 8080}
    group = run.answers.service["loadBalancers"][0]["targetGroupArn"]
    answer = elb.describe_target_health(TargetGroupArn=group, Targets=[target])
    found = answer["TargetHealthDescriptions"]
    return f"{found[0]['TargetHealth']['State']}" if found else "not listed"


def new_target(account: Account, run: Run) -> str:
    """Return the state of a target that was registered just now."""
    elb = account.endpoint.client("elbv2")
    group = run.answers.service["loadBalancers"][0]["targetGroupArn"]
    targets = [{"Id": "10.255.255.253", "Port": 8080}]
    elb.register_targets(TargetGroupArn=group, Targets=targets)
    answer = elb.describe_target_health(TargetGroupArn=group, Targets=targets)
    elb.deregister_targets(TargetGroupArn=group, Targets=targets)
    state: str = answer["TargetHealthDescriptions"][0]["TargetHealth"]["State"]
    return state


def _run(account: Account, run: Run, **more: Any) -> dict[str, Any]:
    ecs = account.endpoint.client("ecs")
    answer = ecs.run_task(
        cluster=CLUSTER,
        taskDefinition=run.answers.revision["taskDefinitionArn"],
        launchType="FARGATE",
        networkConfiguration=run.answers.service["networkConfiguration"],
        **more,
    )
    task: dict[str, Any] = answer["tasks"][0]
    return task


def stopping(account: Account, run: Run) -> str:
    """Return whether StopTask answers with a task that has stopped."""
    task = _run(account, run)
    ecs = account.endpoint.client("ecs")
    stopped = ecs.stop_task(cluster=CLUSTER, task=task["taskArn"])["task"]
    return "STOPPED" if stopped["lastStatus"] == "STOPPED" else "not yet STOPPED"


def group(account: Account, run: Run) -> str:
    """Return the group of a task that was started without one."""
    task = _run(account, run)
    account.endpoint.client("ecs").stop_task(cluster=CLUSTER, task=task["taskArn"])
    return task["group"] or "empty"


def client_token(account: Account, run: Run) -> str:
    """Return what a second RunTask with the same client token starts."""
    first, again = (_run(account, run, clientToken="contract") for _ in range(2))
    ecs = account.endpoint.client("ecs")
    for task in (first, again):
        ecs.stop_task(cluster=CLUSTER, task=task["taskArn"])
    return "the same task" if first["taskArn"] == again["taskArn"] else "another task"


def no_network(account: Account, run: Run) -> str:
    """Run a task in awsvpc mode without a network configuration."""
    return _outcome(
        account.endpoint.client("ecs").run_task,
        cluster=CLUSTER,
        taskDefinition=run.answers.revision["taskDefinitionArn"],
        launchType="FARGATE",
    )


def no_cluster_to_run_in(account: Account, run: Run) -> str:
    """Run a task in a cluster that isn't there."""
    return _outcome(
        account.endpoint.client("ecs").run_task,
        cluster="nowhere",
        taskDefinition=run.answers.revision["taskDefinitionArn"],
        launchType="FARGATE",
        networkConfiguration=run.answers.service["networkConfiguration"],
    )


def no_cluster_to_look_in(account: Account, _run: Run) -> str:
    """Describe tasks of a cluster that isn't there."""
    describe = account.endpoint.client("ecs").describe_tasks
    return _outcome(describe, cluster="nothing", tasks=["0" * 32])


def no_revision(account: Account, run: Run) -> str:
    """Update a service to a task definition that isn't there."""
    ecs = account.endpoint.client("ecs")
    _create(account, run, "updated", 0)
    code = _outcome(
        ecs.update_service, cluster=CLUSTER, service="updated", taskDefinition="nothing:1"
    )
    ecs.delete_service(cluster=CLUSTER, service="updated", force=True)
    return code


def second_service(account: Account, run: Run) -> str:
    """Create a service whose name is taken, in other words than before."""
    return _outcome(
        account.endpoint.client("ecs").create_service,
        cluster=CLUSTER,
        serviceName=SERVICE,
        desiredCount=1,
        taskDefinition=run.answers.revision["taskDefinitionArn"],
    )


def no_service(account: Account, _run: Run) -> str:
    """Update a service that isn't there."""
    update = account.endpoint.client("ecs").update_service
    return _outcome(update, cluster=CLUSTER, service="nothing", desiredCount=1)


def no_task(account: Account, _run: Run) -> str:
    """Return the failure of describing a task that isn't there."""
    answer = account.endpoint.client("ecs").describe_tasks(cluster=CLUSTER, tasks=["0" * 32])
    reason: str = answer["failures"][0]["reason"]
    return reason
