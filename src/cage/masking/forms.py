"""Secrets that are recognized by their form, whatever they are called: one row for each form.

The prefixes are public facts. Most are those that gitleaks recognizes (gitleaks/gitleaks,
config/gitleaks.toml), a maintained list; the others are cited. A pattern needs few characters
after its prefix, because a false negative is worse than three asterisks.
"""

from __future__ import annotations

import re

_PASSWORD = r"pass(?:word|wd|phrase|wort)|pwd|kennwort|contrase(?:ñ|n)a|wachtwoord"  # noqa: S105
_SECRET = r"secret|token|credentials?|(?:api|access|account|auth|private|secret|signing)[-_]?key"  # noqa: S105
_PLAIN = r"(?!(?:\d{1,5}|true|false|null|none|nil|yes|no|on|off|\*+)\b)"
"""A limit or a switch, such as `max_token=4096`."""

_ISSUED = (
    r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b",  # AWS IAM user guide, "IAM identifiers"
    r"(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[\w+/=]{16,}",  # AWS session tokens, as STS returns them
    r"ABSK[A-Za-z0-9+/]{40,}",
    r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}",  # RFC 7519
    r"gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_\w{20,}",
    r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent|oas)-[\w-]{16,}|GR1348941[\w-]{16,}",
    r"ATATT3[\w=-]{20,}|ATCTT3[\w=-]{20,}|ATBB[A-Za-z0-9]{20,}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}",
    r"hooks\.slack\.com/(?:services|workflows|triggers)/\w",
    r"discord(?:app)?\.com/api/webhooks/\d+/\w",
    r"[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,}",
    r"\d{8,10}:AA[A-Za-z0-9_-]{30,}",
    r"[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}",
    r"sk-[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{30,}|r8_[A-Za-z0-9]{30,}",
    r"(?:xai|pplx|nvapi)-[A-Za-z0-9_-]{30,}",
    r"AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|1//0[\w-]{30,}",
    r"SG\.[\w-]{16,}\.[\w-]{16,}|key-[0-9a-f]{32}\b|[0-9a-f]{32}-us\d{1,2}\b|SK[0-9a-f]{32}\b",
    r"npm_[A-Za-z0-9]{30,}|pypi-AgEI[\w-]{20,}|rubygems_[a-f0-9]{40,}|dckr_(?:pat|oat)_[\w-]{20,}",
    r"hv[bsr]\.[\w-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{20,}|dp\.[a-z]{2,5}\.[A-Za-z0-9]{40,}",
    r"do[oprt]_v1_[a-f0-9]{60,}|pul-[a-f0-9]{40}|sbp_[a-f0-9]{40}|f[mo][12]_[\w+/=-]{20,}",
    r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{30,}|sq0(?:atp|csp)-[\w-]{20,}|EAAA[\w-]{56,}",
    r"glsa_[A-Za-z0-9]{30,}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{30,}",
    r"NRAK-[A-Z0-9]{20,}|NRII-[\w-]{20,}|sntry[su]_[\w=+/-]{30,}|PMAK-[a-f0-9-]{40,}",
    r"lin_api_[A-Za-z0-9]{30,}|ntn_[A-Za-z0-9]{40,}|figd_[\w-]{30,}|CFPAT-[\w-]{30,}",
    r"pat[A-Za-z0-9]{14}\.[a-f0-9]{60,}",
    r"LTAI[A-Za-z0-9]{16,}|AGE-SECRET-KEY-1[A-Z0-9]{40,}",
)
"""Tokens that a service issues with a prefix or a shape of its own. A border precedes each."""

