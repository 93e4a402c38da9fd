"""The data folder: who may use it, the modes of what is in it, its lock, making its entries last."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from spokedesk.errors import StoreError

FILE_NAME = "spokedesk.db"
LOCK_NAME = "spokedesk.lock"
UNFINISHED_NAME = "spokedesk-copy.unfinished"
"""What `spokedesk copy` fills before it gets the name of a database."""

LOCK_TRIES = 5
LOCK_PAUSE_SECONDS = 0.05


def prepare_folder(folder: Path) -> None:
    """Make sure that there is a folder which only its owner can enter; an existing one keeps its mode."""
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            sync_folder(folder.parent)
    except OSError as error:
        raise unusable(folder, error) from error


def refuse_unfinished(folder: Path) -> None:
    """Whoever meant to serve a copy must not find an empty account in its place."""
    if (folder / UNFINISHED_NAME).exists() and not (folder / FILE_NAME).exists():
        raise StoreError(f"{folder} is an unfinished copy. Go on with it: spokedesk copy --from PLACE --to {folder}")


def create_file(path: Path) -> None:
    """Make an empty file that only its owner can read. What SQLite puts beside it takes over its mode."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise unusable(path.parent, error) from error


def sync_folder(folder: Path) -> None:
    """Make new and renamed entries of a folder outlast a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def open_lock(folder: Path) -> IO[str]:
    return open(folder / LOCK_NAME, "a+", opener=lambda path, flags: os.open(path, flags, 0o600))


def acquire_lock(folder: Path) -> IO[str]:
    """Hold the folder's lock file until closed; the kernel lets go of it when the process dies.

    A few tries, because `is_served` takes the lock for a moment.
    """
    try:
        handle = open_lock(folder)
    except OSError as error:
        raise unusable(folder, error) from error
    for left in reversed(range(LOCK_TRIES)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if not left:
                raise in_use(folder, handle) from None
            time.sleep(LOCK_PAUSE_SECONDS)
        except OSError as error:
            handle.close()
            raise unusable(folder, error) from error
    handle.seek(0)
    handle.truncate()
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def in_use(folder: Path, handle: IO[str]) -> StoreError:
    handle.seek(0)
    holder = handle.read().strip() or "unknown"
    handle.close()
    return StoreError(
        f"{folder} is in use by another Spokedesk server (process {holder}). "
        "Stop it, or start elsewhere with --data DIR."
    )


def unusable(folder: Path, error: OSError) -> StoreError:
    reason = error.strerror or str(error)
    return StoreError(f"{folder} cannot be used for data: {reason}. It must be a writable folder on a local disk.")


def is_served(folder: Path) -> bool:
    """Whether a server holds the folder right now."""
    try:
        handle = open_lock(folder)
    except OSError as error:
        raise unusable(folder, error) from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
