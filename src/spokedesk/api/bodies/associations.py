"""Bodies of the association calls: links, batches of links, labels."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body
from spokedesk.api.bodies.records import IdInput

FROM = {"from_id": "from", "to_id": "to"}


class SpecInput(Body, rename="camel"):
    """One wanted type."""

    association_category: str | UnsetType = UNSET
    association_type_id: int | str | UnsetType = UNSET
    REQUIRED = ("associationCategory", "associationTypeId")


class PairInput(Body, rename=FROM):
    """Two records."""

    from_id: IdInput | UnsetType = UNSET
    to_id: IdInput | UnsetType = UNSET
    REQUIRED = ("from", "to")


class PairsBody(Body):
    inputs: list[PairInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class LinkInput(Body, rename=FROM):
    """Two records and the wanted types between them."""

    from_id: IdInput | UnsetType = UNSET
    to_id: IdInput | UnsetType = UNSET
    types: list[SpecInput] | UnsetType = UNSET
    REQUIRED = ("from", "to", "types")


class LinksBody(Body):
    inputs: list[LinkInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class NamedLinkInput(Body, rename=FROM):
    """Two records and the v3 name, or the id, of the type between them."""

    from_id: IdInput | UnsetType = UNSET
    to_id: IdInput | UnsetType = UNSET
    type: str | int | UnsetType = UNSET
    REQUIRED = ("from", "to", "type")


class NamedLinksBody(Body):
    inputs: list[NamedLinkInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class FanInput(Body, rename=FROM):
    """One record and those from which it is to be separated."""

    from_id: IdInput | UnsetType = UNSET
    to_id: list[IdInput] | UnsetType = UNSET
    REQUIRED = ("from", "to")


class FansBody(Body):
    inputs: list[FanInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class PageInput(Body):
    """A record whose links are wanted, from a cursor on."""

    id: str | int | UnsetType = UNSET
    after: str | int | None = None
    REQUIRED = ("id",)


class PagesBody(Body):
    inputs: list[PageInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class NewLabelBody(Body, rename="camel"):
    name: str | UnsetType | None = UNSET
    label: str | UnsetType | None = UNSET
    inverse_label: str | None = None
    REQUIRED = ("name", "label")


class LabelBody(Body, rename="camel"):
    association_type_id: int | str | UnsetType = UNSET
    label: str | UnsetType | None = UNSET
    inverse_label: str | None = None
    REQUIRED = ("associationTypeId", "label")


class LimitTypeInput(Body, rename="camel"):
    """A type whose limit is to be taken away."""

    category: str | UnsetType = UNSET
    type_id: int | str | UnsetType = UNSET
    REQUIRED = ("category", "typeId")


class LimitInput(Body, rename="camel"):
    """A type and how many records of the other type one record may be linked to by it."""

    category: str | UnsetType = UNSET
    type_id: int | str | UnsetType = UNSET
    max_to_object_ids: int | UnsetType = UNSET
    REQUIRED = ("category", "typeId", "maxToObjectIds")


class LimitTypesBody(Body):
    inputs: list[LimitTypeInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)


class LimitsBody(Body):
    inputs: list[LimitInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)
