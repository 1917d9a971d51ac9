"""Five ways in which companies lay out the same document. Each draws the whole of it."""

from collections.abc import Callable, Mapping

from app.demo.samples import parts
from app.demo.samples.content import Facts
from app.demo.samples.parts import FOOT, PALE, WHITE
from app.demo.samples.pen import BLACK, GREY, HEIGHT, Colour, Pen


class _Pages:
    """Turns pages for a list of items and closes each with the footer."""

    def __init__(self, pen: Pen, facts: Facts, top: float = 22) -> None:
        self._pen, self._facts, self._top = pen, facts, top
        self.page = 1

    def turn(self) -> float:
        parts.footer(self._pen, self._facts, self.page)
        self._pen.next_page()
        self.page += 1
        facts = self._facts
        self._pen.text(18, 15, facts.company.name, 8, bold=True, colour=facts.company.colour)
        return self._top

    def room(self, y: float, height: float) -> float:
        """`y`, or the top of a new page where the height does not fit."""
        return y if y + height < FOOT else self.turn()

    def close(self) -> None:
        parts.footer(self._pen, self._facts, self.page)


def letterhead(pen: Pen, facts: Facts) -> None:
    """A coloured band, title and number on the right, captions left of their values."""
    company = facts.company
    pen.box(0, 0, 210, 30, fill=company.colour, line=None)
    pen.text(18, 16, company.name, 20, bold=True, face="vera", colour=WHITE)
    pen.text(18, 23, company.trade, 9, face="vera", colour=WHITE)
    pen.text(192, 15, facts.say("title"), 15, bold=True, face="vera", align="right", colour=WHITE)
    numbered = f"{facts.say('number')} {facts.number}"
    pen.text(192, 23, numbered, 10, face="vera", align="right", colour=WHITE)
    customer = facts.customer
    left = [
        (facts.say("customer"), customer.name),
        (facts.say("contact"), customer.contact),
        (facts.say("address"), customer.address),
        (facts.say("phone"), customer.phone),
        (facts.say("tax_id"), customer.tax_id.split(maxsplit=1)[-1]),
    ]
    y = 42.0
    for row, (caption, value) in enumerate(left):
        pen.text(18, y + row * 6, f"{caption}:", 8.5, face="vera", colour=GREY)
        pen.text(57, y + row * 6, value, 8.5, bold=row == 0, face="vera")
    for row, (caption, value) in enumerate(parts.details(facts)):
        pen.text(129, y + row * 6, f"{caption}:", 8.5, face="vera", colour=GREY)
        pen.text(192, y + row * 6, value, 8.5, face="vera", align="right")
    pages = _Pages(pen, facts)
    y = parts.items(pen, facts, 18, 92, 174, turn=pages.turn, face="vera", head=company.colour)
    y = pages.room(y + 3, 40)
    if facts.priced:
        y = parts.sums(pen, facts, 192, y, face="vera", accent=company.colour)
    parts.paragraph(pen, 18, y + 8, facts.say("terms"), width=174, size=8, face="vera")
    pages.close()


