"""Check, once before a run begins, that there is a broker and that it lets us in.

A connection that is lost later is retried for ever. One that never succeeded is nearly always a
wrong address or password: the user who typed it is still looking, and gets the reason within
seconds. The check is one MQTT 3.1.1 CONNECT over a separate connection, with one timeout for all
its steps, the name's look-up included.
"""

import asyncio
import contextlib
import secrets
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from simulators.errors import Failed
from simulators.publish.link import Broker

KNOCK_S: Final = 1.5
_CONNECT, _CONNACK = 0x10, 0x20
_CLEAN, _PASSWORD, _USERNAME = 0x02, 0x40, 0x80
_ACCEPTED, _BAD_CREDENTIALS, _NOT_AUTHORISED = 0, 4, 5


class Unwelcome(Failed):
    """There is a broker, and it refuses our credentials."""


async def knock(broker: Broker) -> None:
    """Check the broker. Raises Failed if none answers there, Unwelcome if it refuses us."""
    try:
        async with asyncio.timeout(KNOCK_S):
            code = await _ask(broker)
    except TimeoutError:
        raise _nobody(broker, f"no answer within {KNOCK_S:g} s") from None
    except ssl.SSLCertVerificationError as fault:
        raise _nobody(broker, f"its certificate is not trusted ({fault.verify_message})") from None
    except (OSError, EOFError, ValueError) as fault:
        raise _nobody(broker, _words(fault)) from None
    if code in (_BAD_CREDENTIALS, _NOT_AUTHORISED):
        raise _unwelcome(broker)
    if code != _ACCEPTED:
        raise _nobody(broker, f"it refuses the connection (code {code})")


Admitted = Callable[[], Awaitable[None]]


@contextlib.asynccontextmanager
async def answered(broker: Broker) -> AsyncIterator[Admitted]:
    """Check the broker in the background. Yields a function to await where the answer is needed; it
    raises as `knock` does."""
    knocking = asyncio.ensure_future(knock(broker))
    try:
        yield lambda: knocking
    finally:
        knocking.cancel()
        await asyncio.wait([knocking])
        if not knocking.cancelled():
            knocking.exception()  # or asyncio warns if the answer was never needed


async def _ask(broker: Broker) -> int:
    """Send a CONNECT; return the return code of the broker's answer."""
    address = await _resolved(broker.host, broker.port)
    context = ssl.create_default_context() if broker.tls else None
    reader, writer = await asyncio.open_connection(
        address, broker.port, ssl=context, server_hostname=broker.host if broker.tls else None
    )
    try:
        writer.write(_connect(broker))
        answer = await reader.readexactly(4)
        if answer[0] != _CONNACK:
            raise ValueError("what answers there is no MQTT broker")
        writer.write(b"\xe0\x00")  # DISCONNECT, or the broker logs a lost client
        return answer[3]
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _resolved(host: str, port: int) -> str:
    """Return an address of that name, looked up in a thread that is never joined: it may hang for
    half a minute, and the loop waits for its own threads at its end."""
    loop = asyncio.get_running_loop()
    found: asyncio.Future[str] = loop.create_future()

    def settle(address: str, fault: OSError | None) -> None:
        if not found.done():
            found.set_exception(fault) if fault else found.set_result(address)

    def look_up() -> None:
        fault, address = None, ""
        try:
            address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
        except (OSError, UnicodeError) as error:
            fault = error if isinstance(error, OSError) else OSError(str(error))
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(settle, address, fault)

    threading.Thread(target=look_up, daemon=True).start()
    return await found


def _connect(broker: Broker) -> bytes:
    """Return a CONNECT packet (MQTT 3.1.1, section 3.1)."""
    credentials, flags = broker.credentials, _CLEAN
    body = _text(f"simulators-{secrets.token_hex(4)}")
    if credentials.username is not None:
        flags |= _USERNAME
        body += _text(credentials.username)
        if credentials.password is not None:
            flags |= _PASSWORD
            body += _text(credentials.password)
    packet = _text("MQTT") + bytes([4, flags, 0, 10]) + body
    return bytes([_CONNECT]) + _length(len(packet)) + packet


def _text(text: str) -> bytes:
    encoded = text.encode()
    if len(encoded) > 65_535:
        raise ValueError("the user name or password is too long")
    return len(encoded).to_bytes(2, "big") + encoded


def _length(number: int) -> bytes:
    """Encode a length (section 2.2.3): seven bits a byte, least first."""
    found = bytearray()
    while True:
        number, low = divmod(number, 128)
        found.append(low | (0x80 if number else 0))
        if not number:
            return bytes(found)


def _nobody(broker: Broker, why: str) -> Failed:
    return Failed(
        f"no connection to the broker at {_where(broker)}: {why}. Start it, or name another with "
        "--mqtt."
    )


def _unwelcome(broker: Broker) -> Unwelcome:
    if broker.credentials.username is None:
        why = (
            "not authorised without a user name and password. Give them as "
            f"--mqtt mqtt{'s' * broker.tls}://USER:PASSWORD@{_where(broker)}"
        )
    else:
        why = (
            f"not authorised: the user name {broker.credentials.username} or its password is "
            "wrong. Give the right ones in --mqtt; `dosing-monitor device add` tells a device's"
        )
    return Unwelcome(f"no connection to the broker at {_where(broker)}: {why}.")


def _where(broker: Broker) -> str:
    host = f"[{broker.host}]" if ":" in broker.host else broker.host
    return f"{host}:{broker.port}"


def _words(fault: Exception) -> str:
    if isinstance(fault, (EOFError, ConnectionResetError, BrokenPipeError)):
        return "what answers there hangs up; it is no MQTT broker, or wants TLS (mqtts://)"
    if isinstance(fault, ssl.SSLError):
        return f"no TLS there ({fault.reason or fault})"
    if isinstance(fault, ConnectionRefusedError):
        return "nobody listens there"
    if isinstance(fault, socket.gaierror):
        return "there is no such host"
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    return str(fault)
