"""The route table: every call with its scope, its body, whether it writes. A row without a scope cannot be written."""

from __future__ import annotations

from dataclasses import replace

from spokedesk.api.auth import Scope
from spokedesk.api.bodies.associations import (
    FansBody,
    LabelBody,
    LimitsBody,
    LimitTypesBody,
    LinksBody,
    NamedLinksBody,
    NewLabelBody,
    PagesBody,
    PairsBody,
    SpecInput,
)
from spokedesk.api.bodies.deal_splits import DealSplitsBody
from spokedesk.api.bodies.oauth import ConsentForm, OneTokenForm, TokenForm, TokenKeyBody
from spokedesk.api.bodies.object_schemas import (
    SchemaAssociationBody,
    SchemaBatchReadBody,
    SchemaCreateBody,
    SchemaUpdateBody,
)
from spokedesk.api.bodies.pipelines import PipelineBody, PipelineUpdateBody, StageBody, StageUpdateBody
from spokedesk.api.bodies.properties import (
    GroupCreateBody,
    GroupUpdateBody,
    PropertyBatchCreateBody,
    PropertyBatchNamesBody,
    PropertyBatchReadBody,
    PropertyCreateBody,
    PropertyUpdateBody,
)
from spokedesk.api.bodies.property_validations import RuleBody
from spokedesk.api.bodies.records import (
    BatchCreateBody,
    BatchIdsBody,
    BatchReadBody,
    BatchUpdateBody,
    CreateBody,
    EraseBody,
    MergeBody,
    UpdateBody,
)
from spokedesk.api.bodies.search import SearchBody
from spokedesk.api.bodies.webhooks import (
    SubscriptionBatchBody,
    SubscriptionBody,
    SubscriptionUpdateBody,
    WebhookSettingsBody,
)
from spokedesk.api.form_door import FORM_BODY
from spokedesk.api.handlers import (
    account_info,
    association_labels,
    association_limits,
    associations_v3,
    associations_v4,
    batches,
    consent,
    deal_splits,
    front_page,
    health,
    limits,
    oauth,
    object_schemas,
    owners,
    pipelines,
    properties,
    property_validations,
    records,
    reference,
    search,
    webhooks,
)
from spokedesk.api.older_endpoints import OLDER
from spokedesk.api.own_endpoints import OWN_UI
from spokedesk.api.routes import BATCH_BODY, Endpoint

READ, WRITE = Scope.RECORD_READ, Scope.RECORD_WRITE
LINK_READ, LINK_WRITE = Scope.LINK_READ, Scope.LINK_WRITE
SCHEMA_READ, SCHEMA_WRITE = Scope.SCHEMA_READ, Scope.SCHEMA_WRITE

# fmt: off
OBJECTS = (
    Endpoint("GET", "objects", "/{object_type}", records.list_records, READ),
    Endpoint("POST", "objects", "/{object_type}", records.create_record, WRITE, CreateBody, writes=True,
             brief=True),
    Endpoint("GET", "objects", "/{object_type}/{record_id}", records.read_record, READ),
    Endpoint("PATCH", "objects", "/{object_type}/{record_id}", records.update_record, WRITE, UpdateBody, writes=True,
             brief=True),
    Endpoint("DELETE", "objects", "/{object_type}/{record_id}", records.archive_record, WRITE, writes=True),
    Endpoint("POST", "objects", "/{object_type}/batch/read", batches.read_batch, READ, BatchReadBody,
             body_limit=BATCH_BODY),
    Endpoint("POST", "objects", "/{object_type}/batch/create", batches.create_batch, WRITE, BatchCreateBody,
             writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "objects", "/{object_type}/batch/update", batches.update_batch, WRITE, BatchUpdateBody,
             writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "objects", "/{object_type}/batch/upsert", batches.upsert_batch, WRITE, BatchUpdateBody,
             writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "objects", "/{object_type}/batch/archive", batches.archive_batch, WRITE, BatchIdsBody,
             writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "objects", "/{object_type}/merge", records.merge_records, WRITE, MergeBody, writes=True),
    Endpoint("POST", "objects", "/{object_type}/gdpr-delete", records.erase_record, WRITE, EraseBody, writes=True,
             is_private=True),
    Endpoint("POST", "objects", "/{object_type}/search", search.search_records, READ, SearchBody, scan=True),
    Endpoint("POST", "objects", "/{object_type}/splits/batch/read", deal_splits.read_batch, READ, BatchIdsBody,
             body_limit=BATCH_BODY),
    Endpoint("POST", "objects", "/{object_type}/splits/batch/upsert", deal_splits.upsert_batch, WRITE, DealSplitsBody,
             writes=True, body_limit=BATCH_BODY),
    Endpoint("GET", "object_reads", "/{object_type}", records.list_records, READ),
    Endpoint("GET", "object_reads", "/{object_type}/{record_id}", records.read_record, READ),
)

