"""Blanks and templates that no one filled in, as people and tools write them."""

from __future__ import annotations

import re

_TOOLS = re.compile(
    r"\{\{-?\s*(?:must_env|env|ssm|ssm_list|tfstate|tfstatef|cfn_output|cfn_export|resolve|"
    r"secretsmanager_arn|caller_identity)\b[^}]{0,200}\}\}"
    r"|<%=?[^%]{0,200}%>|\{%[^%]{0,200}%\}"
)
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
    r"(?<![A-Z])(?:YOUR|REPLACE|CHANGE|FILL|INSERT|TODO)[-_ ]?(?:ME|IN|WITH|HERE)?"
    r"(?:[-_ ]\w{0,80}|\b)"
    r"|[xX]{8,}|(?<=:)ACCOUNT_ID(?=[:.])"
)
_CAPITALS = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2,40}(?:_[A-Z]{2,40}){1,8}(?![A-Za-z0-9])")
_UNDERLINED = re.compile(r"__[A-Z][A-Z_]{0,80}__")


def template(text: str) -> str | None:
    """Return a template in a known tool's language, which is never meant literally."""
    return _found(_TOOLS.search(text))


def blank(text: str) -> str | None:
    """Return what can't be meant literally where ECS accepts a name, an ARN or the like."""
    return _found(_BLANKS.search(text))


def whole(text: str) -> str | None:
    """Return the text if it is nothing but a blank."""
    return _found(_WHOLE.fullmatch(text))


def doubtful(text: str) -> str | None:
    """Return words that people write where something should be filled in."""
    return _found(_FILL_IN.search(text) or _UNDERLINED.search(text))


def capitals(text: str) -> str | None:
    """Return words such as `IMAGE_URI`: a blank wherever ECS accepts no capitals."""
    return _found(_CAPITALS.search(text))


def _found(match: re.Match[str] | None) -> str | None:
    return match.group() if match else None
