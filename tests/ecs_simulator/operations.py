"""One story for each group of ECS's operations: what one makes, the others show.

A story uses operations with valid parameters, and asserts what they changed. So an operation that
only answers, or that answers for something that other operations don't know, fails its story.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

from ecs_simulator import Simulator
from tests.ecs_simulator.account import NETWORK, TASK, deploy, shown

Story: TypeAlias = Callable[[Simulator], None]

GROUP = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/web"
ROLE = "arn:aws:iam::123456789012:role/ecs"
ON_INSTANCE = {
    "family": "batch",
    "containerDefinitions": [{"name": "batch", "image": "batch:1", "memory": 256, "cpu": 256}],
}


def _tags(ecs: Any, arn: str) -> dict[str, str]:
    return {t["key"]: t["value"] for t in ecs.list_tags_for_resource(resourceArn=arn)["tags"]}


def _instance(ecs: Any, cpu: int = 2048) -> str:
    """Register an EC2 instance as its agent does, and return its ARN."""
    made = ecs.register_container_instance(
        cluster="main",
        instanceIdentityDocument=json.dumps({"instanceId": "i-0123456789abcdef0"}),
        totalResources=[
            {"name": "CPU", "type": "INTEGER", "integerValue": cpu},
            {"name": "MEMORY", "type": "INTEGER", "integerValue": 4096},
        ],
        versionInfo={"agentVersion": "1.50.0"},
    )
    return str(made["containerInstance"]["containerInstanceArn"])


def _running(simulator: Simulator, ecs: Any, **params: Any) -> str:
    """Run a task until it is RUNNING, and return its ARN."""
    asked = {"cluster": "main", "taskDefinition": "web", "launchType": "FARGATE"}
    (task,) = ecs.run_task(**asked, networkConfiguration=NETWORK, **params)["tasks"]
    simulator.advance(120)
    return str(task["taskArn"])


def _task(ecs: Any, arn: str) -> dict[str, Any]:
    (task,) = ecs.describe_tasks(cluster="main", tasks=[arn])["tasks"]
    return dict(task)


def clusters(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="main", tags=[{"key": "team", "value": "web"}])
    ecs.update_cluster(cluster="main", serviceConnectDefaults={"namespace": "shop"})
    ecs.update_cluster_settings(
        cluster="main", settings=[{"name": "containerInsights", "value": "enhanced"}]
    )
    (arn,) = ecs.list_clusters()["clusterArns"]
    (found,) = ecs.describe_clusters(clusters=[arn], include=["SETTINGS", "TAGS"])["clusters"]
    assert found["settings"] == [{"name": "containerInsights", "value": "enhanced"}]
    assert found["serviceConnectDefaults"] == {"namespace": "shop"}
    assert found["tags"] == [{"key": "team", "value": "web"}]
    assert ecs.delete_cluster(cluster="main")["cluster"]["status"] == "INACTIVE"
    assert ecs.list_clusters()["clusterArns"] == []


def account_settings(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    user = "arn:aws:iam::123456789012:user/ann"
    name = "containerInsights"
    ecs.put_account_setting_default(name=name, value="enabled")
    ecs.put_account_setting(name=name, value="enhanced", principalArn=user)
    made = ecs.create_cluster(clusterName="main")["cluster"]
    assert made["settings"] == [{"name": name, "value": "enabled"}]
    (own,) = ecs.list_account_settings(principalArn=user)["settings"]
    assert (own["value"], own["principalArn"]) == ("enhanced", user)
    after = ecs.delete_account_setting(name=name, principalArn=user)["setting"]
    assert after["value"] == "enabled"
    assert ecs.list_account_settings(principalArn=user)["settings"] == []


def tags(simulator: Simulator) -> None:
    ecs = deploy(simulator)
    provider = ecs.create_capacity_provider(
        name="spot", autoScalingGroupProvider={"autoScalingGroupArn": GROUP}
    )
    arns = [
        shown(ecs)["serviceArn"],
        ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["taskDefinitionArn"],
        ecs.list_clusters()["clusterArns"][0],
        _instance(ecs),
        _running(simulator, ecs),
        provider["capacityProvider"]["capacityProviderArn"],
    ]
    for arn in arns:
        pairs = [{"key": "team", "value": "web"}, {"key": "tier", "value": "front"}]
        ecs.tag_resource(resourceArn=arn, tags=pairs)
        ecs.untag_resource(resourceArn=arn, tagKeys=["tier"])
        assert _tags(ecs, arn) == {"team": "web"}, arn


def task_definitions(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    for _ in range(2):
        ecs.register_task_definition(**TASK)
    assert len(ecs.list_task_definitions(familyPrefix="web")["taskDefinitionArns"]) == 2
    ecs.deregister_task_definition(taskDefinition="web:1")
    (deleted,) = ecs.delete_task_definitions(taskDefinitions=["web:1"])["taskDefinitions"]
    assert deleted["status"] == "DELETE_IN_PROGRESS"
    (failure,) = ecs.delete_task_definitions(taskDefinitions=["web:2"])["failures"]
    assert failure["arn"].endswith("web:2")
    simulator.advance(600)
    assert ecs.list_task_definitions(status="DELETE_IN_PROGRESS")["taskDefinitionArns"] == []
    assert ecs.describe_task_definition(taskDefinition="web")["taskDefinition"]["revision"] == 2
    ecs.deregister_task_definition(taskDefinition="web:2")
    assert ecs.list_task_definition_families(status="ACTIVE")["families"] == []
    assert ecs.list_task_definition_families(familyPrefix="w")["families"] == ["web"]


def capacity_providers(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    group = {"autoScalingGroupArn": GROUP, "managedScaling": {"status": "ENABLED"}}
    ecs.create_capacity_provider(name="spot", autoScalingGroupProvider=group)
    ecs.update_capacity_provider(
        name="spot", autoScalingGroupProvider={"managedScaling": {"targetCapacity": 90}}
    )
    (found,) = ecs.describe_capacity_providers(capacityProviders=["spot"])["capacityProviders"]
    scaling = found["autoScalingGroupProvider"]["managedScaling"]
    assert (scaling["status"], scaling["targetCapacity"]) == ("ENABLED", 90)
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 1, "base": 0}]
    made = ecs.put_cluster_capacity_providers(
        cluster="main",
        capacityProviders=["spot", "FARGATE_SPOT"],
        defaultCapacityProviderStrategy=strategy,
    )
    assert made["cluster"]["capacityProviders"] == ["spot", "FARGATE_SPOT"]
    ecs.register_task_definition(**TASK)
    (task,) = ecs.run_task(cluster="main", taskDefinition="web", networkConfiguration=NETWORK)[
        "tasks"
    ]
    assert task["capacityProviderName"] == "FARGATE_SPOT"
    refused = ecs.delete_capacity_provider(capacityProvider="spot")["capacityProvider"]
    assert refused["updateStatus"] == "DELETE_FAILED"
    ecs.put_cluster_capacity_providers(
        cluster="main", capacityProviders=["FARGATE_SPOT"], defaultCapacityProviderStrategy=strategy
    )
    ecs.delete_capacity_provider(capacityProvider="spot")
    simulator.advance(60)
    (gone,) = ecs.describe_capacity_providers(capacityProviders=["spot"])["capacityProviders"]
    assert (gone["status"], gone["updateStatus"]) == ("INACTIVE", "DELETE_COMPLETE")


def instances(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    arn = _instance(ecs)
    attribute = {"name": "stack", "value": "production", "targetId": arn}
    ecs.put_attributes(cluster="main", attributes=[attribute])
    query = {"cluster": "main", "filter": "attribute:stack == production"}
    assert ecs.list_container_instances(**query)["containerInstanceArns"] == [arn]
    asked = {"cluster": "main", "targetType": "container-instance", "attributeName": "stack"}
    assert [a["targetId"] for a in ecs.list_attributes(**asked)["attributes"]] == [arn]
    ecs.delete_attributes(cluster="main", attributes=[{"name": "stack", "targetId": arn}])
    assert ecs.list_attributes(**asked)["attributes"] == []
    ecs.register_task_definition(**ON_INSTANCE)
    on = {"cluster": "main", "taskDefinition": "batch", "containerInstances": [arn]}
    ecs.start_task(**on)
    simulator.advance(60)
    (found,) = ecs.describe_container_instances(cluster="main", containerInstances=[arn])[
        "containerInstances"
    ]
    left = {r["name"]: r["integerValue"] for r in found["remainingResources"]}
    assert (found["runningTasksCount"], left["CPU"]) == (1, 2048 - 256)
    ecs.update_container_instances_state(
        cluster="main", containerInstances=[arn], status="DRAINING"
    )
    assert ecs.start_task(**on)["failures"] == [{"arn": arn, "reason": "INACTIVE"}]
    ecs.deregister_container_instance(cluster="main", containerInstance=arn, force=True)
    assert ecs.list_container_instances(cluster="main")["containerInstanceArns"] == []


def agents(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    arn = _instance(ecs)
    assert set(ecs.discover_poll_endpoint(cluster="main")) > {"endpoint", "telemetryEndpoint"}
    ecs.update_container_agent(cluster="main", containerInstance=arn)
    simulator.advance(60)
    (found,) = ecs.describe_container_instances(cluster="main", containerInstances=[arn])[
        "containerInstances"
    ]
    assert found["agentUpdateStatus"] == "UPDATED"
    assert found["versionInfo"]["agentVersion"] != "1.50.0"
    ecs.register_task_definition(**ON_INSTANCE)
    on = {"cluster": "main", "taskDefinition": "batch", "containerInstances": [arn]}
    first, second = (ecs.start_task(**on)["tasks"][0]["taskArn"] for _ in range(2))
    simulator.advance(60)
    ecs.submit_container_state_change(
        cluster="main", task=first, containerName="batch", status="STOPPED", exitCode=3
    )
    ecs.submit_task_state_change(
        cluster="main", task=second, status="STOPPED", reason="The host is out of disk."
    )
    simulator.advance(60)
    assert _task(ecs, first)["containers"][0]["exitCode"] == 3
    assert _task(ecs, second)["stoppedReason"] == "The host is out of disk."


def attachments(simulator: Simulator) -> None:
    ecs = deploy(simulator, desiredCount=0)
    asked = {"cluster": "main", "taskDefinition": "web", "launchType": "FARGATE"}
    (task,) = ecs.run_task(**asked, networkConfiguration=NETWORK)["tasks"]
    while _known(ecs, task["taskArn"]).get("lastStatus") != "PENDING":
        simulator.advance(0.1)
    (attachment,) = _task(ecs, task["taskArn"])["attachments"]
    assert attachment["status"] == "PRECREATED"
    arn = f"arn:aws:ecs:us-east-1:123456789012:attachment/{attachment['id']}"
    ecs.submit_attachment_state_changes(
        cluster="main", attachments=[{"attachmentArn": arn, "status": "ATTACHED"}]
    )
    assert _task(ecs, task["taskArn"])["attachments"][0]["status"] == "ATTACHED"


def _known(ecs: Any, arn: str) -> dict[str, Any]:
    found = ecs.describe_tasks(cluster="main", tasks=[arn])["tasks"]
    return dict(found[0]) if found else {}


def tasks(simulator: Simulator) -> None:
    ecs = deploy(simulator, desiredCount=0)
    arn = _running(simulator, ecs, enableExecuteCommand=True)
    assert _task(ecs, arn)["containers"][0]["managedAgents"][0]["lastStatus"] == "RUNNING"
    asked = {"cluster": "main", "task": arn, "command": "sh", "interactive": True}
    session = ecs.execute_command(**asked)
    assert session["taskArn"] == arn
    assert ".invalid/" in session["session"]["streamUrl"]
    assert ecs.list_tasks(cluster="main", family="web")["taskArns"] == [arn]
    ecs.stop_task(cluster="main", task=arn, reason="done")
    simulator.advance(120)
    assert _task(ecs, arn)["stoppedReason"] == "done"


def protection(simulator: Simulator) -> None:
    ecs = deploy(simulator)
    simulator.advance(120)
    arns = ecs.list_tasks(cluster="main", serviceName="web")["taskArns"]
    ecs.update_task_protection(cluster="main", tasks=arns, protectionEnabled=True)
    protected = ecs.get_task_protection(cluster="main", tasks=arns)["protectedTasks"]
    assert [one["protectionEnabled"] for one in protected] == [True, True]
    ecs.update_service(cluster="main", service="web", desiredCount=1)
    simulator.advance(120)
    assert shown(ecs)["runningCount"] == 2


def services(simulator: Simulator) -> None:
    connect = {"enabled": True, "namespace": "shop"}
    ecs = deploy(simulator, serviceConnectConfiguration=connect)
    simulator.advance(300)
    arn = shown(ecs)["serviceArn"]
    assert ecs.list_services(cluster="main")["serviceArns"] == [arn]
    assert ecs.list_services_by_namespace(namespace="shop")["serviceArns"] == [arn]
    ecs.update_service(cluster="main", service="web", forceNewDeployment=True)
    newest = ecs.list_service_deployments(cluster="main", service="web")["serviceDeployments"][0]
    ecs.stop_service_deployment(serviceDeploymentArn=newest["serviceDeploymentArn"])
    simulator.advance(600)
    (ended,) = ecs.describe_service_deployments(
        serviceDeploymentArns=[newest["serviceDeploymentArn"]]
    )["serviceDeployments"]
    assert ended["status"] == "ROLLBACK_SUCCESSFUL"
    (revision,) = ecs.describe_service_revisions(
        serviceRevisionArns=[ended["targetServiceRevision"]["arn"]]
    )["serviceRevisions"]
    assert revision["serviceArn"] == arn
    ecs.delete_service(cluster="main", service="web", force=True)
    simulator.advance(120)
    assert shown(ecs)["status"] == "INACTIVE"


def _rule(elb: Any, groups: list[str]) -> str:
    """Create a listener rule that gives all traffic to the first of two target groups."""
    weights = zip(groups, (100, 0), strict=True)
    tuples = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights]
    actions = [{"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}}]
    balancer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/1"
    (listener,) = elb.create_listener(
        LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=actions
    )["Listeners"]
    (rule,) = elb.create_rule(
        ListenerArn=listener["ListenerArn"], Conditions=[], Priority=1, Actions=actions
    )["Rules"]
    return str(rule["RuleArn"])


def pauses(simulator: Simulator) -> None:
    hook = {"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]}
    strategy = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0, "lifecycleHooks": [hook]}
    elb = simulator.client("elbv2")
    groups = [
        elb.create_target_group(
            Name=name, TargetType="ip", Protocol="HTTP", Port=80, VpcId="vpc-1"
        )["TargetGroups"][0]["TargetGroupArn"]
        for name in ("blue", "green")
    ]
    balancer = {
        "targetGroupArn": groups[0],
        "containerName": "web",
        "containerPort": 80,
        "advancedConfiguration": {
            "alternateTargetGroupArn": groups[1],
            "productionListenerRule": _rule(elb, groups),
            "roleArn": ROLE,
        },
    }
    ecs = simulator.client("ecs")
    container = {
        "name": "web",
        "image": "web:1",
        "memory": 256,
        "portMappings": [{"containerPort": 80}],
    }
    ecs.register_task_definition(**{**TASK, "containerDefinitions": [container]})
    ecs.create_cluster(clusterName="main")
    ecs.create_service(
        cluster="main",
        serviceName="web",
        taskDefinition="web",
        launchType="FARGATE",
        desiredCount=1,
        networkConfiguration=NETWORK,
        loadBalancers=[balancer],
        deploymentConfiguration=strategy,
    )
    waiting = _deployment(ecs)
    for _ in range(60):
        if waiting.get("lifecycleHookDetails"):
            break
        simulator.advance(30)
        waiting = _deployment(ecs)
    (pause,) = waiting["lifecycleHookDetails"]
    assert pause["status"] == "AWAITING_ACTION"
    ecs.continue_service_deployment(
        serviceDeploymentArn=waiting["serviceDeploymentArn"], hookId=pause["hookId"]
    )
    simulator.advance(600)
    assert _deployment(ecs)["status"] == "SUCCESSFUL"


def _deployment(ecs: Any) -> dict[str, Any]:
    newest = ecs.list_service_deployments(cluster="main", service="web")["serviceDeployments"][0]
    (found,) = ecs.describe_service_deployments(
        serviceDeploymentArns=[newest["serviceDeploymentArn"]]
    )["serviceDeployments"]
    return dict(found)


def task_sets(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(**TASK)
    ecs.create_service(
        cluster="main",
        serviceName="web",
        desiredCount=2,
        deploymentController={"type": "EXTERNAL"},
    )
    of = {"cluster": "main", "service": "web"}
    made = ecs.create_task_set(
        **of, taskDefinition="web", launchType="FARGATE", networkConfiguration=NETWORK
    )["taskSet"]
    ecs.update_task_set(**of, taskSet=made["taskSetArn"], scale={"value": 50.0, "unit": "PERCENT"})
    ecs.update_service_primary_task_set(**of, primaryTaskSet=made["taskSetArn"])
    simulator.advance(120)
    (found,) = ecs.describe_task_sets(**of)["taskSets"]
    assert (found["status"], found["runningCount"]) == ("PRIMARY", 1)
    ecs.delete_task_set(**of, taskSet=made["taskSetArn"], force=True)
    simulator.advance(120)
    assert ecs.describe_task_sets(**of)["taskSets"] == []


def express(simulator: Simulator) -> None:
    ecs = simulator.client("ecs")
    ecs.create_cluster(clusterName="main")
    made = ecs.create_express_gateway_service(
        cluster="main",
        serviceName="web",
        executionRoleArn=ROLE,
        infrastructureRoleArn=ROLE,
        primaryContainer={"image": "web:1", "containerPort": 80},
    )["service"]
    simulator.advance(600)
    arn = made["serviceArn"]
    ecs.update_express_gateway_service(
        serviceArn=arn, primaryContainer={"image": "web:2", "containerPort": 80}
    )
    simulator.advance(1200)
    (active,) = ecs.describe_express_gateway_service(serviceArn=arn)["service"][
        "activeConfigurations"
    ]
    assert active["primaryContainer"]["image"] == "web:2"
    ecs.delete_express_gateway_service(serviceArn=arn)
    assert shown(ecs)["status"] == "DRAINING"


STORIES: tuple[Story, ...] = (
    account_settings,
    agents,
    attachments,
    capacity_providers,
    clusters,
    express,
    instances,
    pauses,
    protection,
    services,
    tags,
    task_definitions,
    task_sets,
    tasks,
)