PROPERTIES = (
    Endpoint("GET", "properties", "/{object_type}", properties.list_properties, SCHEMA_READ),
    Endpoint("POST", "properties", "/{object_type}", properties.create_property, SCHEMA_WRITE, PropertyCreateBody,
             writes=True),
    Endpoint("GET", "properties", "/{object_type}/{name}", properties.read_one, SCHEMA_READ),
    Endpoint("PATCH", "properties", "/{object_type}/{name}", properties.update_property, SCHEMA_WRITE,
             PropertyUpdateBody, writes=True),
    Endpoint("DELETE", "properties", "/{object_type}/{name}", properties.archive_property, SCHEMA_WRITE, writes=True),
    Endpoint("POST", "properties", "/{object_type}/batch/create", properties.create_batch, SCHEMA_WRITE,
             PropertyBatchCreateBody, writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "properties", "/{object_type}/batch/read", properties.read_batch, SCHEMA_READ,
             PropertyBatchReadBody, body_limit=BATCH_BODY),
    Endpoint("POST", "properties", "/{object_type}/batch/archive", properties.archive_batch, SCHEMA_WRITE,
             PropertyBatchNamesBody, writes=True, body_limit=BATCH_BODY),
    Endpoint("GET", "properties", "/{object_type}/groups", properties.list_groups, SCHEMA_READ),
    Endpoint("POST", "properties", "/{object_type}/groups", properties.create_group, SCHEMA_WRITE, GroupCreateBody,
             writes=True),
    Endpoint("GET", "properties", "/{object_type}/groups/{group_name}", properties.read_group, SCHEMA_READ),
    Endpoint("PATCH", "properties", "/{object_type}/groups/{group_name}", properties.update_group, SCHEMA_WRITE,
             GroupUpdateBody, writes=True),
    Endpoint("DELETE", "properties", "/{object_type}/groups/{group_name}", properties.erase_group, SCHEMA_WRITE,
             writes=True),
)

RULE = "/{object_type}/{name}/rule-type/{rule_type}"

VALIDATIONS = (
    Endpoint("GET", "property_validations", "/{object_type}", property_validations.list_object_rules, SCHEMA_READ),
    Endpoint("GET", "property_validations", "/{object_type}/{name}", property_validations.list_rules, SCHEMA_READ),
    Endpoint("GET", "property_validations", RULE, property_validations.read_rule, SCHEMA_READ),
    Endpoint("PUT", "property_validations", RULE, property_validations.replace_rule, SCHEMA_WRITE, RuleBody,
             writes=True),
    Endpoint("DELETE", "own", "/spokedesk/v1/property-validations" + RULE, property_validations.erase_rule,
             SCHEMA_WRITE, writes=True),
)

PIPELINES = (
    Endpoint("GET", "pipelines", "/{object_type}", pipelines.list_pipelines, SCHEMA_READ),
    Endpoint("POST", "pipelines", "/{object_type}", pipelines.create_pipeline, SCHEMA_WRITE, PipelineBody,
             writes=True),
    Endpoint("GET", "pipelines", "/{object_type}/{pipeline_id}", pipelines.read_one, SCHEMA_READ),
    Endpoint("PATCH", "pipelines", "/{object_type}/{pipeline_id}", pipelines.update_pipeline, SCHEMA_WRITE,
             PipelineUpdateBody, writes=True),
    Endpoint("PUT", "pipelines", "/{object_type}/{pipeline_id}", pipelines.replace_pipeline, SCHEMA_WRITE,
             PipelineBody, writes=True),
    Endpoint("DELETE", "pipelines", "/{object_type}/{pipeline_id}", pipelines.erase_pipeline, SCHEMA_WRITE,
             writes=True),
    Endpoint("GET", "pipelines", "/{object_type}/{pipeline_id}/audit", pipelines.list_pipeline_audits, SCHEMA_READ),
    Endpoint("GET", "pipelines", "/{object_type}/{pipeline_id}/stages", pipelines.list_stages, SCHEMA_READ),
    Endpoint("POST", "pipelines", "/{object_type}/{pipeline_id}/stages", pipelines.create_stage, SCHEMA_WRITE,
             StageBody, writes=True),
    Endpoint("GET", "pipelines", "/{object_type}/{pipeline_id}/stages/{stage_id}", pipelines.read_stage_by_id,
             SCHEMA_READ),
    Endpoint("PATCH", "pipelines", "/{object_type}/{pipeline_id}/stages/{stage_id}", pipelines.update_stage,
             SCHEMA_WRITE, StageUpdateBody, writes=True),
    Endpoint("PUT", "pipelines", "/{object_type}/{pipeline_id}/stages/{stage_id}", pipelines.update_stage,
             SCHEMA_WRITE, StageBody, writes=True),
    Endpoint("DELETE", "pipelines", "/{object_type}/{pipeline_id}/stages/{stage_id}", pipelines.erase_stage,
             SCHEMA_WRITE, writes=True),
    Endpoint("GET", "pipelines", "/{object_type}/{pipeline_id}/stages/{stage_id}/audit", pipelines.list_stage_audits,
             SCHEMA_READ),
)

