from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from .folder import SERVICE

if TYPE_CHECKING:
    from .folder import Folder

_SERVICE = """\
# The shop
cluster: blue
serviceName: ${NAME}
launchType: FARGATE
platformVersion: "1.4.0"
desiredCount: ${COUNT}   # ${NOT_ME}
loadBalancers:
  - targetGroupArn: >-
      arn:aws:elasticloadbalancing:eu-west-1:210987654321:targetgroup/shop/fedcba9876543210
    containerName: app
    containerPort: 8080
networkConfiguration:
  awsvpcConfiguration: {subnets: [subnet-1], securityGroups: ['sg-1']}
healthCheckGracePeriodSeconds: 30
"""


def _yaml(folder: Folder, text: str) -> Folder:
    return folder.remove("service.json").write("service.yaml", text)


def test_yaml_gives_the_same_request_as_json(folder: Folder) -> None:
    folder.environ = {"NAME": "shop", "COUNT": "4"}
    assert _yaml(folder, _SERVICE).read()[0] == SERVICE
    assert folder.warnings() == []


def test_a_value_in_quotes_or_in_a_longer_text_stays_a_text(folder: Folder) -> None:
    folder.environ = {"NAME": "true", "COUNT": "4", "N": "5", "Q": "a: b - c: d"}
    text = _SERVICE.replace("${NAME}", '"${N}"')
    tags = (
        "tags:\n- {key: v, value: '${Q}'}\n- {key: w, value: x${N}}\n- {key: x, value: ${N:-1}y}\n"
    )
    service, _ = _yaml(folder, text + tags).read()
    assert service["serviceName"] == "5"
    assert [tag["value"] for tag in service["tags"]] == ["a: b - c: d", "x5", "5y"]


def test_anchors_and_merges_are_followed(folder: Folder) -> None:
    folder.environ = {"NAME": "shop", "COUNT": "4"}
    text = _SERVICE + "tags:\n- &a {key: one, value: x}\n- {<<: *a, key: two}\n"
    service, _ = _yaml(folder, text).read()
    assert service["tags"] == [{"key": "one", "value": "x"}, {"key": "two", "value": "x"}]


@pytest.mark.parametrize(
    ("line", "where", "words"),
    [
        ("colour: 1", "15:1", "colour: unknown key"),
        ("desiredCount: 4", "15:1", "appears twice, first on line 6"),
        ("enableExecuteCommand: yes", "15:23", '"yes" is true or false in YAML'),
        ("healthCheckGracePeriod: 010", "15:25", '"010" is a number in YAML'),
        ("tags: !Ref Tags", "15:7", 'unknown tag "!Ref"'),
        ("tags: [", "16:1", "this is not YAML"),
        ("\ttags: 1", "15:1", "this is not YAML"),
        ("tags: !!set {a, b}", "15:7", 'unknown tag "!!set"'),
        ("role: !!binary aGk=", "15:7", 'unknown tag "!!binary"'),
        ("role: !!python/name:os.system x", "15:7", 'unknown tag "!!python/name:os.system"'),
        ("role: !!int '5'", "15:7", "role: expected a string, found a number"),
        ("role: {{ role }}", "15:7", '"{{ role }}" is a template that was not filled in'),
        ("{% if green %}", "15:1", '"{% if green %}" is a template that was not filled in'),
        ("role: @ROLE@", "15:7", '"@ROLE@" is a placeholder that was not filled in'),
        ("role: *shop", "15:7", 'anchor "&shop" not found before this alias'),
        ("tags: &t [*t]", "15:11", "refers to itself"),
        ("---\nmore: 1", "15:1", "more than one document"),
        ("? [a]\n: b", "15:3", "a key is not text"),
        ("tags: ${TAGS}", "15:7", "the variable TAGS is not defined"),
        ("role: ${TAGS", "15:7", "${ has no closing }"),
        ("role: 5", "15:7", "role: expected a string, found a number"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    folder: Folder, line: str, where: str, words: str
) -> None:
    folder.environ = {"NAME": "grüße", "COUNT": "4"}
    errors = _yaml(folder, _SERVICE + line + "\n").errors()
    assert any(one.startswith(f"service.yaml:{where}: ") and words in one for one in errors), errors


def test_aliases_that_explode_are_stopped(folder: Folder) -> None:
    tens = (f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    (error,) = _yaml(folder, "a0: &a0 x\n" + "".join(tens)).errors()
    assert "more than 60000 values" in error


def test_depth_and_size_have_clear_limits(folder: Folder) -> None:
    (error,) = _yaml(folder, "- " * 1000).errors()
    assert "nested deeper than 64 levels" in error
    (error,) = folder.write("service.yaml", "#" * 1_100_000).errors()
    assert "larger than 1024 KiB of YAML" in error


def test_without_pyyaml_the_error_says_what_to_install(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    (error,) = _yaml(folder, _SERVICE).errors()
    assert "reading YAML requires PyYAML, which is not installed. Install canarycage[yaml]" in error


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n...\n"])
def test_a_file_with_nothing_in_it_is_told(folder: Folder, text: str) -> None:
    (error,) = _yaml(folder, text).errors()
    assert "the file is empty" in error or "the file contains null" in error


def test_yamls_own_tags_say_what_a_value_is(folder: Folder) -> None:
    folder.environ = {"NAME": "shop", "COUNT": "4"}
    text = "clientToken: !!str 1.10\nenableExecuteCommand: !!bool 'true'\ntags:\n"
    text += "- {key: ! 12, value: ! 0755}\n"
    service, _ = _yaml(folder, _SERVICE + text).read()
    assert service["clientToken"] == "1.10"
    assert service["enableExecuteCommand"] is True
    assert service["tags"] == [{"key": "12", "value": "0755"}]


def test_a_word_of_yaml_1_1_is_one_finding_wherever_it_stands(folder: Folder) -> None:
    folder.environ = {"NAME": "shop", "COUNT": "4"}
    text = _SERVICE.replace("desiredCount: ${COUNT}", "desiredCount: 010")
    (error,) = _yaml(folder, text).errors()
    assert '"010" is a number in YAML' in error
