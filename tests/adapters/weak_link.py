"""A network between a client and a broker that can fail: it cuts, or goes silent and stays open."""

import asyncio
import contextlib


class WeakLink:
    """A TCP relay on loopback to `target`. `await open()`, then connect to `port`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._flows: set[asyncio.Task[None]] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self.port = 0
        self.sent: list[bytes] = []  # by clients, in the pieces in which it came
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

    def freeze(self) -> None:
        """Nothing passes any more, and nobody is told. New connections freeze too."""
        self._passing.clear()

    def thaw(self) -> None:
        self._passing.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
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
            while data := await source.read(65_536):
                await self._passing.wait()
                if note:
                    self.sent.append(data)
                sink.write(data)
                await sink.drain()
        await self._passing.wait()  # a frozen network does not bring the news of an end either
        self._writers.discard(sink)
        sink.transport.abort()
