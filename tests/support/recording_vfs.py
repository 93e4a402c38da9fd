"""A file layer for SQLite that writes down what reaches the disk, in order, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import apsw

NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that happened to a file (by its name in the folder), or a mark that a test set between them.

    `kind` is write, sync, truncate, delete or mark. `offset` is the new size for truncate.
    """

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""
    note: Any = None


@dataclass(slots=True)
class Fault:
    """Fails operations of a kind on files whose name ends so: after `skip` good ones, `times` in a row."""

    kind: str
    suffix: str
    error: type[apsw.Error] = apsw.IOError
    skip: int = 0
    times: int = 1
    hits: int = 0

    def strike(self, kind: str, file: str) -> bool:
        if kind != self.kind or not file.endswith(self.suffix) or not self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        self.hits += 1
        return True


@dataclass(slots=True)
class Recording:
    """What has happened so far. `name` is the one under which SQLite knows the file layer."""

    name: str
    operations: list[Operation] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    keep_data: bool = False

    def mark(self, note: Any) -> None:
        """Put a mark of the test's own into the order of things."""
        self.operations.append(Operation("mark", "", note=note))

    def fail(self, kind: str, suffix: str, **options: Any) -> Fault:
        fault = Fault(kind, suffix, **options)
        self.faults.append(fault)
        return fault

    def check(self, kind: str, file: str) -> None:
        for fault in self.faults:
            if fault.strike(kind, file):
                raise fault.error(f"planted fault in {kind} of {file}")

    def count(self, kind: str, suffix: str) -> int:
        return sum(item.kind == kind and item.file.endswith(suffix) for item in self.operations)


class RecordingFile(apsw.VFSFile):
    """One open file; an operation is written down after it has succeeded."""

    def __init__(self, recording: Recording, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        self.recording = recording
        self.file = file_name(name)

    def xWrite(self, data: Any, offset: int) -> None:
        self.recording.check("write", self.file)
        super().xWrite(data, offset)
        kept = bytes(data) if self.recording.keep_data else b""
        self.recording.operations.append(Operation("write", self.file, offset, kept))

    def xSync(self, flags: int) -> None:
        self.recording.check("sync", self.file)
        super().xSync(flags)
        self.recording.operations.append(Operation("sync", self.file))

    def xTruncate(self, size: int) -> None:
        super().xTruncate(size)
        self.recording.operations.append(Operation("truncate", self.file, size))


class RecordingVfs(apsw.VFS):
    def __init__(self, recording: Recording) -> None:
        super().__init__(recording.name, "", maxpathname=0)
        self.recording = recording

    def xOpen(self, name: Any, flags: list[int]) -> RecordingFile:
        return RecordingFile(self.recording, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.recording.operations.append(Operation("delete", Path(filename).name))


def file_name(name: Any) -> str:
    """The name in its folder; temporary files have none."""
    if name is None:
        return ""
    return Path(name if isinstance(name, str) else name.filename()).name


@contextmanager
def recorded(*, keep_data: bool = False) -> Iterator[Recording]:
    """A recording whose `name` can be given as `vfs` until the block ends."""
    recording = Recording(f"recorded{next(NUMBERS)}", keep_data=keep_data)
    layer = RecordingVfs(recording)
    try:
        yield recording
    finally:
        layer.unregister()
