"""The part of the route table that the web UI needs beside the vendor's API: all of it under /spokedesk/v1."""

from __future__ import annotations

from dataclasses import replace

from spokedesk.api.auth import Scope
from spokedesk.api.bodies.apps import AppCreateBody, AppUpdateBody
from spokedesk.api.bodies.records import BatchIdsBody
from spokedesk.api.bodies.users import (
    AcceptLinkBody,
    LinkBody,
    OwnerCreateBody,
    OwnerUpdateBody,
    PasswordBody,
    SignInBody,
    TokenCreateBody,
    UserCreateBody,
    UserUpdateBody,
)
from spokedesk.api.bodies.views import ViewCreateBody, ViewUpdateBody
from spokedesk.api.form_door import FORM_BODY
from spokedesk.api.handlers import apps, calls, changes, find, recycle_bin, sessions, statistics, tokens, users, views
from spokedesk.api.routes import Endpoint

PUBLIC, ADMIN = Scope.PUBLIC, Scope.ADMIN
ROOT = "/spokedesk/v1"

# fmt: off
SESSIONS = (
    Endpoint("GET", "own", ROOT + "/session", sessions.read_offer, PUBLIC),
    Endpoint("POST", "own", ROOT + "/session", sessions.sign_in, PUBLIC, SignInBody, writes=True,
             body_limit=FORM_BODY, prepare=sessions.prepare_sign_in),
    Endpoint("DELETE", "own", ROOT + "/session", sessions.sign_out, PUBLIC, writes=True),
    Endpoint("POST", "own", ROOT + "/session/demo", sessions.sign_in_demo, PUBLIC, writes=True),
    Endpoint("POST", "own", ROOT + "/session/token", sessions.make_token, PUBLIC, writes=True),
    Endpoint("POST", "own", ROOT + "/session/link/read", sessions.read_link, PUBLIC, LinkBody, body_limit=FORM_BODY),
    Endpoint("POST", "own", ROOT + "/session/link", sessions.accept_link, PUBLIC, AcceptLinkBody, writes=True,
             body_limit=FORM_BODY, prepare=sessions.prepare_link),
    Endpoint("POST", "own", ROOT + "/session/password", sessions.change_password, Scope.PERSONAL, PasswordBody,
             writes=True, body_limit=FORM_BODY, prepare=sessions.prepare_password),
    Endpoint("GET", "own", ROOT + "/me", sessions.read_me, Scope.ANY_TOKEN),
)

PEOPLE = (
    Endpoint("GET", "own", ROOT + "/users", users.list_users, ADMIN),
    Endpoint("POST", "own", ROOT + "/users", users.create_user, ADMIN, UserCreateBody, writes=True),
    Endpoint("PATCH", "own", ROOT + "/users/{user_id}", users.update_user, ADMIN, UserUpdateBody, writes=True),
    Endpoint("POST", "own", ROOT + "/users/{user_id}/link", users.create_link, ADMIN, writes=True),
    Endpoint("POST", "own", ROOT + "/owners", users.create_owner, ADMIN, OwnerCreateBody, writes=True),
    Endpoint("PATCH", "own", ROOT + "/owners/{owner_id}", users.update_owner, ADMIN, OwnerUpdateBody, writes=True),
)

TOKENS = (
    Endpoint("GET", "own", ROOT + "/scopes", tokens.list_scopes, ADMIN),
    Endpoint("GET", "own", ROOT + "/tokens", tokens.list_tokens, ADMIN),
    Endpoint("POST", "own", ROOT + "/tokens", tokens.create_token, ADMIN, TokenCreateBody, writes=True),
    Endpoint("DELETE", "own", ROOT + "/tokens/{token_id}", tokens.revoke_token, ADMIN, writes=True),
)

APPS = (
    Endpoint("GET", "own", ROOT + "/apps", apps.list_apps, ADMIN),
    Endpoint("POST", "own", ROOT + "/apps", apps.create_app, ADMIN, AppCreateBody, writes=True, body_limit=FORM_BODY),
    Endpoint("PATCH", "own", ROOT + "/apps/{app_id}", apps.update_app, ADMIN, AppUpdateBody, writes=True,
             body_limit=FORM_BODY),
    Endpoint("DELETE", "own", ROOT + "/apps/{app_id}", apps.revoke_app, ADMIN, writes=True),
)

WATCHING = (
    Endpoint("GET", "own", ROOT + "/changes", changes.read_changes, Scope.ANY_RECORDS),
    Endpoint("GET", "own", ROOT + "/calls", calls.list_calls, ADMIN),
    Endpoint("DELETE", "own", ROOT + "/calls", calls.clear_calls, ADMIN, writes=True),
    Endpoint("GET", "own", ROOT + "/calls/{call_id}", calls.read_call, ADMIN),
)

DESK = (
    Endpoint("GET", "own", ROOT + "/statistics/{object_type}", statistics.read_statistics, Scope.RECORD_READ,
             scan=True),
    Endpoint("GET", "own", ROOT + "/find", find.find_everywhere, Scope.ANY_RECORDS, scan=True),
    Endpoint("GET", "own", ROOT + "/recycle-bin/{object_type}", recycle_bin.list_bin, Scope.RECORD_READ, scan=True),
    Endpoint("POST", "own", ROOT + "/recycle-bin/{object_type}/erase", recycle_bin.erase_batch, ADMIN, BatchIdsBody,
             writes=True, is_private=True),
    Endpoint("GET", "own", ROOT + "/views/{object_type}", views.list_views, Scope.RECORD_READ),
    Endpoint("POST", "own", ROOT + "/views/{object_type}", views.create_view, Scope.PERSONAL, ViewCreateBody,
             writes=True, body_limit=FORM_BODY),
    Endpoint("PATCH", "own", ROOT + "/views/{object_type}/{view_id}", views.update_view, Scope.PERSONAL,
             ViewUpdateBody, writes=True, body_limit=FORM_BODY),
    Endpoint("DELETE", "own", ROOT + "/views/{object_type}/{view_id}", views.erase_view, Scope.PERSONAL, writes=True),
)
# fmt: on

OWN_UI: tuple[Endpoint, ...] = (
    *(replace(endpoint, is_private=True) for endpoint in (*SESSIONS, *PEOPLE, *TOKENS, *APPS)),
    *WATCHING,
    *DESK,
)
