# ruff: noqa: E501  (markup is easier to read unbroken)
"""A last set of documents, written when the rules were finished and measured once before
anything was changed for it. The same promise as in `unseen_layouts`: layouts are not bent to
the reader. Here some are printed by Chromium and some built with ReportLab's flowables and
fpdf2's tables.
"""

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fpdf import FPDF
from reportlab.lib import colors
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

from tests.agent.pdf.unseen_layouts import MESES, MONTHS, br, us

Truth = dict[str, str | None]


@dataclass(frozen=True)
class Document:
    """Either `html`, still to be printed, or the finished `pdf`."""

    name: str
    language: str
    truth: Truth
    html: str = ""
    pdf: bytes = b""


@dataclass(frozen=True)
class Job:
    n: int
    customer: str
    who: str
    made: date
    event: date
    lines: list[tuple[str, int, Decimal]]

    @property
    def total(self) -> Decimal:
        return sum((q * p for _, q, p in self.lines), Decimal(0))

    def truth(
        self, kind: str | None, number: str | None, *, event: bool = True, total: bool = True
    ) -> Truth:
        return {
            "type": kind,
            "number": number,
            "customer": self.customer,
            "event_date": self.event.isoformat() if event else None,
            "total": f"{self.total:.2f}" if total else None,
        }


PT = [
    "Igreja Batista Central", "Frigorífico Boa Esperança Ltda", "Sindicato Rural de Cascavel",
    "Fernanda Oliveira Santos", "Auto Posto Trevo ME", "Escola Estadual Rui Barbosa",
    "Metalúrgica São Jorge S.A.", "Câmara de Dirigentes Lojistas",
]  # fmt: skip
EN = [
    "Juniper Coffee Roasters", "Wexford County Council", "Miller & Sons Plumbing LLC",
    "Evelyn Carter", "Riverbend Community Church", "Quantum Dynamics Corp.", "Thistle Theatre Trust",
]  # fmt: skip
PT_LINES = ["Locação de palco", "Som de médio porte", "Iluminação decorativa", "Banheiro químico",
            "Grade de contenção", "Segurança noturna", "Troca de filtro", "Instalação de duto"]  # fmt: skip
EN_LINES = ["Sound system", "Pipe and drape 10 ft", "Pump seal", "Uplighting", "Truss arch",
            "Filter set", "Dance floor", "Ramp section"]  # fmt: skip


def job(rng: random.Random, portuguese: bool) -> Job:
    made = date(2026, 1, 8) + timedelta(days=rng.randrange(280))
    names = rng.sample(PT_LINES if portuguese else EN_LINES, rng.randrange(2, 6))
    return Job(
        rng.randrange(20, 98000),
        rng.choice(PT if portuguese else EN),
        rng.choice(["Silvana Moraes", "Edson Braga"] if portuguese else ["Neil Porter", "Ana Ruiz"]),
        made,
        made + timedelta(days=rng.randrange(32, 90)),
        [(name, rng.randrange(1, 12), Decimal(rng.randrange(1500, 480000)) / 100) for name in names],
    )  # fmt: skip


