"""The box of a value is where the value is seen on the page."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.lib.colors import blue, red
from reportlab.pdfgen.canvas import Canvas

from agent.contract.files import Fields
from agent.pdf.extract import Extractor
from agent.pdf.fields import read_fields
from agent.pdf.layout import page_layout

SIZE = 600.0


def _document(rotation: int) -> bytes:
    """A total in blue beside its label in red, on a page with a crop box of its own; turned so
    that what the viewer turns back stands upright."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(SIZE, SIZE))
    canvas.setCropBox((20, 30, 590, 580))
    canvas.setPageRotation(rotation)
    canvas.translate(*{0: (0, 0), 90: (SIZE, 0), 180: (SIZE, SIZE), 270: (0, SIZE)}[rotation])
    canvas.rotate(rotation)
    canvas.setFont("Helvetica", 16)
    canvas.setFillColor(red)
    canvas.drawString(80, 300, "Valor total: R$")
    canvas.setFillColor(blue)
    canvas.drawString(205, 300, "1.234,56")
    canvas.save()
    return file.getvalue()


def _blue_bounds(picture: Image.Image) -> tuple[float, float, float, float]:
    """Around everything blue, as fractions of the picture."""
    red_part, _, _ = picture.convert("RGB").split()
    bounds = red_part.point(lambda value: 255 if value < 128 else 0).getbbox()
    assert bounds is not None
    width, height = picture.size
    return bounds[0] / width, bounds[1] / height, bounds[2] / width, bounds[3] / height


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_box_of_a_value_covers_it_and_little_more(rotation: int) -> None:
    document = pypdfium2.PdfDocument(_document(rotation))
    page = document[0]
    textpage = page.get_textpage()
    total = read_fields([page_layout(textpage, textpage.get_text_range(), 1)]).total
    assert total is not None
    assert total.value == "1234.56"
    assert total.box is not None
    seen = _blue_bounds(page.render(scale=2).to_pil())
    left, top, right, bottom = total.box
    slack = 0.01
    assert left <= seen[0] + slack
    assert top <= seen[1] + slack
    assert right >= seen[2] - slack
    assert bottom >= seen[3] - slack
    assert (right - left) * (bottom - top) < 2.5 * (seen[2] - seen[0]) * (seen[3] - seen[1])
    for part in (textpage, page, document):
        part.close()


def test_plain_text_has_no_boxes() -> None:
    total = read_fields(["Valor total: R$ 1.234,56"]).total
    assert total is not None
    assert total.box is None


async def test_the_box_comes_through_the_child(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(_document(0))
    async with Extractor() as extractor:
        fields: Fields = (await extractor.read(path)).fields
    assert fields.total is not None
    assert fields.total.box is not None
    assert 0 < fields.total.box[0] < fields.total.box[2] < 1
