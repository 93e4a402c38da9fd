"""Bodies of the first forms of the calls about companies and deals."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.bodies import Body
from spokedesk.api.bodies.older_paths import NameValueInput

Ids = list[str | int] | None


class OlderCompanyBody(Body):
    properties: list[NameValueInput] | UnsetType = UNSET
    REQUIRED = ("properties",)


class DomainOptions(Struct):
    properties: list[str] | None = None


class DomainOffset(Struct, rename="camel"):
    company_id: int | str | None = None


class DomainBody(Body, rename="camel"):
    limit: int | str | None = None
    request_options: DomainOptions | None = None
    offset: DomainOffset | None = None


class DealLinks(Struct, rename="camel"):
    associated_vids: Ids = None
    associated_company_ids: Ids = None
    associated_deal_ids: Ids = None
    associated_ticket_ids: Ids = None


class OlderDealBody(Body):
    properties: list[NameValueInput] | None = None
    associations: DealLinks | None = None
