"""`spokedesk seed`: a large demo account, for trying and for measuring."""

from __future__ import annotations

import time

import click

from spokedesk.api.stores import find_first_account, make_first_account, open_database, waiting
from spokedesk.cli.options import Place, fidelity_option, place_option
from spokedesk.cli.progress import drawn_progress
from spokedesk.demo.telling import seed_demo
from spokedesk.errors import StoreError
from spokedesk.settings import Settings
from spokedesk.storage.database import run


@click.command("seed", short_help="Fill an empty database with a demo account of any size.")
@click.option("--size", default=1200, show_default=True, type=click.IntRange(1), help="How many tickets.")
@click.option("--seed", default=1, show_default=True, help="Another number tells another story.")
@place_option("Folder of the database, which must be empty and not served.")
@fidelity_option()
def command(size: int, seed: int, place: Place, fidelity: str | None) -> None:
    """Fill an empty database with a demo account of any size.

    The same size and seed give the same records with the same history every time. A thousand take a few seconds.
    """
    settings = Settings(data=place.folder, database=place.database, fidelity=fidelity, demo=True)
    database = open_database(settings)
    try:
        if find_first_account(database) is not None:
            raise StoreError(
                f"{place.shown} holds an account already. Seed an empty place, with --data DIR or --database URL."
            )
        account = make_first_account(database, settings)
        started = time.monotonic()
        with drawn_progress("Tickets") as progress:
            run(seed_demo(account, waiting(database, account.id), progress, size=size, seed=seed))
        click.echo(f"{size:,} tickets in {time.monotonic() - started:.1f} s. Serve them: spokedesk serve {place}")
    finally:
        database.close()
