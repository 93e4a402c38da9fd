"""Hashes of passwords."""

from __future__ import annotations

import time

from spokedesk.engine.passwords import hash_password, matches


def test_a_password_matches_its_own_hash_only() -> None:
    stored = hash_password("grüße, プリンタ")
    assert matches("grüße, プリンタ", stored)
    assert not matches("grüße, プリンタ ", stored)
    assert "プリンタ" not in stored


def test_equal_passwords_have_different_hashes() -> None:
    assert hash_password("same password") != hash_password("same password")


def test_a_hash_with_other_costs_is_still_good() -> None:
    old = "scrypt$16$8$1$AAAAAAAAAAAAAAAAAAAAAA==$lOpYLxj7XQvS+sQH9h0JrxUFDGWPdpZgHDEyDWjtT3I="
    assert not matches("wrong", old)
    assert old.split("$")[1] != hash_password("x").split("$")[1]


def test_what_is_no_hash_has_no_password() -> None:
    for text in ("*", ""):
        assert not matches(text, text)


def test_a_user_that_there_is_not_takes_as_long_as_a_wrong_password() -> None:
    stored = hash_password("a password")
    for text in (None, stored):
        assert not matches("warm", text)
    times: dict[str, list[float]] = {}
    for name, text in (("unknown", None), ("wrong", stored)) * 3:
        start = time.process_time()
        assert not matches("guess", text)
        times.setdefault(name, []).append(time.process_time() - start)
    ratio = min(times["unknown"]) / min(times["wrong"])
    print(f"\nunknown {min(times['unknown']) * 1000:.0f} ms, wrong {min(times['wrong']) * 1000:.0f} ms")
    assert 0.5 < ratio < 2
    assert min(times["unknown"]) > 0.02, "hashing is slow on purpose"
