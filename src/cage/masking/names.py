"""Names under which people put secrets: of variables, of labels, of keys in JSON."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET_WORDS = _words("""
    APIKEY AUTHTOKEN CREDENTIAL CREDENTIALS CREDS DSN JWT PASS PASSPHRASE PASSWD
    PASSWORD PASSWORDS PAT PEPPER PIN PSK PW PWD SECRET SECRETKEY SECRETS
    CONTRASENA GEHEIM HASLO HESLO JELSZO KENNWORT LOSENORD MDP MOTDEPASSE PAROLA PASSWORT
    SALASANA SENHA WACHTWOORD HTPASSWD PGPASS AUTHORIZATION
""")
_TOKEN_WORDS = _words("TOKEN TOKENS")
"""Words whose value is a secret unless it is a number, an address or a path."""

_LOOSE_WORDS = _words("AUTH COOKIE SALT SIGNATURE")
"""Words that name settings too: the value must not be a plain word either."""

_KEY_WORDS = _words("""
    ACCESS ACCOUNT ADMIN AES API APP APPLICATION AUTH BASE CIPHER CLIENT CONSUMER COOKIE CRYPT
    CRYPTO DECRYPTION DEPLOY ENCRYPT ENCRYPTION FERNET GPG HMAC HOST INGESTION INSTRUMENTATION
    INTEGRATION JWT LICENCE LICENSE MASTER PGP PRIVATE ROOT RSA SECRET SECURITY SERVICE SESSION
    SHARED SIGN SIGNING SSH SSL STORAGE TLS VAULT WEBHOOK WRITE
""")
_PUBLIC_KEYS = _words("""
    CACHE FOREIGN GROUP HASH HEADER OBJECT PARTITION PRIMARY PROJECT PUBLIC PUBLISHABLE RANGE
    ROUTING SHARD SITE SORT
""")
_OF_SOMETHING_ELSE = _words("""
    AGE ALG ALGORITHM ALLOWED ARN AUDIENCE BACKEND BACKENDS BUCKET BUDGET CACHE CALLBACK CASE CHARS
    CHARSET CLASS COST COUNT DATE DAYS DIR DISABLED DOMAIN DOMAINS DRIVER ENABLED ENCODING ENDPOINT
    ENDPOINTS ENGINE EXPIRATION EXPIRES EXPIRY FIELD FILE FILENAME FLOW FOLDER FORMAT FUNCTION GRANT
    GROUP HASHER HASHERS HEADER HISTORY HOST HOSTS HOURS HTTPONLY IN INTERVAL ISSUER ISSUERS
    ITERATIONS KIND LABEL LENGTH LEVEL LIFESPAN LIFETIME LIMIT LOCATION MANAGER METHOD METHODS
    MINUTES MODE MODULE MOUNT NAME NAMES NAMESPACE ORIGIN ORIGINS PARAMETER PATH PATHS PATTERN
    PLACEHOLDER PLUGIN POLICY PORT PREFIX PROVIDER PROVIDERS QUOTA RATE REALM REDIRECT REFRESH
    REGEX REGION REQUIRED RETRIES ROLE ROTATION ROUNDS ROUTE RULES SAMESITE SCHEME SCOPE SCOPES
    SECONDS SECURE SERVER SIZE STORE STRATEGY STRENGTH SUFFIX TABLE TEMPLATE TIMEOUT TITLE TOPIC TTL
    TYPE TYPES URI URL URLS USER USERNAME USERS VALIDATION VERIFY VERSION VOLUME WINDOW ZONE
""")
_NUMBERS = frozenset({"MAX", "MIN", "NUM", "NUMBER"})
_ONE_WORD = re.compile(
    r"(?<!FORGOT)(?<!RESET)(?:PASSWORD|PASSWD|PASSWORT|PASSPHRASE|KENNWORT|SECRET|AUTHTOKEN"
    r"|ACCESSTOKEN|APITOKEN|USERPASS|DBPASS|ROOTPASS|ADMINPASS|MYSQLPASS|SMTPPASS|DBPWD"
    rf"|(?:{'|'.join(sorted(_KEY_WORDS))})KEY)S?"
)
"""Ends of words that are written together, such as `PGPASSWORD`."""

_OTHER_SCRIPTS = re.compile("(?i)contraseña|lösenord|mot_?de_?passe|heslá|пароль|密码|パスワード")
_OF_CHECKSUMS = _words("""
    BUILD CHECKSUM COMMIT DIGEST ETAG FINGERPRINT GIT HASH ID IMAGE INTEGRITY LAYER MD REF REV
    REVISION SHA SUM TAG TRACE VERSION
""")

STRICT, TOKEN, LOOSE, KEY, NONE = "strict", "token", "loose", "key", ""
"""How much a name says: a secret, a token, a secret or a setting, a key of some kind, nothing."""


def of_name(name: str) -> str:
    """Return how much a name says about its value."""
    words = [word.upper() for word in _WORD.findall(name)]
    if _OTHER_SCRIPTS.search(name):
        return STRICT
    if not words or words[-1] in _OF_SOMETHING_ELSE or words[0] in _NUMBERS:
        return NONE
    known = [word for word in words if word in _SECRET_WORDS or _together(word)]
    if known:
        return STRICT if words[-1] != "ID" or "SECRET" in words else NONE
    if not _TOKEN_WORDS.isdisjoint(words):
        return TOKEN if words[-1] != "ID" else NONE
    if not _LOOSE_WORDS.isdisjoint(words):
        return LOOSE if words[-1] != "ID" else NONE
    if "KEY" in words or "KEYS" in words:
        if words[-1] == "ID" and "ACCESS" not in words:
            return NONE
        before = words[: words.index("KEY" if "KEY" in words else "KEYS")]
        if not _PUBLIC_KEYS.isdisjoint(before):
            return NONE
        return STRICT if not _KEY_WORDS.isdisjoint(before) else KEY
    return NONE


def names_a_checksum(name: str) -> bool:
    """Return whether a value under that name can be long and random without being a secret."""
    return not _OF_CHECKSUMS.isdisjoint(word.upper() for word in _WORD.findall(name))


def _together(word: str) -> bool:
    found = _ONE_WORD.search(word)
    return found is not None and found.end() == len(word)
