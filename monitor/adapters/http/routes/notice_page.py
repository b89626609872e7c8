"""The page behind a notice's link, as HTML: before a person identifies themselves, and after.

Without a script, for any telephone. All external text is escaped here.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from starlette.responses import HTMLResponse, Response

from monitor.adapters.http.ports.notices import Linked, Seen, SeenAlarm, Whose
from monitor.codecs.contract.phones import dialled

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dosing Monitor</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="stylesheet" href="/style/notice.css"></head>
<body><main><h1>{title}</h1>{body}<p><a href="/{place}">{open}</a></p></main></body></html>
"""
_FORM: Final = """<form method="post"><h2>{title}</h2>{fields}
<input type="hidden" name="way" value="{way}">{buttons}</form>
"""
_BUTTON: Final = '<button name="act" value="{act}" class="{kind}">{press}</button>'
_FIELD: Final = '<label>{label}<input name="{name}" {more}></label>'
_HIDDEN: Final = '<input type="hidden" name="{name}" value="{value}">'
_CLOSED: Final = {
    "used": "This link was used already.",
    "over": "What it tells of was acknowledged, is over, or has become worse and was told of anew. "
    "Open the session to see what stands now.",
    "expired": "This link has expired.",
    "changed": "The addresses were changed since this test. It proves nothing of the new ones.",
}
_PIN: Final = 'type="password" inputmode="numeric" autocomplete="off" required'


def page(title: str, body: str, status: int, linked: Linked | None = None) -> Response:
    """Return a page with a link to the session, for those who are or will be signed in."""
    there = linked is not None and linked.encounter
    place = f"#/session/{linked.encounter}" if linked is not None and there else ""
    words = "Open the session" if there else "Open the page"
    return HTMLResponse(
        _PAGE.format(title=escape(title), body=body, place=place, open=words), status
    )


# --- before -------------------------------------------------------------------------------------


def asked(linked: Linked, said: str = "", status: int = 200, *, pin: bool = False) -> Response:
    """Show the notice and the ways to identify oneself. pin: a PIN is accepted."""
    lines = paragraphs(linked.lines)
    if linked.state != "open":
        title = "This link takes no answer any more"
        return page(title, f"{lines}<p>{_CLOSED[linked.state]}</p>", status, linked)
    blind = may_take_blind(linked)
    who = "" if linked.purpose == "test" else _supervised(linked, blind=blind)
    forms = []
    if pin:
        field = _FIELD.format(label="PIN", name="pin", more=_PIN)
        forms.append(_form(f"As {linked.name}, by PIN", "pin", linked, field))
    # Whether a user is signed in shows only when the button is pressed: a browser that comes from a
    # mail program does not send the cookie before.
    forms.append(_form("As who is signed in here", "session", linked))
    name = _FIELD.format(label="User name", name="username", more='autocomplete="username"')
    password = _FIELD.format(
        label="Password", name="password", more='type="password" autocomplete="current-password"'
    )
    forms.append(_form("By signing in", "password", linked, name + password))
    title = "Test notice" if linked.purpose == "test" else "An alarm waits"
    return page(title, lines + told(said) + who + "".join(forms), status, linked)


def may_take_blind(linked: Linked) -> bool:
    """Whether the alarm may be taken without a look at the values: only if the page with the button
    also names the supervisor and the number to call that person."""
    return linked.purpose == "test" or bool(linked.supervisor and dialled(linked.phone))


def _form(title: str, way: str, linked: Linked, fields: str = "") -> str:
    if linked.purpose == "test":
        buttons = _BUTTON.format(act="take", press="It arrived", kind="first")
    else:
        buttons = _BUTTON.format(act="look", press="See the session", kind="first")
        if may_take_blind(linked):
            press = "Acknowledge without a look"
            buttons += _BUTTON.format(act="take", press=press, kind="")
    return _FORM.format(title=escape(title), way=way, fields=fields, buttons=buttons)


def _supervised(linked: Linked, *, blind: bool = True) -> str:
    """The name of the supervisor, and the button that calls that person."""
    if not linked.supervisor:
        return '<p class="supervisor">Nobody is on record as supervising this session.</p>'
    name = escape(linked.supervisor)
    if dialled(linked.phone):
        return (
            f'<p class="supervisor">{name} supervises this session.</p>{_call(name, linked.phone)}'
        )
    look = "" if blind else " So look at the session first, then take it."
    return (
        f'<p class="supervisor">{name} supervises this session. No telephone number of {name} is '
        f"on file.{look}</p>"
    )


