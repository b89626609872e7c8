"""The service's HTTP interface, as far as a clinic's staff need it for a simulated session."""

from collections.abc import Mapping
from typing import Any, Final, Literal, Self

import httpx

from simulators.errors import Failed
from simulators.publish.link import Credentials

Mode = Literal["test", "demo"]
TIMEOUT: Final = httpx.Timeout(10.0, connect=2.0)


class Refused(Failed):
    """The service refuses a request, and would refuse it again. `status`: of the answer, 4xx."""

    def __init__(self, what: str, status: int, detail: str) -> None:
        self.status = status
        self.detail = detail
        super().__init__(f"{what}: the service answers {status}: {detail}")


class Api:
    """The client of one signed-in person: `async with Api(url) as api`. Any call may raise Failed.

    The service ends each sign-in some hours after it began; then the next call signs in again.
    """

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=TIMEOUT)
        self._account: tuple[str, str] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def login(self, username: str, password: str) -> None:
        given = {"username": username, "password": password}
        try:
            body = await self._call("sign in", "POST", "/login", given, again=False)
        except Refused as refused:
            if refused.status != 401:
                raise
            detail = (
                f"{refused.detail} ({username} at {self._client.base_url.copy_with(path='')}) Give "
                "another --user or password, or add the user with dosing-monitor user add."
            )
            raise Refused("sign in", 401, detail) from None
        # The cookie would be enough, but with a cookie the service checks a request's origin.
        self._account = username, password
        self._client.cookies.clear()
        self._client.headers["Authorization"] = f"Bearer {body['token']}"

    async def patient(self, label: str, birth_year: int, risk_factors: tuple[str, ...]) -> str:
        """Return the id of the patient with that label; create the patient if necessary."""
        for patient in await self._listing("/patients"):
            if patient.get("label") == label:
                return str(patient["id"])
        new = {"label": label, "birth_year": birth_year, "risk_factors": list(risk_factors)}
        return str((await self._call(f"register {label}", "POST", "/patients", new))["id"])

    async def device(self, device: str, kind: str, site: str) -> Credentials | None:
        """Register a device; return its credentials, if any. A registered device gets new ones."""
        new = {"id": device, "kind": kind, "site": site}
        try:
            body = await self._call(f"register {device}", "POST", "/devices", new)
        except Refused as refused:
            if refused.status != 409:
                raise
            body = await self._call(f"renew {device}", "POST", f"/devices/{device}/credentials", {})
        mqtt = body.get("mqtt") or {}
        if not mqtt.get("username"):
            return None
        return Credentials(str(mqtt["username"]), str(mqtt.get("password") or ""))

    async def open(
        self,
        patient: str,
        protocol: str,
        devices: list[str],
        mode: Mode,
        emergency: dict[str, str],
    ) -> str:
        """Open an encounter; return its id. Refused with status 409 if a device has one already."""
        body = await self._call(
            f"open a session with {devices[0]}",
            "POST",
            "/encounters",
            {
                "patient_id": patient,
                "protocol": protocol,
                "device_ids": devices,
                "mode": mode,
                "emergency": emergency,
            },
        )
        return str(body["id"])

    async def open_encounters(self) -> dict[str, dict[str, Any]]:
        """Return encounter id -> status of every open encounter."""
        found = await self._listing("/encounters", state="open")
        return {str(status["id"]): status for status in found}

    async def dose(
        self, encounter: str, drug: str, route: str, amount_mg: float, override: str = ""
    ) -> None:
        """Record a dose taken now. Refused with status 409 when the hold gate is shut."""
        body: dict[str, object] = {"drug": drug, "route": route, "amount_mg": amount_mg}
        if override:
            body |= {"override_reason": override, "authorised_by": "Dr Example (simulated)"}
        await self._call("record the dose", "POST", f"/encounters/{encounter}/doses", body)

    async def _listing(self, path: str, **query: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        while True:
            body = await self._call(f"list {path}", "GET", path, query=query)
            items += body["items"]
            if not body.get("next"):
                return items
            query["after"] = str(body["next"])

    async def _call(
        self,
        what: str,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        query: dict[str, str] | None = None,
        *,
        again: bool = True,
    ) -> dict[str, Any]:
        """Send a request. again: if the sign-in has ended, and so the request had no effect, sign
        in and send it once more."""
        try:
            answer = await self._client.request(method, f"/api/v1{path}", json=body, params=query)
            if answer.is_server_error:
                raise Failed(f"{what}: the service answers {answer.status_code}")
            if answer.status_code == 401 and again and self._account is not None:
                await self.login(*self._account)
                return await self._call(what, method, path, body, query, again=False)
            if answer.is_error:
                raise Refused(what, answer.status_code, _detail(answer))
            found = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as fault:
            where = f"no answer from {self._client.base_url.copy_with(path='')}"
            raise Failed(f"{what}: {where} ({str(fault) or type(fault).__name__})") from None
        if not isinstance(found, dict):
            raise Failed(f"{what}: the service answers something else than an object")
        return found


def _detail(answer: httpx.Response) -> str:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return answer.reason_phrase
    return detail if isinstance(detail, str) else str(detail)[:300]