def boxed(pen: Pen, facts: Facts) -> None:
    """A form: small captions above their values, every field in a box."""
    company, customer = facts.company, facts.customer
    pen.box(14, 12, 182, 24)
    pen.text(18, 22, company.name.upper(), 14, bold=True)
    pen.text(18, 28, company.trade, 8, colour=GREY)
    pen.text(18, 33, f"{company.address} · {company.phone}", 7, colour=GREY)
    pen.text(166, 22, facts.say("title").upper(), 12, bold=True, align="centre")
    pen.text(166, 31, facts.number, 13, bold=True, align="centre", colour=company.colour)
    pen.rule(136, 12, 136, 36)
    detail = dict(parts.details(facts))
    dates = [facts.say(key) for key in ("issued", "event", "time", "valid")]
    rows: list[list[tuple[str, str, float]]] = [
        [(facts.say("customer"), customer.name, 122), (facts.say("tax_id"), customer.tax_id, 60)],
        [(facts.say("address"), customer.address, 122), (facts.say("phone"), customer.phone, 60)],
        [(caption, detail[caption], 182 / 4) for caption in dates],
        [
            (facts.say("subject"), facts.subject, 82),
            (facts.say("venue"), facts.venue, 55),
            (facts.say("person"), facts.person, 45),
        ],
    ]  # fmt: skip
    y = 38.0
    for row in rows:
        x = 14.0
        for caption, value, width in row:
            pen.box(x, y, width, 11)
            pen.text(x + 1.5, y + 3.4, caption, 6, colour=GREY)
            pen.text(x + 1.5, y + 8.8, value, 9)
            x += width
        y += 11
    pages = _Pages(pen, facts)
    y = parts.items(pen, facts, 14, y + 4, 182, turn=pages.turn, grid=True)
    y = pages.room(y + 2, 44)
    if facts.priced:
        boxes = [
            (facts.say("subtotal"), facts.money(facts.subtotal)),
            (facts.say("discount"), facts.money(facts.discount)),
            (facts.say("total"), facts.money(facts.total)),
        ]
        for column, (caption, value) in enumerate(boxes):
            x = 14 + column * 182 / 3
            pen.box(x, y, 182 / 3, 12, fill=PALE if column == 2 else None)
            pen.text(x + 1.5, y + 3.6, caption, 6, colour=GREY)
            pen.text(x + 182 / 3 - 2, y + 9.6, value, 11, bold=column == 2, align="right")
        y += 12
    parts.paragraph(pen, 14, y + 7, facts.say("terms"), width=182, size=8)
    pen.rule(60, y + 26, 150, y + 26, colour=BLACK)
    pen.text(105, y + 30, facts.say("signature"), 7, align="centre", colour=GREY)
    pages.close()


def sidebar(pen: Pen, facts: Facts) -> None:
    """Who and when in a coloured column, what and how much beside it."""
    company, customer = facts.company, facts.customer
    shade: Colour = (
        235 + company.colour[0] // 16,
        235 + company.colour[1] // 16,
        235 + company.colour[2] // 16,
    )
    pen.box(0, 0, 62, HEIGHT, fill=shade, line=None)
    y = 20.0
    for line in parts.wrap(pen, company.name, 40, 15):
        pen.text(10, y, line, 15, bold=True, colour=company.colour)
        y += 7
    pen.text(10, y, company.trade, 7.5, colour=GREY)
    y += 14
    blocks = [
        (facts.say("customer"), [customer.name, customer.contact, customer.phone]),
        *((caption, [value]) for caption, value in parts.details(facts)),
    ]
    for caption, lines in blocks:
        pen.text(10, y, caption.upper(), 6.5, bold=True, colour=company.colour)
        y += 4.6
        for line in (part for whole in lines for part in parts.wrap(pen, whole, 48, 9)):
            pen.text(10, y, line, 9)
            y += 4.4
        y += 4.5
    pen.text(72, 22, facts.say("title"), 22, bold=True)
    pen.text(72, 30, f"{facts.say('number')} {facts.number}", 11, colour=GREY)
    pages = _Pages(pen, facts)
    y = parts.items(pen, facts, 72, 40, 126, turn=pages.turn)
    y = pages.room(y + 3, 40)
    if facts.priced:
        y = parts.sums(pen, facts, 198, y, accent=company.colour)
    parts.paragraph(pen, 72, y + 8, facts.say("terms"), width=124, size=8.5)
    if pages.page > 1:
        pages.close()


