"""What holds for every test, and what the whole run reports at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import pytest

# The machine can be busy: no example fails, and no test is called unhealthy, for taking long.
settings.register_profile(
    "patient", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many inputs the fuzz tests tried, on all workers together."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    counts = [
        value
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, value in report.user_properties
        if name == "fuzzed"
    ]
    if counts:
        terminalreporter.write_line(
            f"fuzz: {sum(counts):,} inputs in {len(counts)} tests, each a finding with a place "
            "or a valid request"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits for servers in real time, so that the others run beside it."""
    items.sort(key=lambda item: "tests/endpoint/" not in item.nodeid)
