"""Each exit code and each cause has a runbook with its sections, and cage leads to it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import cage.model.errors
from cage import runbooks
from cage.command import exit_codes
from cage.diagnosis.cause import Cause
from cage.diagnosis.causes import CAUSES, UNKNOWN
from cage.runbooks import EXIT_CODES, REASONS
from tests.docs.pages import printed

SECTIONS = (
    "What you see", "Why it happens", "Confirm it", "Fix it", "Prevent it", "Source",
)  # fmt: skip

SHORT = ("What you see", "Why it happens", "Confirm it", "Fix it")

EACH = [(kind, name) for kind in runbooks.KINDS for name in runbooks.names(kind)]

VERDICTS = frozenset({
    "Failed", "Inconclusive", "Aborted", "RolledBack", "Superseded", "Unproven", "Ended", "_failed",
    "Waits", "AwsError", "AwsUnavailableError", "InvalidRequestError",
})  # fmt: skip
"""The classes whose arguments contain the reason of an ending."""

NAMES = frozenset({"ABORTED", "UNDECIDED", "BELOW_FLOOR", "reason"})
"""The names that get a reason first."""

TEMPORARY = "cage starts another canary after a pause, up to three times."


def sections(kind: str, name: str) -> dict[str, str]:
    """The text of each section, by its heading."""
    parts = re.split(r"^## (.*)$", runbooks.text(kind, name), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_each_exit_code_has_a_runbook_and_each_runbook_an_exit_code() -> None:
    numbers = {value for value in vars(exit_codes).values() if isinstance(value, int)}
    signals = {exit_codes.signalled(name) for name in ("SIGHUP", "SIGINT", "SIGTERM")}
    assert {int(name) for name in runbooks.names(EXIT_CODES)} == numbers | signals


def test_each_cause_has_a_runbook_and_each_runbook_a_cause() -> None:
    assert set(runbooks.names(runbooks.CAUSES)) == {cause.name for cause in (*CAUSES, UNKNOWN)}


def test_each_reason_that_an_ending_can_name_has_a_runbook() -> None:
    explained = {name for kind in (runbooks.CAUSES, REASONS) for name in runbooks.names(kind)}
    assert {code: place for code, place in _reasons().items() if code not in explained} == {}


def test_each_runbook_of_a_reason_is_about_one_that_the_code_has() -> None:
    errors = {name.removesuffix("Error") for name in vars(cage.model.errors)}
    assert set(runbooks.names(REASONS)) <= {*_reasons(), *errors}


def test_help_prints_the_runbook_of_each_reason() -> None:
    for name in runbooks.names(REASONS):
        kind, found = runbooks.find(name.lower()) or ("", "")
        assert (kind, found) == (REASONS, name)


def _reasons() -> dict[str, str]:
    """The reasons in cage's code, each with a place: words like `TimedOut` that a verdict gets."""
    root = Path(cage.__file__).parent
    found: dict[str, str] = {}
    for folder in (
        "availability",
        "canary",
        "checks",
        "deployment",
        "locking",
        "rollout",
        "runtime",
    ):
        for path in sorted((root / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                found |= dict.fromkeys(_verdict_words(node), str(path.relative_to(root)))
    return found


def _verdict_words(node: ast.AST) -> list[str]:
    """The CamelCase words among the arguments of a verdict, and of a constant that holds one."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in VERDICTS:
        parts = [*node.args, *(k.value for k in node.keywords if k.arg != "operation")]
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in NAMES:
        parts = [node.value]
    else:
        return []
    words = [
        inner.value for part in parts for inner in ast.walk(part) if isinstance(inner, ast.Constant)
    ]
    return [w for w in words if isinstance(w, str) and re.fullmatch(r"(?!Error)([A-Z][a-z]+)+", w)]


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_a_runbook_begins_with_its_name_and_what_happened(kind: str, name: str) -> None:
    heading = runbooks.text(kind, name).partition("\n")[0]
    start = f"# Exit code {name}: " if kind == EXIT_CODES else f"# {name}: "
    assert heading.startswith(start)
    assert runbooks.title(kind, name)


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_a_runbook_has_its_sections_and_something_in_each(kind: str, name: str) -> None:
    found = sections(kind, name)
    assert tuple(found) == (SHORT if kind == REASONS else SECTIONS)
    assert [heading for heading, text in found.items() if len(text.split()) < 4] == []


@pytest.mark.parametrize(("kind", "name"), EACH)
def test_a_runbook_confirms_with_a_command_and_names_its_source(kind: str, name: str) -> None:
    found = sections(kind, name)
    if kind == REASONS:
        return  # cage defines it, and not each can be confirmed by a command
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


@pytest.mark.parametrize("reason", ["NeverHeardOf", "", "../exit-codes/3"])
def test_a_reason_without_a_runbook_has_no_pointer(reason: str) -> None:
    assert runbooks.pointer(reason) == ""
