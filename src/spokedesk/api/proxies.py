"""Requests that come through a proxy: what it says of the client counts only when the proxy is one that was named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from spokedesk.api.calls import Request

SCHEMES = ("http", "https")
HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")

Network = IPv4Network | IPv6Network


def read_network(text: str) -> Network:
    """An address or a network (`10.0.0.0/8`); raise ValueError for other texts."""
    return ip_network(text.strip())


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """An address as an entry of X-Forwarded-For writes it, maybe with a port; None for other texts."""
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        found = ip_address(plain)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """The proxies whose `X-Forwarded-*` headers are believed."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def named(cls, texts: Iterable[str]) -> TrustedProxies:
        return cls(tuple(read_network(text) for text in texts))

    def __contains__(self, text: str) -> bool:
        address = address_of(text)
        return address is not None and any(address in network for network in self.networks)

    def follow(self, request: Request) -> None:
        """Put the client's own scheme, host and address into a request that a trusted proxy sent.

        `peer` and the headers stay as they are: what is only for this machine is decided by them.
        """
        if not self.networks or request.peer not in self:
            return
        chain = entries(request, "x-forwarded-for")
        behind = [place for place in range(len(chain) - 1, -1, -1) if chain[place] not in self]
        # how many trusted proxies added an entry of their own
        hops = len(chain) - behind[0] if behind else max(1, len(chain))
        if behind and (client := address_of(chain[behind[0]])) is not None:
            request.client = str(client)
        scheme = from_behind(entries(request, "x-forwarded-proto"), hops).lower()
        if scheme in SCHEMES:
            request.scheme = scheme
        host = from_behind(entries(request, "x-forwarded-host"), hops)
        if HOST.fullmatch(host):
            request.public_host = host


def entries(request: Request, name: str) -> list[str]:
    return [part.strip() for part in request.headers.get(name, "").split(",") if part.strip()]


def from_behind(values: Sequence[str], hops: int) -> str:
    """The entry that the outermost trusted proxy added: as far from the end as there are of them, or the only one."""
    return values[-min(hops, len(values))] if values else ""
