"""Every act outside a session leaves its audit row: with its origin and without a secret.

The table in docs/audit.md lists the rows of each route and command.
"""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any, Final

import httpx
import pytest
from websockets.sync.client import connect

from tests.house.test_audit import NAME, told
from tests.parts import wait_until_blocking
from tests.parts.ports import free_port
from tests.parts.product import PASSWORD, Clinic, Product, run_command
from tests.parts.sinks import HttpSink

ANOTHER: Final = "a horse of another colour"
TYPED_FOR_A_NAME: Final = "hunter2hunter2"
PIN: Final = "481516"
PUSH: Final = {
    "endpoint": "https://push.example.com/capability-7f3a",
    "keys": {"p256dh": "A" * 87, "auth": "A" * 22},
}
# The first needs a service without users; the test runs the second after the service has ended.
ELSEWHERE: Final = {"POST /first/{token}", "dosing-monitor restore"}


class Audit:
    """The rows that are new on the audit since the last look."""

    def __init__(self, product: Product) -> None:
        self._file = product.directory / "data" / "monitor.db"
        self.seen: list[dict[str, Any]] = []

    def rows(self) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute("SELECT * FROM audit ORDER BY id")]

    def new(self, *wanted: str) -> list[dict[str, Any]]:
        """Wait for these actions: reads and refusals leave their rows a moment later."""
        before = len(self.seen)

        def there() -> list[dict[str, Any]] | None:
            found = self.rows()[before:]
            return found if set(wanted) <= {row["action"] for row in found} else None

        found = wait_until_blocking(there, what=f"{wanted} on the audit")
        assert found is not None
        self.seen += found
        return found


def command(product: Product, *arguments: str, given: str = "") -> None:
    done = run_command(
        *arguments, directory=product.directory, environment=product.environment, given=given
    )
    assert done.returncode == 0, done.stderr


