"""Users and devices from the command line, before the service runs and while it does."""

import re
import time
from typing import Final

import msgspec

from monitor.adapters.http.guard.passwords.passwords import Passwords
from monitor.adapters.http.guard.passwords.weak import why_weak
from monitor.adapters.http.listings import Json
from monitor.adapters.http.schema import rows
from monitor.adapters.store import Store
from monitor.adapters.store.questions import clinic, users
from monitor.adapters.store.tables.audits import COMMAND
from monitor.codecs.contract import phones
from monitor.codecs.times import iso
from monitor.codecs.topics import is_device_id
from monitor.config import Config
from monitor.core.sentences.english import english
from monitor.core.vocabulary.labels import USER_NAME, looks_like, unfit
from monitor.core.vocabulary.reasons import Reason
from monitor.service.desk.device_register import device_answer, new_device
from monitor.service.ingest.device_accounts import taken_names

_NAME: Final = re.compile(USER_NAME)
_TAKEN: Final = english(Reason("id_of_service"))
SHORTEST, LONGEST = 8, 256
LAST_USER = 254
LONGEST_MODEL = 64
AT_ONCE = 1000


class UnfitAccount(ValueError):
    """A value cannot be used: one line with the remedy. field: the field concerned."""

    def __init__(self, text: str, field: str = "") -> None:
        self.field = field
        super().__init__(text)


def fit(name: str, password: str) -> None:
    """Check the name and password of a new user. Raises UnfitAccount."""
    fit_name(name)
    fit_password(name, password)


def fit_name(name: str) -> None:
    """Check a user name. Raises UnfitAccount."""
    if not _NAME.fullmatch(name):
        if _NAME.fullmatch(looks := looks_like(name)):
            raise UnfitAccount(
                f"{unfit(name) or f'It looks like “{looks}”: write that'}.", "username"
            )
        raise UnfitAccount("A user name has 1 to 64 letters, digits or any of . _ @ -", "username")


def fit_password(name: str, password: str) -> None:
    """Check a password of that user. Raises UnfitAccount."""
    if len(password) < SHORTEST:
        raise UnfitAccount(f"The password needs at least {SHORTEST} characters.", "password")
    if len(password) > LONGEST:
        raise UnfitAccount(f"The password has at most {LONGEST} characters.", "password")
    why = why_weak(name, password)
    if why:
        raise UnfitAccount(f"The password {why}", "password")


def fit_phone(phone: str) -> None:
    """Check a telephone number; "" is allowed. Raises UnfitAccount."""
    if phone.strip() and not phones.is_number(phone.strip()):
        raise UnfitAccount(f"{phones.RULE}.", "phone")


def create_user(config: Config, name: str, role: str, password: str, phone: str = "") -> int:
    """Add a user. Return how many administrators may sign in now. Raises UnfitAccount, or the
    store's NotUnique."""
    fit(name, password)
    fit_phone(phone)
    secret = Passwords.hash_now(password)
    store = Store(config.database_url)
    store.migrate()
    number = phone.strip() or None
    store.run(users.add_user, name, role, secret, time.time(), COMMAND, number)
    return sum(u.role == "admin" and not u.disabled for u in store.run(users.all_users))


def listed_users(config: Config) -> list[Json]:
    store = Store(config.database_url)
    store.migrate()
    return [
        rows.user(one) | {"created_at": iso(one.created_at)} for one in store.run(users.all_users)
    ]


def alter_user(
    config: Config, name: str, role: str | None, password: str | None, *, disabled: bool | None,
    reset: bool | None = None,
) -> None:  # fmt: skip
    """Change the values that are not None; see `users.alter_user`. The service, if it runs, finds
    the pages that watch a session.

    Raises UnfitAccount, or the store's Missing or LastAdmin.
    """
    if password is not None:
        fit_password(name, password)
    secret = None if password is None else Passwords.hash_now(password)
    store = Store(config.database_url)
    store.migrate()
    store.run(
        users.alter_user, name, role=role, password_hash=secret, disabled=disabled,
        reset=reset, watched=None, at=time.time(), by=COMMAND,
    )  # fmt: skip


def create_device(
    config: Config, device_id: str, kind: str, site: str,
    user: int | None = None, model: str = "",
) -> str:  # fmt: skip
    """Register a device. Return the answer that is shown once, as JSON. Raises UnfitAccount, or the
    store's NotUnique."""
    if not is_device_id(device_id):
        raise UnfitAccount("A device id has 1 to 64 of A-Z a-z 0-9 _ -")
    if device_id.lower() in taken_names(config):
        raise UnfitAccount(f"The device id {device_id} {_TAKEN}")
    if site and not is_device_id(site):
        raise UnfitAccount("A site has 1 to 64 of A-Z a-z 0-9 _ -")
    if user is not None and not 0 <= user <= LAST_USER:
        raise UnfitAccount(f"A user of a shared cuff is a number from 0 to {LAST_USER}.")
    model = model.strip()
    if len(model) > LONGEST_MODEL or not model.isprintable():
        raise UnfitAccount(f"A model has at most {LONGEST_MODEL} printable characters.")
    store = Store(config.database_url)
    store.migrate()
    where = site or config.site[0].replace("+", "home")
    # Our own broker asks devices for their passwords; another one does not know them.
    device, password = new_device(device_id, kind, where, time.time(), enforced=not config.mqtt_url)
    device = msgspec.structs.replace(device, user=user, model=model or None)
    store.run(clinic.add_device, device, COMMAND)
    answer = device_answer(device, password) | {"database": store.where}
    return msgspec.json.encode(answer).decode()


def listed_devices(config: Config) -> list[Json]:
    store = Store(config.database_url)
    store.migrate()
    found: list[Json] = []
    after: str | None = None
    while True:
        page = store.run(clinic.list_devices, AT_ONCE, after)
        found += [rows.device(one) for one in page.items]
        if (after := page.next) is None:
            return found