OWNERS = (
    Endpoint("GET", "owners", "", owners.list_owners, Scope.OWNERS),
    Endpoint("GET", "owners", "/{owner_id}", owners.read_owner, Scope.OWNERS),
)

ACCOUNT_INFO = (
    Endpoint("GET", "account_info", "/details", account_info.read_details, Scope.ANY_TOKEN),
    Endpoint("GET", "account_info", "/api-usage/daily/private-apps", account_info.read_private_app_usage,
             Scope.ANY_TOKEN),
    Endpoint("GET", "integrations", "/me", account_info.read_me, Scope.ANY_TOKEN),
)

SCHEMAS = (
    Endpoint("GET", "schemas", "", object_schemas.list_schemas, Scope.CUSTOM_READ),
    Endpoint("POST", "schemas", "", object_schemas.create_schema, Scope.CUSTOM_WRITE, SchemaCreateBody, writes=True),
    Endpoint("POST", "schemas", "/batch/read", object_schemas.read_batch, Scope.CUSTOM_READ, SchemaBatchReadBody),
    Endpoint("GET", "schemas", "/{name}", object_schemas.read_schema_call, Scope.CUSTOM_READ),
    Endpoint("PATCH", "schemas", "/{name}", object_schemas.update_schema, Scope.CUSTOM_WRITE, SchemaUpdateBody,
             writes=True),
    Endpoint("DELETE", "schemas", "/{name}", object_schemas.archive_schema, Scope.CUSTOM_WRITE, writes=True),
    Endpoint("DELETE", "schemas", "/{name}/purge", object_schemas.purge_schema, Scope.CUSTOM_WRITE, writes=True),
    Endpoint("POST", "schemas", "/{name}/associations", object_schemas.create_association, Scope.CUSTOM_WRITE,
             SchemaAssociationBody, writes=True),
    Endpoint("DELETE", "schemas", "/{name}/associations/{association_id}", object_schemas.delete_association,
             Scope.CUSTOM_WRITE, writes=True),
)

OWN = (
    Endpoint("GET", "own", "/", front_page.read_front_page, Scope.PUBLIC),
    Endpoint("GET", "own", "/openapi.json", reference.read_document, Scope.PUBLIC),
    Endpoint("GET", "own", "/docs", reference.read_page, Scope.PUBLIC),
    Endpoint("GET", "own", "/healthz", health.read_health, Scope.PUBLIC),
    Endpoint("GET", "own", "/readyz", health.read_readiness, Scope.PUBLIC),
    Endpoint("POST", "own", "/spokedesk/v1/objects/{object_type}/{record_id}/restore", records.restore_record, WRITE,
             writes=True),
    Endpoint("POST", "own", "/spokedesk/v1/objects/{object_type}/batch/restore", batches.restore_batch, WRITE,
             BatchIdsBody, writes=True, body_limit=BATCH_BODY),
)
ANY = Scope.ANY_RECORDS
CONFIGURATIONS = "/definitions/configurations/{from_type}/{to_type}"

