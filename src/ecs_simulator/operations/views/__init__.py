"""How the API shows things. A returned view doesn't change when the thing does."""

from ecs_simulator.operations.views.definitions import revision
from ecs_simulator.operations.views.history import history, service_revision
from ecs_simulator.operations.views.instances import attributes, instance
from ecs_simulator.operations.views.services import service
from ecs_simulator.operations.views.targets import health
from ecs_simulator.operations.views.task_sets import task_set
from ecs_simulator.operations.views.tasks import attachment_id, task

__all__ = [
    "attachment_id",
    "attributes",
    "health",
    "history",
    "instance",
    "revision",
    "service",
    "service_revision",
    "task",
    "task_set",
]
