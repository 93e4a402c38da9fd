"""The routes of the first API versions, which clients still call. Their paths rarely say what they are about."""

from __future__ import annotations

from dataclasses import replace

from spokedesk.api.auth import Scope
from spokedesk.api.bodies.older_companies import DomainBody, OlderCompanyBody, OlderDealBody
from spokedesk.api.bodies.older_contacts import OlderContactBody, OlderContactInput
from spokedesk.api.bodies.older_engagements import NewEngagementBody, OlderEngagementBody
from spokedesk.api.bodies.older_paths import NameValueInput, OlderIdsBody, OlderLinkBody
from spokedesk.api.bodies.properties import PropertyCreateBody, PropertyUpdateBody
from spokedesk.api.handlers import (
    older_companies,
    older_contacts,
    older_deals,
    older_engagements,
    older_links,
    older_owners,
    older_paths,
    older_records,
)
from spokedesk.api.routes import BATCH_BODY, Endpoint

READ, WRITE, ANY = Scope.RECORD_READ, Scope.RECORD_WRITE, Scope.ANY_RECORDS
SCHEMA_READ, SCHEMA_WRITE = Scope.SCHEMA_READ, Scope.SCHEMA_WRITE


def about(object_type: str, *endpoints: Endpoint) -> tuple[Endpoint, ...]:
    """Calls about one object type that their paths do not name."""
    return tuple(replace(endpoint, object_type=object_type) for endpoint in endpoints)


# fmt: off
OLDER_FORMS = (
    Endpoint("POST", "older_objects", "/{object_type}", older_records.create_record, WRITE, list[NameValueInput],
             writes=True),
    Endpoint("GET", "older_objects", "/{object_type}/paged", older_records.list_records, READ),
    Endpoint("POST", "older_objects", "/{object_type}/batch-read", older_records.read_batch, READ, OlderIdsBody,
             body_limit=BATCH_BODY),
    Endpoint("GET", "older_objects", "/{object_type}/{record_id}", older_records.read_record, READ),
    Endpoint("PUT", "older_objects", "/{object_type}/{record_id}", older_records.update_record, WRITE,
             list[NameValueInput], writes=True),
    Endpoint("DELETE", "older_objects", "/{object_type}/{record_id}", older_records.archive_record, WRITE,
             writes=True),
    Endpoint("GET", "older_properties", "/{object_type}/properties", older_paths.list_properties, SCHEMA_READ),
    Endpoint("POST", "older_properties", "/{object_type}/properties", older_paths.create_property, SCHEMA_WRITE,
             PropertyCreateBody, writes=True),
    Endpoint("GET", "older_properties", "/{object_type}/properties/named/{name}", older_paths.read_one_property,
             SCHEMA_READ),
    Endpoint("PUT", "older_properties", "/{object_type}/properties/named/{name}", older_paths.update_property,
             SCHEMA_WRITE, PropertyUpdateBody, writes=True),
    Endpoint("DELETE", "older_properties", "/{object_type}/properties/named/{name}", older_paths.archive_property,
             SCHEMA_WRITE, writes=True),
    Endpoint("GET", "older_properties", "/{object_type}/groups", older_paths.list_groups, SCHEMA_READ),
    Endpoint("GET", "older_pipelines", "/{object_type}", older_paths.list_pipelines, SCHEMA_READ),
    # the object types are in the body, so the handlers check the scopes
    Endpoint("PUT", "older_links", "", older_links.create_link, ANY, OlderLinkBody, writes=True),
    Endpoint("PUT", "older_links", "/create-batch", older_links.create_links, ANY, list[OlderLinkBody], writes=True,
             body_limit=BATCH_BODY),
    Endpoint("PUT", "older_links", "/delete", older_links.delete_link, ANY, OlderLinkBody, writes=True),
    Endpoint("PUT", "older_links", "/delete-batch", older_links.delete_links, ANY, list[OlderLinkBody], writes=True,
             body_limit=BATCH_BODY),
    Endpoint("GET", "older_links", "/{record_id}/{category}/{definition_id}", older_links.list_links, ANY),
)

OLDER_CONTACTS = about(
    "contacts",
    Endpoint("GET", "older_contacts", "/lists/all/contacts/all", older_contacts.list_contacts, READ, scan=True),
    Endpoint("GET", "older_contacts", "/lists/all/contacts/recent", older_contacts.list_created, READ, scan=True),
    Endpoint("GET", "older_contacts", "/lists/recently_updated/contacts/recent", older_contacts.list_changed, READ,
             scan=True),
    Endpoint("GET", "older_contacts", "/search/query", older_contacts.search_contacts, READ, scan=True),
    Endpoint("POST", "older_contacts", "/contact", older_contacts.create_contact, WRITE, OlderContactBody, writes=True),
    Endpoint("POST", "older_contacts", "/contact/batch", older_contacts.write_several, WRITE, list[OlderContactInput],
             writes=True, body_limit=BATCH_BODY),
    Endpoint("GET", "older_contacts", "/contact/vids/batch", older_contacts.read_by_vids, READ, scan=True),
    Endpoint("GET", "older_contacts", "/contact/emails/batch", older_contacts.read_by_emails, READ, scan=True),
    Endpoint("GET", "older_contacts", "/contact/vid/{record_id}/profile", older_contacts.read_contact, READ),
    Endpoint("POST", "older_contacts", "/contact/vid/{record_id}/profile", older_contacts.update_contact, WRITE,
             OlderContactBody, writes=True),
    Endpoint("DELETE", "older_contacts", "/contact/vid/{record_id}", older_contacts.archive_contact, WRITE,
             writes=True),
    Endpoint("GET", "older_contacts", "/contact/email/{email}/profile", older_contacts.read_contact, READ),
    Endpoint("POST", "older_contacts", "/contact/email/{email}/profile", older_contacts.update_contact, WRITE,
             OlderContactBody, writes=True),
    Endpoint("POST", "older_contacts", "/contact/createOrUpdate/email/{email}", older_contacts.upsert_contact, WRITE,
             OlderContactBody, writes=True),
)

