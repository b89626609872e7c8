"""A network between a client and a broker that can fail: cut, silent, delayed or throttled.

`WeakLink` runs in a test's own event loop. `Proxy` is the same in a thread of its own, for blocking
tests and for programs that connect through it.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

T = TypeVar("T")


class WeakLink:
    """A TCP relay on loopback to `target`. `await open()`, then connect to `port`.

    delay       delay of each piece on its way, s
    rate        bytes that pass in a second on each connection; None: any amount
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows: set[asyncio.Task[None]] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self.down = False
        self.delay = 0.0
        self.rate: float | None = None
        self.port = 0
        self.keeps = True
        self.sent: list[bytes] = []  # from clients, in the received pieces, if it `keeps`
        self.connections = 0

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self._server.close()
        self.cut()
        for flow in list(self._flows):
            flow.cancel()
        await asyncio.gather(*self._flows, return_exceptions=True)
        await self._server.wait_closed()

    def cut(self) -> None:
        """Abort every connection; both ends see it break, without a farewell of the protocol."""
        for writer in list(self._writers):
            writer.transport.abort()

    def go_down(self) -> None:
        """Cut, and abort each new connection until `heal`."""
        self.down = True
        self.cut()

    def freeze(self) -> None:
        """Let no byte pass and notify no one. New connections freeze too."""
        self._passing.clear()

    def heal(self) -> None:
        """Let all bytes pass again at full speed, including those held back."""
        self.delay, self.rate, self.down = 0.0, None, False
        self.thaw()

    def thaw(self) -> None:
        self._passing.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.down:
            writer.transport.abort()
            return
        self._writers.add(writer)
        try:
            near, far = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(far)
        for source, sink, note in ((reader, far, True), (near, writer, False)):
            flow = asyncio.create_task(self._flow(source, sink, note))
            self._flows.add(flow)
            flow.add_done_callback(self._flows.discard)

    async def _flow(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, note: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536 if self.rate is None else 1_024):
                await self._on_its_way(len(data))
                if note and self.keeps:
                    self.sent.append(data)
                sink.write(data)
                await sink.drain()
        await self._passing.wait()  # a frozen network does not forward an end either
        self._writers.discard(sink)
        sink.transport.abort()

    async def _on_its_way(self, size: int) -> None:
        await self._passing.wait()
        takes = self.delay + (size / self.rate if self.rate else 0.0)
        if takes:
            await asyncio.sleep(takes)


class Proxy:
    """A `WeakLink` in a thread: `with Proxy(broker.port) as network`, then use `network.port`."""

    def __init__(self, target: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._link = WeakLink(target)
        self._link.keeps = False  # in a long run that would keep all its traffic

    @property
    def port(self) -> int:
        return self._link.port

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self._link.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._wait(self._link.open())
        return self

    def __exit__(self, *_: object) -> None:
        self._wait(self._link.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Break every connection; new ones may be made immediately."""
        self._do(self._link.cut)

    def go_down(self) -> None:
        """Break every connection, and refuse new ones until it heals."""
        self._do(self._link.go_down)

    def half_open(self) -> None:
        """Keep connections open and accept new ones, and let no byte through."""
        self._do(self._link.freeze)

    def heal(self) -> None:
        """Let all bytes pass again at full speed, including those held back."""
        self._do(self._link.heal)

    def slow(self, *, delay: float = 0.0, rate: float | None = None) -> None:
        """Delay every piece by `delay` seconds, and let `rate` bytes pass in one."""

        def slowly() -> None:
            self._link.delay, self._link.rate = delay, rate

        self._do(slowly)

    def _do(self, act: Callable[[], None]) -> None:
        async def now() -> None:
            act()

        self._wait(now())

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
