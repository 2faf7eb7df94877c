"""Services that cage doesn't roll out because something else deploys them.

Each is declared once here, with the sentences that every command reports. Sources: ECS API
reference, DeploymentController, UpdateService and Service (resourceManagementType); ECS developer
guide, "Updating Resources Outside of Express Mode", "Amazon ECS Managed Daemons" and "Migrate
CodeDeploy blue/green deployments to Amazon ECS blue/green deployments".
"""

from __future__ import annotations

import dataclasses

from cage.model.base import Shape
from cage.model.errors import RefusedError


@dataclasses.dataclass(frozen=True, slots=True)
class OtherDeployer:
    """The tool that deploys a service in cage's place.

    Attributes:
        what: The kind of service; completes "Service web …".
        why: The reason why cage doesn't roll it out.
        instead: The tool that deploys it.
    """

    what: str
    why: str
    instead: str

    def refusal(self, name: str) -> RefusedError:
        """Return the refusal to deploy such a service.

        Args:
            name: Its kind and name, such as `Service web`.
        """
        return RefusedError(f"{name} {self.what}.", f"{self.why}.", f"{self.instead}.")


_BY_CONTROLLER = {
    "CODE_DEPLOY": OtherDeployer(
        "has the deployment controller CODE_DEPLOY",
        "AWS CodeDeploy deploys such a service, and ECS accepts a new revision from nothing else",
        "Deploy it with aws deploy create-deployment, or move it to the controller ECS and its "
        "strategy BLUE_GREEN first",
    ),
    "EXTERNAL": OtherDeployer(
        "has the deployment controller EXTERNAL",
        "Such a service runs task sets of a controller of your own, and has no deployments",
        "Deploy it with that controller, which calls CreateTaskSet and UpdateServicePrimaryTaskSet",
    ),
}

EXPRESS = OtherDeployer(
    "is an Express service",
    "Express Mode manages its resources and shifts its traffic; a change from outside can break "
    "that",
    "Deploy it with aws ecs update-express-gateway-service",
)

DAEMON = OtherDeployer(
    "is a managed daemon",
    "ECS deploys a daemon itself, and drains and replaces the instances that it runs on",
    "Deploy it with aws ecs update-daemon",
)


def of_service(service: Shape) -> OtherDeployer | None:
    """Return what deploys a service in cage's place, or None if cage rolls it out.

    Args:
        service: The service as described, or as CreateService's input.
    """
    if service.get("resourceManagementType") == "ECS":
        return EXPRESS
    controller = (service.get("deploymentController") or {}).get("type") or "ECS"
    if controller == "ECS":
        return None
    return _BY_CONTROLLER.get(controller) or OtherDeployer(
        f"has the deployment controller {controller}",
        "This version of cage doesn't know how such a service is deployed",
        "Deploy it with that controller, or use a newer version of cage",
    )


def require_none(service: Shape, name: str) -> None:
    """Require a service that nothing else deploys.

    Raises:
        RefusedError: Something else does.
    """
    other = of_service(service)
    if other is not None:
        raise other.refusal(f"Service {name}")


def require_no_daemon(name: str) -> None:
    """Require that the ARN of a service isn't that of a managed daemon.

    Raises:
        RefusedError: It is.
    """
    if name.startswith("arn:") and name.split(":", 5)[-1].startswith("daemon/"):
        raise DAEMON.refusal(name.rpartition("/")[2])
