"""Association types that an account defines: what a new label adds, and what may not be changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from spokedesk.crm.associations import USER_DEFINED, AssociationType, TypesBetween
from spokedesk.crm.object_types import ObjectType
from spokedesk.errors import AlreadyExists, InvalidRequest, LimitReached, NotFound

MAX_LABELS = 50
MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class NewLabel:
    """A label to define. Without `inverse_label` both directions carry `label`; an empty one makes a plain link."""

    name: str
    label: str
    inverse_label: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two object types and the association types of both directions; they are the same when the types are."""

    from_kind: ObjectType
    to_kind: ObjectType
    forward: TypesBetween
    backward: TypesBetween

    @property
    def is_same_type(self) -> bool:
        return self.from_kind.id == self.to_kind.id

    @property
    def default_name(self) -> str:
        return f"{self.from_kind.singular}_to_{self.to_kind.singular}"


def plan_label(pair: Pair, new: NewLabel, existing: Sequence[AssociationType]) -> list[AssociationType]:
    """The types that a new label adds, the labelled ones last: one per direction, and the plain link where the pair
    has none yet. `existing` is every type of the account.
    """
    check_new_label(pair, new, existing)
    added: list[AssociationType] = []
    if new.label and pair.forward.plain is None:
        added.extend(both_types(pair, NewLabel(f"{pair.default_name}_unlabeled", ""), next_type_id(existing)))
    added.extend(both_types(pair, new, next_type_id([*existing, *added])))
    return added


def check_new_label(pair: Pair, new: NewLabel, existing: Iterable[AssociationType]) -> None:
    if not 0 < len(new.name) <= MAX_NAME:
        raise InvalidRequest(f"The name of an association type must have between 1 and {MAX_NAME} characters")
    check_label(new.label, may_be_empty=True)
    check_label(new.inverse_label, may_be_empty=True)
    if any(known.name == new.name for known in existing):
        raise AlreadyExists(f"An association type named '{new.name}' already exists.")
    if not new.label and pair.forward.plain is not None:
        raise InvalidRequest(
            f"There is an unlabeled association type between {pair.from_kind.error_name} and "
            f"{pair.to_kind.error_name} already"
        )
    if new.label and count_labels(pair.forward) >= MAX_LABELS:
        raise LimitReached(
            f"No more than {MAX_LABELS} association types are allowed between {pair.from_kind.error_name} and "
            f"{pair.to_kind.error_name}"
        )


def check_label(label: str | None, *, may_be_empty: bool) -> None:
    if label is not None and (len(label) > MAX_NAME or not (label or may_be_empty)):
        raise InvalidRequest(f"A label must have between 1 and {MAX_NAME} characters")


def count_labels(types: TypesBetween) -> int:
    """How many labels an account gave a pair of types; a label and its inverse count as one."""
    own = (known for known in types.types if known.category == USER_DEFINED and known.label is not None)
    if types.from_type == types.to_type:
        return len({frozenset((known.type_id, known.inverse_type_id)) for known in own})
    return sum(1 for _ in own)


def next_type_id(existing: Iterable[AssociationType]) -> int:
    """The next free odd id; the even one behind it belongs to the other direction."""
    highest = max((known.type_id for known in existing if known.category == USER_DEFINED), default=0)
    return (highest + 1) // 2 * 2 + 1


def both_types(pair: Pair, new: NewLabel, type_id: int) -> list[AssociationType]:
    """The type of each direction; one that is its own inverse when both would be the same."""
    start, end, label = pair.from_kind.id, pair.to_kind.id, new.label or None
    inverse = (new.inverse_label or label) if label else None
    if pair.is_same_type and inverse == label:
        return [AssociationType(start, end, USER_DEFINED, type_id, type_id, label, new.name)]
    inverse_name = f"{new.name}_inverse" if pair.is_same_type else new.name
    return [
        AssociationType(start, end, USER_DEFINED, type_id, type_id + 1, label, new.name),
        AssociationType(end, start, USER_DEFINED, type_id + 1, type_id, inverse, inverse_name),
    ]


def find_own(pair: Pair, type_id: int) -> AssociationType:
    """The type of the account with this id in either direction; raise for types of the vendor and unknown ones."""
    for types in (pair.forward, pair.backward):
        found = types.find(USER_DEFINED, type_id)
        if found is not None:
            return found
    if pair.forward.find_any(type_id) or pair.backward.find_any(type_id):
        raise InvalidRequest(f"Association type {type_id} is defined by the system and cannot be changed")
    raise NotFound(
        f"There is no association type {type_id} between {pair.from_kind.error_name} and {pair.to_kind.error_name}"
    )


def inverse_of(pair: Pair, known: AssociationType) -> AssociationType:
    """The same type seen from the other side; itself when it is its own inverse."""
    types = pair.backward if known.from_type == pair.forward.from_type else pair.forward
    found = types.find(known.category, known.inverse_type_id)
    assert found is not None, "types are stored in pairs"
    return found


def check_deletable(pair: Pair, known: AssociationType) -> None:
    """Raise for the plain link of a pair that has labels: every labelled link carries it."""
    if known.label is None and any(item.label is not None for item in pair.forward.types):
        raise InvalidRequest(
            f"Definition with label still exists; Cannot delete unlabeled type with associationTypeId {known.type_id}"
        )
