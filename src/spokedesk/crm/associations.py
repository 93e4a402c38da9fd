"""Association types: which links may exist between two object types, and what writing one implies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spokedesk.errors import InvalidRequest

HUBSPOT_DEFINED = "HUBSPOT_DEFINED"
USER_DEFINED = "USER_DEFINED"
CATEGORIES = (HUBSPOT_DEFINED, "INTEGRATOR_DEFINED", USER_DEFINED, "WORK")
PRIMARY = "Primary"
INVALID = "One or more associations are invalid"


@dataclass(frozen=True, slots=True)
class AssociationType:
    """One direction of a kind of link, from records of `from_type` to records of `to_type` (object type ids).

    `label` is None for the plain link; `name` is what the v3 calls say (`ticket_to_contact`). An id is unique only
    inside its direction and category.
    """

    from_type: str
    to_type: str
    category: str
    type_id: int
    inverse_type_id: int
    label: str | None
    name: str

    @property
    def key(self) -> tuple[str, int]:
        return (self.category, self.type_id)


@dataclass(frozen=True, slots=True)
class Association:
    """One direction of a stored link: from a record, to a record, of a type."""

    from_type: str
    from_id: int
    to_type: str
    to_id: int
    category: str
    type_id: int


@dataclass(frozen=True, slots=True)
class WantedType:
    """A type as a client names it: the text of an id, or the v3 name. Without a category any one may hold it."""

    category: str | None
    name: str


@dataclass(frozen=True, slots=True)
class TypesBetween:
    """The association types of one direction between two object types, plain one first."""

    from_type: str
    to_type: str
    types: tuple[AssociationType, ...]

    def find(self, category: str, type_id: int) -> AssociationType | None:
        return next((known for known in self.types if known.key == (category, type_id)), None)

    def find_any(self, type_id: int) -> AssociationType | None:
        """By id alone: a type of the vendor wins over one that the account defined."""
        return next((known for category in CATEGORIES if (known := self.find(category, type_id)) is not None), None)

    def find_name(self, name: str) -> AssociationType | None:
        """By what the v3 calls say."""
        return next((known for known in self.types if known.name == name), None)

    def resolve(self, wanted: WantedType, aliases: Mapping[int, int]) -> AssociationType:
        """The type that a client means; `aliases` leads from old vendor ids to current ones. Raise if there is none."""
        found = None
        if wanted.name.isascii() and wanted.name.isdigit() and len(wanted.name) < 10:
            found = self.find_id(wanted.category, current_id(wanted.category, int(wanted.name), aliases))
        if found is None and wanted.category is None:
            found = self.find_name(wanted.name)
        if found is None:
            raise invalid_type(wanted.category or HUBSPOT_DEFINED, wanted.name)
        return found

    def find_id(self, category: str | None, type_id: int) -> AssociationType | None:
        return self.find_any(type_id) if category is None else self.find(category, type_id)

    def find_label(self, label: str) -> AssociationType | None:
        return next((known for known in self.types if known.label == label), None)

    @property
    def plain(self) -> AssociationType | None:
        """The unlabelled type, which every labelled link of the pair carries too."""
        return next((known for known in self.types if known.label is None), None)

    @property
    def primary(self) -> AssociationType | None:
        """The vendor's Primary type; a label that somebody called so is none."""
        named = (known for known in self.types if known.label == PRIMARY)
        return next((known for known in named if known.category == HUBSPOT_DEFINED), None)

    def implied(self, wanted: AssociationType) -> tuple[AssociationType, ...]:
        """What writing a type writes: itself, and the plain type of the pair."""
        plain = self.plain
        return (wanted,) if plain is None or plain == wanted else (plain, wanted)


def both_directions(link: Association, association_type: AssociationType) -> tuple[Association, Association]:
    """The two rows of a link."""
    inverse = Association(
        link.to_type, link.to_id, link.from_type, link.from_id, link.category, association_type.inverse_type_id
    )
    return link, inverse


def choose_primary(
    existing: Sequence[Association],
    wanted: Sequence[Association],
    primary: AssociationType,
    *,
    first_is_primary: bool,
) -> int | None:
    """The company that becomes the primary one of a record by a write, None when the write changes nothing about it.

    Both lists hold the links of that one record to companies. The last one that a request names wins; without one the
    first company ever linked is it, if `first_is_primary`.
    """
    named = [row.to_id for row in wanted if (row.category, row.type_id) == primary.key]
    if named:
        return named[-1]
    return wanted[0].to_id if wanted and first_is_primary and not existing else None


def current_id(category: str | None, type_id: int, aliases: Mapping[int, int]) -> int:
    """The id that took the place of an old one of the vendor; ids that an account defined are never old."""
    return aliases.get(type_id, type_id) if category in (None, HUBSPOT_DEFINED) else type_id


def linkable_id(text: str) -> int | None:
    """The record id that a text means, None when no record can have it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def invalid_type(category: str, type_id: int | str) -> InvalidRequest:
    """The refusal of a type that is not defined for the pair and direction."""
    spec = f"{category}={type_id}"
    return InvalidRequest(
        INVALID,
        context={
            "associationSpec": [spec],
            "INVALID_ASSOCIATION_TYPE_ID": [f"{spec} is not a valid association definition id"],
        },
    )


def invalid_targets(error_name: str, ids: Sequence[str]) -> InvalidRequest:
    """The refusal of records that do not exist or are archived."""
    return InvalidRequest(
        INVALID,
        context={
            "INVALID_OBJECT_IDS": [f"{error_name}={target} is not valid" for target in ids],
            "objectId": list(ids),
            "objectType": [error_name],
        },
    )


def unknown_label(label: str, from_name: str, to_name: str) -> InvalidRequest:
    text = f"{label} is not a label between {from_name} and {to_name}"
    return InvalidRequest(INVALID, context={"INVALID_ASSOCIATION_LABEL": [text]})
