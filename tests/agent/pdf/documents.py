"""PDFs written byte by byte: small good ones, and ones that no honest program would write."""

import io
import zlib
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


def pdf(contents: Iterable[bytes], *, title: str | None = None, filters: bytes = b"") -> bytes:
    """A PDF with a page for each content stream, already encoded as `filters` says."""
    streams = list(contents)
    kids = b" ".join(b"%d 0 R" % (5 + 2 * index) for index in range(len(streams)))
    info = b"<< >>"
    if title is not None:
        info = b"<< /Title <%b> >>" % title.encode("utf-16").hex().encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(streams)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        info,
    ]
    for index, stream in enumerate(streams):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R >> >> >>" % (6 + 2 * index)
        )
        objects.append(
            b"<< /Length %d %b >> stream\n%b\nendstream" % (len(stream), filters, stream)
        )
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def text_pdf(*pages: str, title: str | None = None) -> bytes:
    """A PDF with these lines on its pages."""
    return pdf([_show(page.splitlines()) for page in pages], title=title)


def quote_pdf(number: int = 1) -> bytes:
    """A quote in Portuguese, as a branch would have it."""
    return text_pdf(
        f"ORÇAMENTO Nº {number:05}\n\nCliente: Padaria Pão Quente Ltda\n"
        "Data do evento: 15 de janeiro de 2026\n\nTotal: R$ 1.234,56",
        title=f"Orçamento {number}",
    )


def bomb() -> bytes:
    """A kilobyte that unpacks to 800 MB of page content."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(800)) + packer.flush()
    filters = b"/Filter [/FlateDecode /FlateDecode]"
    return pdf([zlib.compress(packed, 9)], filters=filters)


def locked(*, user_password: str) -> bytes:
    """The quote, encrypted; with an empty user password every reader opens it."""
    writer = PdfWriter(clone_from=io.BytesIO(quote_pdf()))
    writer.encrypt(user_password, "owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def picture_pdf() -> bytes:
    """A scan: a picture and no text."""
    out = io.BytesIO()
    Image.new("RGB", (200, 280), "white").save(out, "PDF")
    return out.getvalue()


def form_pdf(value: str) -> bytes:
    """A form with one field, filled in: the value stands in an annotation, not on the page."""
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(60, 780, "ORDEM DE SERVIÇO")
    canvas.acroForm.textfield(name="number", value=value, x=60, y=700, width=200, height=20)
    canvas.save()
    return out.getvalue()


def _show(lines: list[str]) -> bytes:
    shown = [b"BT /F 11 Tf 14 TL 60 780 Td"]
    for line in lines:
        text = line.encode("cp1252").replace(b"\\", b"\\\\")
        text = text.replace(b"(", b"\\(").replace(b")", b"\\)")
        shown.append(b"(%b) Tj T*" % text)
    return b"\n".join([*shown, b"ET"])
