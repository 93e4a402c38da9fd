"""The webhook tables: where each app is told of changes, and of which ones."""

from __future__ import annotations

from collections.abc import Sequence

from spokedesk.crm.webhooks import Subscription, WebhookSettings
from spokedesk.storage.database import Row, Transaction

SUBSCRIPTION = "id, event_type, property_name, object_type, active, created_at, updated_at"


async def find_settings(tx: Transaction, app_id: int) -> WebhookSettings | None:
    row = await tx.row(
        """
        SELECT target_url, max_concurrent_requests, created_at, updated_at
        FROM webhook_settings
        WHERE account_id = :account_id AND app_id = :app_id
        """,
        app_id=app_id,
    )
    return None if row is None else WebhookSettings(*row)


async def replace_settings(tx: Transaction, app_id: int, settings: WebhookSettings) -> None:
    """Write settings over those that the app had."""
    await tx.execute(
        """
        INSERT INTO webhook_settings
          (account_id, app_id, target_url, max_concurrent_requests, created_at, updated_at)
        VALUES (:account_id, :app_id, :target_url, :max_concurrent_requests, :created_at, :updated_at)
        ON CONFLICT (account_id, app_id) DO UPDATE
        SET target_url = excluded.target_url,
            max_concurrent_requests = excluded.max_concurrent_requests,
            created_at = excluded.created_at,
            updated_at = excluded.updated_at
        """,
        app_id=app_id,
        target_url=settings.target_url,
        max_concurrent_requests=settings.max_concurrent_requests,
        created_at=settings.created_at,
        updated_at=settings.updated_at,
    )


async def erase_settings(tx: Transaction, app_id: int) -> None:
    await tx.execute(
        "DELETE FROM webhook_settings WHERE account_id = :account_id AND app_id = :app_id",
        app_id=app_id,
    )


def subscription_of(row: Row) -> Subscription:
    subscription_id, event_type, property_name, object_type, active, created_at, updated_at = row
    return Subscription(subscription_id, event_type, property_name, object_type, bool(active), created_at, updated_at)


async def list_subscriptions(tx: Transaction, app_id: int) -> list[Subscription]:
    """Every subscription of an app, oldest first."""
    rows = await tx.rows(
        f"""
        SELECT {SUBSCRIPTION}
        FROM webhook_subscription
        WHERE account_id = :account_id AND app_id = :app_id
        ORDER BY id
        """,
        app_id=app_id,
    )
    return [subscription_of(row) for row in rows]


async def replace_subscriptions(tx: Transaction, app_id: int, subscriptions: Sequence[Subscription]) -> None:
    """Write subscriptions, over those that have their ids."""
    await tx.execute_many(
        f"""
        INSERT INTO webhook_subscription (account_id, app_id, {SUBSCRIPTION})
        VALUES (
          :account_id, :app_id, :id, :event_type, :property_name, :object_type, :active, :created_at, :updated_at
        )
        ON CONFLICT (account_id, app_id, id) DO UPDATE
        SET active = excluded.active, updated_at = excluded.updated_at
        """,
        [
            {
                "app_id": app_id,
                "id": item.id,
                "event_type": item.event_type,
                "property_name": item.property_name,
                "object_type": item.object_type,
                "active": int(item.active),
                "created_at": item.created_at,
                "updated_at": item.updated_at,
            }
            for item in subscriptions
        ],
    )


async def erase_subscription(tx: Transaction, app_id: int, subscription_id: int) -> int:
    """1 if there was one of that id, else 0."""
    return await tx.execute(
        "DELETE FROM webhook_subscription WHERE account_id = :account_id AND app_id = :app_id AND id = :id",
        app_id=app_id,
        id=subscription_id,
    )