LIMITS = (
    Endpoint("GET", "limits", "/records", limits.read_records, ANY, scan=True),
    Endpoint("GET", "limits", "/pipelines", limits.read_pipelines, ANY),
    Endpoint("GET", "limits", "/custom-properties", limits.read_custom_properties, ANY),
    Endpoint("GET", "limits", "/calculated-properties", limits.read_calculated_properties, ANY),
    Endpoint("GET", "limits", "/custom-object-types", limits.read_custom_types, ANY),
    Endpoint("GET", "limits", "/associations/labels", limits.read_labels, ANY),
    Endpoint("GET", "limits", "/associations/records/from", limits.list_busy_sources, ANY, scan=True),
    Endpoint("GET", "limits", "/associations/records/{from_type}/to", limits.list_busy_targets, LINK_READ, scan=True),
    Endpoint("GET", "limits", "/associations/records/{from_type}/{to_type}", limits.read_busy_pair, LINK_READ,
             scan=True),
    Endpoint("GET", "associations", "/definitions/configurations/all", association_limits.list_limits, ANY),
    Endpoint("GET", "associations", CONFIGURATIONS, association_limits.list_limits_between, LINK_READ),
    Endpoint("POST", "associations", CONFIGURATIONS + "/batch/create", association_limits.create_limits, LINK_WRITE,
             LimitsBody, writes=True),
    Endpoint("POST", "associations", CONFIGURATIONS + "/batch/update", association_limits.update_limits, LINK_WRITE,
             LimitsBody, writes=True),
    Endpoint("POST", "associations", CONFIGURATIONS + "/batch/purge", association_limits.purge_limits, LINK_WRITE,
             LimitTypesBody, writes=True),
    Endpoint("POST", "associations", "/usage/high-usage-report/{user_id}", association_limits.request_usage_report,
             ANY),
)
ONE_TYPE = "/{from_type}/{record_id}/associations/{to_type}/{to_id}/{association_type}"

LINKS = (
    Endpoint("GET", "object_links", "/{from_type}/{record_id}/associations/{to_type}", associations_v3.list_links,
             LINK_READ),
    Endpoint("PUT", "object_links", ONE_TYPE, associations_v3.put_link, LINK_WRITE, writes=True),
    Endpoint("DELETE", "object_links", ONE_TYPE, associations_v3.delete_link, LINK_WRITE, writes=True),
    Endpoint("GET", "associations_v3", "/{from_type}/{to_type}/types", associations_v3.list_types, LINK_READ),
    Endpoint("POST", "associations_v3", "/{from_type}/{to_type}/batch/read", associations_v3.read_batch, LINK_READ,
             BatchIdsBody, scan=True, body_limit=BATCH_BODY),
    Endpoint("POST", "associations_v3", "/{from_type}/{to_type}/batch/create", associations_v3.create_batch,
             LINK_WRITE, NamedLinksBody, writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "associations_v3", "/{from_type}/{to_type}/batch/archive", associations_v3.archive_batch,
             LINK_WRITE, NamedLinksBody, writes=True, body_limit=BATCH_BODY),
    Endpoint("GET", "links", "/{from_type}/{record_id}/associations/{to_type}", associations_v4.list_links, LINK_READ),
    Endpoint("PUT", "links", "/{from_type}/{record_id}/associations/{to_type}/{to_id}", associations_v4.put_link,
             LINK_WRITE, list[SpecInput], writes=True),
    Endpoint("DELETE", "links", "/{from_type}/{record_id}/associations/{to_type}/{to_id}",
             associations_v4.delete_links, LINK_WRITE, writes=True),
    Endpoint("PUT", "default_links", "/{from_type}/{record_id}/associations/default/{to_type}/{to_id}",
             associations_v4.put_default_link, LINK_WRITE, writes=True),
    Endpoint("POST", "associations", "/{from_type}/{to_type}/batch/create", associations_v4.create_batch, LINK_WRITE,
             LinksBody, writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "associations", "/{from_type}/{to_type}/batch/associate/default",
             associations_v4.create_default_batch, LINK_WRITE, PairsBody, writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "associations", "/{from_type}/{to_type}/batch/read", associations_v4.read_batch, LINK_READ,
             PagesBody, scan=True, body_limit=BATCH_BODY),
    Endpoint("POST", "associations", "/{from_type}/{to_type}/batch/archive", associations_v4.archive_batch,
             LINK_WRITE, FansBody, writes=True, body_limit=BATCH_BODY),
    Endpoint("POST", "associations", "/{from_type}/{to_type}/batch/labels/archive",
             associations_v4.archive_labels_batch, LINK_WRITE, LinksBody, writes=True, body_limit=BATCH_BODY),
    Endpoint("GET", "associations", "/{from_type}/{to_type}/labels", association_labels.list_labels, LINK_READ),
    Endpoint("POST", "associations", "/{from_type}/{to_type}/labels", association_labels.create_label, LINK_WRITE,
             NewLabelBody, writes=True),
    Endpoint("PUT", "associations", "/{from_type}/{to_type}/labels", association_labels.update_label, LINK_WRITE,
             LabelBody, writes=True),
    Endpoint("DELETE", "associations", "/{from_type}/{to_type}/labels/{type_id}", association_labels.delete_label,
             LINK_WRITE, writes=True),
)

