"""The customers: contacts and companies, invented as the story needs them.

Everything about a person or company follows from its number, so only numbers are kept: a story of a million tickets has
250,000 contacts.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from spokedesk.demo.dice import Dice
from spokedesk.demo.language import FLEET, PRIVATE, RESELLER, City, Language, Name, Owner
from spokedesk.demo.slots import street
from spokedesk.demo.story import CreateRecord

CONTACT_TO_PRIMARY_COMPANY = 1
LIFECYCLE_STAGES = ("customer", "customer", "customer", "customer", "opportunity", "customer", "lead", "evangelist")
FLEET_LIFECYCLE_STAGES = ("customer", "opportunity", "lead", "customer")


@dataclass(frozen=True, slots=True)
class Company:
    """A company as contacts and tickets see it; `ordinal` counts within its language and kind."""

    key: str
    ordinal: int
    name: str
    domain: str
    type: str
    city: City


@dataclass(frozen=True, slots=True)
class Person:
    """A contact as tickets see it; `company` is None for private customers."""

    key: str
    number: int
    first: str
    last: str
    email: str
    city: City
    company: Company | None


@dataclass(frozen=True, slots=True)
class Entry:
    """How a record comes into the account."""

    at: int
    source: str
    owner: Owner

    @property
    def user_id(self) -> int | None:
        """The user who enters the record; none where a form or mailbox does."""
        return None if self.source == "INTEGRATION" else self.owner.user_id


class Pool:
    """Contacts of one language and kind: their number in the account and in the language, and their company's."""

    __slots__ = ("company_numbers", "company_ordinals", "numbers", "ordinals")

    def __init__(self) -> None:
        self.numbers = array("I")
        self.ordinals = array("I")
        self.company_ordinals = array("I")
        self.company_numbers = array("I")


