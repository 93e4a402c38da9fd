"""Bodies of the management of OAuth apps."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body


class AppCreateBody(Body, rename="camel"):
    """Without scopes the app may ask for every scope. `publicKey` is an RSA key as PEM or JWK."""

    name: str | UnsetType = UNSET
    redirect_uris: list[str] | UnsetType = UNSET
    scopes: list[str] | None = None
    public_key: str | None = None
    REQUIRED = ("name", "redirectUris")


class AppUpdateBody(Body, rename="camel"):
    """What is left out stays as it is; an empty `publicKey` takes the key away."""

    name: str | None = None
    redirect_uris: list[str] | None = None
    scopes: list[str] | None = None
    public_key: str | None = None
