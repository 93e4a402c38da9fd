"""HTTP by hand: bytes out, parsed answers in, so that a test can send what no client would."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from http.client import parse_headers
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer as it came; `json` is None for an empty body."""

    status: int
    headers: dict[str, str]
    body: bytes
    json: Any


class Line:
    """One connection to a server."""

    def __init__(self, url: str, timeout: float = 20) -> None:
        place = urlsplit(url)
        assert place.hostname is not None
        self.socket = socket.create_connection((place.hostname, place.port or 80), timeout)
        self.file = self.socket.makefile("rb")

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, data: bytes | str) -> None:
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def ask(self, method: str, path: str, token: str = "", body: Any = None, **headers: str) -> Raw:
        """A well-formed request and its answer."""
        self.send(request(method, path, token, body, **headers))
        return self.answer(method)

    def answer(self, method: str = "GET") -> Raw:
        """The next answer on this connection."""
        first = self.file.readline().decode("latin-1")
        if not first.startswith("HTTP/1.1 "):
            raise ConnectionError(f"no answer: {first!r}")
        headers = {name.lower(): value for name, value in parse_headers(self.file).items()}
        length = 0 if method == "HEAD" else int(headers.get("content-length", "0"))
        body = self.file.read(length)
        if len(body) != length:
            raise ConnectionError(f"{len(body)} of {length} bytes came")
        return Raw(int(first.split()[1]), headers, body, json.loads(body) if body else None)

    def is_closed(self) -> bool:
        """Whether the other side has closed; waits for what comes next."""
        try:
            return self.file.read(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def request(method: str, path: str, token: str = "", body: Any = None, **headers: str) -> bytes:
    """The bytes of a request; header names are written with underscores for hyphens."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    if token:
        lines.append(f"authorization: Bearer {token}")
    if body is not None:
        lines += ["content-type: application/json", f"content-length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content
