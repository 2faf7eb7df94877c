"""A hundred secrets and two hundred harmless values, in the places where people write them.

All of them are made up, and put together from parts: no scanner should take one for a live key.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

HEX = hashlib.sha512(b"cage").hexdigest()
MIXED = base64.b64encode(hashlib.sha512(b"mixed").digest()).decode().replace("+", "x")
WORD = "".join(c for c in MIXED if c.isalnum())
UUID = f"{HEX[:8]}-{HEX[8:12]}-4{HEX[13:16]}-a{HEX[17:20]}-{HEX[20:32]}"
UPPER = WORD.upper()
PEM = "\n".join(MIXED[start : start + 40] for start in (0, 40))
BLOCK = "-----BEGIN {0}-----\n" + PEM + "\n-----END {0}-----"
CARD = "swordfish-7"
LOGIN = base64.b64encode(f"user:{CARD}".encode()).decode()

SECRET_NAMES = (
    "PGPASSWORD", "SSHKEY", "ENCRYPTIONKEY", "ADMIN_KEY", "SESSION_KEY", "passwort", "DB_PASSWORD",
    "dbPassword", "MYSQL_ROOT_PASSWORD", "spring.datasource.password", "REDIS_PASS", "SMTP_PASSWD",
    "RABBITMQ_DEFAULT_PASS", "API_SECRET", "clientSecret", "JWT_SIGNING_KEY", "APP_KEY",
    "SECRET_KEY_BASE", "AWS_SECRET_ACCESS_KEY", "STORAGE_ACCOUNT_KEY", "MASTERKEY", "PASSPHRASE",
    "HASHICORP_VAULT_SECRET_ID", "MOT_DE_PASSE", "contraseña", "senha", "DB_CREDENTIALS", "PIN",
    "ACCESSTOKEN", "USERPASS", "WEBHOOK_KEY", "PRIVATEKEY", "COOKIE_KEY", "LDAP_BIND_PW",
)  # fmt: skip
"""Names under which any value is a secret."""

SECRETS: tuple[tuple[str, str, str], ...] = (
    *((name, CARD, CARD) for name in SECRET_NAMES),
    # tokens with a prefix
    ("A", "AKIA" + UPPER[:16], UPPER[:16]),
    ("A", "ASIA" + UPPER[:16], UPPER[:16]),
    ("A", "ghp_" + WORD[:36], WORD[:36]),
    ("A", "github_pat_" + WORD[:40], WORD[:40]),
    ("A", "glpat-" + WORD[:20], WORD[:20]),
    ("A", "xoxb-" + "123456789012-" + WORD[:24], WORD[:24]),
    ("A", "https://hooks.slack.com/services/T0/B0/" + WORD[:24], WORD[:24]),
    ("A", "sk_live_" + WORD[:24], WORD[:24]),
    ("A", "whsec_" + WORD[:32], WORD[:32]),
    ("A", "sk-proj-" + WORD[:40], WORD[:40]),
    ("A", "AIza" + WORD[:35], WORD[:35]),
    ("A", "GOCSPX-" + WORD[:28], WORD[:28]),
    ("A", "SG." + WORD[:22] + "." + WORD[22:64], WORD[:22]),
    ("A", "npm_" + WORD[:36], WORD[:36]),
    ("A", "pypi-AgEI" + WORD[:60], WORD[:60]),
    ("A", "dckr_pat_" + WORD[:27], WORD[:27]),
    ("A", "hvs." + WORD[:24], WORD[:24]),
    ("A", "dop_v1_" + HEX[:64], HEX[:64]),
    ("A", "shpat_" + HEX[:32], HEX[:32]),
    ("A", "glsa_" + WORD[:32] + "_" + HEX[:8], WORD[:32]),
    ("A", "NRAK-" + UPPER[:27], UPPER[:27]),
    ("A", "123456789:AA" + WORD[:33], WORD[:33]),
    ("A", "SK" + HEX[:32], HEX[:32]),
    ("A", "IQoJb3JpZ2lu" + WORD[:60], WORD[:60]),
    ("A", "eyJ" + WORD[:20] + ".eyJ" + WORD[20:50] + "." + WORD[50:], WORD[20:50]),
    # long and random
    ("A", MIXED[:40], MIXED[:40]),
    ("A", WORD[:22] + "-" + WORD[22:43], WORD[:22]),
    ("A", HEX[:64], HEX[:64]),
    ("B", HEX[:128], HEX[:128]),
    # keys of some kind
    ("HEROKU_KEY", UUID, UUID),
    ("DATADOG_API_KEY", HEX[:32], HEX[:32]),
    ("TENANT_KEY", UUID, UUID),
    ("API_TOKEN", UUID, UUID),
    ("AUTH", WORD[:16], WORD[:16]),
    # addresses and connection strings
    ("A", f"postgres://shop:{CARD}@db/shop", CARD),
    ("A", f"redis://:{CARD}@cache:6379/0", CARD),
    ("A", f"mongodb+srv://u:{CARD}@c.example.net/?w=1", CARD),
    ("A", f"amqp://u:pa/{CARD}@mq:5672", CARD),
    ("A", f"https://{WORD[:24]}@git.example.com/a.git", WORD[:24]),
    ("A", f"Server=db;User Id=sa;Password={CARD};", CARD),
    ("A", f"jdbc:mysql://db/shop?user=a&password={CARD}", CARD),
    ("A", f"jdbc:oracle:thin:scott/{CARD}@//db:1521/x", CARD),
    ("A", f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={MIXED[:44]};", MIXED[:44]),
    ("A", f"Endpoint=sb://a/;SharedAccessKeyName=r;SharedAccessKey={MIXED[:43]}=", MIXED[:43]),
    ("A", f"https://a.blob.example/x?sv=1&sig={WORD[:40]}", WORD[:40]),
    ("A", f"host=db user=a password={CARD} dbname=x", CARD),
    # headers
    ("A", f"Authorization: Bearer {WORD[:20]}", WORD[:20]),
    ("A", f"Basic {LOGIN}", LOGIN),
    ("A", f"Bearer {WORD[:30]}1", WORD[:30]),
    # hashes of passwords
    ("A", "$apr1$salt1234$" + WORD[:22], WORD[:22]),
    ("A", "admin:$2y$10$" + WORD[:53], WORD[:53]),
    ("A", "$$6$$salt$$" + WORD[:60], WORD[:60]),
    ("A", "{SHA}" + MIXED[:27] + "=", MIXED[:27]),
    ("A", "$argon2id$v=19$m=65536,t=3,p=4$" + WORD[:40], WORD[:40]),
    # blocks
    ("A", BLOCK.format("RSA PRIVATE KEY"), MIXED[:40]),
    ("A", BLOCK.format("PGP PRIVATE KEY BLOCK"), MIXED[:40]),
    ("A", BLOCK.format("PGP MESSAGE"), MIXED[40:80]),
    ("A", base64.b64encode(BLOCK.format("PRIVATE KEY").encode()).decode(), "LS0tLS1"),
    # JSON, YAML, INI and XML in a variable
    ("CONFIG", json.dumps({"db": {"user": "a", "password": CARD}}), CARD),
    ("CONFIG", json.dumps([{"apiKey": CARD}]), CARD),
    ("CONFIG", json.dumps({"auths": {"registry.example": {"auth": WORD[:24]}}}), WORD[:24]),
    ("CONFIG", f"user: a\npassword: {CARD}\n", CARD),
    ("CONFIG", f"[db]\nsecret = {CARD}\n", CARD),
    ("CONFIG", f"//registry.example/:_authToken={CARD}", CARD),
    ("CONFIG", f"machine h login a password {CARD}", CARD),
    ("CONFIG", f"<a><password>{CARD}</password></a>", CARD),
    ("JAVA_OPTS", f"-Xmx1g -Djavax.net.ssl.keyStorePassword={CARD}", CARD),
)
"""Variables: name, value, and what no output shows of it."""

COMMANDS: tuple[tuple[str, ...], ...] = (
    ("serve", "--db-password", CARD, "--port", "80"),
    ("serve", f"--password={CARD}"),
    ("serve", "--api-key", CARD),
    ("serve", "--token", CARD),
    ("serve", "-Ddb.password=" + CARD),
    ("sh", "-c", f"exec app --db-password {CARD} --verbose"),
    ("sh", "-c", f"PGPASSWORD={CARD} psql -h db"),
    ("CMD", "redis-cli", "-a", CARD, "ping"),
    ("CMD-SHELL", f"mysqladmin ping -uroot -p{CARD}"),
    ("curl", "-u", f"admin:{CARD}", "http://localhost/health"),
    ("curl", "-H", f"Authorization: Basic {CARD}", "http://localhost/"),
    ("app", "--dsn", f"postgres://a:{CARD}@db/x"),
)
"""Commands, each with the secret that no output shows."""

HARMLESS: tuple[tuple[str, str], ...] = tuple(
    (line.partition("=")[0], line.partition("=")[2])
    for line in Path(__file__).with_name("harmless.env").read_text(encoding="utf-8").splitlines()
)
"""Variables that every output shows."""
