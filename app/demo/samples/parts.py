"""What several layouts share: paragraphs, the list of items over pages, the sums."""

from collections.abc import Callable, Iterator

from app.demo.samples.content import Facts
from app.demo.samples.pen import BLACK, GREY, HEIGHT, RULE, Colour, Face, Pen

FOOT = HEIGHT - 22
"""Nothing but the footer stands below this."""
PALE: Colour = (243, 245, 248)
WHITE: Colour = (255, 255, 255)


def wrap(pen: Pen, text: str, width: float, size: float, face: Face = "sans") -> Iterator[str]:
    """The lines of a paragraph of the given width in millimetres."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and pen.width(longer, size, face=face) > width:
            yield line
            line = word
        else:
            line = longer
    yield line


def paragraph(
    pen: Pen, x: float, y: float, text: str, *, width: float, size: float = 10, face: Face = "sans"
) -> float:
    """Draws a paragraph and gives the baseline of the next."""
    for line in wrap(pen, text, width, size, face):
        pen.text(x, y, line, size, face=face)
        y += size * 0.52
    return y


def items(
    pen: Pen,
    facts: Facts,
    x: float,
    y: float,
    width: float,
    *,
    turn: Callable[[], float],
    face: Face = "sans",
    head: Colour | None = None,
    grid: bool = False,
) -> float:
    """The list of items. `turn` ends the page and gives the height where the next begins.

    Gives the height below the list.
    """
    row = 6.4
    right = x + width
    columns = [(x + 2, "left"), (right - 68, "left"), (right - 56, "right"), (right - 30, "right")]

    def header(y: float) -> float:
        if head:
            pen.box(x, y, width, row, fill=head, line=None)
        else:
            pen.rule(x, y + row, right, y + row, colour=BLACK, width=0.4)
        colour = WHITE if head else BLACK
        keys = ["item", "unit", "quantity", *(["price"] if facts.priced else [])]
        for (at, align), key in zip(columns, keys, strict=False):
            pen.text(at, y + 4.4, facts.say(key), 8, bold=True, face=face, colour=colour,
                     align="right" if align == "right" else "left")  # fmt: skip
        last = facts.say("amount" if facts.priced else "checked")
        pen.text(right - 2, y + 4.4, last, 8, bold=True, face=face, align="right", colour=colour)
        return y + row

    y = header(y)
    for number, item in enumerate(facts.items):
        if y + row > FOOT - 8:
            y = header(turn())
        if grid:
            pen.box(x, y, width, row)
        elif number % 2:
            pen.box(x, y, width, row, fill=PALE, line=None)
        pen.text(columns[0][0], y + 4.4, item.name, 8.5, face=face)
        pen.text(columns[1][0], y + 4.4, item.unit, 8.5, face=face, colour=GREY)
        pen.text(columns[2][0], y + 4.4, str(item.quantity), 8.5, face=face, align="right")
        if facts.priced:
            price, amount = (
                facts.money(item.price, sign=False),
                facts.money(item.amount, sign=False),
            )
            pen.text(columns[3][0], y + 4.4, price, 8.5, face=face, align="right")
            pen.text(right - 2, y + 4.4, amount, 8.5, face=face, align="right")
        else:
            pen.box(right - 8, y + 1.4, 3.4, 3.4, line=GREY)
        y += row
    return y


def sums(
    pen: Pen, facts: Facts, right: float, y: float, *, face: Face = "sans", accent: Colour = BLACK
) -> float:
    """Subtotal, discount and total, right-aligned; gives the height below."""
    lines = []
    if facts.discount:
        lines = [
            (facts.say("subtotal"), facts.money(facts.subtotal)),
            (facts.say("discount"), f"- {facts.money(facts.discount)}"),
        ]
    for caption, amount in lines:
        pen.text(right - 50, y + 5, caption, 9, face=face, colour=GREY)
        pen.text(right - 2, y + 5, amount, 9, face=face, align="right")
        y += 6
    pen.rule(right - 72, y + 1.5, right, y + 1.5, colour=accent, width=0.5)
    pen.text(right - 70, y + 8, facts.say("total"), 11, bold=True, face=face, colour=accent)
    pen.text(right - 2, y + 8, facts.money(facts.total), 12, bold=True, face=face, align="right")
    return y + 13


def footer(pen: Pen, facts: Facts, page: int) -> None:
    company = facts.company
    pen.rule(18, HEIGHT - 17, 192, HEIGHT - 17, colour=RULE)
    imprint = f"{company.address}  ·  {company.phone}  ·  {company.tax_id}"
    pen.text(18, HEIGHT - 12, imprint, 7, colour=GREY)
    pen.text(192, HEIGHT - 12, f"{facts.say('page')} {page}", 7, colour=GREY, align="right")


def details(facts: Facts) -> list[tuple[str, str]]:
    """Caption and value of what a layout shows beside customer, number and items."""
    return [
        (facts.say("issued"), facts.day(facts.issued)),
        (facts.say("event"), facts.day(facts.event)),
        (facts.say("valid"), facts.day(facts.valid_until)),
        (facts.say("time"), f"{facts.hour:02d}:00"),
        (facts.say("subject"), facts.subject),
        (facts.say("venue"), facts.venue),
        (facts.say("person"), facts.person),
    ]
