"""The syntax of RE2 as a tree: what an administrator may write as a regular expression."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

MAX_PATTERN = 1000
MAX_REPEAT = 1000
MAX_DEPTH = 60

Ranges = tuple[tuple[str, str], ...]

DIGITS: Ranges = (("0", "9"),)
LOWER: Ranges = (("a", "z"),)
UPPER: Ranges = (("A", "Z"),)
WORDS: Ranges = (*DIGITS, *UPPER, *LOWER, ("_", "_"))
SPACES: Ranges = (("\t", "\n"), ("\f", "\r"), (" ", " "))
PRINTED: Ranges = ((" ", "~"),)
POSIX: dict[str, Ranges] = {
    "alnum": (*DIGITS, *UPPER, *LOWER),
    "alpha": (*UPPER, *LOWER),
    "ascii": (("\0", "\x7f"),),
    "blank": (("\t", "\t"), (" ", " ")),
    "cntrl": (("\0", "\x1f"), ("\x7f", "\x7f")),
    "digit": DIGITS,
    "graph": (("!", "~"),),
    "lower": LOWER,
    "print": PRINTED,
    "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
    "space": (("\t", "\r"), (" ", " ")),
    "upper": UPPER,
    "word": WORDS,
    "xdigit": (*DIGITS, ("A", "F"), ("a", "f")),
}
CLASSES: dict[str, Ranges] = {"d": DIGITS, "w": WORDS, "s": SPACES}
CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
PLACES = {"A": "start", "z": "end", "b": "word edge", "B": "no word edge"}
CATEGORIES = {
    *("L", "M", "N", "P", "S", "Z", "C", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd"),
    *("Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"),
}


class PatternError(Exception):
    """An expression cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Characters:
    """A set of characters: ranges, categories of Unicode and other sets; `folded` looks past upper and lower case."""

    ranges: Ranges = ()
    categories: tuple[str, ...] = ()
    parts: tuple[Characters, ...] = ()
    negated: bool = False
    folded: bool = False

    def holds(self, character: str) -> bool:
        if not self.folded:
            return self.lists(character) != self.negated
        # some characters have two upper-case letters
        forms = {form for form in (character, character.lower(), character.upper()) if len(form) == 1}
        return any(map(self.lists, forms)) != self.negated

    @property
    def cost(self) -> int:
        """How many comparisons a look may take."""
        return 1 + len(self.ranges) + sum(part.cost for part in self.parts)

    def lists(self, character: str) -> bool:
        return (
            any(first <= character <= last for first, last in self.ranges)
            or (bool(self.categories) and unicodedata.category(character).startswith(self.categories))
            or any(part.holds(character) for part in self.parts)
        )


