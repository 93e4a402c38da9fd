"""The address of a PostgreSQL database, read and shown without the driver."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from spokedesk.errors import StoreError

POOLER_PARAMETER = "pooler"


def split_url(url: str) -> tuple[str, bool]:
    """The address without our own parameter, and whether a pooler that shares transactions stands in between.

    `?pooler=transaction` (PgBouncer) gives up prepared statements and notifications.
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    pooled = (POOLER_PARAMETER, "transaction") in query
    if any(name == POOLER_PARAMETER and value != "transaction" for name, value in query):
        raise StoreError("pooler=transaction is the only pooler that can be named in --database.")
    rest = [(name, value) for name, value in query if name != POOLER_PARAMETER]
    return urlunsplit(parts._replace(query=urlencode(rest))), pooled


def split_hosts(url: str) -> list[str]:
    """An address for each of its hosts, in order; hosts that are named in the query are left to the driver."""
    parts = urlsplit(url)
    user, at, hosts = parts.netloc.rpartition("@")
    if "," not in hosts:
        return [url]
    return [urlunsplit(parts._replace(netloc=f"{user}{at}{host}")) for host in hosts.split(",")]


def shown_url(url: str) -> str:
    """The address without its password, for people and logs."""
    parts = urlsplit(url)
    user, at, hosts = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}{at}{hosts}", query=""))