class Cast:
    """All contacts and companies so far, and how many there should be by the end."""

    def __init__(self, size: int, languages: Sequence[Language], dice: Dice) -> None:
        self.dice = dice
        self.contact_goal = max(1, size // 4)
        self.company_goal = max(1, size // 15)
        self.contacts = 0
        self.companies = 0
        self._next_ordinal = [0] * len(languages)
        self._pools = {(language.index, kind): Pool() for language in languages for kind in (PRIVATE, RESELLER, FLEET)}

    def anyone(self, language: Language, kind: str) -> Person | None:
        """A contact of the kind, old customers a little more often than new ones; None if there is none yet."""
        pool = self._pools[language.index, kind]
        if not pool.numbers:
            return None
        chance = self.dice.random()
        index = int(0.5 * (chance + chance * chance) * len(pool.numbers))
        company = None
        if kind != PRIVATE:
            ordinal = pool.company_ordinals[index]
            company = make_company(pool.company_numbers[ordinal], ordinal, language, kind)
        return make_person(pool.numbers[index], pool.ordinals[index], language, company)

    def newcomer(self, language: Language, kind: str, entry: Entry) -> tuple[Person, list[CreateRecord]]:
        """A new contact, of a new company if it is time for one, and the events that create them."""
        pool = self._pools[language.index, kind]
        company, events = None, []
        if kind != PRIVATE:
            company, new = self._employer(pool, language, kind)
            pool.company_ordinals.append(company.ordinal)
            if new:
                events.append(company_event(company, kind, language, entry))
        self.contacts += 1
        ordinal = self._next_ordinal[language.index]
        self._next_ordinal[language.index] += 1
        pool.numbers.append(self.contacts)
        pool.ordinals.append(ordinal)
        person = make_person(self.contacts, ordinal, language, company)
        events.append(contact_event(person, language, entry))
        return person, events

    def _employer(self, pool: Pool, language: Language, kind: str) -> tuple[Company, bool]:
        """A company of the kind, and whether it is new."""
        known = len(pool.company_numbers)
        enough = self.companies * self.contact_goal >= self.company_goal * (self.contacts + 1)
        if known and enough:
            ordinal = self.dice.between(0, known)
            return make_company(pool.company_numbers[ordinal], ordinal, language, kind), False
        self.companies += 1
        pool.company_numbers.append(self.companies)
        return make_company(self.companies, known, language, kind), True


def scatter(number: int, choices: int) -> int:
    """An index below `choices` that looks random and is the same for the same number."""
    return (number * 2_654_435_761 >> 8 & 0xFFFF) % choices


def pair(ordinal: int, firsts: Sequence[Name], lasts: Sequence[Name]) -> tuple[Name, Name, int]:
    """Two words, a different pair for every ordinal until all pairs are used up, and how often that has happened."""
    rounds, rest = divmod(ordinal, len(firsts) * len(lasts))
    row, column = divmod(rest, len(firsts))
    return firsts[column], lasts[(row + 17 * column) % len(lasts)], rounds


def make_company(number: int, ordinal: int, language: Language, kind: str) -> Company:
    """The company with this number; `ordinal` counts within language and kind."""
    head, tail, rounds = pair(ordinal, *language.company_words[kind])
    city = language.cities[scatter(number, len(language.cities))]
    space, form = language.words["word_space"], language.forms[ordinal % len(language.forms)]
    name = head.shown + space + tail.shown
    if rounds:
        name = f"{name} {city.name}"
    name = form + name if language.form_first else name + form
    suffix = f"-{rounds + 1}" if rounds else ""
    domain = f"{head.latin}-{tail.latin}{suffix}.example"
    return Company(f"company-{number}", ordinal, name, domain, head.kind or tail.kind, city)


def make_person(number: int, ordinal: int, language: Language, company: Company | None) -> Person:
    """The contact with this number; `ordinal` counts within the language."""
    first, last, rounds = pair(ordinal, language.firsts, language.lasts)
    domains = language.words["private_domains"]
    domain = company.domain if company else domains[scatter(number, len(domains))]
    city = company.city if company else language.cities[scatter(number, len(language.cities))]
    mailbox = f"{first.latin}.{last.latin}{rounds + 1 if rounds else ''}"
    return Person(f"contact-{number}", number, first.shown, last.shown, f"{mailbox}@{domain}", city, company)


def telephone(pattern: str, number: int) -> str:
    """A number of the pattern, with digits in place of the # signs."""
    blanks = pattern.count("#")
    digits = iter(f"{number * 7_919 % 10**blanks:0{blanks}d}")
    return "".join(next(digits) if sign == "#" else sign for sign in pattern)


def company_event(company: Company, kind: str, language: Language, entry: Entry) -> CreateRecord:
    """The creation of a company."""
    number = company.ordinal * 31 + language.index
    stages = LIFECYCLE_STAGES if kind == RESELLER else FLEET_LIFECYCLE_STAGES
    properties = {
        "name": company.name,
        "domain": company.domain,
        "website": f"https://{company.domain}",
        "address": street(number + 7, language),
        "city": company.city.name,
        "zip": company.city.postcode,
        "country": company.city.country,
        "type": company.type,
        "lifecyclestage": stages[scatter(number + 1, len(stages))],
        "numberofemployees": str(2 + scatter(number, 14) * scatter(number + 2, 14)),
        "hubspot_owner_id": entry.owner.id,
    }
    if company.city.telephone:
        properties["phone"] = telephone(company.city.telephone, number)
    return CreateRecord(entry.at, company.key, "companies", properties, (), entry.source, entry.user_id)


def contact_event(person: Person, language: Language, entry: Entry) -> CreateRecord:
    """The creation of a contact, with its company as primary company."""
    properties = {
        "email": person.email,
        "firstname": person.first,
        "lastname": person.last,
        "city": person.city.name,
        "zip": person.city.postcode,
        "country": person.city.country,
        "lifecyclestage": LIFECYCLE_STAGES[scatter(person.number, len(LIFECYCLE_STAGES))],
        "customer_language": language.code,
        "hubspot_owner_id": entry.owner.id,
    }
    if person.city.telephone:
        properties["phone"] = telephone(person.city.telephone, person.number)
    associations: tuple[tuple[str, int], ...] = ()
    if person.company:
        properties["company"] = person.company.name
        properties["jobtitle"] = language.jobs[scatter(person.number, len(language.jobs))]
        associations = ((person.company.key, CONTACT_TO_PRIMARY_COMPANY),)
    else:
        properties["address"] = street(person.number * 13, language)
    return CreateRecord(entry.at, person.key, "contacts", properties, associations, entry.source, entry.user_id)
