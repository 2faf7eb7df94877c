"""Blanks and templates that no one filled in, as people and tools write them."""

from __future__ import annotations

import re

FILL_IN = "Fill it in, or write ${NAME} and set NAME"
"""How to fix a blank."""

NOT_RENDERED = "a template that was not rendered"
"""The words of a message about a template."""

RENDER = "Render the file first, or use ${NAME} and set NAME"
"""How to fix a template."""

_TOOLS = re.compile(
    r"\{\{-?\s*(?:\w+\s*\(\s*)?(?:must_env|env|ssm|ssm_list|tfstate|tfstatef|cfn_output|cfn_export|resolve|"
    r"secretsmanager_arn|caller_identity)\b[^}]{0,200}\}\}"
    r"|<%=?[^%]{0,200}%>|\{%[^%]{0,200}%\}"
)
_TWINS = (
    ("must_env|env", "${NAME} and set NAME"),
    ("ssm|ssm_list", "${ssm:/path}"),
    ("tfstate|tfstatef", "${tfstate:address.attribute}"),
    ("cfn_output|cfn_export", "${cfn:stack.Output}"),
    ("secretsmanager_arn|resolve", "${secretsmanager:name#key}"),
)
"""Words of ecspresso's and CloudFormation's templates, and cage's form for the same."""

_BLANKS = re.compile(
    r"\{\{[^}]{0,200}\}\}"
    r"|<[A-Za-z][^<>]{0,80}>"
    r"|\$+[A-Za-z_(]\w{0,80}\)?\$*"
    r"|%[A-Za-z_]\w{0,80}%"
    r"|@[A-Z_]{2,40}@"
    r"|#\{[^}]{0,80}\}"
    r"|\[\[[^\]]{0,80}\]\]"
)
_WHOLE = re.compile(r"<[A-Za-z][^<>]{0,80}>|\{\{\s*[A-Za-z_][\w.]{0,80}\s*\}\}")
_FILL_IN = re.compile(
    r"(?<![A-Z])(?:YOUR|REPLACE|CHANGE|FILL|INSERT|TODO|FIXME|TBD)[-_ ]?(?:ME|IN|WITH|HERE)?"
    r"(?:[-_ ]\w{0,80}|\b)"
    r"|(?<![A-Za-z0-9_-])your[-_]\w{1,80}|[xX]{8,}|(?<=:)ACCOUNT_ID(?=[:.])"
)
_CAPITALS = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,40}(?:_[A-Z]{2,40}){1,8}(?![A-Za-z0-9])")
_GOMPLATE = re.compile(r"\{\{-?\s*\.Env\.[^}]{0,200}\}\}")
_UNDERLINED = re.compile(r"__[A-Z][A-Z_]{0,80}__")


def template(text: str) -> str | None:
    """Return a template in a known tool's language, which is never meant literally."""
    return _found(_TOOLS.search(text))


def twin(found: str) -> str:
    """Return how to write a template of another tool in cage's own form."""
    forms = [own for words, own in _TWINS if re.search(rf"\b(?:{words})\b", found)]
    return f"Write {forms[0]}, or render the file first" if forms else RENDER


def blank(text: str) -> str | None:
    """Return what can't be meant literally where ECS accepts a name, an ARN or the like."""
    return _found(_BLANKS.search(text))


def whole(text: str) -> str | None:
    """Return the text if it is nothing but a blank."""
    return _found(_WHOLE.fullmatch(text))


def doubtful(text: str) -> str | None:
    """Return words that people write where something should be filled in."""
    return _found(_FILL_IN.search(text) or _UNDERLINED.search(text))


def environment(text: str) -> str | None:
    """Return a template that inserts a variable, which a container might render itself."""
    return _found(_GOMPLATE.search(text))


def word(text: str) -> str | None:
    """Return the text if it is nothing but words in capitals."""
    return _found(_CAPITALS.fullmatch(text))


def capitals(text: str) -> str | None:
    """Return words such as `IMAGE_URI`: a blank wherever ECS accepts no capitals."""
    return _found(_CAPITALS.search(text))


def _found(match: re.Match[str] | None) -> str | None:
    return match.group() if match else None
