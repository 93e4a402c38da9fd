"""Signing in and out: a cookie that is good for access tokens and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from spokedesk import __version__
from spokedesk.api.auth import bearer_token
from spokedesk.api.bodies.users import AcceptLinkBody, LinkBody, PasswordBody, SignInBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.json_door import needed_text
from spokedesk.api.sessions import DEMO_PREFIX, check_from_here, session_cookie, set_cookie
from spokedesk.crm.instants import iso
from spokedesk.crm.users import (
    ACCESS_LIFE,
    SHORTEST_PASSWORD,
    User,
    check_email,
    check_password,
    email_key,
    refused_field,
)
from spokedesk.engine import sessions, users
from spokedesk.engine.passwords import hash_password, matches
from spokedesk.errors import Forbidden, InvalidRequest, SignInRefused
from spokedesk.storage.accounts import list_account_ids
from spokedesk.storage.users import find_any_user, find_user, find_user_by_email

Task = Callable[[], Any]
WRONG = "The e-mail address or the password is wrong."
NO_STORE = (b"cache-control", b"no-store")


def render_user(user: User) -> dict[str, Any]:
    """A user without secrets."""
    found: dict[str, Any] = {
        "id": str(user.id),
        "email": user.email,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "role": user.role.value,
        "state": user.state,
        "createdAt": iso(user.created_at),
    }
    if user.owner_id is not None:
        found["ownerId"] = str(user.owner_id)
    if user.signed_in_at is not None:
        found["lastSignInAt"] = iso(user.signed_in_at)
    return found


def proven(password: str, stored: str | None) -> str | None:
    """The stored hash if the password is the one of it."""
    return stored if matches(password, stored) else None


def signed_in(call: Call, user: User, cookie: str) -> Reply:
    return Reply(200, {"user": render_user(user)}, headers=(set_cookie(call.request, cookie), NO_STORE))


async def read_offer(call: Call) -> Reply:
    """GET what a page for signing in has to offer."""
    account_ids = await list_account_ids(call.tx)
    await call.tx.enter(account_ids[0] if account_ids else 0)
    body = {
        "demoSignIn": call.demo_user is not None,
        "hasUsers": await find_any_user(call.tx),
        "minimumPasswordLength": SHORTEST_PASSWORD,
    }
    return Reply(200, body, headers=(NO_STORE,))


async def prepare_sign_in(call: Call) -> Task:
    """Count the attempt; what is left is work, as much for an unknown user as for a known one."""
    check_from_here(call.request)
    body: SignInBody = call.body
    email, password = needed_text(body.email), needed_text(body.password)
    await sessions.use_first_account(call.tx)
    user = await find_user_by_email(call.tx, email)
    # after the statements: a read that needs a second one may be begun anew, and would count twice
    call.attempts.take(email_key(email), call.request.client_address, call.tx.now, call.correlation_id)
    return partial(proven, password, None if user is None or user.disabled_at is not None else user.password)


async def sign_in(call: Call) -> Reply:
    """POST address and password; the answer sets the session cookie."""
    email = needed_text(call.body.email)
    await sessions.use_first_account(call.tx)
    user = await find_user_by_email(call.tx, email)
    if call.prepared is None or user is None or user.disabled_at is not None or user.password != call.prepared:
        raise SignInRefused(WRONG)
    call.attempts.succeed(email_key(email), call.request.client_address)
    return signed_in(call, user, await sessions.open_session(call.tx, user))


async def sign_in_demo(call: Call) -> Reply:
    """POST nothing: one click, for whoever sits at the machine of a demo. The session lives in memory only."""
    check_from_here(call.request)
    if call.demo_user is None:
        raise Forbidden("This server cannot be signed in to with one click from here")
    await sessions.use_first_account(call.tx)
    return signed_in(call, call.demo_user, await sessions.open_session(call.tx, call.demo_user, DEMO_PREFIX))


async def make_token(call: Call) -> Reply:
    """POST nothing: the cookie is exchanged for a short access token."""
    check_from_here(call.request)
    cookie = session_cookie(call.request)
    found = await sessions.find_session(call.tx, cookie, prefix_of(cookie))
    if found is None:
        raise SignInRefused("Nobody is signed in. Please sign in.")
    token, scopes = await sessions.issue_token(call.tx, found)
    body = {
        "accessToken": token,
        "tokenType": "bearer",
        "expiresIn": ACCESS_LIFE // 1000,
        "scopes": sorted(scopes),
        "user": render_user(found.user),
        "accountId": call.tx.account_id,
    }
    return Reply(200, body, headers=(NO_STORE,))


async def sign_out(call: Call) -> Reply:
    """DELETE the session with every token of it."""
    check_from_here(call.request)
    cookie = session_cookie(call.request)
    found = await sessions.find_session(call.tx, cookie, prefix_of(cookie))
    if found is not None:
        await sessions.end_session(call.tx, found)
    return Reply(204, headers=(set_cookie(call.request, ""),))


def prefix_of(cookie: str | None) -> str:
    return DEMO_PREFIX if (cookie or "").startswith(DEMO_PREFIX) else ""


async def read_link(call: Call) -> Reply:
    """POST a link: whom it is for."""
    check_from_here(call.request)
    body: LinkBody = call.body
    found = await users.find_link(call.tx, needed_text(body.link))
    user = found.user
    answer = {
        "email": user.email if user is not None else None,
        "firstName": user.first_name if user is not None else "",
        "lastName": user.last_name if user is not None else "",
        "first": user is None,
        "expiresAt": iso(found.link.expires_at),
    }
    return Reply(200, answer, headers=(NO_STORE,))


async def prepare_link(call: Call) -> Task:
    """Refuse what can be refused before a password is hashed."""
    check_from_here(call.request)
    body: AcceptLinkBody = call.body
    found = await users.find_link(call.tx, needed_text(body.link))
    if found.user is None:
        check_email(body.email or "")
    return partial(hash_password, check_password(needed_text(body.password)))


async def accept_link(call: Call) -> Reply:
    """POST a link and a password: the user has it and is signed in. The link is used up."""
    body: AcceptLinkBody = call.body
    user = await users.accept_link(
        call.tx,
        needed_text(body.link),
        call.prepared,
        email=body.email or "",
        first_name=body.first_name or "",
        last_name=body.last_name or "",
    )
    return signed_in(call, user, await sessions.open_session(call.tx, user))


def replaced(current: str, stored: str | None, new: str) -> str | None:
    """The hash of the new password if the current one is right."""
    return hash_password(new) if matches(current, stored) else None


async def own_user(call: Call) -> User:
    """The stored user who makes the call; raise for programs, and for the user of a demo."""
    source = call.context.source
    user = await find_user(call.tx, source.user_id) if call.is_person and source.user_id is not None else None
    if user is None:
        raise InvalidRequest("Only a user who signed in with a password can do this")
    return user


async def prepare_password(call: Call) -> Task:
    """Count the attempt at the current password as one at signing in."""
    body: PasswordBody = call.body
    user = await own_user(call)
    new = check_password(needed_text(body.new_password), "newPassword")
    call.attempts.take(email_key(user.email), call.request.client_address, call.tx.now, call.correlation_id)
    return partial(replaced, needed_text(body.current_password), user.password, new)


async def change_password(call: Call) -> Reply:
    """POST current and new password; every other session of the user ends."""
    user = await own_user(call)
    if call.prepared is None:
        raise refused_field("currentPassword", "The current password is wrong")
    call.attempts.succeed(email_key(user.email), call.request.client_address)
    await users.change_password(
        call.tx, user, call.prepared, but=await sessions.family_of(call.tx, bearer_token(call.request))
    )
    return Reply(204)


async def read_me(call: Call) -> Reply:
    """GET who makes the call, and what it may do."""
    source, account = call.context.source, call.context.account
    user = None
    if call.is_person and source.user_id is not None:
        user = await find_user(call.tx, source.user_id) or call.demo_user
    body: dict[str, Any] = {
        "accountId": account.id,
        "fidelity": account.fidelity.name,
        "scopes": sorted(call.scopes),
        "recycleBinDays": account.settings.recycle_bin_days,
        "version": __version__,
    }
    if user is not None:
        body["user"] = render_user(user)
    return Reply(200, body)
