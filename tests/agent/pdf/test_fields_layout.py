"""Where things stand on paper: the same facts, drawn in every place and direction."""

import io
from collections.abc import Callable

import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from agent.pdf.fields import Readings, read_fields
from agent.pdf.layout import Page, page_layout, pages_to_read, text_layout

A4 = (595.0, 842.0)


def draw(paint: Callable[[Canvas], None], size: tuple[float, float] = A4) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    paint(canvas)
    canvas.save()
    return buffer.getvalue()


def layout(pdf: bytes) -> list[Page]:
    with pdfium.PdfDocument(pdf) as document:
        pages = []
        for index in pages_to_read(len(document)):
            textpage = document[index].get_textpage()
            pages.append(page_layout(textpage, textpage.get_text_range(), index + 1))
        return pages


def read(paint: Callable[[Canvas], None], size: tuple[float, float] = A4) -> Readings:
    return read_fields(layout(draw(paint, size)))


def facts(canvas: Canvas) -> None:
    for y, line in (
        (780, "ORDEM DE SERVIÇO Nº OS-4512"),
        (760, "Emissão: 02/03/2026"),
        (740, "Data agendada: 20/03/2026"),
        (720, "Cliente: Auto Posto Trevo ME"),
        (700, "Total geral: R$ 1.234,56"),
    ):
        canvas.drawString(60, y, line)


def check(fields: Readings) -> None:
    found = (fields.type, fields.number, fields.customer, fields.event_date, fields.total)
    assert [field and field.value for field in found] == [
        "service_order", "OS-4512", "Auto Posto Trevo ME", "2026-03-20", "1234.56",
    ]  # fmt: skip


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_reads_like_an_upright_one(turn: int) -> None:
    def paint(canvas: Canvas) -> None:
        # Turned so that what the viewer turns back stands upright.
        canvas.setPageRotation(turn)
        width, height = A4
        canvas.translate(*{0: (0, 0), 90: (width, 0), 180: (width, height), 270: (0, height)}[turn])
        canvas.rotate(turn)
        facts(canvas)

    # Upright the page is as wide as the sheet is high when it is turned a quarter.
    check(read(paint, A4 if turn % 180 == 0 else (A4[0], A4[0] * 1.4142)))


def test_values_are_found_right_of_their_labels_whatever_the_order_of_drawing() -> None:
    def paint(canvas: Canvas) -> None:
        rows = [("Cliente", "Auto Posto Trevo ME"), ("Emissão", "02/03/2026"),
                ("Data agendada", "20/03/2026"), ("Total geral", "R$ 1.234,56")]  # fmt: skip
        canvas.drawString(60, 780, "Ordem de Serviço OS-4512")
        for row, (_, text) in enumerate(reversed(rows)):
            canvas.drawString(300, 720 - 20 * (len(rows) - row), text)
        for row, (caption, _) in enumerate(rows):
            canvas.drawString(60, 700 - 20 * row, caption)

    check(read(paint))


def test_values_are_found_under_the_captions_of_a_table() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.drawString(60, 780, "Ordem de Serviço OS-4512")
        captions = ("Emissão", "Data agendada", "Cliente", "Total geral")
        values = ("02/03/2026", "20/03/2026", "Auto Posto Trevo ME", "1.234,56")
        for column, (caption, text) in enumerate(zip(captions, values, strict=True)):
            canvas.drawString(60 + 130 * column, 700, caption)
            canvas.drawString(60 + 130 * column, 684, text)

    check(read(paint))


def test_values_are_found_over_small_captions() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.drawString(60, 780, "Ordem de Serviço OS-4512")
        captions = ("emissão", "data agendada", "cliente", "total geral")
        values = ("02/03/2026", "20/03/2026", "Auto Posto Trevo ME", "1.234,56")
        for column, (caption, text) in enumerate(zip(captions, values, strict=True)):
            canvas.setFontSize(12)
            canvas.drawString(60 + 130 * column, 700, text)
            canvas.setFontSize(7)
            canvas.drawString(60 + 130 * column, 691, caption)

    check(read(paint))


def test_letters_set_apart_are_a_word() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.drawString(60, 780, "O R Ç A M E N T O", charSpace=2)
        canvas.drawString(60, 740, "Cliente: Ana Reis")

    fields = read(paint)
    assert fields.type is not None
    assert fields.type.value == "quote"


def test_a_sentence_goes_on_in_the_next_line() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "Agradecemos o contato. O evento será realizado no dia 15 de")
        canvas.drawString(60, 686, "janeiro de 2026, na sede da empresa.")

    fields = read(paint)
    assert fields.event_date is not None
    assert fields.event_date.value == "2026-01-15"
    assert fields.event_date.source.startswith("Agradecemos")


def test_two_columns_do_not_mix() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.drawString(60, 780, "WORK ORDER")
        for x, lines in (
            (60, ("Bill to", "Miller & Sons Plumbing LLC", "12 Elm St")),
            (340, ("Technician", "Neil Porter", "Ext. 14")),
        ):
            for row, line in enumerate(lines):
                canvas.drawString(x, 720 - 14 * row, line)

    fields = read(paint)
    assert fields.customer is not None
    assert fields.customer.value == "Miller & Sons Plumbing LLC"


def test_the_first_pages_and_the_last_are_read() -> None:
    assert pages_to_read(0) == []
    assert pages_to_read(3) == [0, 1, 2]
    assert pages_to_read(9) == [0, 1, 2, 3, 4, 8]

    def paint(canvas: Canvas) -> None:
        facts(canvas)
        for _ in range(7):
            canvas.showPage()
            canvas.drawString(60, 780, "Anexo")
        canvas.showPage()
        canvas.drawString(60, 780, "Valor total da proposta: R$ 99,00")

    fields = read(paint)
    assert fields.total is not None
    assert fields.total.page in {1, 9}


def test_plain_text_has_cells_where_it_has_wide_gaps() -> None:
    page = text_layout("Cliente:  Ana Reis\tTotal | 12,00\r\n\r\nFim", 1)
    assert [[cell.text for cell in row] for row in page.rows] == [
        ["Cliente:", "Ana Reis", "Total", "12,00"],
        ["Fim"],
    ]
