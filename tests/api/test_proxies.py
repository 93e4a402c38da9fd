"""What a proxy says of the client is believed when the proxy was named at the start, and opens nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from spokedesk.api.auth import DEMO_TOKEN, DemoAccess
from spokedesk.api.calls import Request, Response
from spokedesk.api.proxies import TrustedProxies
from tests.support.api import ACCOUNT_ID, FULL_TOKEN, Api
from tests.support.server import Server, make_token, start_server

PROXIES = TrustedProxies.named(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"])
FROM_PROXY = Request("GET", "/", headers={"host": "inner:8765"}, peer="10.0.0.1", bound="10.0.0.9")


def followed(peer: str = "10.0.0.1", **headers: str) -> Request:
    """A request with these headers (underscores for hyphens) after the proxies were looked at."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    request = replace(FROM_PROXY, peer=peer, headers={**FROM_PROXY.headers, **given})
    PROXIES.follow(request)
    return request


def test_a_trusted_proxy_says_scheme_host_and_client() -> None:
    request = followed(x_forwarded_proto="https", x_forwarded_host="desk.example.com", x_forwarded_for="198.51.100.7")
    assert request.base_url == "https://desk.example.com"
    assert (request.client_address, request.peer) == ("198.51.100.7", "10.0.0.1")


@pytest.mark.parametrize("peer", ["11.0.0.1", "127.0.0.1", "192.0.2.2", "2001:db9::1", "", "nobody", "10.0.0.1.evil"])
def test_nobody_else_is_believed(peer: str) -> None:
    request = followed(peer, x_forwarded_proto="https", x_forwarded_host="evil.example", x_forwarded_for="127.0.0.1")
    assert (request.base_url, request.client_address) == ("http://inner:8765", peer)


@pytest.mark.parametrize("peer", ["192.0.2.1", "2001:db8::5", "::ffff:10.1.2.3"])
def test_a_proxy_may_be_named_by_address_or_network(peer: str) -> None:
    assert followed(peer, x_forwarded_proto="https").scheme == "https"


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db9::7]:4711", "2001:db9::7"),
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("198.51.100.7, 10.0.0.2, 192.0.2.1", "198.51.100.7"),
        ("127.0.0.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.3, 10.0.0.2", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
        (" , ,", "10.0.0.1"),
    ],
)
def test_the_client_is_the_last_one_who_is_no_trusted_proxy(chain: str, client: str) -> None:
    assert followed(x_forwarded_for=chain).client_address == client


def test_with_several_proxies_the_outermost_trusted_one_counts() -> None:
    """What stands further to the left came from the client, who may write anything."""
    request = followed(
        x_forwarded_for="1.1.1.1, 198.51.100.7, 10.0.0.2",
        x_forwarded_proto="ftp, https, http",
        x_forwarded_host="evil.example, desk.example.com, inner-proxy",
    )
    assert request.base_url == "https://desk.example.com"
    request = followed(x_forwarded_for="9.9.9.9, 198.51.100.7", x_forwarded_host="evil.example, desk.example.com")
    assert request.base_url == "http://desk.example.com"


@pytest.mark.parametrize(
    "host", ["a b", "evil.example/path", "user@evil.example", "", "x" * 300, "a:port", "[::1", "\u00fc"]
)
@pytest.mark.parametrize("scheme", ["javascript", "", "HTTPS ,"])
def test_words_that_are_no_host_and_no_scheme_say_nothing(host: str, scheme: str) -> None:
    request = followed(x_forwarded_host=host, x_forwarded_proto=scheme)
    assert request.named_host == "inner:8765"
    assert request.scheme in ("http", "https")


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy.example", "", "10.0.0.0/33", "*"])
def test_only_addresses_and_networks_can_be_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not appear|host bits"):
        TrustedProxies.named([text])


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("header", ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded"])
def test_a_trusted_proxy_on_this_machine_does_not_open_the_demo(peer: str, header: str) -> None:
    """Somebody else may sit behind it."""
    api = Api()
    api.store.demo = DemoAccess(ACCOUNT_ID, DEMO_TOKEN, loopback_only=True)
    for headers, status in (({}, 200), ({header: "127.0.0.1"}, 401)):
        request = Request(
            "GET",
            "/crm/v3/objects/tickets",
            headers={"host": "127.0.0.1", "authorization": f"Bearer {DEMO_TOKEN}", **headers},
            peer=peer,
            bound=peer,
        )
        TrustedProxies.named(["127.0.0.1", "::1"]).follow(request)
        answers: list[Response] = []
        api.service.handle(request, answers.append)
        assert answers[0].status == status


def test_a_client_behind_a_proxy_does_not_become_this_machine() -> None:
    """The demo asks who really connected, not whom the proxy names."""
    demo = DemoAccess(ACCOUNT_ID, DEMO_TOKEN, loopback_only=True)
    request = followed(x_forwarded_for="127.0.0.1")
    request.headers = {"host": "127.0.0.1"}
    assert not demo.is_at_this_machine(request)


# a server behind a proxy


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("proxied") / "data"
    token = make_token(data)
    found = start_server("--trusted-proxy", "127.0.0.1", token=token, data=data)
    yield found
    found.stop()


def test_links_name_the_host_and_scheme_that_the_client_used(server: Server) -> None:
    path = "/crm/v3/objects/contacts"
    with server.http() as http:
        for name in "ab":
            assert http.post(path, json={"properties": {"firstname": name}}).status_code == 201
        plain = http.get(path, params={"limit": 1}).json()
        assert plain["paging"]["next"]["link"].startswith(f"{server.url}{path}?")
        forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "desk.example.com"}
        page = http.get(path, params={"limit": 1}, headers=forwarded).json()
        link = urlsplit(page["paging"]["next"]["link"])
        assert (link.scheme, link.netloc, link.path) == ("https", "desk.example.com", path)
        assert page["results"][0]["url"].startswith("https://desk.example.com/contacts/")
        made = http.post(path, json={"properties": {"firstname": "c"}}, headers=forwarded)
        assert made.headers["location"].startswith(f"https://desk.example.com{path}/")


def test_without_the_option_nobody_is_a_proxy() -> None:
    api = Api()
    for name in "ab":
        api.post("/crm/v3/objects/contacts", {"properties": {"firstname": name}})
    headers = {
        "authorization": f"Bearer {FULL_TOKEN}",
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
    }
    page = api.call("GET", "/crm/v3/objects/contacts", query="limit=1", headers=headers).json
    assert page["paging"]["next"]["link"].startswith("http://spokedesk.test/")
