"""The names of environment variables, like in the Go package."""

from __future__ import annotations

from cage.options.request import field_of


def _key(name: str) -> str:
    return field_of(name).variables[0]


REGION_KEY = _key("region")
CLUSTER_KEY = _key("cluster")
SERVICE_KEY = _key("service")
TASK_DEFINITION_ARN_KEY = _key("revision")
CANARY_INSTANCE_ARN_KEY = _key("canary_instance")
CANARY_TASK_IDLE_DURATION_KEY = _key("timeouts.idle_s")
TASK_RUNNING_TIMEOUT_KEY = _key("timeouts.running_s")
TASK_HEALTH_CHECK_TIMEOUT_KEY = _key("timeouts.health_check_s")
TASK_STOPPED_TIMEOUT_KEY = _key("timeouts.stopped_s")
SERVICE_STABLE_TIMEOUT_KEY = _key("timeouts.stable_s")
UPDATE_SERVICE_KEY = _key("update_service")