OAUTH = (
    Endpoint("GET", "consent", "/authorize", consent.show, Scope.PUBLIC),
    Endpoint("POST", "consent", "/authorize", consent.decide, Scope.PUBLIC, ConsentForm, writes=True,
             body_limit=FORM_BODY),
    Endpoint("GET", "consent", "/{portal_id}/authorize", consent.show, Scope.PUBLIC),
    Endpoint("POST", "oauth_v1", "/token", oauth.exchange_v1, Scope.PUBLIC, TokenForm, writes=True,
             body_limit=FORM_BODY),
    Endpoint("GET", "oauth_v1", "/access-tokens/{token}", oauth.read_access_token, Scope.PUBLIC),
    Endpoint("GET", "oauth_v1", "/refresh-tokens/{token}", oauth.read_refresh_token, Scope.PUBLIC),
    Endpoint("DELETE", "oauth_v1", "/refresh-tokens/{token}", oauth.delete_refresh_token, Scope.PUBLIC, writes=True),
    Endpoint("POST", "oauth", "/token", oauth.exchange, Scope.PUBLIC, TokenForm, writes=True, body_limit=FORM_BODY),
    Endpoint("POST", "oauth", "/token/introspect", oauth.introspect, Scope.PUBLIC, OneTokenForm,
             body_limit=FORM_BODY),
    Endpoint("POST", "oauth", "/token/revoke", oauth.revoke, Scope.PUBLIC, OneTokenForm, writes=True,
             body_limit=FORM_BODY),
    Endpoint("POST", "private_apps", "/get/access-token-info", oauth.read_private_app, Scope.PUBLIC, TokenKeyBody,
             body_limit=FORM_BODY),
)

HOOKS = (
    Endpoint("GET", "webhooks", "/{app_id}/settings", webhooks.read_settings, Scope.DEVELOPER_READ),
    Endpoint("PUT", "webhooks", "/{app_id}/settings", webhooks.replace_settings, Scope.DEVELOPER_WRITE,
             WebhookSettingsBody, writes=True),
    Endpoint("DELETE", "webhooks", "/{app_id}/settings", webhooks.erase_settings, Scope.DEVELOPER_WRITE, writes=True),
    Endpoint("GET", "webhooks", "/{app_id}/subscriptions", webhooks.list_subscriptions, Scope.DEVELOPER_READ),
    Endpoint("POST", "webhooks", "/{app_id}/subscriptions", webhooks.create_subscription, Scope.DEVELOPER_WRITE,
             SubscriptionBody, writes=True),
    Endpoint("POST", "webhooks", "/{app_id}/subscriptions/batch/update", webhooks.update_batch, Scope.DEVELOPER_WRITE,
             SubscriptionBatchBody, writes=True),
    Endpoint("GET", "webhooks", "/{app_id}/subscriptions/{subscription_id}", webhooks.read_subscription,
             Scope.DEVELOPER_READ),
    Endpoint("PATCH", "webhooks", "/{app_id}/subscriptions/{subscription_id}", webhooks.update_subscription,
             Scope.DEVELOPER_WRITE, SubscriptionUpdateBody, writes=True),
    Endpoint("DELETE", "webhooks", "/{app_id}/subscriptions/{subscription_id}", webhooks.erase_subscription,
             Scope.DEVELOPER_WRITE, writes=True),
)
# fmt: on

ENDPOINTS: tuple[Endpoint, ...] = (
    *OBJECTS,
    *PROPERTIES,
    *VALIDATIONS,
    *PIPELINES,
    *SCHEMAS,
    *OWNERS,
    *ACCOUNT_INFO,
    *OWN,
    *OWN_UI,
    *LINKS,
    *LIMITS,
    *(replace(endpoint, is_private=True) for endpoint in OAUTH),
    *HOOKS,
    *OLDER,
)
