"""One way to draw for two PDF libraries, so that every layout exists from both producers.

Millimetres from the top left corner of an A4 page; `y` is the baseline of text; sizes of
type are in points.
"""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, Protocol

WIDTH, HEIGHT = 210.0, 297.0
Face = Literal["sans", "serif", "mono", "vera"]
Align = Literal["left", "right", "centre"]
Colour = tuple[int, int, int]
BLACK: Colour = (20, 20, 24)
GREY: Colour = (110, 114, 122)
RULE: Colour = (196, 200, 206)

_POINT = 72 / 25.4
_MADE = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
"""One creation time for all, so that the same seed gives the same bytes."""


class Pen(Protocol):
    """What a layout may do. Text beyond Latin-1 is not available in every face."""

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 9,
        *,
        bold: bool = False,
        face: Face = "sans",
        align: Align = "left",
        colour: Colour = BLACK,
    ) -> None: ...
    def width(
        self, text: str, size: float = 9, *, bold: bool = False, face: Face = "sans"
    ) -> float: ...
    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Colour | None = None,
        line: Colour | None = RULE,
    ) -> None: ...
    def rule(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        *,
        colour: Colour = RULE,
        width: float = 0.3,
    ) -> None: ...
    def next_page(self) -> None: ...
    def finish(self, title: str, author: str) -> bytes: ...  # fmt: skip


def _vera(bold: bool) -> Path:
    """The Vera face that ships with ReportLab, to have an embedded TrueType font as well."""
    import reportlab

    return Path(reportlab.__file__).parent / "fonts" / ("VeraBd.ttf" if bold else "Vera.ttf")


class ReportLabPen:
    def __init__(self) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        for name, bold in (("Vera", False), ("Vera-Bold", True)):
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(TTFont(name, str(_vera(bold))))
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=(WIDTH * _POINT, HEIGHT * _POINT), invariant=1)

    @staticmethod
    def _font(face: Face, bold: bool) -> str:
        plain, heavy = {
            "sans": ("Helvetica", "Helvetica-Bold"),
            "serif": ("Times-Roman", "Times-Bold"),
            "mono": ("Courier", "Courier-Bold"),
            "vera": ("Vera", "Vera-Bold"),
        }[face]
        return heavy if bold else plain

    def text(
        self, x: float, y: float, text: str, size: float = 9, *, bold: bool = False,
        face: Face = "sans", align: Align = "left", colour: Colour = BLACK,
    ) -> None:  # fmt: skip
        canvas = self._canvas
        canvas.setFont(self._font(face, bold), size)
        canvas.setFillColorRGB(*(part / 255 for part in colour))
        draw = {
            "left": canvas.drawString,
            "right": canvas.drawRightString,
            "centre": canvas.drawCentredString,
        }[align]
        draw(x * _POINT, (HEIGHT - y) * _POINT, text)

    def width(
        self, text: str, size: float = 9, *, bold: bool = False, face: Face = "sans"
    ) -> float:
        return float(self._canvas.stringWidth(text, self._font(face, bold), size)) / _POINT

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: Colour | None = None,
        line: Colour | None = RULE,
    ) -> None:  # fmt: skip
        canvas = self._canvas
        canvas.setLineWidth(0.3 * _POINT)
        if fill:
            canvas.setFillColorRGB(*(part / 255 for part in fill))
        if line:
            canvas.setStrokeColorRGB(*(part / 255 for part in line))
        canvas.rect(
            x * _POINT,
            (HEIGHT - y - height) * _POINT,
            width * _POINT,
            height * _POINT,
            fill=int(fill is not None),
            stroke=int(line is not None),
        )

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, *, colour: Colour = RULE,
        width: float = 0.3,
    ) -> None:  # fmt: skip
        self._canvas.setLineWidth(width * _POINT)
        self._canvas.setStrokeColorRGB(*(part / 255 for part in colour))
        self._canvas.line(x0 * _POINT, (HEIGHT - y0) * _POINT, x1 * _POINT, (HEIGHT - y1) * _POINT)

    def next_page(self) -> None:
        self._canvas.showPage()

    def finish(self, title: str, author: str) -> bytes:
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.save()
        return self._buffer.getvalue()


class FpdfPen:
    def __init__(self) -> None:
        from fpdf import FPDF

        self._pdf = FPDF(unit="mm", format="A4")
        self._pdf.set_creation_date(_MADE)
        self._pdf.set_auto_page_break(False)
        self._pdf.add_page()

    def _font(self, face: Face, bold: bool, size: float) -> None:
        style: Literal["", "B"] = "B" if bold else ""
        if face == "vera" and f"vera{style}" not in self._pdf.fonts:
            self._pdf.add_font("vera", style, str(_vera(bold)))
        family = {"sans": "helvetica", "serif": "times", "mono": "courier", "vera": "vera"}[face]
        self._pdf.set_font(family, style, size)

    def text(
        self, x: float, y: float, text: str, size: float = 9, *, bold: bool = False,
        face: Face = "sans", align: Align = "left", colour: Colour = BLACK,
    ) -> None:  # fmt: skip
        self._font(face, bold, size)
        self._pdf.set_text_color(*colour)
        shift = {"left": 0.0, "right": 1.0, "centre": 0.5}[align]
        self._pdf.text(x - shift * self._pdf.get_string_width(text), y, text)

    def width(
        self, text: str, size: float = 9, *, bold: bool = False, face: Face = "sans"
    ) -> float:
        self._font(face, bold, size)
        return float(self._pdf.get_string_width(text))

    def box(
        self, x: float, y: float, width: float, height: float, *, fill: Colour | None = None,
        line: Colour | None = RULE,
    ) -> None:  # fmt: skip
        self._pdf.set_line_width(0.3)
        if fill:
            self._pdf.set_fill_color(*fill)
        if line:
            self._pdf.set_draw_color(*line)
        style = ("D" if line else "") + ("F" if fill else "")
        self._pdf.rect(x, y, width, height, style=style)

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, *, colour: Colour = RULE,
        width: float = 0.3,
    ) -> None:  # fmt: skip
        self._pdf.set_line_width(width)
        self._pdf.set_draw_color(*colour)
        self._pdf.line(x0, y0, x1, y1)

    def next_page(self) -> None:
        self._pdf.add_page()

    def finish(self, title: str, author: str) -> bytes:
        self._pdf.set_title(title)
        self._pdf.set_author(author)
        return bytes(self._pdf.output())
