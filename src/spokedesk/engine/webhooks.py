"""Where an app is told of changes, and to which it subscribes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from spokedesk.crm import webhooks as rules
from spokedesk.crm.webhooks import Subscription, WebhookSettings
from spokedesk.engine.context import Context
from spokedesk.errors import NotFound
from spokedesk.storage import accounts, apps, webhooks
from spokedesk.storage.database import Transaction

LARGEST_ID = 2**53


def number_of(text: str) -> int | None:
    """An id as a number; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else None


async def find_app_id(tx: Transaction, context: Context, text: str) -> int:
    """The app that a call is about: the one that its token belongs to, or any OAuth app of the account; raise NotFound.

    The token of an OAuth app is good for that app alone. An account that takes every token takes every app as well:
    a stand-in knows no apps.
    """
    app_id, own = number_of(text), number_of(context.source.id or "")
    if app_id is None:
        raise rules.unknown_app(text)
    if app_id == own or context.account.settings.accept_any_token:
        return app_id
    app = await apps.find_app_by_id(tx, app_id)
    asking = None if own is None else await apps.find_app_by_id(tx, own)
    if app is None or app.revoked_at is not None or asking is not None:
        raise rules.unknown_app(text)
    return app_id


async def read_settings(tx: Transaction, app_id: int) -> WebhookSettings:
    """The settings of an app; raise NotFound when it has none."""
    found = await webhooks.find_settings(tx, app_id)
    if found is None:
        raise NotFound(f"The app {app_id} has no webhook settings", context={"appId": [str(app_id)]})
    return found


async def replace_settings(
    tx: Transaction, context: Context, app_id: int, target_url: str, concurrent: int
) -> WebhookSettings:
    """Set where events of an app go, and how many requests may be under way at once."""
    rules.check_target(target_url)
    rules.check_concurrent(concurrent)
    before = await webhooks.find_settings(tx, app_id)
    created_at = before.created_at if before else context.now
    settings = WebhookSettings(target_url, concurrent, created_at, context.now)
    await webhooks.replace_settings(tx, app_id, settings)
    return settings


async def erase_settings(tx: Transaction, context: Context, app: str) -> None:
    """Take the settings of an app away; that it has none is no error. Its subscriptions stay."""
    await webhooks.erase_settings(tx, await find_app_id(tx, context, app))


async def create_subscription(tx: Transaction, context: Context, app_id: int, wanted: Subscription) -> Subscription:
    """Subscribe an app to a kind of event; `wanted` has no id and no times yet."""
    existing = await webhooks.list_subscriptions(tx, app_id)
    checked = rules.check_subscription(wanted, existing)
    subscription_id, _ = await accounts.take_numbers(tx, ids=1)
    made = replace(checked, id=subscription_id, created_at=context.now, updated_at=context.now)
    await webhooks.replace_subscriptions(tx, app_id, [made])
    return made


async def find_subscription(tx: Transaction, app_id: int, text: str) -> Subscription:
    """The subscription of that id; raise NotFound."""
    wanted = number_of(text)
    for item in await webhooks.list_subscriptions(tx, app_id):
        if item.id == wanted:
            return item
    raise rules.unknown_subscription(text)


async def switch_subscriptions(
    tx: Transaction, context: Context, app_id: int, wanted: Mapping[str, bool | None]
) -> tuple[list[Subscription], list[str]]:
    """Turn subscriptions on or off, None leaves one as it is; returns them, and the ids that there are not."""
    known = {str(item.id): item for item in await webhooks.list_subscriptions(tx, app_id)}
    found = [(known[key], active) for key, active in wanted.items() if key in known]
    after = [
        replace(item, active=active, updated_at=context.now) if active not in (None, item.active) else item
        for item, active in found
    ]
    changed = [item for item in after if item is not known[str(item.id)]]
    if changed:
        await webhooks.replace_subscriptions(tx, app_id, changed)
    return after, [key for key in wanted if key not in known]


async def erase_subscription(tx: Transaction, app_id: int, text: str) -> None:
    """End a subscription; raise NotFound when there is none of that id."""
    subscription_id = number_of(text)
    if subscription_id is None or not await webhooks.erase_subscription(tx, app_id, subscription_id):
        raise rules.unknown_subscription(text)
