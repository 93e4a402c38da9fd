"""Deal splits: how a deal is shared among owners."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from spokedesk.errors import InvalidRequest

NUMBER = re.compile(r"[0-9]{1,4}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,2})?")
SMALLEST = Decimal("0.00000001")
MAX_SPLITS = 100
OWNER, PERCENTAGE, AMOUNT, DEAL = "hubspot_owner_id", "hs_deal_split_percentage", "hs_deal_split_amount", "hs_deal_id"


@dataclass(frozen=True, slots=True)
class Split:
    """One owner's share of a deal; 1 is all of it."""

    owner_id: str
    percentage: Decimal


def read_percentage(text: str) -> Decimal:
    """A share as sent; raise for what is no number from 0 to 1 with up to eight places."""
    share = Decimal(text) if NUMBER.fullmatch(text) else Decimal(-1)
    if not 0 <= share <= 1 or share != share.quantize(SMALLEST):
        raise InvalidRequest(
            f"The split percentage {text[:40]} is not valid: a number from 0 to 1 with up to 8 decimal places"
        )
    return share


def check_splits(deal_id: str, splits: Sequence[Split]) -> None:
    """Raise unless the shares of a deal add up to all of it and every owner has one."""
    owners = [split.owner_id for split in splits]
    if len(set(owners)) < len(owners):
        raise InvalidRequest(f"The splits of deal {deal_id} name an owner twice", context={"dealId": [deal_id]})
    if len(splits) > MAX_SPLITS:
        raise InvalidRequest(f"A deal has at most {MAX_SPLITS} splits", context={"dealId": [deal_id]})
    if sum((split.percentage for split in splits), Decimal(0)) != 1:
        raise InvalidRequest(
            f"The split percentages of deal {deal_id} must sum up to 1.0 (100%)", context={"dealId": [deal_id]}
        )


def split_values(deal_id: int, amount: str, split: Split) -> dict[str, str | None]:
    """What a split record says; a deal without an amount has none to share."""
    share = plain_text(Decimal(amount) * split.percentage) if amount else ""
    return {
        OWNER: split.owner_id,
        PERCENTAGE: plain_text(split.percentage),
        AMOUNT: share,
        DEAL: str(deal_id),
    }


def plain_text(number: Decimal) -> str:
    """Without exponent and without zeros behind the last digit that counts."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
