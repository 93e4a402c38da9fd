"""JSON documents in columns: one place that encodes and decodes them."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

encoder = msgspec.json.Encoder()
texts_decoder = msgspec.json.Decoder(dict[str, str])


def to_document(value: Any) -> str:
    """The text of a value (dict, dataclass)."""
    return encoder.encode(value).decode()


def texts(document: str) -> dict[str, str]:
    """A document whose values are all texts: the properties of a record, the changes of a revision."""
    return texts_decoder.decode(document)


def from_document(document: str, kind: type[T]) -> T:
    """A stored value of a known class; names that this release does not know are passed over."""
    return msgspec.json.decode(document, type=kind)