class Walk:
    """Do each act once.

    left: name of the act -> actions of the audit rows that it left
    kept: name of the act -> the answer to its last call
    """

    def __init__(self, product: Product, http: HttpSink) -> None:
        self.product = product
        self.http = http
        self.ada, self.thea = Clinic(product, "ada"), Clinic(product)
        self.audit = Audit(product)
        self.audit.new("signed_in")
        self.left: dict[str, set[str]] = {}
        self.kept: dict[str, Any] = {}

    def leaves(self, name: str, act: Callable[[], object], *wanted: str) -> None:
        self.kept[name] = act()
        found = self.audit.new(*wanted)
        self.left.setdefault(name, set()).update(row["action"] for row in found)
        if name != "dosing-monitor backup":
            place = "account " if name.startswith("dosing-monitor") else "127.0.0.1"
            assert [row for row in found if not row["origin"].startswith(place)] == []

    def patched(self, by: Clinic, path: str, **body: object) -> Callable[[], httpx.Response]:
        return lambda: by.http.patch(path, json=body).raise_for_status()

    def refused(self, name: str) -> Callable[[], object]:
        given = {"username": name, "password": ANOTHER}
        return lambda: httpx.post(f"{self.product.url}/api/v1/login", json=given)

    def of_people(self) -> None:
        self.leaves("POST /login", lambda: Clinic(self.product), "signed_in")
        self.leaves("POST /login", self.refused("thea"), "sign_in_failed")
        self.leaves("POST /login", self.refused(TYPED_FOR_A_NAME), "sign_in_failed")
        leaving = Clinic(self.product)
        self.audit.new("signed_in")
        self.leaves("POST /logout", lambda: leaving.post("/logout"))
        self.leaves("PATCH /me", self.patched(self.thea, "/me", phone="+351 555 0100"))
        given = {"username": "val", "role": "viewer", "password": PASSWORD}
        self.leaves("POST /users", lambda: self.ada.post("/users", **given))
        self.of_passwords()
        change = "PATCH /users/{username}"
        self.leaves(change, self.patched(self.ada, "/users/val", must_change_password=True))
        anew = {"role": "therapist", "password": ANOTHER}
        self.leaves(change, self.patched(self.ada, "/users/val", **anew))
        self.leaves(change, self.patched(self.ada, "/users/val", phone="+351 555 0101"))
        self.leaves("POST /push", lambda: [self.thea.post("/push", **PUSH) for _ in range(2)])
        ended = {"endpoint": PUSH["endpoint"]}
        self.leaves("POST /push/end", lambda: self.thea.post("/push/end", **ended))

    def of_passwords(self) -> None:
        """Use the password routes as val, who has one sign-in here and two elsewhere."""
        here, _, _ = (Clinic(self.product, "val") for _ in range(3))
        wanted = 3
        while wanted:
            wanted -= sum(row["action"] == "signed_in" for row in self.audit.new("signed_in"))
        own = {"password": PASSWORD, "new_password": ANOTHER}
        for path, right in (("/confirm", {"password": PASSWORD}), ("/me/password", own)):
            name, post = f"POST {path}", partial(here.http.post, path)
            self.leaves(name, partial(post, json=right | {"password": "wrong"}), "sign_in_failed")
            self.leaves(name, partial(post, json=right))
        changed = json.loads(self.audit.seen[-1]["detail"])
        assert (changed["password"], changed["sign_ins_ended"]) == ("changed", 2)

    def of_the_clinic(self) -> None:
        thea = self.thea
        self.leaves("POST /patients", lambda: thea.post("/patients", label="Fir 1"))
        device = {"id": "strap-1", "kind": "heart_rate"}
        self.leaves("POST /devices", lambda: thea.post("/devices", **device))
        change = "PATCH /devices/{device_id}"
        for changes in ({"model": "H10"}, {"active": False, "reason": "lost"}, {"active": True}):
            self.leaves(change, self.patched(thea, "/devices/strap-1", **changes))
        renew = "POST /devices/{device_id}/credentials"
        self.leaves(renew, lambda: thea.post("/devices/strap-1/credentials"))

    def of_notices(self) -> tuple[str, str]:
        """Return the id of the session that it opened, and a link to a test notice."""
        ada, thea = self.ada, self.thea
        contact = {"name": "Sam", "urls": [self.http.url()], "order": 1, "after_s": 0.0, "pin": PIN,
                   "simulated": True}  # fmt: skip
        self.leaves("POST /contacts", lambda: ada.post("/contacts", **contact))
        sam = f"/contacts/{self.kept['POST /contacts']['id']}"
        later = contact | {"after_s": 5.0}
        self.leaves("PUT /contacts/{contact_id}", lambda: ada.http.put(sam, json=later))
        test = "POST /contacts/{contact_id}/test"
        self.leaves(test, lambda: ada.post(f"{sam}/test"), "test_notice_sent")
        link: str = self.http.got[-1].json["link"]
        by_link = "POST /n/{token}"
        pin = {"way": "pin", "pin": PIN, "seen": "1"}
        wrong = pin | {"pin": "999999"}
        self.leaves(by_link, lambda: httpx.post(link, data=wrong), "sign_in_failed")
        self.leaves(by_link, lambda: httpx.post(link, data=pin), "contact_confirmed")
        encounter = thea.session("Fir 2", {"cuff-2": "cuff"})
        self.audit.new("patient_added", "device_added")
        route = f"/encounters/{encounter}"
        tested = "POST /encounters/{encounter_id}/test-notice"
        self.leaves(tested, lambda: thea.post(f"{route}/test-notice"), "test_notice_sent")
        correct = "POST /encounters/{encounter_id}/corrections"
        fir = {"kind": "label", "value": "Fir 3", "reason": "mistyped"}
        self.leaves(correct, lambda: thea.post(f"{route}/corrections", **fir))
        thea.dose(encounter)
        thea.post(f"{route}/help")
        told_of = wait_until_blocking(
            lambda: [g.json["link"] for g in self.http.got if g.json.get("priority") == "high"],
            20,
            "a notice",
        )
        look = {"way": "password", "username": "thea", "password": PASSWORD, "act": "look"}
        signed = ("signed_in", "emergency_read")
        self.leaves(by_link, lambda: httpx.post(told_of[-1], data=look), *signed)
        self.leaves("DELETE /contacts/{contact_id}", lambda: ada.http.delete(sam))
        return encounter, link

    def of_commands(self) -> None:
        add = ("user", "add", "mara", "--role", "viewer", "--password-stdin")
        device = ("device", "add", "belt-1", "--kind", "heart_rate")
        for name, arguments in {
            "user add": add, "user change": ("user", "change", "mara", "--must-change"),
            "device add": device, "backup": ("backup", "copy.db"),
        }.items():  # fmt: skip
            given = f"{ANOTHER}\n"
            act = partial(command, self.product, *arguments, given=given)
            self.leaves(f"dosing-monitor {name}", act)

    def of_reading(self, encounter: str) -> None:
        """Read everything repeatedly: each kind of read leaves one row."""
        route = f"/encounters/{encounter}"
        fresh = Clinic(self.product, "ada")
        self.audit.new("signed_in")
        paths = ("/encounters", route, f"{route}/observations", f"{route}/journal", "/contacts",
                 "/audit")  # fmt: skip
        read = [act for path in paths for _ in range(3) for act in self._after(fresh, path)]
        assert read == ["emergency_read", "record_read", "contacts_read", "audit_read"]
        watching = Clinic(self.product)
        self.audit.new("signed_in")
        bearer = {"Authorization": f"Bearer {watching.token}"}
        for _ in range(2):
            with connect(self.product.live_url, additional_headers=bearer) as socket:
                assert json.loads(socket.recv())["type"] == "snapshot"
        live = self.audit.new("emergency_read")
        assert [(row["user"], row["object"]) for row in live] == [("thea", encounter)]

    def _after(self, by: Clinic, path: str) -> list[str]:
        """Return the rows of one read: as soon as a later act is on disk, they are there too."""
        by.get(path)
        by.http.patch("/me", json={"phone": None}).raise_for_status()
        last = "user_phone_changed"
        return [row["action"] for row in self.audit.new(last) if row["action"] != last]


