"""How the API shows things. What is returned doesn't change when the thing does."""

from cage.simulator.operations.views.definitions import revision
from cage.simulator.operations.views.history import history, service_revision
from cage.simulator.operations.views.instances import instance
from cage.simulator.operations.views.services import service
from cage.simulator.operations.views.targets import health
from cage.simulator.operations.views.tasks import task

__all__ = [
    "health",
    "history",
    "instance",
    "revision",
    "service",
    "service_revision",
    "task",
]
