"""Values for the slots of a text: product, order number, amount, dates in the customer's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from spokedesk.demo.dice import Dice
from spokedesk.demo.hours import DAY, HOUR, MINUTE, calendar_day
from spokedesk.demo.language import City, Language, Situation, Texts

# Model, its product line.
MODELS = (
    ("Swift 2", "longtail"),
    ("Swift 3 Kids", "longtail"),
    ("Swift GT", "longtail"),
    ("Harbour 80", "front_loader"),
    ("Harbour 80 Lite", "front_loader"),
    ("Harbour 120", "front_loader"),
    ("Plover T3", "trike"),
    ("Plover T3 Flex", "trike"),
    ("Courier Pro", "business"),
    ("Courier Pro XL", "business"),
)
SERIAL_LETTERS = "ABCDEFGHKLMNPRSTUVWX"


@dataclass(frozen=True, slots=True)
class SlotContext:
    """What the values depend on."""

    dice: Dice
    at: int
    number: int
    language: Language
    situation: Situation
    city: City


Values = dict[str, str]


def fill(texts: Texts, context: SlotContext) -> Values:
    """A value for every slot of the situation's texts that does not come from the person.

    Besides the slots themselves: ``model_line`` (product line) with a model, ``part_id`` with a part.
    """
    values: Values = {}
    for name in texts.slots:
        if name not in values:
            FILLERS[name](values, context)
    return values


def _order(values: Values, context: SlotContext) -> None:
    # Rising with the ticket number, so that no two tickets share an order.
    values["order"] = f"WH-{210_000 + 7 * context.number + context.dice.between(0, 7)}"


def _invoice(values: Values, context: SlotContext) -> None:
    values["invoice"] = f"R{calendar_day(context.at).year}-{context.dice.between(1_000, 99_999):05d}"


def _model(values: Values, context: SlotContext) -> None:
    values["model"], values["model_line"] = context.dice.pick(MODELS)


def _serial(values: Values, context: SlotContext) -> None:
    dice = context.dice
    values["serial"] = f"WHF{dice.between(23, 27)}{dice.pick(SERIAL_LETTERS)}{dice.between(10_000, 99_999)}"


def _part(values: Values, context: SlotContext) -> None:
    parts = context.language.parts
    part = context.dice.pick(context.situation.parts or tuple(parts))
    values["part_id"] = part
    values.update(zip(context.language.words["part_forms"], parts[part], strict=True))


def _colors(values: Values, context: SlotContext) -> None:
    colors = context.language.words["colors"]
    first = context.dice.between(0, len(colors))
    values["color"] = colors[first]
    values["color2"] = colors[(first + context.dice.between(1, len(colors))) % len(colors)]


def _amount(values: Values, context: SlotContext) -> None:
    dice = context.dice
    values["amount"] = money(dice.between(129, 600) if dice.chance(0.3) else dice.between(2_900, 7_900), context)


def _small(values: Values, context: SlotContext) -> None:
    values["small"] = money(context.dice.between(19, 90), context)


def money(euros: int, context: SlotContext) -> str:
    """An amount of about so many euros as the customer writes it: pounds in the United Kingdom, yen in Japan."""
    language = context.language
    whole = euros * 16 // 10 * 100 if language.code == "ja" else euros
    template: str = language.words["money"]
    return template.format(
        whole=f"{whole:,}".replace(",", language.words["thousands"]),
        cents=context.dice.pick(("00", "00", "50", "90", "95")),
        symbol="£" if context.city.country == "United Kingdom" else "€",
    )


def day_and_month(at: int, language: Language) -> str:
    """The local date of an instant, in words, without the year."""
    day = calendar_day(language.clock.local(at))
    words = language.words
    template: str = words["first_of_month"] if day.day == 1 else words["date"]
    return template.format(day=day.day, month=words["months"][day.month - 1])


def _date(values: Values, context: SlotContext) -> None:
    values["date"] = day_and_month(context.at - context.dice.between(2, 21) * DAY, context.language)


def _soon(values: Values, context: SlotContext) -> None:
    values["soon"] = day_and_month(context.at + context.dice.between(3, 19) * DAY, context.language)


def _bought(values: Values, context: SlotContext) -> None:
    # The same texts may say how many weeks ago that was.
    if "days" not in values:
        FILLERS["days"](values, context)
    values["bought"] = day_and_month(context.at - 7 * int(values["days"]) * DAY, context.language)


def _time(values: Values, context: SlotContext) -> None:
    local = context.language.clock.local(context.at - context.dice.between(5, 90) * MINUTE) % DAY
    template: str = context.language.words["time"]
    values["time"] = template.format(hour=local // HOUR, minute=f"{local % HOUR // MINUTE:02d}")


def _city(values: Values, context: SlotContext) -> None:
    values["city"] = context.city.name


def _street(values: Values, context: SlotContext) -> None:
    values["street"] = street(context.dice.between(0, 1 << 20), context.language)


def street(number: int, language: Language) -> str:
    """A street address, the same for the same number."""
    streets = language.streets
    house, index = divmod(number, len(streets))
    return language.street.format(street=streets[index], number=1 + house % 89, block=1 + number % 5)


def _number(name: str, low: int, high: int) -> Callable[[Values, SlotContext], None]:
    def fill_number(values: Values, context: SlotContext) -> None:
        values[name] = str(context.dice.between(low, high))

    return fill_number


def _code(values: Values, context: SlotContext) -> None:
    values["code"] = f"E-{context.dice.between(11, 75)}"


def _tracking(values: Values, context: SlotContext) -> None:
    values["tracking"] = f"PW{context.dice.between(100_000_000, 999_999_999)}"


FILLERS: Mapping[str, Callable[[Values, SlotContext], None]] = {
    "order": _order,
    "invoice": _invoice,
    "model": _model,
    "serial": _serial,
    "part": _part,
    "color": _colors,
    "color2": _colors,
    "amount": _amount,
    "small": _small,
    "date": _date,
    "soon": _soon,
    "bought": _bought,
    "time": _time,
    "city": _city,
    "street": _street,
    "code": _code,
    "tracking": _tracking,
    "days": _number("days", 3, 13),
    "qty": _number("qty", 3, 19),
    "percent": _number("percent", 21, 96),
    "km": _number("km", 18, 65),
    "far": _number("far", 240, 4_800),
}
