from __future__ import annotations

import json

import pytest

from .folder import SERVICE, Folder


def _with(folder: Folder, text: str) -> list[str]:
    return folder.alone(text)


def test_comments_and_trailing_commas_are_read_with_a_note(folder: Folder) -> None:
    text = json.dumps(SERVICE, indent=1)
    text = "// who\n/* and\n * why */" + text.replace("30\n}", "30, // soon more\n}")
    assert folder.write("service.json", text).read()[0] == SERVICE
    notes = folder.warnings()
    assert len(notes) == 2
    assert notes[0].startswith("service.json:1:1: comments were ignored")
    assert "a comma before the closing bracket was ignored" in notes[1]


def test_a_jsonc_file_may_have_both_without_a_note(folder: Folder) -> None:
    text = "// fine\n" + json.dumps(SERVICE).replace("30}", "30,}")
    folder.remove("service.json").write("service.jsonc", text)
    assert folder.read()[0] == SERVICE
    assert folder.warnings() == []


def test_comment_signs_in_texts_are_no_comments(folder: Folder) -> None:
    value = "https://example.com/x // y"
    tags = [{"key": "home", "value": value}]
    assert folder.service({"tags": tags}).read()[0]["tags"] == tags


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ('{"cluster": "a"\n "serviceName": "b"}', "1:16", "a comma is missing here"),
        ('{"cluster": "a",\n  serviceName: "b"}', "2:3", "the key is not in quotes"),
        ("{'cluster': 'a'}", "1:2", "JSON doesn't allow single quotes"),
        ('{"cluster": True}', "1:13", "this is Python"),
        ('{"cluster": NaN}', "1:13", "doesn't allow this number"),
        ('{"desiredCount": 01}', "1:18", "not a JSON number"),
        ('{"desiredCount": +1}', "1:18", "not a JSON number"),
        ('{"desiredCount": 1' + "0" * 50 + "}", "1:18", "longer than ECS accepts"),
        ('{"cluster": "a\nb"}', "1:13", "not closed on its line"),
        ('{"cluster": "a\tb"}', "1:13", "control character U+0009"),
        ('{"cluster": "C:\\path"}', "1:16", "JSON doesn't know the escape"),
        ('{"cluster": "\\ud800"}', "1:14", "half of a surrogate pair"),
        ('{"cluster": "a"', "1:16", "expected , or }, found the end of the file"),
        ('{"cluster" "a"}', "1:12", "expected : after the key"),
        ('{"cluster": }', "1:13", "expected a value"),
        ('{"cluster": "a"}\n{', "2:1", "text after the end"),
        ('{"cluster": ]}', "1:13", "expected a value"),
        ('{"cluster": "a"]', "1:16", "expected , or }"),
        ('{5: "a"}', "1:2", "expected a key in double quotes"),
        ("{/* open", "1:2", "never closed by */"),
        ('# header\n{"serviceName": "b"}', "1:1", "JSON has no # comments"),
        (
            '{"cluster": {{ cluster }}}',
            "1:13",
            '"{{ cluster }}" is a template that was not filled in',
        ),
        ('{"desiredCount": #{COUNT}#}', "1:18", '"#{COUNT}" is a placeholder'),
        ('{"desiredCount": __COUNT__}', "1:18", '"__COUNT__" is a placeholder'),
        ('{"desiredCount": $(Count)}', "1:18", '"$(Count)" is a placeholder'),
        ('{"desiredCount": ((count))}', "1:18", '"((count))" is a placeholder'),
        ('{"desiredCount": [[count]]}', "1:18", '"[[count]]" is a placeholder'),
        ("{{% if green %}}", "1:2", '"{% if green %}" is a template'),
        ('{"cluster": "a",, "role": "b"}', "1:17", "there is an extra comma"),
        ('{,"cluster": "a"}', "1:2", "there is an extra comma"),
        ('{"cluster": "a"; "role": "b"}', "1:16", "JSON has commas between members"),
        ('{"cluster"="a"}', "1:11", "JSON has a colon between key and value"),
        ('{cluster="a"}', "1:2", "the key is not in quotes, and = is not a colon"),
        ('{\u201ccluster\u201d: "a"}', "1:2", "JSON doesn't allow these quotes"),
        ('{\u00a0"cluster": "a"}', "1:2", "U+00A0 is an invisible character"),
        ('\ufeff\ufeff{"cluster": "a"}', "1:1", "U+FEFF is an invisible character"),
        ('{"cluster": "a"}\x1a', "1:17", "U+001A is a control character"),
        ('```json\n{"cluster": "a"}', "1:1", "this is Markdown"),
        ('{"desiredCount": ${A:-}}', "1:18", 'the value of "${A:-}" is empty'),
        ('{"desiredCount": $COUNT}', "1:18", "placeholder that was not filled in"),
        ('{"desiredCount": $$$$COUNT$$$$}', "1:18", '"$$$$COUNT$$$$" is a placeholder'),
        ('{"desiredCount": <count>}', "1:18", "is a blank that was not filled in"),
        ('{"desiredCount": %COUNT%}', "1:18", "placeholder that was not filled in"),
        ('{"desiredCount": <%= n %>}', "1:18", "a template that was not filled in"),
        ("\x01", "1:1", "U+0001 is a control character"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(
    folder: Folder, text: str, where: str, words: str
) -> None:
    errors = _with(folder, text)
    assert any(one.startswith(f"service.json:{where}: ") and words in one for one in errors), errors


def test_after_a_missing_comma_the_rest_is_still_read(folder: Folder) -> None:
    errors = _with(folder, '{"serviceName": "a"\n"desiredCount": "1"\n"colour": 1}')
    assert len(errors) == 4


def test_a_key_that_is_there_twice_is_refused(folder: Folder) -> None:
    (error,) = _with(folder, '{"serviceName": "a",\n "desiredCount": 1,\n "serviceName": "b"}')
    assert error.startswith(
        'service.json:3:2: the key "serviceName" appears twice, first on line 1'
    )


@pytest.mark.parametrize("open_", ["[", '{"a":', "[[\n"])
def test_depth_has_a_clear_limit(folder: Folder, open_: str) -> None:
    (error,) = _with(folder, open_ * 5000)
    assert "nested deeper than 64 levels" in error
