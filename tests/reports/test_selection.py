"""Which reports a run has: what `--report KIND[=FILE]` selects, and where each writes."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from cage.model.errors import UsageError
from cage.reports.report import Report
from cage.reports.selection import known, selected, writable

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {
    name: Report(name, "", lambda _: nullcontext(lambda _: None), to_file=name != "terminal")
    for name in ("plain", "terminal", "json")
}


def chosen(*wanted: str, default: str = "plain") -> list[tuple[str, str]]:
    return [(report.name, file) for report, file in selected(wanted, KINDS, default)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ((), [("plain", "")]),
        (("json",), [("json", "")]),
        (("json", "json"), [("json", "")]),
        (("json=e.jsonl",), [("plain", ""), ("json", "e.jsonl")]),
        (("json=a=b",), [("plain", ""), ("json", "a=b")]),
        (("json=a", "json=b"), [("plain", ""), ("json", "a"), ("json", "b")]),
        (("plain=log", "json"), [("plain", "log"), ("json", "")]),
    ],
)
def test_a_kind_without_a_file_replaces_the_default_and_one_with_a_file_does_not(
    wanted: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    assert chosen(*wanted) == expected


def test_the_default_is_what_suits_stdout() -> None:
    assert chosen("json=e.jsonl", default="terminal")[0] == ("terminal", "")


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (("jsom",), "Unknown report 'jsom'.\nDid you mean json?"),
        (("html",), "Unknown report 'html'.\nKnown reports: json, plain, terminal."),
        (("",), "Unknown report ''."),
        (("json=",), "No file specified in 'json='.\nPass --report json=FILE"),
        (("terminal=f",), "The report terminal can't write to a file."),
        (("plain", "json"), "Two reports write to stdout: plain and json."),
        (("plain=f", "json=f"), "Two reports write to f: plain and json."),
    ],
)
def test_reports_that_cannot_be_written_are_refused(wanted: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        chosen(*wanted)
    assert says in str(refused.value)


def test_a_file_is_written_from_its_beginning(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text("of an earlier run")
    with writable(str(file)) as stream:
        stream.write("new\n")
    assert file.read_text() == "new\n"


def test_a_file_in_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file or directory"):
        writable(str(tmp_path / "nowhere" / "events.jsonl"))


def test_a_pipe_that_no_program_reads_does_not_hold_up_the_start(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match="no program reads the pipe"):
        writable(str(pipe))


def test_each_report_of_ours_is_found_by_its_file() -> None:
    found = known()
    assert {"plain", "terminal", "json"} <= set(found)
    assert all(report.summary.endswith(".") for report in found.values())


def test_a_plug_in_with_the_name_of_another_report_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "copycat-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: copycat\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[cage.reports]\nplain = cage.reports.plain:REPORT\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match="Two reports are named plain"):
        known()