OLDER_COMPANIES = about(
    "companies",
    Endpoint("GET", "older_companies", "/companies/paged", older_companies.list_companies, READ, scan=True),
    Endpoint("GET", "older_companies", "/companies/recent/modified", older_companies.list_changed, READ, scan=True),
    Endpoint("GET", "older_companies", "/companies/recent/created", older_companies.list_created, READ, scan=True),
    Endpoint("POST", "older_companies", "/domains/{domain}/companies", older_companies.find_by_domain, READ,
             DomainBody, scan=True),
    Endpoint("POST", "older_companies", "/companies", older_companies.create_company, WRITE, OlderCompanyBody,
             writes=True),
    Endpoint("GET", "older_companies", "/companies/{record_id}", older_companies.read_company, READ),
    Endpoint("PUT", "older_companies", "/companies/{record_id}", older_companies.update_company, WRITE,
             OlderCompanyBody, writes=True),
    Endpoint("DELETE", "older_companies", "/companies/{record_id}", older_companies.archive_company, WRITE,
             writes=True),
    Endpoint("GET", "older_companies", "/companies/{record_id}/vids", older_companies.list_member_ids, READ),
    Endpoint("GET", "older_companies", "/companies/{record_id}/contacts", older_companies.list_member_contacts, READ,
             scan=True),
    Endpoint("PUT", "older_companies", "/companies/{record_id}/contacts/{contact_id}", older_companies.add_member,
             WRITE, writes=True),
    Endpoint("DELETE", "older_companies", "/companies/{record_id}/contacts/{contact_id}",
             older_companies.remove_member, WRITE, writes=True),
    Endpoint("GET", "older_companies", "/properties", older_paths.list_properties, SCHEMA_READ),
)

OLDER_DEALS = about(
    "deals",
    Endpoint("GET", "older_deals", "/deal/paged", older_deals.list_deals, READ, scan=True),
    Endpoint("GET", "older_deals", "/deal/recent/modified", older_deals.list_changed, READ, scan=True),
    Endpoint("GET", "older_deals", "/deal/recent/created", older_deals.list_created, READ, scan=True),
    Endpoint("GET", "older_deals", "/deal/associated/{kind}/{to_id}/paged", older_deals.list_associated, READ,
             scan=True),
    Endpoint("POST", "older_deals", "/deal", older_deals.create_deal, WRITE, OlderDealBody, writes=True),
    Endpoint("GET", "older_deals", "/deal/{record_id}", older_deals.read_deal, READ),
    Endpoint("PUT", "older_deals", "/deal/{record_id}", older_deals.update_deal, WRITE, OlderDealBody, writes=True),
    Endpoint("DELETE", "older_deals", "/deal/{record_id}", older_deals.archive_deal, WRITE, writes=True),
    Endpoint("PUT", "older_deals", "/deal/{record_id}/associations/{kind}", older_deals.link_deal, WRITE, writes=True),
    Endpoint("DELETE", "older_deals", "/deal/{record_id}/associations/{kind}", older_deals.unlink_deal, WRITE,
             writes=True),
    Endpoint("GET", "older_deals", "/pipelines", older_deals.list_pipelines, SCHEMA_READ),
    Endpoint("GET", "older_deals", "/pipelines/{pipeline_id}", older_deals.read_pipeline, SCHEMA_READ),
    Endpoint("GET", "older_deals", "/properties", older_paths.list_properties, SCHEMA_READ),
)

# activities of every kind have the scopes of notes
OLDER_ENGAGEMENTS = about(
    "notes",
    Endpoint("GET", "older_engagements", "/paged", older_engagements.list_engagements, READ, scan=True),
    Endpoint("GET", "older_engagements", "/recent/modified", older_engagements.list_changed, READ, scan=True),
    Endpoint("GET", "older_engagements", "/associated/{kind}/{to_id}/paged", older_engagements.list_associated, READ,
             scan=True),
    Endpoint("POST", "older_engagements", "", older_engagements.create_engagement, WRITE, NewEngagementBody,
             writes=True),
    Endpoint("GET", "older_engagements", "/{record_id}", older_engagements.read_engagement, READ),
    Endpoint("PATCH", "older_engagements", "/{record_id}", older_engagements.update_engagement, WRITE,
             OlderEngagementBody, writes=True),
    Endpoint("DELETE", "older_engagements", "/{record_id}", older_engagements.archive_engagement, WRITE, writes=True),
    Endpoint("PUT", "older_engagements", "/{record_id}/associations/{kind}/{to_id}",
             older_engagements.link_engagement, WRITE, writes=True),
)

OLDER_OWNERS = (
    Endpoint("GET", "older_owners", "", older_owners.list_all, Scope.OWNERS),
    Endpoint("GET", "older_owners", "/{owner_id}", older_owners.read_owner, Scope.OWNERS),
)

# fmt: on

OLDER: tuple[Endpoint, ...] = (
    *OLDER_FORMS,
    *OLDER_CONTACTS,
    *OLDER_COMPANIES,
    *OLDER_DEALS,
    *OLDER_ENGAGEMENTS,
    *OLDER_OWNERS,
)
