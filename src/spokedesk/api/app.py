"""The ASGI application: a thin skin between a server's dicts and the service's values."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from spokedesk.api.calls import Request, Response
from spokedesk.api.service import Service, error_response
from spokedesk.api.stores import DeskStore, purge_recycle_bins
from spokedesk.errors import BodyTooLarge, SpokedeskError, Unavailable
from spokedesk.storage.sqlite import system_clock

log = logging.getLogger("spokedesk.api")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PURGE_SECONDS = 3600
MAX_HELD_BODIES = 64_000_000


class App:
    """Serves one store until its lifespan ends, then closes it."""

    def __init__(self, store: DeskStore, service: Service | None = None) -> None:
        self.store = store
        self.service = service or Service(store)
        self.purging: asyncio.Task[None] | None = None
        self.held_bodies = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif scope["type"] == "http":
            await self.answer(scope, receive, send)

    async def live(self, receive: Receive, send: Send) -> None:
        """Take the loop at startup; at shutdown close the store, which finishes what waits."""
        await receive()
        loop = asyncio.get_running_loop()

        def post(call: Callable[[], None]) -> None:
            loop.call_soon_threadsafe(call)

        self.store.database.on_loop(post)
        self.purging = loop.create_task(self.purge_regularly())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.purging.cancel()
        await loop.run_in_executor(None, self.store.database.close)
        await send({"type": "lifespan.shutdown.complete"})

    async def purge_regularly(self) -> None:
        """Empty recycle bins of what is older than they keep."""
        while True:
            try:
                purge_recycle_bins(self.store)
            except Exception:
                log.exception("the recycle bin could not be emptied")
            await asyncio.sleep(PURGE_SECONDS)

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: body under its limit, service, response. A write whose client has gone is still executed."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request = make_request(scope, headers)
        try:
            if "content-length" in headers or "transfer-encoding" in headers:
                request.body = await self.read_body(receive, self.service.body_limit(request), headers)
        except SpokedeskError as error:
            response = error_response(error, self.service.new_id(), 0)
            response.headers.append((b"connection", b"close"))
            await send_response(response, scope, send)
            return
        except ConnectionAbortedError:
            return
        request.received_at = system_clock()
        try:
            response = await self.respond(request)
        finally:
            self.held_bodies -= len(request.body)
        await send_response(response, scope, send)

    async def read_body(self, receive: Receive, limit: int, headers: dict[str, str]) -> bytes:
        """The whole body; raise before reading when its length is over the limit, else as soon as it gets there.

        Its size counts in `held_bodies`, until the caller takes it off.
        """
        declared = headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > limit:
            raise BodyTooLarge(f"The request body is larger than {limit} bytes")
        chunks: list[bytes] = []
        size, more = 0, True
        try:
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ConnectionAbortedError
                chunk = message.get("body", b"")
                size += len(chunk)
                self.held_bodies += len(chunk)
                if size > limit:
                    raise BodyTooLarge(f"The request body is larger than {limit} bytes")
                if self.held_bodies > MAX_HELD_BODIES:
                    raise Unavailable("The server is receiving too much at once. Please try again.")
                chunks.append(chunk)
                more = message.get("more_body", False)
        except BaseException:
            self.held_bodies -= size
            raise
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def respond(self, request: Request) -> Response:
        """The service's answer; a future is made only when it does not come at once.

        A write that was handed over is executed whatever becomes of the request that waits for it.
        """
        answers: list[Response] = []
        waiting: list[asyncio.Future[Response]] = []

        def respond(response: Response) -> None:
            if waiting:
                if not waiting[0].done():
                    waiting[0].set_result(response)
            else:
                answers.append(response)

        self.service.handle(request, respond)
        if answers:
            return answers[0]
        waiting.append(asyncio.get_running_loop().create_future())
        return await waiting[0]


def make_request(scope: Scope, headers: dict[str, str]) -> Request:
    path = scope.get("raw_path") or scope["path"].encode()
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("", 0)
    method = scope["method"]
    return Request(
        "GET" if method == "HEAD" else method,
        path.decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        headers,
        scheme=scope["scheme"],
        peer=client[0],
        bound=server[0],
    )


async def send_response(response: Response, scope: Scope, send: Send) -> None:
    if response.status != 204:
        response.headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    body = b"" if scope["method"] == "HEAD" else response.body
    await send({"type": "http.response.body", "body": body})
