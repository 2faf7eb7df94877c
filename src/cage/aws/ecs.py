"""Amazon ECS over botocore."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC
from typing import Any

from cage.aws import translate
from cage.aws.calls import Caller
from cage.model.base import Shape
from cage.model.errors import InvalidRequestError, NotFoundError
from cage.model.identity import is_own
from cage.model.revisions import Revision
from cage.model.services import PastDeployment, Service, ServiceDeployment, ServiceRevision
from cage.model.tasks import (
    ContainerInstance,
    OnCapacityProviders,
    OnInstance,
    OnLaunchType,
    StartFailure,
    Task,
    TaskRequest,
)
from cage.ports.ecs import TASKS_A_CALL
from cage.runtime import clock

REVISIONS_A_CALL = 20
"""The most revisions that DescribeServiceRevisions accepts (ECS API reference)."""

LISTED_WITHIN_S = 10
"""ECS's lists lag its writes by seconds; a task not listed by then does not exist."""

_EC2_ID = re.compile(r"^m?i-[0-9a-f]{8,17}$")
"""An EC2 instance id, or the id that Systems Manager gives an external instance (ECS API reference,
ContainerInstance, ec2InstanceId)."""

_GONE = ("not found", "MISSING")
_SHORT_ARN = "Long arn format must be used for tagging operations"


