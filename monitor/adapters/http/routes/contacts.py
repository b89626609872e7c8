"""Contacts: who is notified, when they are on duty, and whether a test notice arrives."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from monitor.adapters.http.errors import Invalid
from monitor.adapters.http.guard.accounts import Accounts
from monitor.adapters.http.guard.passwords.passwords import Passwords
from monitor.adapters.http.guard.request_guard import Guarded, role, who
from monitor.adapters.http.listings import Json, Records
from monitor.adapters.http.ports.notices import NoticesPort
from monitor.adapters.http.schema import responses
from monitor.adapters.http.schema.answers import answer, api_router, everything
from monitor.adapters.http.schema.parameters import ContactId, EncounterId
from monitor.adapters.http.schema.requests import GoneBrowser, NewBrowser, NewContact
from monitor.adapters.http.schema.responses import says
from monitor.adapters.store.questions.contacts import Wanted
from monitor.codecs.contract.notice_object import notice_json
from monitor.core.vocabulary.reasons import Reason


def contacts(
    records: Records, outbox: NoticesPort, accounts: Accounts, passwords: Passwords
) -> APIRouter:
    router = api_router("contacts", route_class=Guarded)

    async def wanted(body: NewContact) -> Wanted:
        outbox.check(body.wanted(None))
        user = await accounts.user(body.user) if body.user else None
        if body.user and (user is None or not user.runs_sessions):
            # Such a contact would never be notified of an alarm, yet a test notice would arrive.
            raise Invalid("user", Reason("may_not_supervise", {"name": body.user}))
        return body.wanted(await passwords.hash(body.pin) if body.pin else body.pin)

    def shown(contact: Json) -> Json:
        key = outbox.signing_key(int(contact["id"])).decode()
        return contact | {"signing_key": key}

    @router.post(
        "/contacts",
        status_code=201,
        openapi_extra=role("admin"),
        responses=says(responses.ContactResponse, 201),
    )
    async def add_contact(body: NewContact, request: Request) -> Response:
        """Add a contact to notify of alarms. Webhooks to this contact are signed with
        `signing_key`."""
        contact = await records.add_contact(await wanted(body), who(request).name)
        await outbox.changed()
        return answer(shown(contact), 201)

    @router.get(
        "/contacts",
        openapi_extra=role("admin", reads="contacts_read"),
        responses=says(responses.Contacts),
    )
    async def list_contacts() -> Response:
        """List contacts in the order in which they are notified."""
        return everything([shown(contact) for contact in await records.contacts()])

    @router.put(
        "/contacts/{contact_id}",
        openapi_extra=role("admin"),
        responses=says(responses.ContactResponse),
    )
    async def change_contact(contact_id: ContactId, body: NewContact, request: Request) -> Response:
        """Replace all fields of a contact; an omitted PIN stays. Changed addresses must be tested
        again."""
        by = who(request).name
        contact = await records.change_contact(contact_id, await wanted(body), by)
        await outbox.changed()
        return answer(shown(contact))

    @router.delete(
        "/contacts/{contact_id}", openapi_extra=role("admin"), responses=says(responses.Nothing)
    )
    async def drop_contact(contact_id: ContactId, request: Request) -> Response:
        """Remove a contact, which is no longer notified. The ledger keeps the name."""
        await records.drop_contact(contact_id, who(request).name)
        await outbox.changed()
        return answer({})

    @router.post(
        "/contacts/{contact_id}/test",
        openapi_extra=role("admin"),
        responses=says(responses.NoticeList),
    )
    async def test_contact(contact_id: ContactId, request: Request) -> Response:
        """Send a test notice to every address. Returns the ledger after the first attempts; the
        recipient confirms by the notice's link (`confirmed_at` of the contact). 429 if this contact
        received, or you sent, too many lately."""
        sent = await outbox.test([contact_id], "", by=who(request).name)
        return everything([notice_json(row) for row in sent])

    return router


def tests(outbox: NoticesPort) -> APIRouter:
    """Routes for a therapist's checks before the dose."""
    router = api_router("contacts", route_class=Guarded)

    @router.post(
        "/encounters/{encounter_id}/test-notice",
        openapi_extra=role("therapist"),
        responses=says(responses.NoticeList),
    )
    async def test_notice(encounter: EncounterId, request: Request) -> Response:
        """Send a test notice to all contacts who would be notified of this session now. 429 as for
        one contact."""
        sent = await outbox.test(None, encounter, by=who(request).name)
        return everything([notice_json(row) for row in sent])

    return router


def browsers(outbox: NoticesPort) -> APIRouter:
    """Routes for a user's own browsers, which are notified although no tab is open (web push)."""
    router = api_router("contacts", route_class=Guarded)

    @router.get("/push", openapi_extra=role("therapist"), responses=says(responses.PushKey))
    async def push_key() -> Response:
        """Return the key with which a browser subscribes."""
        return answer({"key": outbox.push_key})

    @router.post(
        "/push",
        status_code=201,
        openapi_extra=role("therapist"),
        responses=says(responses.Nothing, 201),
    )
    async def add_browser(body: NewBrowser, request: Request) -> Response:
        """Notify this browser immediately of alarms in sessions that you supervise. 409 if the
        subscription belongs to another user: let the browser make a new one."""
        keys = body.keys
        await outbox.add_browser(who(request).name, body.endpoint, keys.p256dh, keys.auth)
        return answer({}, 201)

    @router.post("/push/end", openapi_extra=role("therapist"), responses=says(responses.Nothing))
    async def drop_browser(body: GoneBrowser, request: Request) -> Response:
        """Stop notifying this browser. Has no effect if it is unknown or belongs to another
        user."""
        await outbox.drop_browser(who(request).name, body.endpoint)
        return answer({})

    return router
