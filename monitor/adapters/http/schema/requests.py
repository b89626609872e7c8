"""Request bodies. An object that exists here is within bounds; the desk judges its meaning.

Texts are one line without control characters (a note may have several lines), numbers are finite,
unknown fields are refused by name rather than dropped: a mistyped `overide_reason` must not be
lost.
"""

import re
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    create_model,
    model_validator,
)

from monitor.adapters.http.ports.desk import (
    CorrectDeviceRequest,
    CorrectDoseRequest,
    CorrectFactRequest,
    CorrectReadingRequest,
    CorrectRequest,
    DoseRequest,
    OpenEncounterRequest,
)
from monitor.adapters.store.questions.contacts import Day, Preferences, Shift, Wanted
from monitor.codecs.contract import phones
from monitor.codecs.contract.wire import from_iso
from monitor.core.vocabulary.inputs import Override
from monitor.core.vocabulary.labels import DEVICE_ID, USER_NAME, looks_like, unfit, unseen
from monitor.core.vocabulary.profiles import Direction
from monitor.core.vocabulary.vitals import VITALS, Vital
from monitor.core.vocabulary.words import DeviceKind, Mode, Role

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_BUT_LINES: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# The form only, not whether the zone exists: the browser has the newest list of zones.
_ZONE: Final = re.compile(r"[A-Za-z]{1,20}([_+/-]?[A-Za-z0-9]{1,20}){0,6}")
# 2001 and 2100 as epoch milliseconds: rejects a number in another unit.
_MS_FROM: Final = 978_307_200_000
_MS_UNTIL: Final = 4_102_444_800_000


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("must not hold control characters or line breaks")
    return text


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must hold printable characters only")
    return text


def _lines(text: str) -> str:
    if _CONTROL_BUT_LINES.search(text):
        raise ValueError("must not hold control characters")
    return text