def _call(whom: str, phone: str) -> str:
    """whom: escaped"""
    return f'<a class="call" href="tel:{dialled(phone)}">Call {whom}: {escape(phone)}</a>'


# --- after --------------------------------------------------------------------------------------


def shown(
    linked: Linked, seen: Seen, said: str = "", status: int = 200, *, grant: str = ""
) -> Response:
    """Show the session to a person who has proved who they are, and the possible acts. grant: proof
    by a PIN; "": the person is signed in."""
    waits = linked.state == "open"
    title = "An alarm waits" if waits else "The session of this notice"
    first = _first(seen.alarms)
    # The worst alarm, the values, whom to call and the buttons fit one telephone's screen; the
    # other alarms are below.
    body = (
        told(said)
        + (f'<p class="label">{escape(seen.whose.label)}</p>' if seen.whose else "")
        + ("".join(map(_alarm, first)) or "<p>No alarm stands in this session.</p>")
        + _values(seen)
        + _supervised(linked)
        + ("" if waits or seen.whose else _way_in(linked))
        + _acts(linked, grant, waits=waits, done=bool(said))
        + (_whose(seen.whose) if seen.whose else _way_in(linked) if waits else "")
        + _others([alarm for alarm in seen.alarms if alarm not in first])
    )
    return page(title, body, status, linked)


def _first(alarms: Sequence[SeenAlarm]) -> list[SeenAlarm]:
    """The worst alarm, and the notice's own if that is another."""
    own = [alarm for alarm in alarms if alarm.own]
    return [*alarms[:1], *(own[:1] if own and not alarms[0].own else ())]


def _alarm(alarm: SeenAlarm) -> str:
    word = alarm.priority.capitalize()
    return (
        f'<section class="alarm {escape(alarm.priority)}" aria-label="{word} alarm">'
        f"<p><strong>{escape(alarm.chip)}</strong> {escape(alarm.reason)}</p>"
        f"<p>Since {escape(alarm.since)}. {escape(alarm.state)}</p></section>"
    )


def _others(alarms: Sequence[SeenAlarm]) -> str:
    if not alarms:
        return ""
    title = "One more alarm" if len(alarms) == 1 else f"{len(alarms)} more alarms"
    return f"<h2>{title}</h2>" + "".join(_alarm(alarm) for alarm in alarms)


def _values(seen: Seen) -> str:
    rows = "".join(
        f"<div><dt>{escape(v.name)}</dt><dd><b>{escape(v.value)}</b> {escape(v.note)}</dd></div>"
        for v in seen.values
    )
    return f'<dl>{rows}</dl><p class="when">As it was at {escape(seen.at)}.</p>'


def _way_in(linked: Linked) -> str:
    """The link to sign in, for a person who has proved by a PIN that the notice was for them, and
    no more."""
    return (
        f'<p class="whose"><a href="/#/session/{escape(linked.encounter)}">'
        "Sign in to see the patient's phone and address</a></p>"
    )


def _whose(whose: Whose) -> str:
    """The patient's part: the address is where help would be sent; numbers can be called."""
    parts = [escape(whose.address or "No address is on file.")]
    if whose.sitter:
        parts.append(f"Sitter: {escape(whose.sitter)}")
    calls = "".join(
        _call(name, phone) if dialled(phone) else f"<p>{name}: {escape(phone)}</p>"
        for name, phone in (("the patient", whose.phone), ("emergency", whose.local_number))
        if phone
    )
    lines = "".join(f"<p>{part}</p>" for part in parts)
    return f'<section class="whose" aria-label="The patient">{lines}{calls}</section>'


def _acts(linked: Linked, grant: str, *, waits: bool, done: bool) -> str:
    """The buttons. done: the present press closed the link, and the page reports that above."""
    way = "grant" if grant else "session"
    fields = _HIDDEN.format(name="seen", value="1")
    fields += _HIDDEN.format(name="grant", value=escape(grant)) if grant else ""
    buttons = ""
    if waits:
        take = "I take it after all" if linked.declined else "I take it"
        buttons = _BUTTON.format(act="take", press=take, kind="first")
    if waits and not linked.declined:
        buttons += _BUTTON.format(act="decline", press="I cannot", kind="")
    note = "" if waits or done else f"<p>{_CLOSED[linked.state]}</p>"
    buttons += _BUTTON.format(act="look", press="Look again", kind="")
    hidden = _HIDDEN.format(name="way", value=way)
    return f'{note}<form method="post" class="acts">{fields}{hidden}{buttons}</form>'


def paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def told(said: str) -> str:
    return f'<p role="alert">{escape(said)}</p>' if said else ""
