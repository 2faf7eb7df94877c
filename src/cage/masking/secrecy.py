"""Texts that look like a secret: a password under a common name, or a key in a common form.

cage can't know the purpose of a value. A false positive costs a variable or three asterisks. A
false negative puts a password in a file or a log. So this module prefers false positives.
"""

from __future__ import annotations

import re

MASK = "***"
"""Replaces a secret."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET_WORDS = _words("""
    APIKEY AUTH AUTHTOKEN COOKIE CREDENTIAL CREDENTIALS CREDS DSN JWT PASS PASSPHRASE PASSWD
    PASSWORD PASSWORDS PAT PEPPER PIN PSK PW PWD SALT SECRET SECRETKEY SECRETS TOKEN TOKENS
""")
_KEY_WORDS = _words("""
    ACCESS ACCOUNT API APP AUTH BASE CLIENT CRYPT DEPLOY ENCRYPTION HMAC HOST LICENSE MASTER
    PRIVATE RSA SECRET SERVICE SHARED SIGNING SSH SSL STORAGE TLS WEBHOOK
""")
_OF_SOMETHING_ELSE = _words("""
    ALG ALGORITHM ARN AUDIENCE BUCKET COUNT DAYS DIR DISABLED DOMAIN ENABLED ENDPOINT EXPIRATION
    EXPIRES EXPIRY FILE FILENAME FOLDER GROUP HEADER HOST HOURS IN INTERVAL ISSUER LENGTH
    LIFETIME LIMIT METHOD MINUTES MODE NAME NAMES PARAMETER PATH POLICY PORT PREFIX PROVIDER
    REALM REGION REQUIRED ROUNDS SECONDS SIZE STORE TABLE TIMEOUT TTL TYPE URI URL USER USERNAME
    VERSION
""")
_NUMBERS = frozenset({"MAX", "MIN", "NUM", "NUMBER"})
_PLAIN = re.compile(r"(?i)|true|false|yes|no|on|off|none|null|enabled|disabled")
_FORMS = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}"
    r"|\bgh[oprsu]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20}"
    r"|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bhooks\.slack\.com/services/\w"
    r"|\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|\bsk-[A-Za-z0-9_-]{20,}"
    r"|\bAIza[\w-]{35}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bnpm_[A-Za-z0-9]{30,}"
    r"|://[^/\s:@]*:[^/\s@]+@"
    r"|(?i:\b(?:password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|accountkey)"
    r"\s*[=:]\s*[^\s;&,$]{3,})"
)
_RANDOM = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")
_NAMES_A_SECRET = re.compile(r"\$\{[^}]*\}|\barn:aws[\w-]*:\S+")
"""A placeholder or an ARN refers to a secret and does not contain it."""


def looks_secret(name: str, value: str) -> bool:
    """Return whether the value under that name is likely to be a secret."""
    if _PLAIN.fullmatch(value) or value.startswith("arn:"):
        return False
    return _secret_name(name) or secret_form(value) or _random(_NAMES_A_SECRET.sub("", value))


def secret_form(value: str) -> bool:
    """Return whether a text contains a key, a token or a URL with a password."""
    return _FORMS.search(_NAMES_A_SECRET.sub("", value)) is not None


def without_forms(text: str) -> str:
    """Return the text with `***` in place of each word that contains a key or a password."""
    if not secret_form(text):
        return text
    return re.sub(
        rf"\S*(?:{_FORMS.pattern})\S*",
        lambda found: MASK if secret_form(found[0]) else found[0],
        text,
    )


def _secret_name(name: str) -> bool:
    words = [word.upper() for word in _WORD.findall(name)]
    if not words or words[-1] in _OF_SOMETHING_ELSE or words[0] in _NUMBERS:
        return False
    if not _SECRET_WORDS.isdisjoint(words):
        return words[-1] != "ID" or "SECRET" in words
    return "KEY" in words and not _KEY_WORDS.isdisjoint(words[: words.index("KEY")])


def _random(text: str) -> bool:
    """Return whether a text is one long word with a mix of characters, like a generated secret."""
    kinds = (r"[a-z]", r"[A-Z]", r"[0-9]")
    found = _RANDOM.fullmatch(text) is not None
    return found and all(len(re.findall(kind, text)) >= 3 for kind in kinds)  # noqa: PLR2004
