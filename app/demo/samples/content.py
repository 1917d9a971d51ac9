"""What one sample document says, by its seed. No drawing here."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from app.demo.samples import catalogue
from app.demo.samples.catalogue import Catalogue, Company, Customer

Kind = Literal["quote", "service_order", "assembly"]
Language = Literal["pt", "en"]

_CENT = Decimal("0.01")
_PREFIXES = {
    "pt": {"service_order": "OS", "assembly": "M"},
    "en": {"service_order": "SO", "assembly": "A"},
}


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    unit: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Facts:
    """The content of a document. `valid_until` and `event` are never the same day."""

    kind: Kind
    language: Language
    company: Company
    customer: Customer
    number: str
    issued: date
    valid_until: date
    event: date
    hour: int
    venue: str
    person: str
    subject: str
    items: Sequence[Item]
    discount: Decimal
    variant: int
    """Chooses among equivalent words, so that not every document says the same."""

    @property
    def catalogue(self) -> Catalogue:
        return catalogue.load(self.language)

    @property
    def priced(self) -> bool:
        """Assembly sheets go to the crew: they have no prices."""
        return self.kind != "assembly"

    @property
    def subtotal(self) -> Decimal:
        return sum((item.amount for item in self.items), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.subtotal - self.discount

    def day(self, day: date, *, long: bool = False) -> str:
        """A date as this company prints it."""
        month = self.catalogue.months[day.month - 1]
        if self.language == "pt":
            return f"{day.day} de {month} de {day.year}" if long else f"{day:%d/%m/%Y}"
        if self.company.american:
            return f"{month} {day.day}, {day.year}" if long else f"{day:%m/%d/%Y}"
        return f"{day.day} {month} {day.year}" if long else f"{day.day:02d} {month[:3]} {day.year}"

    def money(self, amount: Decimal, *, sign: bool = True) -> str:
        text = f"{amount:,.2f}"
        if self.language == "pt":
            text = text.translate(str.maketrans(",.", ".,"))
            return f"R$ {text}" if sign else text
        return f"{'$' if self.company.american else '£'}{text}" if sign else text

    def say(self, key: str) -> str:
        """A caption or phrase. The words for this kind of document go before the general ones."""
        words = self.catalogue.words
        choices = words.get(f"{key}.{self.kind}") or words[key]
        return choices[self.variant % len(choices)]

    def phrase(self, key: str) -> str:
        """A sentence with the facts filled in."""
        return self.say(key).format(
            number=self.number,
            subject=self.subject,
            venue=self.venue,
            hour=self.hour,
            event=self.day(self.event, long=True),
            total=self.money(self.total),
            valid=self.day(self.valid_until, long=True),
        )


def make_facts(kind: Kind, language: Language, seed: int, today: date, *, long: bool) -> Facts:
    """The content for a seed. The event lies in the weeks around `today`, mostly after it.

    `long` gives enough items to fill several pages.
    """
    rng = random.Random(f"{kind}-{language}-{seed}")  # noqa: S311  (samples, not secrets)
    world = catalogue.load(language)
    company = rng.choice(world.companies)
    event = today + timedelta(days=rng.choice([*range(-6, 0), *range(35), *range(35)]))
    issued = min(event, today) - timedelta(days=rng.randrange(4, 25))
    valid_until = issued + timedelta(days=rng.choice([7, 10, 15, 30]))
    if valid_until == event:
        valid_until += timedelta(days=2)
    pool = world.items[kind]
    count = rng.randrange(42, 60) if long else rng.randrange(4, 8)
    items = [
        Item(name, unit, rng.randrange(1, 9), (Decimal(low) * rng.randrange(80, 160)) / 100)
        for name, unit, low in (rng.choices if long else rng.sample)(pool, k=count)
    ]
    subtotal = sum((item.amount for item in items), Decimal(0))
    serial = rng.randrange(100, 9900)
    prefix = _PREFIXES[language].get(kind, company.prefix)
    return Facts(
        kind=kind,
        language=language,
        company=company,
        customer=rng.choice(world.customers),
        number=rng.choice(
            [f"{prefix}-{issued.year}/{serial:04d}", f"{serial:06d}", f"{prefix}-{serial}"]
        ),
        issued=issued,
        valid_until=valid_until,
        event=event,
        hour=rng.choice([7, 8, 9, 13, 14]),
        venue=rng.choice(world.venues),
        person=rng.choice(world.people),
        subject=rng.choice(world.subjects[kind]),
        items=items,
        discount=(subtotal * rng.choice([0, 0, 3, 5, 10]) / 100).quantize(_CENT),
        variant=rng.randrange(60),
    )
