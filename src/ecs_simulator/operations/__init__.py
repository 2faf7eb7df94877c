"""The API operations that the simulator answers itself, by service and name.

Each is a function of the world and the parsed parameters; what it returns is serialized
as the operation's output. A new operation is a function and a line here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ecs_simulator.operations import (
    cloudwatch,
    clusters,
    definitions,
    elb,
    express,
    history,
    instances,
    lattice,
    logs,
    parameters,
    protection,
    services,
    tags,
    target_groups,
    task_sets,
    task_starts,
    tasks,
)
from ecs_simulator.world import World

Operation: TypeAlias = Callable[[World, dict[str, Any]], dict[str, Any]]

OPERATIONS: dict[str, dict[str, Operation]] = {
    "ecs": {
        "ContinueServiceDeployment": history.continue_service_deployment,
        "CreateCluster": clusters.create_cluster,
        "DeleteCluster": clusters.delete_cluster,
        "DescribeClusters": clusters.describe_clusters,
        "ListClusters": clusters.list_clusters,
        "CreateService": services.create_service,
        "DescribeContainerInstances": instances.describe_container_instances,
        "DescribeServiceDeployments": history.describe_service_deployments,
        "DescribeServiceRevisions": history.describe_service_revisions,
        "DescribeServices": services.describe_services,
        "DeregisterTaskDefinition": definitions.deregister_task_definition,
        "DescribeTaskDefinition": definitions.describe_task_definition,
        "CreateExpressGatewayService": express.create_express_gateway_service,
        "DeleteExpressGatewayService": express.delete_express_gateway_service,
        "DescribeExpressGatewayService": express.describe_express_gateway_service,
        "UpdateExpressGatewayService": express.update_express_gateway_service,
        "CreateTaskSet": task_sets.create_task_set,
        "DeleteTaskSet": task_sets.delete_task_set,
        "DescribeTaskSets": task_sets.describe_task_sets,
        "UpdateServicePrimaryTaskSet": task_sets.update_service_primary_task_set,
        "UpdateTaskSet": task_sets.update_task_set,
        "DescribeTasks": tasks.describe_tasks,
        "DeregisterContainerInstance": instances.deregister_container_instance,
        "GetTaskProtection": protection.get_task_protection,
        "ListContainerInstances": instances.list_container_instances,
        "ListServiceDeployments": history.list_service_deployments,
        "ListServices": services.list_services,
        "ListTaskDefinitions": definitions.list_task_definitions,
        "ListTagsForResource": tags.list_tags_for_resource,
        "ListTasks": tasks.list_tasks,
        "RegisterTaskDefinition": definitions.register_task_definition,
        "RunTask": task_starts.run_task,
        "StartTask": task_starts.start_task,
        "StopServiceDeployment": history.stop_service_deployment,
        "StopTask": tasks.stop_task,
        "TagResource": tags.tag_resource,
        "UntagResource": tags.untag_resource,
        "UpdateContainerInstancesState": instances.update_container_instances_state,
        "UpdateTaskProtection": protection.update_task_protection,
        "UpdateService": services.update_service,
        "DeleteService": services.delete_service,
    },
    "cloudwatch": {
        "DescribeAlarms": cloudwatch.describe_alarms,
        "GetMetricData": cloudwatch.get_metric_data,
    },
    "logs": {"GetLogEvents": logs.get_log_events},
    "ssm": {
        "DeleteParameter": parameters.delete_parameter,
        "GetParameter": parameters.get_parameter,
        "GetParameterHistory": parameters.get_parameter_history,
        "PutParameter": parameters.put_parameter,
    },
    "elbv2": {
        "CreateTargetGroup": target_groups.create_target_group,
        "DeleteTargetGroup": target_groups.delete_target_group,
        "ModifyTargetGroupAttributes": target_groups.modify_target_group_attributes,
        "DeregisterTargets": elb.deregister_targets,
        "DescribeTargetGroupAttributes": elb.describe_target_group_attributes,
        "DescribeTargetGroups": elb.describe_target_groups,
        "DescribeTargetHealth": elb.describe_target_health,
        "RegisterTargets": elb.register_targets,
    },
    "vpc-lattice": {
        "CreateTargetGroup": lattice.create_target_group,
        "DeleteTargetGroup": lattice.delete_target_group,
        "DeregisterTargets": lattice.deregister_targets,
        "GetTargetGroup": lattice.get_target_group,
        "ListTargetGroups": lattice.list_target_groups,
        "ListTargets": lattice.list_targets,
        "RegisterTargets": lattice.register_targets,
    },
}
