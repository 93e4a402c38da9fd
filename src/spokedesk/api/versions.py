"""API versions as values: a path rule and a handful of switches."""

from __future__ import annotations

from dataclasses import dataclass

# where the v3 and v4 calls of a family are found; dated versions follow one rule
V3_PREFIXES = {
    "objects": ("/crm/v3/objects", "/crm/objects/v3"),
    "properties": ("/crm/v3/properties", "/crm/properties/v3"),
    "property_validations": ("/crm/v3/property-validations",),
    "pipelines": ("/crm/v3/pipelines", "/crm/pipelines/v3"),
    "owners": ("/crm/v3/owners",),
    "limits": ("/crm/v3/limits",),
    "schemas": ("/crm-object-schemas/v3/schemas", "/crm/v3/schemas"),
    "associations_v3": ("/crm/v3/associations",),
    "object_links": ("/crm/v3/objects", "/crm/objects/v3"),
    "account_info": ("/account-info/v3",),
    "webhooks": ("/webhooks/v3",),
    "consent": ("/oauth",),
    "oauth_v1": ("/oauth/v1",),
    "oauth": ("/oauth/v3",),
    "private_apps": ("/oauth/v2/private-apps",),
    "integrations": ("/integrations/v1",),
    "older_objects": ("/crm-objects/v1/objects",),
    "older_properties": ("/properties/v1", "/properties/v2"),
    "older_pipelines": ("/crm-pipelines/v1/pipelines",),
    "older_contacts": ("/contacts/v1",),
    "older_companies": ("/companies/v2",),
    "older_deals": ("/deals/v1",),
    "older_engagements": ("/engagements/v1/engagements",),
    "older_owners": ("/owners/v2/owners",),
    "older_links": ("/crm-associations/v1/associations",),
}
V4_PREFIXES = {
    "object_reads": ("/crm/v4/objects",),
    "links": ("/crm/v4/objects",),
    "default_links": ("/crm/v4/objects", "/crm/v3/objects"),
    "associations": ("/crm/v4/associations", "/crm/associations/v4"),
}
DATED_PREFIXES = {
    "objects": "/crm/objects/{version}",
    "properties": "/crm/properties/{version}",
    "property_validations": "/crm/property-validations/{version}",
    "pipelines": "/crm/pipelines/{version}",
    "owners": "/crm/owners/{version}",
    "limits": "/crm/limits/{version}",
    "schemas": "/crm-object-schemas/{version}/schemas",
    "links": "/crm/objects/{version}",
    "default_links": "/crm/objects/{version}",
    "associations": "/crm/associations/{version}",
    "account_info": "/account-info/{version}",
    "webhooks": "/app-webhooks/{version}",
    "oauth": "/oauth/{version}",
}
# a second place of a family in dated versions
DATED_ALIASES = {"webhooks": "/webhooks/{version}"}


@dataclass(frozen=True, slots=True)
class ApiVersion:
    """`numeric_link_ids`: ids of link targets are JSON numbers. `checks_stage_use`: deleting a stage in use is
    always refused. `enforces_rules`: rules of administrators hold for writes, dates are read leniently.
    `links_created_status`, `limits_created_status`: status of a batch of new links, of new limits of links.
    `answers_link_removals`: batches that remove links have a body. `erases_tickets`: there is a call that erases
    tickets for good.
    """

    name: str
    numeric_link_ids: bool = False
    checks_stage_use: bool = False
    enforces_rules: bool = False
    plain_batch_create: bool = False
    links_created_status: int = 201
    limits_created_status: int = 201
    answers_link_removals: bool = False
    erases_tickets: bool = False

    def prefixes(self, family: str) -> tuple[str, ...]:
        """The paths under which a family of calls is served in this version; none if it is not."""
        if self.name == "v3":
            return V3_PREFIXES.get(family, ())
        if self.name == "v4":
            return V4_PREFIXES.get(family, ())
        patterns = (DATED_PREFIXES.get(family), DATED_ALIASES.get(family))
        return tuple(pattern.format(version=self.name) for pattern in patterns if pattern)


V3 = ApiVersion("v3")
V4 = ApiVersion("v4", numeric_link_ids=True)
V2025_09 = ApiVersion(
    "2025-09", plain_batch_create=True, limits_created_status=200, answers_link_removals=True, erases_tickets=True
)
V2026_03 = ApiVersion("2026-03", answers_link_removals=True)
V2026_09 = ApiVersion(
    "2026-09",
    checks_stage_use=True,
    enforces_rules=True,
    links_created_status=200,
    limits_created_status=200,
    answers_link_removals=True,
)
V2026_09_BETA = ApiVersion(
    "2026-09-beta",
    erases_tickets=True,
    checks_stage_use=True,
    enforces_rules=True,
    links_created_status=200,
    limits_created_status=200,
    answers_link_removals=True,
)
ALL = (V3, V4, V2025_09, V2026_03, V2026_09, V2026_09_BETA)
OWN = ApiVersion("spokedesk/v1")