def d(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def abbr(day: date) -> str:
    return f"{day:%d}/{MESES[day.month - 1][:3]}/{day.year}"


def html(css: str, body: str) -> str:
    return f"<!doctype html><meta charset=utf-8><style>body{{font:10pt 'DejaVu Sans'}}{css}</style>{body}"


Made = tuple[str | bytes, Truth]


def spaced_letters(j: Job) -> Made:
    no = f"{j.n:05d}"
    body = f"""<h1>ORÇAMENTO</h1><h5>ESTRUTURAS PARA EVENTOS</h5><p class=m><span>nº {no}</span> <span>emitido {d(j.made)}</span> <span>vale 10 dias</span></p>
    <section><h5>CONTRATANTE</h5><b>{j.customer}</b><br>a/c {j.who}</section><section><h5>QUANDO</h5><b>{j.event.day} de {MESES[j.event.month - 1]} de {j.event.year}</b></section>
    <table>{"".join(f"<tr><td>{q}x<td>{n}<td>{br(q * p)}" for n, q, p in j.lines)}<tr class=t><td><td>TOTAL<td>{br(j.total)}</table>"""
    return html("h1{letter-spacing:8px;font-weight:300}h5{letter-spacing:3px;color:#888}.m span{margin-right:30px}td{padding:4px 20px 4px 0}", body), j.truth("quote", no)  # fmt: skip


def floating(j: Job) -> Made:
    no = f"PR{j.n}"
    at = "position:absolute;"
    body = f"""<div style='{at}top:20px;right:20px'><b>PROPOSTA COMERCIAL</b></div><div style='{at}top:46px;right:20px'>{no}</div><div style='{at}top:20px;left:20px;font-size:18pt'>Grupo Andaime</div>
    <div style='{at}top:120px;left:20px'>Razão Social</div><div style='{at}top:120px;left:200px'>{j.customer}</div><div style='{at}top:140px;left:20px'>CNPJ</div><div style='{at}top:140px;left:200px'>61.412.110/0001-55</div>
    <div style='{at}top:160px;left:20px'>Data do pedido</div><div style='{at}top:160px;left:200px'>{d(j.made)}</div><div style='{at}top:180px;left:20px'>Data de execução</div><div style='{at}top:180px;left:200px'>{d(j.event)}</div>
    <div style='{at}top:640px;right:20px;text-align:right'>Mão de obra<br>R$ {br(j.total / 2)}</div><div style='{at}top:700px;right:20px;text-align:right'>Valor total da proposta<br><b>R$ {br(j.total)}</b></div>"""
    return html("", body), j.truth("quote", no)


def caps_no_accents(j: Job) -> Made:
    no = f"{j.n}/26"
    items = "<br>".join(f"{n.upper()} - QTD {q} - R$ {br(q * p)}" for n, q, p in j.lines)
    body = f"""<p><b>REFRIGERACAO POLO NORTE</b><br>ORCAMENTO NO. {no} &nbsp;&nbsp;&nbsp; DATA: {d(j.made)}</p><p>CLIENTE: {j.customer}<br>FONE: (45) 3035-2200 &nbsp; CIDADE: CASCAVEL<br>DATA DA INSTALACAO: {d(j.event)} &nbsp; PERIODO: MANHA</p><p>{items}</p><p>SUB-TOTAL: R$ {br(j.total + 50)}<br>DESCONTO: R$ 50,00<br>TOTAL A PAGAR: R$ {br(j.total)}<br>FORMA DE PAGAMENTO: PIX</p>"""
    return html("", body), j.truth("quote", no)


def os_checklist(j: Job) -> Made:
    no = f"{j.n}"
    body = f"""<table class=b><tr><td class=h colspan=2>Tecnoágua Bombas e Filtros<td class=h>O.S.<br><big>{no}</big></tr><tr><td>Cliente: <b>{j.customer}</b><td>Contato: {j.who}<td>Abertura: {d(j.made)} 09:15</tr><tr><td>Endereço: Rua Bahia, 77<td>Tipo: Corretiva<td>Agendado: {d(j.event)} 13:30</tr></table><p>Checklist: ☐ Bomba ☐ Filtro ☐ Vazamento ☐ Painel</p><table class=b><tr><th>Peça/Serviço<th>Quant.<th>Vl. unit.<th>Vl. total</tr>{"".join(f"<tr><td>{n}<td>{q}<td>{br(p)}<td>{br(q * p)}" for n, q, p in j.lines)}<tr><td colspan=3>Total da ordem de serviço<td>{br(j.total)}</table><p>Data: ___/___/_____ &nbsp; Assinatura do cliente: ____________________</p>"""
    return html(".b{width:100%;border-collapse:collapse}.b td,.b th{border:1px solid #666;padding:5px}.h{font-size:13pt}", body), j.truth("service_order", no)  # fmt: skip


def sunday_roast(j: Job) -> Made:
    no = f"Q-{j.n}"
    body = f"""<h2>Copper Kettle Catering</h2><h3>Catering proposal</h3><p class=a>Proposal for<br><b>{j.customer}</b></p><p class=a>Reference<br><b>{no}</b></p><p class=a>Date of function<br><b>{j.event:%A}, {j.event.day} {MONTHS[j.event.month - 1]} {j.event.year}</b></p><p class=a>Proposal date<br><b>{j.made.day} {MONTHS[j.made.month - 1]} {j.made.year}</b></p>
    <h4>Menu and service</h4>{"".join(f"<p>{n} ({q}) <span>£{us(q * p)}</span></p>" for n, q, p in j.lines)}<p><b>Total <span>£{us(j.total)}</span></b></p><p>25% deposit (£{us(j.total / 4)}) to confirm.</p>"""
    return html(".a{display:inline-block;margin-right:24px}p span{float:right}", body), j.truth("quote", no)  # fmt: skip


def dispatch(j: Job) -> Made:
    no = f"{j.n:06d}"
    body = f"""<table class=t><tr><td><b>Tri-County Electric</b><br>License #EC-22910<td class=r><b>WORK ORDER</b> {no}</table><table class=g><tr><th>Customer<th>Job site<th>Date opened<th>Appointment</tr><tr><td>{j.customer}<td>414 Elm St, Salem, OR 97301<td>{j.made:%m/%d/%y}<td>{j.event:%m/%d/%y} 8 AM - 12 PM</table><p>Description of work: replace {j.lines[0][0].lower()}; test and tag.</p><table class=g><tr><th>Materials<th>Qty<th>Each<th>Ext.</tr>{"".join(f"<tr><td>{n}<td>{q}<td>{us(p)}<td>{us(q * p)}" for n, q, p in j.lines)}</table><table class=s><tr><td>Materials<td>{us(j.total - 5)}<tr><td>Permit<td>5.00<tr><td>TOTAL DUE<td>${us(j.total)}</table><p>Tech: {j.who}</p>"""
    return html(".t,.g{width:100%}.g td,.g th{border:1px solid #aaa;text-align:left;padding:3px}.r{text-align:right}.s{margin-left:auto}", body), j.truth("service_order", no)  # fmt: skip


def crew_plan(j: Job) -> Made:
    no = f"E{j.n}"
    body = f"""<h1>Set-up plan</h1><p>Event no. <b>{no}</b> | Client <b>{j.customer}</b></p><ul><li>Set-up: {j.event:%d.%m.%Y}, from 06:00<li>Show: {j.event + timedelta(days=1):%d.%m.%Y}<li>Breakdown: {j.event + timedelta(days=2):%d.%m.%Y}, until 02:00</ul><h3>Crew</h3><p>{j.who} (lead), 4 hands</p><h3>Material</h3><ol>{"".join(f"<li>{n}: {q}" for n, q, _ in j.lines)}</ol><small>Version 3, {j.made:%d.%m.%Y}</small>"""
    facts = j.truth("assembly", no, total=False)
    # Two days are stated and neither is called the event's date: either is a fair reading.
    del facts["event_date"]
    return html("", body), facts


def montagem_cozinha(j: Job) -> Made:
    no = f"{j.n}"
    body = f"""<div class=bar>MARCENARIA RAIZ &nbsp; | &nbsp; Ficha de montagem nº {no}</div><dl><dt>CLIENTE</dt><dd>{j.customer}</dd><dt>AMBIENTE</dt><dd>Cozinha e lavanderia</dd><dt>DATA DE MONTAGEM</dt><dd>{abbr(j.event)}</dd><dt>ENTREGA DO MATERIAL</dt><dd>{abbr(j.event - timedelta(days=2))}</dd><dt>MONTADOR</dt><dd>{j.who}</dd></dl><p>Pedido {j.n + 500} de {d(j.made)}</p>"""
    return html(".bar{background:#432;color:#fff;padding:8px}dt{float:left;clear:left;width:180px;color:#666}dd{margin:0 0 8px 190px}", body), j.truth("assembly", no, total=False)  # fmt: skip


def long_letter(j: Job) -> Made:
    no = f"{j.n}/2026"
    body = f"""<p>Londrina, {j.made.day} de {MESES[j.made.month - 1]} de {j.made.year}</p><p>Carta-proposta nº {no}</p><p>Ao<br>{j.customer}<br>Nesta</p><p>Prezado(a) {j.who},</p><p>É com satisfação que encaminhamos nosso orçamento para a locação de estruturas destinadas ao evento que acontecerá em {j.event.day} de {MESES[j.event.month - 1]} de {j.event.year}, nesta cidade.</p>
    <p>{"; ".join(f"{q} {n.lower()}" for n, q, _ in j.lines)}.</p><p>Pelo fornecimento acima, o investimento total é de <b>R$ {br(j.total)}</b>, sendo R$ {br(j.total / 2)} na contratação e o restante na entrega.</p><p>Esta proposta tem validade até {d(j.made + timedelta(days=20))}.</p><p>Cordialmente,<br>Comercial Estrutura Norte</p>"""
    return html("body{font-family:'DejaVu Serif'}", body), j.truth("quote", no)


def receipt(j: Job) -> Made:
    body = f"<h1>RECIBO</h1><p>Recebemos de {j.customer} a importância de R$ {br(j.total)} referente ao orçamento nº {j.n}.</p><p>{d(j.made)}</p>"
    return html("", body), {"type": None}


def purchase_order(j: Job) -> Made:
    body = f"<h1>Purchase Order</h1><p>PO No. {j.n}<br>Date {j.made:%m/%d/%Y}<br>Your quotation {j.n - 3}</p><p>Vendor: {j.customer}</p><p>Total ${us(j.total)}</p>"
    return html("", body), {"type": None}


def rental_agreement(j: Job) -> Made:
    body = f"<h2>CONTRATO DE LOCAÇÃO DE EQUIPAMENTOS</h2><p>LOCATÁRIA: {j.customer}. Cláusula primeira: o objeto deste contrato é descrito no orçamento {j.n}, com montagem em {d(j.event)}.</p>"
    return html("", body), {"type": None}


def platypus_quote(j: Job) -> Made:
    no = f"COT-{j.n}"
    style = getSampleStyleSheet()
    story = [
        Paragraph("Aço &amp; Lona Coberturas", style["Title"]),
        Paragraph(f"COTAÇÃO {no}", style["Heading2"]),
        Table([["Cliente:", j.customer, "Data:", d(j.made)],
               ["Evento:", "Festa junina", "Data do evento:", d(j.event)],
               ["Vendedor:", j.who, "Validade:", d(j.made + timedelta(days=15))]]),
        Spacer(1, 12),
        Table([["Item", "Qtde", "Unitário", "Total"],
               *[[n, str(q), br(p), br(q * p)] for n, q, p in j.lines],
               ["", "", "TOTAL", f"R$ {br(j.total)}"]],
              style=[("GRID", (0, 0), (-1, -1), 0.5, colors.grey)]),
        Paragraph("Pagamento em 2 parcelas.", style["Normal"]),
    ]  # fmt: skip
    return _platypus(story), j.truth("quote", no)


def platypus_service(j: Job) -> Made:
    no = f"SR-{j.n}"
    style = getSampleStyleSheet()
    story = [
        Paragraph("SERVICE ORDER", style["Title"]),
        Paragraph(f"<b>Order number:</b> {no}", style["Normal"]),
        Paragraph(f"<b>Customer:</b> {j.customer}", style["Normal"]),
        Paragraph(f"<b>Date of service:</b> {MONTHS[j.event.month - 1]} {j.event.day}, {j.event.year}", style["Normal"]),
        Paragraph(f"<b>Order date:</b> {MONTHS[j.made.month - 1]} {j.made.day}, {j.made.year}", style["Normal"]),
        Spacer(1, 10),
        *[Paragraph(f"{q} x {n}: ${us(q * p)}", style["Bullet"]) for n, q, p in j.lines],
        Paragraph(f"<b>Total charges: ${us(j.total)}</b>", style["Normal"]),
    ]  # fmt: skip
    return _platypus(story), j.truth("service_order", no)


def fpdf_assembly(j: Job) -> Made:
    no = f"{j.n}"
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", "B", 18)
    pdf.cell(0, 12, "ORDEM DE MONTAGEM", new_x="LMARGIN", new_y="NEXT", align="C")
    pdf.set_font("times", size=11)
    with pdf.table() as table:
        for row in (
            ("Ordem", "Cliente", "Montagem", "Emissão"),
            (no, j.customer, d(j.event), d(j.made)),
        ):
            line = table.row()
            for text in row:
                line.cell(text)
    pdf.ln(6)
    for name, quantity, _ in j.lines:
        pdf.cell(0, 7, f"{quantity} - {name}", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output()), j.truth("assembly", no, total=False)  # fmt: skip


def fpdf_estimate(j: Job) -> Made:
    no = f"{j.n}"
    pdf = FPDF(format="Letter")
    pdf.add_page()
    pdf.set_font("courier", "B", 14)
    pdf.cell(100, 8, "BIG SKY TENTS")
    pdf.cell(0, 8, "ESTIMATE", align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("courier", size=10)
    for caption, text in (
        ("Estimate no", no),
        ("Issued", f"{j.made:%Y-%m-%d}"),
        ("Client", j.customer),
        ("Event", "Company picnic"),
        ("Event date", f"{j.event:%Y-%m-%d}"),
    ):
        pdf.cell(40, 6, caption)
        pdf.cell(0, 6, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    for name, quantity, price in j.lines:
        pdf.cell(120, 6, f"{quantity} {name}")
        pdf.cell(0, 6, us(quantity * price), align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.cell(120, 8, "Total estimate (USD)")
    pdf.cell(0, 8, us(j.total), align="R")
    return bytes(pdf.output()), j.truth("quote", no)  # fmt: skip


def _platypus(story: list[object]) -> bytes:
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer).build(story)
    return buffer.getvalue()


COMPANIES: dict[Callable[[Job], Made], str] = {
    spaced_letters: "pt", floating: "pt", caps_no_accents: "pt", os_checklist: "pt",
    sunday_roast: "en", dispatch: "en", crew_plan: "en", montagem_cozinha: "pt", long_letter: "pt",
    receipt: "pt", purchase_order: "en", rental_agreement: "pt", platypus_quote: "pt",
    platypus_service: "en", fpdf_assembly: "pt", fpdf_estimate: "en",
}  # fmt: skip


def documents(copies: int, seed: int = 1) -> Iterator[Document]:
    """`copies` documents of each company, always the same for a seed."""
    for company, language in COMPANIES.items():
        rng = random.Random(f"{seed}-{company.__name__}")
        for copy in range(copies):
            made, truth = company(job(rng, language == "pt"))
            name = f"{company.__name__}-{copy}"
            if isinstance(made, str):
                yield Document(name, language, truth, html=made)
            else:
                yield Document(name, language, truth, pdf=made)
