"""The check of the built site finds what a browser loads from elsewhere, and lost addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from cage import runbooks
from docsite.built import faults
from docsite.pages import unfolded


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with a page for each runbook, which loads nothing from elsewhere."""
    for kind in runbooks.KINDS:
        for name in runbooks.names(kind):
            page = tmp_path / runbooks.path(kind, name)
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text('<a href="https://docs.aws.amazon.com/">a source</a>')
    return tmp_path


def test_a_site_that_only_links_elsewhere_has_no_fault(site: Path) -> None:
    assert list(faults(site)) == []


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="https://cdn.example/a.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/a.css">',
        '<img src="http://pictures.example/a.png">',
    ],
)
def test_what_a_browser_loads_from_another_host_is_a_fault(site: Path, tag: str) -> None:
    (site / "index.html").write_text(f"<html><head>{tag}</head></html>")
    (fault,) = faults(site)
    assert "loads" in fault


@pytest.mark.parametrize(
    "style",
    [
        '@import "a.css";',
        "a { src: url(https://fonts.example/a) }",
        "a { src: url( '//fonts.example/a') }",
    ],
)
def test_a_style_that_loads_more_is_a_fault(site: Path, style: str) -> None:
    (site / "site.css").write_text(style)
    assert len(list(faults(site))) == 1


def test_a_runbook_without_a_page_is_a_fault(site: Path) -> None:
    (site / runbooks.path(runbooks.EXIT_CODES, "3")).unlink()
    (fault,) = faults(site)
    assert "exit-codes/3.html" in fault


def test_a_folder_in_the_navigation_becomes_its_pages_that_are_not_named_elsewhere() -> None:
    paths = ["concepts/a.md", "concepts/b.md", "concepts/below/c.md", "runbooks/causes/NoRoom.md"]
    nav = ["concepts/b.md", {"Concepts": ["concepts/*"]}, {"Causes": ["runbooks/causes/*"]}]
    assert unfolded(nav, paths) == [
        "concepts/b.md",
        {"Concepts": ["concepts/a.md"]},
        {"Causes": [{"NoRoom": "runbooks/causes/NoRoom.md"}]},
    ]
