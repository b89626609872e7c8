"""A peer that plays the service: its clock and API over HTTP, its confirmations over MQTT.

It keeps all that it receives and decides nothing itself. Its clock runs at a speed, or follows the
messages on the site's clock topic.
"""

import asyncio
import contextlib
import json
import socket
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import aiomqtt
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulators.native import iso, seconds

START = 1_800_000_000.0
PASSWORD = "correct horse"


NO_ACCOUNT = {"username": None, "password": None, "topic": "t"}


class Peer:
    """A stand-in for the service.

    confirming     answer readings on `acks`
    gate_refuses   the number of doses that get a 409 first
    token          of the sign-in that is valid now, "" for no sign-in
    """

    def __init__(self, mqtt_port: int, *, speed: float, following: bool, time: float) -> None:
        self.confirming = True
        self.gate_refuses = 0
        self.wants_override = False
        self.sign_ins = 0
        self.token = ""
        self.mqtt_port = mqtt_port
        self.speed = speed
        self.following = following
        self.url = ""
        self.messages: list[tuple[str, bytes]] = []
        self.readings: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.received_at: dict[str, list[float]] = defaultdict(list)
        self.patients: dict[str, dict[str, Any]] = {}
        self.devices: dict[str, dict[str, Any]] = {}
        self.encounters: dict[str, dict[str, Any]] = {}
        self.doses: list[dict[str, Any]] = []
        self.clock_moves: list[float] = []
        self.ran_at: float | None = None
        self._origin = time
        self._began = asyncio.get_running_loop().time()
        self._client: aiomqtt.Client | None = None
        self._have: dict[tuple[str, str], set[int]] = defaultdict(set)
        self._whole: dict[tuple[str, str], int] = defaultdict(int)

    @property
    def mqtt(self) -> str:
        return f"mqtt://127.0.0.1:{self.mqtt_port}"

    def now(self) -> float:
        if self.following:
            return self._origin
        return self._origin + self.speed * (asyncio.get_running_loop().time() - self._began)

    def of(self, device: str, kind: str = "readings") -> list[bytes]:
        return [p for topic, p in self.messages if topic.endswith(f"/{device}/{kind}")]

    def states(self, device: str) -> list[str]:
        return [json.loads(payload)["state"] for payload in self.of(device, "status")]

    def seqs(self, device: str) -> list[int]:
        return [reading["seq"] for reading in self.readings[device]]

    async def command(self, device: str) -> None:
        assert self._client is not None
        body = {"command": "measure_bp", "reason": "confirm", "by": iso(self.now() + 120)}
        topic = f"dosing/v1/home/{device}/commands"
        await self._client.publish(topic, json.dumps(body).encode(), qos=1)

    # --- MQTT ---

    async def listen(self, ready: asyncio.Event) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with self._connection() as client:
                    self._client = client
                    await client.subscribe("dosing/v1/home/+/readings/#", qos=1)
                    await client.subscribe("dosing/v1/home/+/status", qos=1)
                    await client.subscribe("dosing/v1/home/clock", qos=1)
                    ready.set()
                    async for message in client.messages:
                        assert isinstance(message.payload, bytes)
                        await self._take(client, str(message.topic), message.payload)
            await asyncio.sleep(0.02)

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[aiomqtt.Client]:
        """Open a persistent session, as the service does."""
        client = aiomqtt.Client(
            "127.0.0.1",
            self.mqtt_port,
            identifier="peer",
            clean_session=False,
            timeout=2,
            socket_options=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )
        try:
            async with client:
                yield client
        finally:
            if client._disconnected.done():
                client._disconnected.exception()

    async def _take(self, client: aiomqtt.Client, topic: str, payload: bytes) -> None:
        self.messages.append((topic, payload))
        if topic.endswith("/clock"):
            self._follow(json.loads(payload))
        if not topic.endswith("/readings"):
            return
        device = topic.split("/")[3]
        with contextlib.suppress(ValueError):
            body = json.loads(payload)
            for reading in body if isinstance(body, list) else [body]:
                if isinstance(reading, dict) and "boot" in reading:
                    self.readings[device].append(reading)
                    self.received_at[device].append(self.now())
                    self._have[device, reading["boot"]].add(reading["seq"])
            self._confirm(client, device)

    def _confirm(self, client: aiomqtt.Client, device: str) -> None:
        if not self.confirming or not self.readings[device]:
            return
        boot = self.readings[device][-1]["boot"]
        have, whole = self._have[device, boot], self._whole[device, boot]
        while whole + 1 in have:
            whole += 1
        self._whole[device, boot] = whole
        body = json.dumps({"boot": boot, "seq": whole}).encode()
        # Without waiting for the broker, or a simulator at speed would outrun its peer.
        client._client.publish(f"dosing/v1/home/{device}/acks", body, qos=1)

    def _follow(self, told: dict[str, Any]) -> None:
        self._origin = seconds(told["time"])
        self.clock_moves.append(self._origin)
        if "run" in told:
            self.ran_at = self._origin
            self.following = False
            self.speed = told["run"]
            self._began = asyncio.get_running_loop().time()

    # --- HTTP ---

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/healthz", self._healthz),
                Route("/api/v1/login", self._login, methods=["POST"]),
                Route("/api/v1/patients", self._patients, methods=["GET", "POST"]),
                Route("/api/v1/devices", self._devices, methods=["POST"]),
                Route("/api/v1/devices/{id}/credentials", self._credentials, methods=["POST"]),
                Route("/api/v1/encounters", self._encounters, methods=["GET", "POST"]),
                Route("/api/v1/encounters/{id}/doses", self._doses, methods=["POST"]),
            ]
        )

    async def _healthz(self, _: Request) -> Response:
        body = {"time": iso(self.now()), "speed": self.speed}
        return JSONResponse(body | ({"following": True} if self.following else {}))

    async def _login(self, request: Request) -> Response:
        body = await request.json()
        if body != {"username": "sim", "password": PASSWORD}:
            return JSONResponse({"detail": "Wrong name or password."}, 401)
        self.sign_ins += 1
        self.token = f"let-me-in-{self.sign_ins}"
        answer = JSONResponse({"token": self.token})
        answer.set_cookie("session", self.token)
        return answer

    def _stranger(self, request: Request) -> Response | None:
        if self.token and request.headers.get("authorization") == f"Bearer {self.token}":
            return None
        return JSONResponse({"detail": "Sign in first."}, 401)

    async def _patients(self, request: Request) -> Response:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        if request.method == "GET":  # one item per page, so that paging is used
            known = list(self.patients.values())
            index = int(request.query_params.get("after", "0"))
            following = str(index + 1) if index + 1 < len(known) else None
            page = known[index : index + 1]
            return JSONResponse({"items": page, "count": len(known), "next": following})
        patient = {"id": f"p{len(self.patients)}", **await request.json()}
        self.patients[patient["id"]] = patient
        return JSONResponse({"id": patient["id"]}, 201)

    async def _devices(self, request: Request) -> Response:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        device = await request.json()
        if device["id"] in self.devices:
            return JSONResponse({"detail": "There is one of that id."}, 409)
        self.devices[device["id"]] = device
        return JSONResponse({"id": device["id"], "mqtt": NO_ACCOUNT}, 201)

    async def _credentials(self, request: Request) -> Response:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        known = request.path_params["id"]
        if known not in self.devices:
            return JSONResponse({"detail": "There is no device of that id."}, 404)
        return JSONResponse({"id": known, "mqtt": NO_ACCOUNT})

    async def _encounters(self, request: Request) -> Response:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        if request.method == "GET":
            found = list(self.encounters.values())
            return JSONResponse({"items": found, "count": len(found), "next": None})
        body = await request.json()
        for encounter in self.encounters.values():
            if set(body["device_ids"]) & set(encounter["devices"]):
                return JSONResponse({"detail": f"{body['device_ids'][0]} is in use."}, 409)
        identity = f"e{len(self.encounters)}"
        self.encounters[identity] = {
            "id": identity,
            "patient": body["patient_id"],
            "devices": body["device_ids"],
            "mode": body["mode"],
            "opened_at": iso(self.now()),
            "dosed_at": None,
            "body": body,
        }
        return JSONResponse({"id": identity, "phase": "preparation"}, 201)

    async def _doses(self, request: Request) -> Response:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        body = await request.json()
        if self.gate_refuses or (self.wants_override and "override_reason" not in body):
            self.gate_refuses = max(0, self.gate_refuses - 1)
            return JSONResponse({"detail": "The hold gate is shut."}, 409)
        encounter = self.encounters[request.path_params["id"]]
        encounter["dosed_at"] = iso(self.now())
        self.doses.append({"encounter": encounter["id"], "at": self.now(), **body})
        return JSONResponse({}, 201)


@contextlib.asynccontextmanager
async def peer(
    mqtt_port: int, *, speed: float = 1.0, following: bool = False, time: float = START
) -> AsyncIterator[Peer]:
    """A running peer."""
    made = Peer(mqtt_port, speed=speed, following=following, time=time)
    ready = asyncio.Event()
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        bound.listen()
        made.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        config = uvicorn.Config(made.application(), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        tasks = [
            asyncio.create_task(server.serve(sockets=[bound])),
            asyncio.create_task(made.listen(ready)),
        ]
        await ready.wait()
        try:
            yield made
        finally:
            server.should_exit = True
            tasks[1].cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
