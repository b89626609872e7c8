"""The desk: the protocol by which routes act on the running sessions. The service implements it.

Every act is async, is on disk before it returns (the caller reports "done" to the person), and
changes no data if it raises. It may raise `Unknown`, `Conflict`, `Invalid` and `Unavailable` (see
`errors`), `Refused` and `GateRefused` of the core, and the store's own errors; `answers` maps each
to a response. Their texts are sentences for a therapist and reach the client word by word: no
address, path or secret in them. (The store's plain `StoreError` is the exception; its text stays
here.) While the database takes no writes, an act raises `Unavailable` after a few seconds; it does
not wait for ever.

Dicts named `Json` are ready for the wire: `codecs.contract` made them, msgspec can encode them.
"""

from typing import Any, Literal, Protocol

from msgspec import Struct

from monitor.adapters.store import Page
from monitor.core.vocabulary.inputs import (
    Checked,
    CuffUser,
    Fact,
    HandOver,
    LimitChanged,
    MeasuredNow,
    Override,
    Rebaselined,
    TakeOver,
)
from monitor.core.vocabulary.words import Mode

Json = dict[str, Any]


class OpenEncounterRequest(Struct, frozen=True, kw_only=True):
    """The request of `POST /encounters`.

    risk_factors   ids of the vocabulary; joined with the patient's own
    emergency      {"address", "phone", "sitter", "local_number", "time_zone"}, each text or
                   absent; never in notices, MQTT or logs
    """

    patient_id: str
    protocol: str
    device_ids: tuple[str, ...]
    mode: Mode
    risk_factors: tuple[str, ...]
    emergency: dict[str, str]


class DoseRequest(Struct, frozen=True, kw_only=True):
    """The request of `POST /encounters/{id}/doses`. `at`: epoch seconds; None: now."""

    drug: str
    route: str
    amount_mg: float
    at: float | None
    override: Override | None


class CorrectFactRequest(Struct, frozen=True, kw_only=True):
    """Correct a fact about the patient or about whom to reach. value: the true one; None:
    unknown."""

    fact: Fact
    value: str | int | list[str] | None
    reason: str


class CorrectDoseRequest(Struct, frozen=True, kw_only=True):
    """Correct a recorded dose. number: counts from 1; a field that is None: as recorded."""

    number: int
    reason: str
    at: float | None = None
    drug: str | None = None
    route: str | None = None
    amount_mg: float | None = None


class CorrectReadingRequest(Struct, frozen=True, kw_only=True):
    """Strike out a typed reading. row: the id of any of its rows."""

    row: int
    reason: str


class CorrectDeviceRequest(Struct, frozen=True, kw_only=True):
    """Swap a device of the session for another."""

    remove: str
    add: str
    reason: str


CorrectRequest = (
    CorrectFactRequest | CorrectDoseRequest | CorrectReadingRequest | CorrectDeviceRequest
)


class Part(Struct, frozen=True):
    """One part of /readyz. `text` describes the fault in a few words, "" if the part works.

    canary_s   of the broker: round trip of our own message through it, s; None: not yet known
    loop_lag_s of the detection: the worst recent delay of the event loop, s
    refused    of a broker of our own: how often it refused wrong credentials; else None
    held, at_risk, window   of the database: messages that wait for their commit; messages
               confirmed to the broker before their commit; and how many unconfirmed ones the
               broker delivers
    """

    ready: bool
    text: str = ""
    canary_s: float | None = None
    loop_lag_s: float | None = None
    refused: int | None = None
    held: int | None = None
    at_risk: int | None = None
    window: int | None = None


