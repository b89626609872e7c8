"""Accounts of our own broker: who may connect, and which topics each account may write and read.

They are written as mosquitto's password and access files, which the admission before amqtt
(`amqtt_admission`) reads too. A device's account has the device's id as its name and may use that
device's topics. A gateway may speak for every device of its site, because that is its purpose.
Names of the service's own accounts contain a dot; a device's name may not.

`DEVICE` is the one table of a device's permissions. docs/deploy/mosquitto/acl contains the same
rules, and one test suite checks every broker against them (tests/adapters/broker/test_doors.py).
Two more rules apply everywhere:

- a will is a publish: a message that may not be published is not published as a will either;
- a client id belongs to the account: no account ends or inherits the session of another.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

Access = Literal["read", "write"]

PASSWORDS: Final = "passwords"
RULES: Final = "access"
PREFIX: Final = "dosing/v1"

# mosquitto's own number. The passwords are 256 random bits and cannot be guessed.
_ROUNDS: Final = 101


class Rule(Struct, frozen=True):
    """One permission of an account. `filter` may contain `+`, `#` and `%u`, the account's name."""

    access: Access
    filter: str


class May(Struct, frozen=True):
    """One permission of a device. topic: below `dosing/v1/{site}/{device}/`; retained: the broker
    may keep the message."""

    access: Access
    topic: str
    retained: bool = False


DEVICE: Final = (
    May("write", "readings"),
    May("write", "readings/+"),
    May("write", "status", retained=True),
    May("read", "acks"),
    May("read", "commands"),
)
# Accounts of docs/deploy/mosquitto: a device of such a name would take over their permissions.
DEPLOYED: Final = frozenset({"monitor", "health", "simulators"})


class Account(Struct, frozen=True):
    """One account. secret: the `hashed` password; rules: in addition to those of every device."""

    name: str
    secret: str
    rules: tuple[Rule, ...] = ()


def new_password() -> str:
    return secrets.token_urlsafe(32)


def hashed(password: str) -> str:
    """Hash a password as mosquitto_passwd does: PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(12)
    return f"$7${_ROUNDS}${_base64(salt)}${_base64(_digest(password, salt, _ROUNDS))}"


def matches(password: str, secret: str) -> bool:
    try:
        _, kind, rounds, salt, digest = secret.split("$")
        known = base64.b64decode(digest, validate=True)
        found = _digest(password, base64.b64decode(salt, validate=True), int(rounds))
    except ValueError:
        return False
    return kind == "7" and hmac.compare_digest(known, found)


def _digest(password: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# --- rules --------------------------------------------------------------------------------------


def of_devices(sites: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules of every device: its own topics, at a site that is served (`+`: at any)."""
    return tuple(rule for site in sites for rule in _topics(site, "%u"))


def of_gateway(site: str, sources: Iterable[str]) -> tuple[Rule, ...]:
    """Return the additional rules of a gateway. sources: filters of the gateways' own topics."""
    return (*_topics(site, "+"), *(Rule("write", source) for source in sources))


def _topics(site: str, device: str) -> list[Rule]:
    return [Rule(may.access, f"{PREFIX}/{site}/{device}/{may.topic}") for may in DEVICE]


EVERYTHING: Final = (Rule("read", "#"), Rule("write", "#"))


def is_ours(name: str | None) -> bool:
    """Is this an account of the service itself? No device id contains a dot."""
    return "." in (name or "")


def retainable(name: str | None, topic: str) -> bool:
    """May this account leave a retained message on this topic, to which it may publish?"""
    if is_ours(name):
        return True
    return any(may.retained and topic.endswith(f"/{may.topic}") for may in DEVICE)


# --- the files ----------------------------------------------------------------------------------


def write(directory: Path, accounts: Sequence[Account], devices: Sequence[Rule]) -> None:
    """Write both files, each atomically, readable only by our user. Raises OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    passwords = "".join(f"{account.name}:{account.secret}\n" for account in accounts)
    lines = [f"pattern {rule.access} {rule.filter}" for rule in devices]
    for account in accounts:
        if account.rules:
            lines += ["", f"user {account.name}"]
            lines += [f"topic {rule.access} {rule.filter}" for rule in account.rules]
    _replace(directory / RULES, "\n".join([*lines, ""]))
    _replace(directory / PASSWORDS, passwords)


def _replace(file: Path, text: str) -> None:
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)
    fresh.replace(file)


class Doorkeeper:
    """Checks passwords and topics against the current files, for a broker that cannot do so."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: tuple[int, int] = (0, 0)
        self._secrets: dict[str, str] = {}
        self._patterns: list[Rule] = []
        self._rules: dict[str, list[Rule]] = {}

    def knows(self, name: str | None, password: str | None) -> bool:
        secret = self.secret_of(name)
        return secret is not None and matches(password or "", secret)

    def secret_of(self, name: str | None) -> str | None:
        """Return the hashed password; None: there is no such account, or no longer."""
        self._refresh()
        return self._secrets.get(name or "")

    def secrets(self) -> Mapping[str, str]:
        """Return the hashed passwords of all current accounts."""
        self._refresh()
        return self._secrets

    def permits(self, name: str | None, access: Access, topic: str) -> bool:
        """May this account use the topic? topic: of a publish, or the filter of a subscription."""
        if self.secret_of(name) is None:
            return False
        rules = [Rule(r.access, r.filter.replace("%u", name or "")) for r in self._patterns]
        rules += self._rules.get(name or "", [])
        return any(r.access == access and covers(r.filter, topic) for r in rules)

    def _refresh(self) -> None:
        files = [self._directory / name for name in (PASSWORDS, RULES)]
        seen = (files[0].stat().st_mtime_ns, files[1].stat().st_mtime_ns)
        if seen == self._read:
            return
        passwords, rules = (file.read_text().splitlines() for file in files)
        self._secrets = dict(line.split(":", 1) for line in passwords if line)
        self._patterns, self._rules = [], {}
        into = self._patterns
        for word, *rest in (line.split(" ", 2) for line in rules if line):
            if word == "user":
                into = self._rules.setdefault(rest[0], [])
            else:
                into.append(Rule(rest[0], rest[1]))  # type: ignore[arg-type]
        self._read = seen


def covers(allowed: str, asked: str) -> bool:
    """Does the filter `allowed` match every topic that `asked` matches?"""
    wide, narrow = allowed.split("/"), asked.split("/")
    for at, level in enumerate(wide):
        if level == "#":
            return True
        if at >= len(narrow) or narrow[at] == "#" or level not in ("+", narrow[at]):
            return False
    return len(wide) == len(narrow)
