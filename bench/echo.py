"""The limit of any answer: a bare ASGI application on the same server, sending fixed bytes.

`echo.py PORT FILE STATUS`
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]


def make_app(body: bytes, status: int) -> Callable[..., Awaitable[None]]:
    headers = [
        (b"content-type", b"application/json;charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]

    async def app(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        more = scope["method"] == "POST"
        while more:
            more = (await receive()).get("more_body", False)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


if __name__ == "__main__":
    uvicorn.run(
        make_app(Path(sys.argv[2]).read_bytes(), int(sys.argv[3])),
        port=int(sys.argv[1]),
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
    )