class Desk(Protocol):
    """The running sessions. One object; all methods are called in the service's event loop.

    It is also the hub's `StatusSource` (`statuses`, `clock`, `shown`).
    """

    # --- clock and state: immediate, from memory ---

    def now(self) -> float:
        """Epoch seconds by the service's clock, which may run fast in modes test and demo."""

    def clock(self) -> dict[str, float]:
        """`{"time": now(), "speed": 1.0}`, and `"following": 1` while a simulator moves the
        clock."""

    def facts(self) -> Json:
        """Facts about the service for the page, without a secret. At least:

        {"version": str, "sites": [str], "device_identity": bool (False: devices are believed
        without credentials), "speed": float, "links_stay_here": bool (True: links in notices do not
        work on other machines)}
        """

    def vocabulary(self) -> Json:
        """The vocabulary: {"risk_factors": [{"id", "text"}], "symptoms": …, "checks": …}."""

    def protocols(self) -> list[Json]:
        """The presets and the clinic's own protocols; each at least {"id", "name", "source"}."""

    def open_sessions(self) -> list[str]:
        """The ids of all open sessions."""

    def statuses(self) -> list[Json]:
        """Every open encounter as `status_json` makes it, with `patient_label` and
        `emergency`; oldest first. Called for each new page: no waiting, no database."""

    def shown(self, alarm_id: str, by: str) -> None:
        """Note that a signed-in page displayed this alarm. The id may be any text; never raises."""

    # --- encounters ---

    async def status(self, encounter_id: str) -> Json:
        """The status object of an open or closed encounter. Raises Unknown."""

    async def expectation(self, encounter_id: str) -> Json:
        """The highest values that the doses are expected to cause. Raises Unknown.

        {"since": ISO time of the first dose or null, "step_s": 60, "upper": {vital: [values]}}
        """

    async def encounters(
        self,
        *,
        state: Literal["open", "closed"] | None,
        patient: str | None,
        limit: int,
        after: str | None,
        newest_first: bool = False,
    ) -> Page[Json]:
        """Status objects, of one patient (an id) or all, in the order in which they were opened or
        the reverse."""

    async def open_encounter(self, request: OpenEncounterRequest, *, by: str) -> Json:
        """Open a session; return {"id", "phase"}.

        Raises Invalid (`patient_id`, `protocol`, `device_ids`, `risk_factors`, or `mode` when the
        clock runs fast and the mode is real) and Conflict, which names a device that already has an
        open encounter.
        """

    async def change_devices(
        self, encounter_id: str, *, add: tuple[str, ...], remove: tuple[str, ...], by: str
    ) -> None:
        """Add and remove devices, by id. Raises Unknown, Invalid (`add`, `remove`), Conflict,
        Refused (closed)."""

    async def dose(self, encounter_id: str, request: DoseRequest, *, by: str) -> None:
        """Record a dose. Raises Unknown, Invalid (`at`: in the future or more than 30 min back),
        GateRefused (hold or booster gate), Refused."""

    async def observe(
        self, encounter_id: str, values: dict[str, float], *, at: float | None, by: str
    ) -> list[Json]:
        """Record a reading that a person typed; values in the vital signs' own units.

        Returns the stored rows, as `wire.observation_json` makes them: implausible ones are
        included, rejected, with the reason. Raises Unknown, Invalid (`at`), Refused (closed).
        """

    async def measured_now(self, encounter_id: str, given: MeasuredNow) -> None:
        """Record that a cuff's record of unknown age was measured just now. Raises Unknown, Refused
        (no such record, its age is known, closed)."""

    async def cuff_user(self, encounter_id: str, given: CuffUser) -> None:
        """Set which user of a cuff the patient is, for this session. Raises Unknown (no such
        session, or the device does not serve it), Refused."""

    async def correct(self, encounter_id: str, request: CorrectRequest, *, by: str) -> None:
        """Correct the record, which keeps both values. Also possible for a closed session, except
        its devices. Raises Unknown, Invalid (a thing that does not exist), Conflict (a label that
        is taken, a device in use), Refused (already recorded so, or impossible)."""

    async def symptom(self, encounter_id: str, symptom: str, *, by: str) -> None:
        """Record a symptom. Raises Unknown, Invalid (`symptom` is not in the vocabulary),
        Refused."""

    async def ask_for_help(self, encounter_id: str, *, by: str) -> None:
        """Record a call for help from the room. Raises Unknown, Refused."""

    async def note(self, encounter_id: str, text: str, *, by: str) -> None:
        """Record a note. Raises Unknown, Refused (closed)."""

    async def limit(self, encounter_id: str, given: LimitChanged) -> None:
        """Set a stricter limit for this session. Raises Unknown, Refused (impossible, or laxer)."""

    async def rebaseline(self, encounter_id: str, given: Rebaselined) -> None:
        """Take the baseline again. Raises Unknown, Refused (too few readings)."""

    async def check(self, encounter_id: str, given: Checked) -> None:
        """Record one of the checks before the dose. Raises Unknown, Invalid (`check`), Refused."""

    async def hand_over(self, encounter_id: str, given: HandOver) -> None:
        """Offer the session to another user. Raises Unknown, Invalid (`to`: not a user who may
        act), Refused."""

    async def take_over(self, encounter_id: str, given: TakeOver) -> None:
        """Take the session over. Raises Unknown, Refused (not offered, and no reason)."""

    async def audio_pause(self, encounter_id: str, seconds: float, *, by: str) -> None:
        """Pause the alarm sound for at most 120 s, checked before. Raises Unknown, Refused."""

    async def close(
        self, encounter_id: str, override: Override | None, *, alert: bool | None, by: str
    ) -> None:
        """Close the session. alert: whether the patient is alert; None: not stated. Raises Unknown,
        GateRefused (discharge gate), Refused (closed already)."""

    async def acknowledge(self, alarm_id: str, *, note: str, by: str) -> Json:
        """Acknowledge an alarm; return it as `wire.alarm_json` makes it. A second acknowledgement
        is no error: the first author remains. Raises Unknown, Refused (its session is closed)."""

    async def rate(self, alarm_id: str, *, useful: bool, by: str) -> None:
        """Rate whether an alarm was useful, also after its session has closed. Raises Unknown."""

    # --- devices ---

    async def add_device(
        self,
        device_id: str,
        *,
        kind: str,
        site: str | None,
        user: int | None = None,
        model: str | None = None,
        by: str,
    ) -> Json:
        """Register a device and create its broker credentials, which are returned only here: {"id",
        "mqtt": {"username", "password", "topic"}}; `topic` is its readings topic; name and password
        are None if the broker does not enforce them.

        site   None: the first of the service's sites. Raises Conflict (exists), Invalid (`site`).
        """

    async def change_device(
        self, device_id: str, changes: dict[str, int | str | None], *, by: str, reason: str = ""
    ) -> Json:
        """Change a device; on the audit. changes: `user`, `model`; None removes the value; `active`
        (0 deactivates the device). Returns the device as `rows.device` makes it. Raises Unknown,
        and Conflict if the device to be deactivated serves an open session."""

    async def renew_device(self, device_id: str, *, by: str) -> Json:
        """Replace the broker credentials; returns the same as `add_device`. Raises Unknown."""

    # --- operation ---

    def readiness(self) -> dict[str, Part]:
        """Parts by name, at least "broker", "database" and "detection"."""

    async def self_test(self) -> Json:
        """Send a test reading through all parts now, up to a notice; return the same as
        `self_tested`."""

    def self_tested(self) -> Json:
        """Return the result of the newest self-test: {"ok", "detail", "at", "total_s", "steps":
        {hop: s}, "ping": {"wanted", "ok", "detail", "answered_s"}}."""

    def before_scrape(self) -> None:
        """Bring gauges up to date; called before each answer of /metrics. Cheap."""