def letter(pen: Pen, facts: Facts) -> None:
    """Running text: the facts are in the sentences."""
    company, customer = facts.company, facts.customer
    colour = company.colour
    pen.text(105, 22, company.name, 17, bold=True, face="serif", align="centre", colour=colour)
    pen.text(105, 28, company.trade, 10, face="serif", align="centre")
    pen.rule(24, 32, 186, 32, colour=company.colour, width=0.6)
    city = company.address.rsplit(" - ", 1)[-1].split("/")[0] if facts.language == "pt" else ""
    dated = facts.day(facts.issued, long=True)
    pen.text(186, 44, f"{city}, {dated}" if city else dated, 11, face="serif", align="right")
    pen.text(24, 56, facts.say("letter_to"), 11, face="serif")
    pen.text(24, 61.5, customer.name, 11, bold=True, face="serif")
    pen.text(24, 67, customer.address, 11, face="serif")
    pen.text(24, 80, facts.phrase("reference"), 11, bold=True, face="serif")
    pen.text(24, 90, facts.say("dear"), 11, face="serif")
    y = parts.paragraph(pen, 24, 99, facts.phrase("intro"), width=162, size=11, face="serif") + 4
    pages = _Pages(pen, facts)
    for number, item in enumerate(facts.items, 1):
        y = pages.room(y, 8)
        price = f" - {facts.money(item.amount)}" if facts.priced else ""
        line = f"{number}. {item.name}, {item.quantity} {item.unit}{price}"
        pen.text(30, y, line, 11, face="serif")
        y += 6
    y = pages.room(y + 4, 50)
    y = parts.paragraph(pen, 24, y, facts.phrase("outro"), width=162, size=11, face="serif")
    y = parts.paragraph(pen, 24, y + 3, facts.say("terms"), width=162, size=11, face="serif")
    pen.text(24, y + 8, facts.say("closing"), 11, face="serif")
    pen.text(24, y + 24, facts.person, 11, bold=True, face="serif")
    pen.text(24, y + 29.5, company.name, 11, face="serif")
    pages.close()


def ruled(pen: Pen, facts: Facts) -> None:
    """A printed form filled in with a typewriter: captions, then values on lines."""
    company, customer = facts.company, facts.customer
    pen.text(18, 20, company.name, 15, bold=True, face="serif")
    pen.text(18, 26, company.address, 8, face="serif")
    pen.text(18, 30, f"{company.phone}   {company.tax_id}", 8, face="serif")
    pen.box(126, 12, 66, 20, line=BLACK)
    pen.text(159, 20, facts.say("title").upper(), 12, bold=True, face="serif", align="centre")
    pen.text(130, 28, facts.say("number"), 9, face="serif")
    pen.text(188, 28, facts.number, 12, bold=True, face="mono", align="right")
    detail = parts.details(facts)
    lines = [
        [(facts.say("customer"), customer.name)],
        [(facts.say("address"), customer.address)],
        [(facts.say("contact"), customer.contact), (facts.say("phone"), customer.phone)],
        detail[0:2],
        detail[2:4],
        [detail[4]],
        detail[5:7],
    ]
    y = 44.0
    for line in lines:
        for column, (caption, value) in enumerate(line):
            x = 18 + column * 88
            end = 192 if column or len(line) == 1 else 102
            pen.text(x, y, f"{caption}:", 9, face="serif")
            start = x + pen.width(f"{caption}:", 9, face="serif") + 2
            pen.rule(start, y + 1, end, y + 1, colour=GREY, width=0.2)
            pen.text(start + 1, y, value, 9.5, face="mono")
        y += 8
    pages = _Pages(pen, facts)
    y = parts.items(pen, facts, 18, y, 174, turn=pages.turn, face="serif", grid=True)
    y = pages.room(y + 2, 44)
    if facts.priced:
        y = parts.sums(pen, facts, 192, y, face="serif")
    parts.paragraph(pen, 18, y + 8, facts.say("terms"), width=174, size=9, face="serif")
    pen.rule(18, y + 28, 96, y + 28, colour=BLACK)
    pen.text(57, y + 32, facts.say("signature"), 8, face="serif", align="centre")
    pages.close()


LAYOUTS: Mapping[str, Callable[[Pen, Facts], None]] = {
    "letterhead": letterhead,
    "boxed": boxed,
    "sidebar": sidebar,
    "letter": letter,
    "ruled": ruled,
}
