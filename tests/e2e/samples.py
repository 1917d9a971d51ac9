"""Small and large PDFs, each with a content of its own."""

import random

from fpdf import FPDF


def small_pdf(text: str) -> bytes:
    """A page with a line of text."""
    return _draw([text])


def large_pdf(size: int) -> bytes:
    """About `size` bytes: a page, and an attachment that does not compress."""
    pdf = FPDF()
    pdf.set_compression(False)
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.cell(text="A large plan")
    pdf.embed_file(bytes=random.Random(size).randbytes(size), basename="plan.bin", compress=False)
    return bytes(pdf.output())


def quote_pdf(number: str, customer: str, event_date: str, total: str) -> bytes:
    """A quote with the five fields, in Portuguese."""
    return _draw(
        [
            "ORÇAMENTO",
            f"Número: {number}",
            f"Cliente: {customer}",
            f"Data do evento: {event_date}",
            f"Valor total: R$ {total}",
        ]
    )


def _draw(lines: list[str]) -> bytes:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    for line in lines:
        pdf.cell(text=line, new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())
