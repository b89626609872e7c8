"""A network between a client and a broker that can fail: it cuts, goes silent, delays, throttles.

`WeakLink` lives in a test's own event loop. `Proxy` is the same in a thread of its own, for tests
that wait without one and for programs that are started through it.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Self, TypeVar

T = TypeVar("T")


class WeakLink:
    """A TCP relay on loopback to `target`. `await open()`, then connect to `port`.

    delay       every piece waits so long on its way, s
    rate        so much passes in a second and connection, bytes; None: any amount
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
        self.sent: list[bytes] = []  # by clients, in the pieces in which it came, if it `keeps`
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
        """Both ends see the connection break, without a word."""
        for writer in list(self._writers):
            writer.transport.abort()

    def go_down(self) -> None:
        """As `cut`, and whoever dials is hung up on, until it is `down` no more."""
        self.down = True
        self.cut()

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told. New connections freeze too."""
        self._passing.clear()

    def heal(self) -> None:
        """Everything passes again, what was held back as well, at full speed."""
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
        await self._passing.wait()  # a frozen network does not bring the news of an end either
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
        self._link.keeps = False  # a long run would be all of it

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
        """Every connection breaks; new ones may be made at once."""
        self._do(self._link.cut)

    def go_down(self) -> None:
        """Every connection breaks, and none is made until it heals."""
        self._do(self._link.go_down)

    def half_open(self) -> None:
        """Connections stand and are made, and nothing comes through."""
        self._do(self._link.freeze)

    def heal(self) -> None:
        """Everything passes again, what was held back as well, at full speed."""
        self._do(self._link.heal)

    def slow(self, *, delay: float = 0.0, rate: float | None = None) -> None:
        """Every piece takes `delay` seconds, and so many bytes pass in one."""

        def slowly() -> None:
            self._link.delay, self._link.rate = delay, rate

        self._do(slowly)

    def _do(self, act: Callable[[], None]) -> None:
        async def now() -> None:
            act()

        self._wait(now())

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
