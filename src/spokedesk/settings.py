"""One frozen value with everything that a server is started with. Flags win over the environment, that over a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_PORT = 8765


@dataclass(frozen=True, slots=True)
class Settings:
    """`data` is the folder of the database file; `database` is the URL of a PostgreSQL database to use in its place,
    `ephemeral` keeps everything in memory instead.

    `demo` fills an empty database and opens the demo token; `token` is an access token that lives only in this
    process; `trusted_proxies` are addresses and networks whose X-Forwarded headers are believed; `account` holds
    account settings by name for an account that is made now.
    """

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    data: Path = Path(".spokedesk")
    database: str | None = None
    ephemeral: bool = False
    stand_in: bool = False
    fidelity: str | None = None
    demo: bool = False
    token: str | None = None
    allow_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    account: Mapping[str, object] = field(default_factory=dict)

    @property
    def in_memory(self) -> bool:
        return self.ephemeral or self.stand_in

    @property
    def has_demo_data(self) -> bool:
        return self.demo and not self.stand_in

    @property
    def new_account_fidelity(self) -> str:
        return self.fidelity or ("observed" if self.stand_in else "documented")