def test_each_route_and_command_leaves_what_the_table_says(
    product_with: Callable[..., Product], http: HttpSink
) -> None:
    product = product_with(
        BROKER="amqtt", MQTT_PORT=str(free_port()), NOTICE_ALLOW="http://127.0.0.1"
    )
    product.user("ada", "admin")
    walk = Walk(product, http)
    walk.of_people()
    walk.of_the_clinic()
    encounter, link = walk.of_notices()
    walk.of_commands()
    walk.of_reading(encounter)
    table = {name: set(NAME.findall(of.partition("journal:")[0])) for name, of in told().items()}
    wanted = {
        name: acts for name, acts in table.items()
        if acts and not name.startswith("GET ") and name not in ELSEWHERE
    }  # fmt: skip
    assert walk.left == wanted

    ada, seen = walk.ada, [row["action"] for row in walk.audit.seen]
    listed = ada.everything("/audit")
    assert [row["action"] for row in reversed(listed)][: len(seen)] == seen
    of_val = {row["by"] for row in ada.everything("/audit", by="val")}
    assert of_val == {"ada", "val", "not signed in"}
    day = "2001-02-03T00:00:00Z"
    assert ada.get("/audit", until=day)["count"] == 0
    assert ada.get("/audit", since=day)["count"] >= len(listed)
    _no_secret(json.dumps(walk.audit.rows()), walk.kept, walk.thea, link)

    assert product.stop() == 0
    command(product, "restore", "copy.db", "--replace")
    last = [(row["action"], row["object"]) for row in walk.audit.rows()][-2:]
    assert last == [("backup_made", "database"), ("database_restored", "database")]


def _no_secret(text: str, kept: dict[str, Any], signed_in: Clinic, link: str) -> None:
    secrets = [
        PASSWORD, ANOTHER, TYPED_FOR_A_NAME, PIN, signed_in.token, link.rpartition("/")[2],
        PUSH["endpoint"], "capability", "127.0.0.1:", kept["POST /contacts"]["signing_key"],
        "argon2", *(f"{kept[name]['mqtt']['password']}" for name in
                    ("POST /devices", "POST /devices/{device_id}/credentials")),
    ]  # fmt: skip
    assert [secret for secret in secrets if secret != "None" and str(secret) in text] == []
    assert not re.search(r"[0-9a-f]{64}", text), "a hash"


def test_a_million_failures_are_a_few_rows(product: Product) -> None:
    """300, as many as are feasible here: most are rejected before their password is checked."""
    audit = Audit(product)
    audit.new()
    with httpx.Client(base_url=f"{product.url}/api/v1") as stranger:
        for n in range(300):
            stranger.post("/login", json={"username": "thea", "password": f"wrong {n}"})
    rows = wait_until_blocking(
        lambda: (found := audit.rows()) and found[-1]["user"] == "not signed in" and found
    )
    failures = [json.loads(row["detail"]) for row in rows if row["action"] == "sign_in_failed"]
    assert 4 <= len(failures) <= 16
    counted = max(f["count"] for f in failures if "not_looked_at" in f)
    assert counted >= 128


@pytest.fixture
def http() -> Any:
    sink = HttpSink()
    yield sink
    sink.close()
