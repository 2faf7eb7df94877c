"""Each exit code and each cause has a runbook with its sections, and cage leads to it."""

from __future__ import annotations

import re

import pytest

from cage import runbooks
from cage.command import exit_codes
from cage.diagnosis.causes import CAUSES, UNKNOWN, Cause
from cage.runbooks import EXIT_CODES
from tests.docs.pages import printed

SECTIONS = (
    "What you see", "Why it happens", "Confirm it", "Fix it", "Prevent it", "Source",
)  # fmt: skip

EACH = [(kind, name) for kind in runbooks.KINDS for name in runbooks.names(kind)]

TEMPORARY = "cage starts another canary after a pause, up to three times."


def sections(kind: str, name: str) -> dict[str, str]:
    """The text of each section, by its heading."""
    parts = re.split(r"^## (.*)$", runbooks.text(kind, name), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_each_exit_code_has_a_runbook_and_each_runbook_an_exit_code() -> None:
    numbers = {value for value in vars(exit_codes).values() if isinstance(value, int)}
    signals = {exit_codes.signalled(name) for name in ("SIGINT", "SIGTERM")}
    assert {int(name) for name in runbooks.names(EXIT_CODES)} == numbers | signals


def test_each_cause_has_a_runbook_and_each_runbook_a_cause() -> None:
    assert set(runbooks.names(runbooks.CAUSES)) == {cause.name for cause in (*CAUSES, UNKNOWN)}


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_a_runbook_begins_with_its_name_and_what_happened(kind: str, name: str) -> None:
    heading = runbooks.text(kind, name).partition("\n")[0]
    start = f"# Exit code {name}: " if kind == EXIT_CODES else f"# {name}: "
    assert heading.startswith(start)
    assert runbooks.title(kind, name)


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_a_runbook_has_its_sections_and_something_in_each(kind: str, name: str) -> None:
    found = sections(kind, name)
    assert tuple(found) == SECTIONS
    assert [heading for heading, text in found.items() if len(text.split()) < 4] == []


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_a_runbook_confirms_with_a_command_and_names_its_source(kind: str, name: str) -> None:
    found = sections(kind, name)
    assert "```sh\n" in found["Confirm it"]
    source = " ".join(found["Source"].split())
    assert "<https://" in source or (kind == EXIT_CODES and "cage defines this code" in source)


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_a_runbook_fits_a_terminal_of_80_columns(kind: str, name: str) -> None:
    prose = re.sub(r"```sh\n.*?```", "", runbooks.text(kind, name), flags=re.DOTALL)
    lines = [line for line in prose.splitlines() if "https://" not in line]
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_a_runbook_says_that_a_cause_is_temporary_if_cage_starts_another_canary(
    cause: Cause,
) -> None:
    why = " ".join(sections(runbooks.CAUSES, cause.name)["Why it happens"].split())
    assert (TEMPORARY in why) == cause.transient


def test_an_ending_names_the_runbook_of_its_cause_once() -> None:
    lines = printed("cage rehearse examples/web --incident bad-image")
    assert len([line for line in lines if "cage help ImageNotFound" in line]) == 1


def test_a_diagnosis_of_the_service_names_the_runbook_of_its_cause_once() -> None:
    lines = printed("cage rehearse examples/web --incident crash-after-promotion")
    assert len([line for line in lines if "cage help ContainerExited" in line]) == 1


def test_the_address_of_the_page_is_told_once_there_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert runbooks.pointer("NoRoom") == "To learn more, run: cage help NoRoom"
    monkeypatch.setattr(runbooks, "SITE", "https://cage.example/docs")
    assert runbooks.pointer("NoRoom").endswith(
        " or see https://cage.example/docs/runbooks/causes/NoRoom.html"
    )


@pytest.mark.parametrize("reason", ["BelowFloor", "", "../exit-codes/3"])
def test_a_reason_without_a_runbook_has_no_pointer(reason: str) -> None:
    assert runbooks.pointer(reason) == ""
