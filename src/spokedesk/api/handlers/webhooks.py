"""Webhooks of an app: where events go, and the subscriptions to kinds of events."""

from __future__ import annotations

from typing import Any

from spokedesk.api.calls import Call, Reply
from spokedesk.api.errors import render_error
from spokedesk.api.json_door import items_of, needed_text
from spokedesk.api.render import render_batch
from spokedesk.crm.instants import iso
from spokedesk.crm.webhooks import Subscription, WebhookSettings, unknown_subscription
from spokedesk.engine import webhooks
from spokedesk.engine.batches import check_count, check_distinct
from spokedesk.storage.webhooks import list_subscriptions as list_stored


async def app_of(call: Call) -> int:
    return await webhooks.find_app_id(call.tx, call.context, call.path["app_id"])


def render_settings(settings: WebhookSettings) -> dict[str, Any]:
    return {
        "targetUrl": settings.target_url,
        "throttling": {"maxConcurrentRequests": settings.max_concurrent_requests},
        "createdAt": iso(settings.created_at),
        "updatedAt": iso(settings.updated_at),
    }


def render_subscription(item: Subscription) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": str(item.id),
        "eventType": item.event_type,
        "active": item.active,
        "createdAt": iso(item.created_at),
        "updatedAt": iso(item.updated_at),
    }
    if item.property_name is not None:
        found["propertyName"] = item.property_name
    if item.object_type is not None:
        found["objectTypeId"] = item.object_type
    return found


async def read_settings(call: Call) -> Reply:
    """GET where the events of an app go."""
    return Reply(200, render_settings(await webhooks.read_settings(call.tx, await app_of(call))))


async def replace_settings(call: Call) -> Reply:
    """PUT where the events of an app go."""
    body, app_id = call.body, await app_of(call)
    concurrent = body.throttling.max_concurrent_requests
    settings = await webhooks.replace_settings(call.tx, call.context, app_id, body.target_url, concurrent)
    return Reply(200, render_settings(settings))


async def erase_settings(call: Call) -> Reply:
    """DELETE the settings; its events go nowhere until there are new ones."""
    await webhooks.erase_settings(call.tx, call.context, call.path["app_id"])
    return Reply(204)


async def list_subscriptions(call: Call) -> Reply:
    """GET all subscriptions of an app."""
    return Reply(
        200, {"results": [render_subscription(item) for item in await list_stored(call.tx, await app_of(call))]}
    )


async def create_subscription(call: Call) -> Reply:
    """POST one subscription, switched off unless the body says otherwise."""
    body, app_id = call.body, await app_of(call)
    kind = call.context.types.resolve(body.object_type_id).id if body.object_type_id else None
    wanted = Subscription(0, body.event_type, body.property_name, kind, bool(body.active), 0, 0)
    made = await webhooks.create_subscription(call.tx, call.context, app_id, wanted)
    return Reply(201, render_subscription(made), location=f"{call.request.path.rstrip('/')}/{made.id}")


async def read_subscription(call: Call) -> Reply:
    """GET one subscription."""
    found = await webhooks.find_subscription(call.tx, await app_of(call), call.path["subscription_id"])
    return Reply(200, render_subscription(found))


async def update_subscription(call: Call) -> Reply:
    """PATCH one subscription on or off."""
    wanted = {call.path["subscription_id"]: call.body.active}
    found, missing = await webhooks.switch_subscriptions(call.tx, call.context, await app_of(call), wanted)
    if missing:
        raise unknown_subscription(missing[0])
    return Reply(200, render_subscription(found[0]))


async def erase_subscription(call: Call) -> Reply:
    """DELETE one subscription."""
    await webhooks.erase_subscription(call.tx, await app_of(call), call.path["subscription_id"])
    return Reply(204)


async def update_batch(call: Call) -> Reply:
    """POST several subscriptions on or off; unknown ones are reported beside the rest."""
    inputs = items_of(call.body.inputs)
    check_count(len(inputs))
    keys = [needed_text(item.id) for item in inputs]
    check_distinct(keys, keys)
    wanted = {key: item.active for key, item in zip(keys, inputs, strict=True)}
    found, missing = await webhooks.switch_subscriptions(call.tx, call.context, await app_of(call), wanted)
    errors = [render_error(unknown_subscription(key), call.context.account.id, None) for key in missing]
    return Reply(207 if errors else 200, render_batch(call, [render_subscription(item) for item in found], errors))
