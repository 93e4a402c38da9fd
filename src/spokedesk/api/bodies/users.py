"""Bodies of signing in and of the management of users, owners and tokens."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body


class SignInBody(Body):
    email: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    REQUIRED = ("email", "password")


class LinkBody(Body):
    link: str | UnsetType = UNSET
    REQUIRED = ("link",)


class AcceptLinkBody(Body, rename="camel"):
    """Names and address are needed for the first user only."""

    link: str | UnsetType = UNSET
    password: str | UnsetType = UNSET
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    REQUIRED = ("link", "password")


class PasswordBody(Body, rename="camel"):
    current_password: str | UnsetType = UNSET
    new_password: str | UnsetType = UNSET
    REQUIRED = ("currentPassword", "newPassword")


class UserCreateBody(Body, rename="camel"):
    email: str | UnsetType = UNSET
    role: str | UnsetType = UNSET
    first_name: str | None = None
    last_name: str | None = None
    REQUIRED = ("email", "role")


class UserUpdateBody(Body, rename="camel"):
    first_name: str | None = None
    last_name: str | None = None
    role: str | None = None
    disabled: bool | None = None


class OwnerCreateBody(Body, rename="camel"):
    email: str | UnsetType = UNSET
    first_name: str | None = None
    last_name: str | None = None
    type: str | None = None
    REQUIRED = ("email",)


class OwnerUpdateBody(Body, rename="camel"):
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    archived: bool | None = None


class TokenCreateBody(Body):
    name: str | UnsetType = UNSET
    scopes: list[str] | UnsetType = UNSET
    REQUIRED = ("name", "scopes")
