"""Passwords: scrypt with a salt each. A hash takes a quarter of a second and 32 MB on purpose: never on the loop."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

COST, BLOCK, LANES = 2**15, 8, 3
MEMORY = 64 * 1024 * 1024
SALT_BYTES, HASH_BYTES = 16, 32


def derive(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    text = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(text, salt=salt, n=cost, r=block, p=lanes, maxmem=MEMORY, dklen=HASH_BYTES)


def hash_password(password: str) -> str:
    """What is stored: the costs, the salt and the hash, so that costs can grow without breaking old ones."""
    salt = secrets.token_bytes(SALT_BYTES)
    found = derive(password, salt, COST, BLOCK, LANES)
    return f"scrypt${COST}${BLOCK}${LANES}${b64encode(salt).decode()}${b64encode(found).decode()}"


def matches(password: str, stored: str | None) -> bool:
    """Whether a password is the one of a hash. What is no hash, or no user, takes as long and is never it."""
    if stored is None or not stored.startswith("scrypt$"):
        derive(password, bytes(SALT_BYTES), COST, BLOCK, LANES)
        return False
    _, cost, block, lanes, salt, wanted = stored.split("$")
    found = derive(password, b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(found, b64decode(wanted))
