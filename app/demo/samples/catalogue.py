"""The invented world of the sample documents, from `pt.yaml` and `en.yaml`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Company:
    """The one that issues a document. `colour` is red, green, blue from 0 to 255."""

    name: str
    trade: str
    address: str
    phone: str
    tax_id: str
    colour: tuple[int, int, int]
    prefix: str
    american: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    contact: str
    address: str
    phone: str
    tax_id: str


@dataclass(frozen=True)
class Catalogue:
    """What there is to choose from in one language. `items` are name, unit, lowest price."""

    months: Sequence[str]
    companies: Sequence[Company]
    customers: Sequence[Customer]
    people: Sequence[str]
    venues: Sequence[str]
    subjects: Mapping[str, Sequence[str]]
    items: Mapping[str, Sequence[tuple[str, str, int]]]
    words: Mapping[str, Sequence[str]]


@cache
def load(language: str) -> Catalogue:
    data = yaml.safe_load(files(__package__).joinpath(f"{language}.yaml").read_bytes())
    return Catalogue(
        months=data["months"].split(),
        companies=[
            Company(**{**company, "colour": tuple(company["colour"])})
            for company in data["companies"]
        ],
        customers=[Customer(**customer) for customer in data["customers"]],
        people=data["people"],
        venues=data["venues"],
        subjects=data["subjects"],
        items={kind: [tuple(item) for item in items] for kind, items in data["items"].items()},
        words=data["words"],
    )