def _moment(value: object) -> object:
    """Parse ISO 8601 with offset, or epoch milliseconds, as in a device's payload."""
    if isinstance(value, str):
        if value.isdecimal():
            return _from_ms(int(value[:20]))
        # In a query string an unencoded plus arrives as a blank: " 02:00" for "+02:00".
        return from_iso(re.sub(r" (\d\d:?\d\d)$", r"+\1", value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_ms(value)
    return value


def _from_ms(number: float) -> float:
    if _MS_FROM <= number < _MS_UNTIL:
        return number / 1000
    raise ValueError("a number must be epoch milliseconds")


def _distinct(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("must not name anything twice")
    return values


def _callable(text: str) -> str:
    if not phones.is_number(text):
        raise ValueError(f"is not one. {phones.RULE}")
    return text


def _seen(text: str) -> str:
    """Raise ValueError if the text contains an invisible character; the message shows how it
    reads."""
    if (why := unseen(text)) is not None:
        raise ValueError(why)
    return text


def _user_name(value: object) -> object:
    """Reject a look-alike of a user's name with its own message, before the pattern does."""
    if isinstance(value, str) and not re.fullmatch(USER_NAME, value):
        looks = looks_like(value)
        if looks != value and re.fullmatch(USER_NAME, looks):
            raise ValueError(unfit(value) or f"It looks like “{looks}”: write that")
    return value


def _text(least: int, most: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most)


Short = Annotated[str, _text(1, 64), AfterValidator(_one_line)]
# Signs the acts of its contact by a link, and is no id: two contacts may share it, in any script.
ContactName = Annotated[str, _text(1, 64), AfterValidator(_one_line), AfterValidator(_seen)]
Line = Annotated[str, _text(1, 200), AfterValidator(_one_line)]
MaybeLine = Annotated[str, _text(0, 200), AfterValidator(_one_line)]
Reason = Annotated[str, _text(3, 500), AfterValidator(_one_line)]
# Ids of a gate's conditions: a gate has some twenty, and each active alarm is one.
Conditions = Annotated[list[Line], Field(max_length=256)]
Words = Annotated[list[Short], Field(max_length=32), AfterValidator(_distinct)]
UserName = Annotated[str, BeforeValidator(_user_name), StringConstraints(pattern=f"^{USER_NAME}$")]
DeviceId = Annotated[str, StringConstraints(pattern=f"^{DEVICE_ID}$")]
DeviceIds = Annotated[list[DeviceId], Field(max_length=32), AfterValidator(_distinct)]
_WRITTEN: Final = {
    "anyOf": [{"type": "string", "format": "date-time"}, {"type": "number"}],
    "description": "ISO 8601 with an offset, or epoch milliseconds",
}
Moment = Annotated[float, BeforeValidator(_moment), WithJsonSchema(_WRITTEN)]
# 255 in a cuff's record means that the cuff does not know its user.
UserIndex = Annotated[int, Field(ge=0, le=254)]
ModelName = Annotated[str, _text(1, 64), AfterValidator(_printable)]
RowKey = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Password = Annotated[str, StringConstraints(min_length=8, max_length=256)]
Phone = Annotated[str, _text(1, 32), AfterValidator(_callable)]
Reading = Annotated[float, Field(ge=0, le=1000)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)


class Login(Model):
    username: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class NewUser(Model):
    username: UserName
    role: Role
    password: Password
    phone: Phone | None = None


class Proof(Model):
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class ChangedPassword(Proof):
    """password: the present password."""

    new_password: Password


class ChangedPhone(Model):
    """A new phone number; null removes it."""

    phone: Phone | None


class ChangedUser(Model):
    """Changes to a user. Omitted fields stay unchanged."""

    role: Role | None = None
    password: Password | None = None
    disabled: bool | None = None
    must_change_password: bool | None = None
    phone: Phone | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChangedUser":
        given = (self.role, self.password, self.disabled, self.must_change_password)
        if all(one is None for one in given) and "phone" not in self.model_fields_set:
            raise ValueError("give role, password, disabled, must_change_password or phone")
        return self


class NewPatient(Model):
    """A patient. `label` is a code, not a name."""

    label: Short
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    risk_factors: Words = []


class NewDevice(Model):
    """A device. user: if several people share it, which of its users the patient is; model: its
    model name."""

    id: DeviceId
    kind: DeviceKind
    site: DeviceId | None = None
    user: UserIndex | None = None
    model: ModelName | None = None


class ChangedDevice(Model):
    """Changes to a device. Omitted fields stay unchanged; null removes a value. active false: the
    device no longer serves sessions, with a reason; true: it may again."""

    user: UserIndex | None = None
    model: ModelName | None = None
    active: bool | None = None
    reason: Reason | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChangedDevice":
        if not self.changes():
            raise ValueError("give user, model or active")
        if self.active is False and not self.reason:
            raise ValueError("to deactivate a device needs a reason")
        return self

    def changes(self) -> dict[str, int | str | None]:
        found = {name: getattr(self, name) for name in sorted(self.model_fields_set)}
        if self.active is None:
            found.pop("active", None)
        return {name: value for name, value in found.items() if name != "reason"}


def _zone(name: str) -> str:
    if name and _ZONE.fullmatch(name) is None:
        raise ValueError("must be a time zone's name, such as Europe/Lisbon")
    return name


class Emergency(Model):
    """Where to send help, and who is with the patient. time_zone: name of the patient's time
    zone."""

    address: MaybeLine = ""
    phone: MaybeLine = ""
    sitter: MaybeLine = ""
    local_number: MaybeLine = ""
    time_zone: Annotated[MaybeLine, AfterValidator(_zone)] = ""


class NewEncounter(Model):
    patient_id: Short
    protocol: Short
    device_ids: DeviceIds
    mode: Mode = "real"
    risk_factors: Words = []
    emergency: Emergency | None = None

    def request(self) -> OpenEncounterRequest:
        given = self.emergency.model_dump() if self.emergency else {}
        return OpenEncounterRequest(
            patient_id=self.patient_id,
            protocol=self.protocol,
            device_ids=tuple(self.device_ids),
            mode=self.mode,
            risk_factors=tuple(self.risk_factors),
            emergency={name: text for name, text in given.items() if text},
        )


class DeviceChange(Model):
    add: DeviceIds = []
    remove: DeviceIds = []


class MayOverride(Model):
    """Override of a gate, with a reason; `authorised_by` names the prescriber who agreed.

    `overrides` lists the ids of the conditions to override, as the client saw them (`unmet` of the
    409, `gates` of the status). A condition that does not hold and is not listed refuses the act
    with 409. Without the list, the override applies to all conditions that do not hold.
    """

    override_reason: Reason | None = None
    authorised_by: MaybeLine | None = None
    overrides: Conditions | None = None

    @model_validator(mode="after")
    def _reason_first(self) -> "MayOverride":
        for name in ("authorised_by", "overrides"):
            if getattr(self, name) and not self.override_reason:
                raise ValueError(f"{name} needs an override_reason")
        return self

    def override(self, by: str) -> Override | None:
        if self.override_reason is None:
            return None
        named = UNSET if self.overrides is None else tuple(self.overrides)
        return Override(by, self.override_reason, self.authorised_by or "", named)


class NewDose(MayOverride):
    drug: Short
    route: Short
    amount_mg: Annotated[float, Field(gt=0, le=10_000)]
    at: Moment | None = None

    def request(self, by: str) -> DoseRequest:
        return DoseRequest(
            drug=self.drug,
            route=self.route,
            amount_mg=self.amount_mg,
            at=self.at,
            override=self.override(by),
        )


class Closing(MayOverride):
    """`alert`: whether the patient is awake and answers; false keeps the session open."""

    alert: bool | None = None


_FIELDS: Final[dict[str, Any]] = dict.fromkeys(VITALS, (Reading | None, None))
_Values: Final = create_model("_Values", __base__=Model, **_FIELDS)


class NewReading(_Values):  # type: ignore[valid-type, misc]  # its fields come from the table
    """A reading that a person typed, in the units of the vital signs."""

    at: Moment | None = None

    @model_validator(mode="after")
    def _something(self) -> "NewReading":
        if not self.values():
            raise ValueError(f"give at least one of {', '.join(VITALS)}")
        return self

    def values(self) -> dict[str, float]:
        given = {name: getattr(self, name) for name in VITALS}
        return {name: value for name, value in given.items() if value is not None}


class _Correcting(Model):
    reason: Reason


class LabelCorrected(_Correcting):
    """Corrects the patient's label: a code, not a name. It changes in all sessions of the
    patient."""

    kind: Literal["label"]
    value: Short

    def request(self) -> CorrectRequest:
        return CorrectFactRequest(fact=self.kind, value=self.value, reason=self.reason)


class BirthYearCorrected(_Correcting):
    """Corrects the birth year; null: unknown."""

    kind: Literal["birth_year"]
    value: Annotated[int, Field(ge=1900, le=2100)] | None

    def request(self) -> CorrectRequest:
        return CorrectFactRequest(fact=self.kind, value=self.value, reason=self.reason)


class RisksCorrected(_Correcting):
    """Replaces the list of known risk factors; see /vocabulary."""

    kind: Literal["risk_factors"]
    value: Words

    def request(self) -> CorrectRequest:
        return CorrectFactRequest(fact=self.kind, value=self.value, reason=self.reason)


class WhereaboutsCorrected(_Correcting):
    """Corrects the address, a phone number, the sitter or the time zone; empty: removed."""

    kind: Literal["address", "phone", "sitter", "local_number", "time_zone"]
    value: MaybeLine

    @model_validator(mode="after")
    def _place(self) -> "WhereaboutsCorrected":
        if self.kind == "time_zone":
            _zone(self.value)
        return self

    def request(self) -> CorrectRequest:
        return CorrectFactRequest(fact=self.kind, value=self.value, reason=self.reason)


class DoseCorrection(_Correcting):
    """Corrects a dose. `dose` counts from 1; omitted fields stay as recorded."""

    kind: Literal["dose"]
    dose: Annotated[int, Field(ge=1, le=100)]
    at: Moment | None = None
    drug: Short | None = None
    route: Short | None = None
    amount_mg: Annotated[float, Field(gt=0, le=10_000)] | None = None

    @model_validator(mode="after")
    def _something(self) -> "DoseCorrection":
        if not self.model_fields_set & {"at", "drug", "route", "amount_mg"}:
            raise ValueError("give at least one of at, drug, route, amount_mg")
        return self

    def request(self) -> CorrectRequest:
        return CorrectDoseRequest(
            number=self.dose,
            at=self.at,
            drug=self.drug,
            route=self.route,
            amount_mg=self.amount_mg,
            reason=self.reason,
        )


class ReadingCorrected(_Correcting):
    """Strikes out a typed reading. observation: the id of any of its rows."""

    kind: Literal["reading"]
    observation: Annotated[int, Field(ge=1, le=2**63 - 1)]

    def request(self) -> CorrectRequest:
        return CorrectReadingRequest(row=self.observation, reason=self.reason)


class DeviceCorrected(_Correcting):
    """Replaces one device with another."""

    kind: Literal["device"]
    remove: DeviceId
    add: DeviceId

    def request(self) -> CorrectRequest:
        return CorrectDeviceRequest(remove=self.remove, add=self.add, reason=self.reason)


NewCorrection = Annotated[
    LabelCorrected
    | BirthYearCorrected
    | RisksCorrected
    | WhereaboutsCorrected
    | DoseCorrection
    | ReadingCorrected
    | DeviceCorrected,
    Field(discriminator="kind"),
]


class NewSymptom(Model):
    symptom: Short


class NewNote(Model):
    text: Annotated[str, _text(1, 4000), AfterValidator(_lines)]


class NewLimit(Model):
    """An alarm limit for this session. value: in the vital sign's unit; null removes it."""

    vital: Vital
    direction: Direction
    priority: Literal["low", "medium", "high"]
    value: float | None
    reason: Annotated[str, _text(1, 400), AfterValidator(_lines)]


class NewBaseline(Model):
    """Takes the baseline again. vitals: only of these vital signs; empty: of all measured
    enough."""

    reason: Annotated[str, _text(1, 400), AfterValidator(_lines)]
    vitals: Annotated[list[Vital], Field(max_length=len(VITALS))] = []


class NewCheck(Model):
    """A check before the dose. done false: it no longer holds."""

    check: Annotated[str, _text(1, 40), AfterValidator(_lines)]
    done: bool = True


class RecordMeasured(Model):
    """key: of the record, as in the status object (`cuffs`, `unknown`)."""

    key: RowKey


class PatientsUser(Model):
    """user: which of the cuff's users the patient is."""

    user: UserIndex


class NewHandOver(Model):
    """to: a user name."""

    to: Short


class NewTakeOver(Model):
    """reason: required if the session was not offered."""

    reason: Annotated[str, _text(0, 400), AfterValidator(_lines)] = ""


class Pause(Model):
    seconds: Annotated[float, Field(gt=0, le=120)]


class Acknowledgement(Model):
    note: Annotated[str, _text(0, 500), AfterValidator(_lines)] = ""


class Rating(Model):
    useful: bool


ContactUrl = Annotated[str, _text(5, 500), AfterValidator(_one_line)]


def _with_scheme(urls: list[str]) -> list[str]:
    for url in urls:
        if not re.match(r"^[A-Za-z][A-Za-z0-9+.-]*://.", url):
            raise ValueError("each must begin with a scheme, as in mailto://")
    return urls


_KEY = StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,120}=*$")


class BrowserKeys(Model):
    p256dh: Annotated[str, _KEY]
    auth: Annotated[str, _KEY]


class NewBrowser(Model):
    """A push subscription, in the JSON form of a browser's `PushSubscription`."""

    endpoint: Annotated[str, _text(8, 1000), AfterValidator(_one_line)]
    keys: BrowserKeys


class GoneBrowser(Model):
    endpoint: Annotated[str, _text(8, 1000), AfterValidator(_one_line)]


_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _time(text: str) -> str:
    if _TIME.fullmatch(text) is None:
        raise ValueError("must be a time of day, as in 22:00")
    return text


TimeOfDay = Annotated[str, AfterValidator(_time)]


class NewShift(Model):
    """A weekly shift, on these days, in the contact's time zone. An end before the beginning is on
    the next day; equal times mean the whole day."""

    days: Annotated[list[Day], Field(min_length=1, max_length=7)]
    begins: TimeOfDay
    ends: TimeOfDay


def _digits(pin: str) -> str:
    if re.fullmatch(r"([0-9]{6,12})?", pin) is None:
        raise ValueError("must be 6 to 12 digits")
    return pin


Pin = Annotated[str, AfterValidator(_digits)]


class NewContact(Model):
    """A contact to notify of an alarm that no one acknowledges, and how many seconds after its
    onset.

    user       notified only of sessions that this user supervises
    zone       IANA name of the time zone of `rota`, `quiet`, and times in notices
    rota       when on duty; empty: always
    quiet      when low alarms are not sent
    low        whether low alarms are sent at all
    simulated  sessions in modes test and demo too
    pin        with it the contact acknowledges by a notice's link; null: unchanged; "": removed
    """

    name: ContactName
    urls: Annotated[
        list[ContactUrl], Field(min_length=1, max_length=8), AfterValidator(_with_scheme)
    ]
    order: Annotated[int, Field(ge=0, le=1000)] = 0
    after_s: Annotated[float, Field(ge=0, le=3600)] = 30.0
    user: Annotated[str, _text(0, 64), AfterValidator(_one_line)] | None = None
    zone: Annotated[str, _text(1, 64), AfterValidator(_zone)] = "UTC"
    rota: Annotated[list[NewShift], Field(max_length=20)] = []
    quiet: Annotated[list[NewShift], Field(max_length=20)] = []
    low: bool = False
    simulated: bool = False
    pin: Pin | None = None

    def wanted(self, pin_hash: str | None) -> Wanted:
        return Wanted(
            name=self.name,
            urls=tuple(self.urls),
            order=self.order,
            after_s=self.after_s,
            pin_hash=pin_hash,
            preferences=Preferences(
                user=self.user or "",
                zone=self.zone,
                rota=_shifts(self.rota),
                quiet=_shifts(self.quiet),
                low=self.low,
                simulated=self.simulated,
            ),
        )


def _shifts(given: list[NewShift]) -> tuple[Shift, ...]:
    return tuple(Shift(tuple(shift.days), shift.begins, shift.ends) for shift in given)
