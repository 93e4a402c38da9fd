"""Request bodies, one module per noun. Base class and scalar types."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct


class NumberText(str):
    """A number with a fraction or exponent, kept as the client wrote it."""

    __slots__ = ()


Scalar = Any


class Body(Struct):
    """Base of the body shapes. Every field is optional; `REQUIRED` names (in wire spelling) what must be there, so
    that one error can name all that is missing. Keys that a shape does not name are ignored.
    """

    REQUIRED: ClassVar[tuple[str, ...]] = ()


class Form(Body):
    """Base of the bodies that are HTML forms. Every field is a text or None."""