@dataclass(frozen=True, slots=True)
class Assertion:
    """A place between characters."""

    kind: str


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`most` is None where there is no end."""

    item: Node
    least: int
    most: int | None


Node = Characters | Assertion | Sequence | Alternatives | Repeat


@dataclass(frozen=True, slots=True)
class Flags:
    """`i`, `m`, `s` of an expression; `U` only changes which of several matches is taken, which nobody asks for."""

    folded: bool = False
    lines: bool = False
    dot_is_all: bool = False


FLAG_NAMES = {"i": "folded", "m": "lines", "s": "dot_is_all"}


class Parser:
    """Reads an expression from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.flags = Flags()
        self.depth = 0

    @property
    def next(self) -> str:
        return self.text[self.position : self.position + 1]

    def take(self, expected: str) -> bool:
        """Whether a text comes next; it is passed then."""
        if not self.text.startswith(expected, self.position):
            return False
        self.position += len(expected)
        return True

    def one(self) -> str:
        if not self.next:
            raise PatternError("it ends in the middle")
        self.position += 1
        return self.text[self.position - 1]

    def until(self, end: str) -> str:
        found = self.text.find(end, self.position)
        if found < 0:
            raise PatternError(f"there is no closing {end}")
        text, self.position = self.text[self.position : found], found + len(end)
        return text

    def alternatives(self) -> Node:
        """Everything up to the end of the text or of the group."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise PatternError("its groups are nested too deeply")
        flags = self.flags
        items = [self.sequence()]
        while self.take("|"):
            items.append(self.sequence())
        self.flags = flags
        self.depth -= 1
        return items[0] if len(items) == 1 else Alternatives(tuple(items))

    def sequence(self) -> Node:
        items: list[Node] = []
        while self.next and self.next not in "|)":
            items += self.repeated()
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def repeated(self) -> list[Node]:
        if self.take("\\Q"):
            end = self.text.find("\\E", self.position)
            quoted = self.text[self.position :] if end < 0 else self.until("\\E")
            self.position = len(self.text) if end < 0 else self.position
            return [self.literal(character) for character in quoted]
        item = self.atom()
        if item is None:
            return []
        times = self.times()
        if times is None:
            return [item]
        self.take("?")
        if self.times() is not None:
            raise PatternError("a repetition is repeated")
        return [Repeat(item, *times)]

    def times(self) -> tuple[int, int | None] | None:
        """How often what was read before may come; None without a quantifier."""
        for sign, found in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return found
        if self.next != "{":
            return None
        least, comma, most = self.text[self.position + 1 :].partition("}")[0].partition(",")
        if not is_count(least) or (most and not is_count(most)) or "}" not in self.text[self.position :]:
            return None
        self.until("}")
        low, high = int(least), int(most) if most else None if comma else int(least)
        if max(low, high or 0) > MAX_REPEAT or (high is not None and high < low):
            raise PatternError(f"a repetition must be at most {MAX_REPEAT} times, the smaller number first")
        return low, high

    def atom(self) -> Node | None:
        """One character, class, place or group; None for what only sets flags."""
        character = self.one()
        if character == "(":
            return self.group()
        if character == "[":
            return self.bracket()
        if character == "\\":
            return self.escape()
        if character == ".":
            return Characters((("\n", "\n"),), negated=True) if not self.flags.dot_is_all else Characters(negated=True)
        if character in "^$":
            if self.flags.lines:
                return Assertion("line start" if character == "^" else "line end")
            return Assertion("start" if character == "^" else "end")
        if character in "*+?":
            raise PatternError(f"there is nothing that {character} could repeat")
        return self.literal(character)

    def literal(self, character: str) -> Characters:
        return Characters(((character, character),), folded=self.flags.folded)

    def group(self) -> Node | None:
        outer = self.flags
        if self.take("?"):
            if self.take("P<") or (self.next == "<" and self.text[self.position + 1 :][:1] not in "=!"):
                self.take("<")
                if not self.until(">").isidentifier():
                    raise PatternError("a group has no proper name")
            elif self.set_flags():
                return None
        inside = self.alternatives()
        self.flags = outer
        if not self.take(")"):
            raise PatternError("there is no closing )")
        return inside

    def set_flags(self) -> bool:
        """Read `i-s)` or `i-s:`; True for the first, whose flags hold to the end of the group around."""
        on, read = True, ""
        while (name := self.one()) not in ":)":
            read += name
            if name == "-" and on:
                on = False
            elif name in FLAG_NAMES:
                self.flags = replace(self.flags, **{FLAG_NAMES[name]: on})
            elif name != "U":
                raise PatternError(f"(?{read} is not supported")
        return name == ")"

    def escape(self) -> Node:
        character = self.one()
        if character in PLACES:
            return Assertion(PLACES[character])
        if character in "pP":
            return self.category(negated=character == "P")
        if character.lower() in CLASSES:
            return Characters(CLASSES[character.lower()], negated=character.isupper())
        return self.literal(self.escaped(character))

    def escaped(self, character: str) -> str:
        """The character that stands behind a backslash."""
        if character in CONTROLS:
            return CONTROLS[character]
        if character == "x":
            digits = self.until("}") if self.take("{") else self.one() + self.one()
            if not digits or not all(digit in "0123456789abcdefABCDEF" for digit in digits) or len(digits) > 6:
                raise PatternError("\\x needs hexadecimal digits")
            code = int(digits, 16)
            if code > 0x10FFFF:
                raise PatternError("\\x names no character")
            return chr(code)
        if character.isalnum():
            raise PatternError(f"\\{character} is not supported")
        return character

    def category(self, *, negated: bool) -> Characters:
        name = self.until("}") if self.take("{") else self.one()
        if name.startswith("^"):
            name, negated = name[1:], not negated
        if name == "Any":
            return Characters(negated=not negated)
        if name not in CATEGORIES:
            raise PatternError(f"there is no category {name}")
        return Characters(categories=(name,), negated=negated)

    def bracket(self) -> Characters:
        """A class: `[^a-z\\d[:punct:]]`."""
        negated = self.take("^")
        ranges: list[tuple[str, str]] = []
        parts: list[Characters] = []
        first = True
        while first or self.next != "]":
            first = False
            item = self.member()
            if isinstance(item, Characters):
                parts.append(item)
                continue
            last = item
            if self.next == "-" and self.text[self.position + 1 :][:1] not in ("]", ""):
                self.one()
                end = self.member()
                if isinstance(end, Characters) or end < item:
                    raise PatternError("a range of characters goes backwards")
                last = end
            ranges.append((item, last))
        self.one()
        return Characters(tuple(ranges), (), tuple(parts), negated, self.flags.folded)

    def member(self) -> str | Characters:
        """One character of a class, or a class inside it."""
        if self.take("[:"):
            name = self.until(":]")
            negated = name.startswith("^")
            if name.removeprefix("^") not in POSIX:
                raise PatternError(f"there is no class [:{name}:]")
            return Characters(POSIX[name.removeprefix("^")], negated=negated)
        character = self.one()
        if character != "\\":
            return character
        character = self.one()
        if character in "pP":
            return self.category(negated=character == "P")
        if character.lower() in CLASSES:
            return Characters(CLASSES[character.lower()], negated=character.isupper())
        return self.escaped(character)


def is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 6


def parse_pattern(text: str) -> Node:
    """The tree of an expression; raise PatternError."""
    if len(text) > MAX_PATTERN:
        raise PatternError(f"it is longer than {MAX_PATTERN} characters")
    parser = Parser(text)
    tree = parser.alternatives()
    if parser.next:
        raise PatternError("there is a ) too many")
    return tree