class BotoEcs:
    """Implements `cage.ports.ecs.Ecs` with an ECS client of botocore or boto3."""

    def __init__(self, client: Any, caller: Caller) -> None:
        self._client = client
        self._call = caller

    async def find_service(
        self, cluster: str, service: str, *, tags: bool = False
    ) -> Service | None:
        try:
            answer = await self._call.read(
                self._client,
                "describe_services",
                cluster=cluster,
                services=[service],
                **_including(tags=tags),
            )
        except InvalidRequestError as error:
            # Seen in turbot/steampipe-plugin-aws#1247.
            if not tags or _SHORT_ARN not in error.why:
                raise
            return await self.find_service(cluster, service)
        found = answer.get("services") or []
        return translate.service(found[0]) if found else None

    async def create_service(self, definition: Shape) -> Service:
        answer = await self._call.change(self._client, "create_service", **definition)
        return translate.service(answer["service"])

    async def update_service(
        self, changes: Shape, before_repeat: Callable[[], Awaitable[Service | None]] | None = None
    ) -> Service:
        async def done() -> dict[str, Any] | None:
            service = await before_repeat() if before_repeat is not None else None
            return {"service": dict(service.raw)} if service is not None else None

        answer = await self._call.change(
            self._client, "update_service", before_retry=done, **changes
        )
        return translate.service(answer["service"])

    async def find_service_deployment(self, arn: str) -> ServiceDeployment | None:
        answer = await self._call.read(
            self._client, "describe_service_deployments", serviceDeploymentArns=[arn]
        )
        found = answer.get("serviceDeployments") or []
        return translate.service_deployment(found[0]) if found else None

    async def stop_service_deployment(self, arn: str) -> None:
        try:
            await self._call.change(
                self._client,
                "stop_service_deployment",
                serviceDeploymentArn=arn,
                stopType="ROLLBACK",
            )
        except InvalidRequestError as error:
            # The task ended, or is being stopped, while this call was in progress.
            if error.code != "ConflictException":
                raise

    async def continue_service_deployment(self, arn: str, hook_id: str, action: str) -> None:
        await self._call.change(
            self._client,
            "continue_service_deployment",
            serviceDeploymentArn=arn,
            hookId=hook_id,
            action=action,
        )

    async def find_service_revision(self, arn: str) -> ServiceRevision | None:
        return (await self.find_service_revisions([arn])).get(arn)

    async def find_service_revisions(self, arns: Sequence[str]) -> dict[str, ServiceRevision]:
        found: dict[str, ServiceRevision] = {}
        unique = list(dict.fromkeys(arns))
        for first in range(0, len(unique), REVISIONS_A_CALL):
            answer = await self._call.read(
                self._client,
                "describe_service_revisions",
                serviceRevisionArns=unique[first : first + REVISIONS_A_CALL],
            )
            seen = (translate.service_revision(r) for r in answer.get("serviceRevisions") or [])
            found.update((one.arn, one) for one in seen)
        return found

    async def register_revision(self, definition: Shape) -> Revision:
        answer = await self._call.change(self._client, "register_task_definition", **definition)
        self._call.mask.learn(answer["taskDefinition"])
        return translate.revision(answer["taskDefinition"])

    async def describe_revision(self, name: str, *, tags: bool = False) -> Revision:
        try:
            answer = await self._call.read(
                self._client,
                "describe_task_definition",
                taskDefinition=name,
                **_including(tags=tags),
            )
        except InvalidRequestError as error:
            if "Unable to describe task definition" in error.why:
                raise NotFoundError(
                    f"Task definition {name} not found in Region {self._call.region}.",
                    "",
                    "Check the family, the revision number and --region.",
                    operation=error.operation,
                    code=error.code,
                ) from error
            raise
        self._call.mask.learn(answer["taskDefinition"])
        found = {"tags": answer.get("tags") or []} if tags else {}
        return translate.revision({**answer["taskDefinition"], **found})

    async def past_deployments(self, cluster: str, service: str) -> AsyncIterator[PastDeployment]:
        token: str | None = None
        while True:
            more = {"nextToken": token} if token else {}
            answer = await self._call.read(
                self._client,
                "list_service_deployments",
                cluster=cluster,
                service=service,
                maxResults=REVISIONS_A_CALL,
                **more,
            )
            page = answer.get("serviceDeployments") or []
            known = await self.find_service_revisions([d["targetServiceRevisionArn"] for d in page])
            for raw in page:
                target = known.get(raw["targetServiceRevisionArn"])
                yield PastDeployment(
                    arn=raw["serviceDeploymentArn"],
                    status=str(raw.get("status") or ""),
                    revision_arn=target.revision_arn if target else "",
                    service_revision_arn=raw["targetServiceRevisionArn"],
                    created_at=raw["createdAt"].astimezone(UTC),
                )
            token = answer.get("nextToken")
            if not token:
                return

    async def list_revisions(self, family: str) -> list[str]:
        params = {"familyPrefix": family, "status": "ACTIVE", "sort": "DESC"}
        return await self._pages("list_task_definitions", "taskDefinitionArns", params)

    async def start_task(self, request: TaskRequest) -> Task | StartFailure:
        params: dict[str, Any] = {
            "cluster": request.cluster,
            "taskDefinition": request.revision_arn,
            "group": request.group,
            "startedBy": request.started_by,
            "enableECSManagedTags": request.enable_managed_tags,
            "enableExecuteCommand": request.enable_execute_command,
        }
        if request.network is not None:
            params["networkConfiguration"] = request.network
        if request.volumes:
            params["volumeConfigurations"] = list(request.volumes)
        if request.tags:
            params["tags"] = [{"key": k, "value": v} for k, v in request.tags.items()]
        if request.propagate_tags:
            params["propagateTags"] = request.propagate_tags
        match request.placement:
            case OnInstance(arn):
                answer = await self._start_on(arn, params, request)
            case OnLaunchType(launch_type, platform_version):
                params["launchType"] = launch_type
                answer = await self._run(params, request, platform_version)
            case OnCapacityProviders(strategy, platform_version):
                params["capacityProviderStrategy"] = [dict(s) for s in strategy]
                answer = await self._run(params, request, platform_version)
        for task in answer.get("tasks") or []:
            return translate.task(task)
        for failure in answer.get("failures") or []:
            return translate.start_failure(failure)
        return StartFailure(reason="", detail="no task started, no reason given", arn="")

    async def _run(
        self, params: dict[str, Any], request: TaskRequest, platform_version: str | None
    ) -> dict[str, Any]:
        """Run a task where ECS places it; the token keeps a repeated call from starting two."""
        params |= {"count": 1, "clientToken": request.token}
        if platform_version:
            params["platformVersion"] = platform_version
        if request.constraints:
            params["placementConstraints"] = [dict(c) for c in request.constraints]
        if request.placement_strategy:
            params["placementStrategy"] = [dict(s) for s in request.placement_strategy]
        return await self._call.change(self._client, "run_task", **params)

    async def _start_on(
        self, instance_arn: str, params: dict[str, Any], request: TaskRequest
    ) -> dict[str, Any]:
        """Start a task on an instance; StartTask has no token, so check before a retry."""

        async def already_started() -> dict[str, Any] | None:
            for _ in range(LISTED_WITHIN_S):
                arns = await self.list_tasks(request.cluster, started_by=request.started_by)
                found = await self.describe_tasks(request.cluster, arns)
                for task in found.values():
                    if is_own(task, request):
                        return {"tasks": [{"taskArn": task.arn, "group": task.group}]}
                await clock.sleep(1.0)
            return None

        params["containerInstances"] = [instance_arn]
        return await self._call.change(
            self._client, "start_task", before_retry=already_started, **params
        )

    async def describe_tasks(self, cluster: str, arns: Sequence[str]) -> dict[str, Task]:
        found: dict[str, Task] = {}
        for first in range(0, len(arns), TASKS_A_CALL):
            answer = await self._call.read(
                self._client,
                "describe_tasks",
                cluster=cluster,
                tasks=list(arns[first : first + TASKS_A_CALL]),
                include=["TAGS"],
            )
            tasks = (translate.task(raw) for raw in answer.get("tasks") or [])
            found.update((task.arn, task) for task in tasks)
        return found

    async def list_tasks(
        self,
        cluster: str,
        *,
        started_by: str | None = None,
        service: str | None = None,
        stopped: bool = False,
    ) -> list[str]:
        params: dict[str, Any] = {"cluster": cluster}
        if service:
            params["serviceName"] = service
        if stopped:
            params["desiredStatus"] = "STOPPED"
        if started_by:
            params["startedBy"] = started_by
        return await self._pages("list_tasks", "taskArns", params)

    async def _pages(self, operation: str, key: str, params: dict[str, Any]) -> list[str]:
        found: list[str] = []
        token: str | None = None
        while True:
            more = {"nextToken": token} if token else {}
            answer = await self._call.read(self._client, operation, **params, **more)
            found += answer.get(key) or []
            token = answer.get("nextToken")
            if not token:
                return found

    async def stop_task(self, cluster: str, arn: str, reason: str) -> None:
        try:
            await self._call.change(
                self._client, "stop_task", cluster=cluster, task=arn, reason=reason
            )
        except InvalidRequestError as error:
            if not any(word in error.why for word in _GONE):
                raise

    async def tag(self, arn: str, tags: Mapping[str, str]) -> None:
        listed = [{"key": key, "value": value} for key, value in tags.items()]
        await self._call.change(self._client, "tag_resource", resourceArn=arn, tags=listed)

    async def untag(self, arn: str, keys: Sequence[str]) -> None:
        await self._call.change(self._client, "untag_resource", resourceArn=arn, tagKeys=list(keys))

    async def find_container_instance(self, cluster: str, name: str) -> ContainerInstance | None:
        names = [name]
        if _EC2_ID.match(name):
            params = {"cluster": cluster, "filter": f"ec2InstanceId == {name}"}
            names = await self._pages("list_container_instances", "containerInstanceArns", params)
            if not names:
                return None
        answer = await self._call.read(
            self._client, "describe_container_instances", cluster=cluster, containerInstances=names
        )
        for raw in answer.get("containerInstances") or []:
            return ContainerInstance(
                arn=raw["containerInstanceArn"],
                ec2_instance_id=raw.get("ec2InstanceId") or "",
            )
        return None


def _including(*, tags: bool) -> dict[str, list[str]]:
    return {"include": ["TAGS"]} if tags else {}
