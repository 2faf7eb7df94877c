"""The project's texts stay plain English."""

from __future__ import annotations

from pathlib import Path

from benchmarks.english.__main__ import found, unused


def test_no_text_matches_a_pattern_that_the_project_avoids() -> None:
    assert list(found(["src"])) == []


def test_each_exception_has_a_reason_and_is_still_needed() -> None:
    assert unused() == []


def test_strings_docstrings_and_comments_are_read_but_names_are_not(tmp_path: Path) -> None:
    lines = (
        '"""Mend the service anew."""',
        "colour = 1  # nobody is told",
        'print("It is no directory.")',
        "mend = colour",
    )
    source = tmp_path / "src" / "one.py"
    source.parent.mkdir()
    source.write_text("\n".join(lines), encoding="utf-8")

    places = [line.split(": ")[0] for line in found(["src"], tmp_path)]

    assert places == ["src/one.py:1", "src/one.py:3", "src/one.py:2"]