_OTHERS = (
    # RFC 7468, RFC 4880; the second begins with the first in base64; PuTTY's format
    (
        r"-----BEGIN [A-Z0-9 ]{0,30}(?:PRIVATE KEY(?: BLOCK)?|PGP MESSAGE)-----"
        r"(?:.{0,9000}?-----END [^-]{0,40}-----)?"
    ),
    r"LS0tLS1CRUdJTi[A-Za-z0-9+/=]{8,}|PuTTY-User-Key-File-\d",
    r"webhook\.office\.com/webhookb2/\w",
    # RFC 3986, userinfo: a password, or a token instead of a user
    r"://[^/\s:@]{0,80}:(?!\d+/)[^\s@]{1,300}@|://(?=[\w.-]{0,80}\d)[\w.-]{20,200}@",
    r"(?i::thin:[^/\s]{1,80}/[^@\s]{1,80}@)",  # Oracle JDBC
    # crypt(5), Apache's "Password Formats", RFC 2307, Django, PostgreSQL
    r"\$(?:apr1|1|2[abxy]?|5|6|7|y|argon2\w+|scrypt|pbkdf2[\w-]{0,20})\${1,2}[\w./$=,+-]{16,}",
    r"\{S?(?:SHA|MD5)(?:256|384|512)?\}[A-Za-z0-9+/=]{20,}",
    r"\b(?:pbkdf2|bcrypt|scrypt)_\w+\$+\d+\$+\S{16,}|SCRAM-SHA-256\$\S{16,}",
    # RFC 7235: Authorization headers
    r"(?i:\bauthorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:[a-z-]+\s+)?[\w+/=.~:-]{6,})",
    r"(?i:\bbearer)\s+(?=\S*[0-9])[\w.~+/=-]{10,}|(?i:\bbasic)\s+(?=\S*[0-9=])[A-Za-z0-9+/]{8,}=*",
    # Azure's, AWS's and Google's signed addresses
    r"[?&;](?:sig|X-Amz-Signature|X-Goog-Signature)=[\w%+/=]{16,}",
    r"(?i:\bSharedAccessKey\s{0,3}=\s{0,3}\S{8,})",
    # a name and a value: password=..., "password": "...", --db-password ..., <password>...
    (
        rf"(?i:(?<![\w.-])[\w.-]*(?:{_PASSWORD})[\"']?\s{{0,3}}[=:]\s{{0,3}}[\"']?{_PLAIN}"
        r"[^\s;&,$\"'<]{3,})"
    ),
    (
        rf"(?i:(?<![\w.-])[\w.-]*(?:{_SECRET})[\"']?(?:[=:]|\s{{1,3}}=\s{{1,3}})[\"']?{_PLAIN}"
        r"[^\s;&,$\"'<:/]{3,})"
    ),
    (
        rf"(?i:(?<![\w.-])[\w.-]*(?:{_SECRET})[\"']?\s{{0,3}}:\s{{1,3}}[\"']?{_PLAIN}"
        r"(?=\S*[0-9_+/!@#%^*])[^\s;&,$\"'<:/]{6,})"
    ),
    (
        rf"(?i:(?<!\S)--?(?:[\w.-]*(?:{_PASSWORD}|{_SECRET})|(?:[\w.-]*[-_.])?pass)"
        rf"\s{{1,3}}(?!-){_PLAIN}[^\s$<]{{3,}})"
    ),
    rf"(?i:<[\w:.-]{{0,60}}(?:{_PASSWORD}|{_SECRET})[^>]{{0,60}}>[^<\s]{{3,}})",
    # programs that take a password by a short flag: curl, redis-cli, sshpass, mysql; netrc, pgpass
    r"\bcurl\s(?:.{0,300}\s)?(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,80}:\S{3,}",
    r"\bredis-cli\s(?:.{0,200}\s)?-a\s+\S{3,}|\bsshpass\s+-p\s*\S{3,}",
    r"\bmysql\w{0,10}\s(?:.{0,200}\s)?-p\S{3,}",
    r"\blogin\s+\S{1,80}\s+password\s+\S{3,}",
    r"(?<![\w.*-])[\w.*-]{1,120}:(?:5432|\*):[^:\s]{1,80}:[^:\s]{1,80}:[^:\s]{3,}",
)

FORMS = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(_ISSUED)})|{'|'.join(_OTHERS)}", re.DOTALL)
"""Matches a secret with the name, the flag or the user that shows what it is."""
