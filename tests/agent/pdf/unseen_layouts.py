# ruff: noqa: E501, SIM905  (markup is easier to read unbroken)
"""Documents as fourteen small companies would design them, printed by Chromium.

Written before the rules, and without them, so that the figures measured on it say something
about documents nobody has seen. Do not change a layout because the reader fails on it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

MESES = (
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro"
).split()
MONTHS = (
    "January February March April May June July August September October November December"
).split()


@dataclass(frozen=True)
class Document:
    """`truth` has the canonical value of each of the five fields, None where there is none."""

    name: str
    language: str
    html: str
    truth: dict[str, str | None]


@dataclass(frozen=True)
class Facts:
    """What a document says; `issued` < `until` and `event` are all different days."""

    n: int
    customer: str
    person: str
    issued: date
    until: date
    event: date
    items: list[tuple[str, int, Decimal]]

    @property
    def total(self) -> Decimal:
        return sum((quantity * price for _, quantity, price in self.items), Decimal(0))


PT_CUSTOMERS = [
    "Colégio Santa Cecília", "Construtora Vale Verde Ltda.", "Maria Aparecida de Souza",
    "Associação Comercial de Joinville", "Padaria Três Irmãos ME", "Hotel Praia Mansa S/A",
    "Condomínio Edifício Itamaraty", "José Carlos Pereira Lima", "Prefeitura Municipal de Garça",
]  # fmt: skip
EN_CUSTOMERS = [
    "Harborview Dental Group", "St Mary's Primary School", "Okafor & Daughters Ltd",
    "Daniel R. Whitcombe", "The Old Mill Hotel", "Pinecrest Homeowners Association", "Orbit Labs, Inc.",
]  # fmt: skip
PT_ITEMS = [
    "Tenda piramidal 10x10 m", "Sonorização ambiente", "Manutenção de split 12.000 BTU",
    "Painel de LED P3", "Mão de obra (diária)", "Gerador 180 kVA", "Frete e carga", "Piso elevado m²",
]  # fmt: skip
EN_ITEMS = [
    "Frame tent 20 x 40", "Line array speaker", "Compressor replacement", "LED wall panel 500 mm",
    "Crew day rate", "Generator hire 60 kVA", "Delivery and collection", "Stage deck 2 x 1 m",
]  # fmt: skip
PT_PEOPLE = ["Renata Prado", "Luís Fernando Teles", "Cláudia Nunes"]
EN_PEOPLE = ["Grace Hughes", "Tom Alvarez", "Priya Nair"]


def facts(rng: random.Random, portuguese: bool) -> Facts:
    issued = date(2026, 1, 5) + timedelta(days=rng.randrange(300))
    until = issued + timedelta(days=rng.choice([7, 15, 20]))
    names = PT_ITEMS if portuguese else EN_ITEMS
    items = [
        (name, rng.randrange(1, 9), Decimal(rng.randrange(4000, 320000)) / 100)
        for name in rng.sample(names, rng.randrange(3, 6))
    ]
    return Facts(
        rng.randrange(101, 9990),
        rng.choice(PT_CUSTOMERS if portuguese else EN_CUSTOMERS),
        rng.choice(PT_PEOPLE if portuguese else EN_PEOPLE),
        issued,
        until,
        until + timedelta(days=rng.randrange(3, 60)),
        items,
    )


def br(amount: Decimal) -> str:
    return f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))


def us(amount: Decimal) -> str:
    return f"{amount:,.2f}"


def dm(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def extenso(day: date) -> str:
    return f"{day.day} de {MESES[day.month - 1]} de {day.year}"


def long_us(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def long_uk(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def truth(
    kind: str | None, number: str | None, f: Facts, *, event: bool = True, total: bool = True
) -> dict[str, str | None]:
    return {
        "type": kind,
        "number": number,
        "customer": f.customer,
        "event_date": f.event.isoformat() if event else None,
        "total": f"{f.total:.2f}" if total else None,
    }


def page(css: str, body: str) -> str:
    return (
        "<!doctype html><meta charset=utf-8><style>@page{size:A4;margin:14mm}"
        f"body{{font:10pt 'DejaVu Sans';margin:0}}{css}</style>{body}"
    )


def rows(f: Facts, money: Callable[[Decimal], str]) -> str:
    return "".join(
        f"<tr><td>{i}<td>{name}<td class=r>{q}<td class=r>{money(price)}<td class=r>{money(q * price)}"
        for i, (name, q, price) in enumerate(f.items, 1)
    )


Made = tuple[str, dict[str, str | None]]


def tendas_aurora(f: Facts) -> Made:
    number = f"{f.n:04d}/2026"
    body = f"""<header><div class=logo>Tendas Aurora</div><div class=meta><b>ORÇAMENTO {number}</b><br>
    Emissão {dm(f.issued)} · Válido até {dm(f.until)}</div></header>
    <p class=s>Rua Sete de Setembro, 1.204 – Blumenau/SC · CNPJ 08.441.902/0001-33 · (47) 3322-1090</p>
    <div class=box><b>Cliente:</b> {f.customer} &nbsp; <b>A/C:</b> {f.person}<br>
    <b>Fone:</b> (47) 99912-4401 <b>E-mail:</b> contato@exemplo.com.br<br>
    <b>Data do evento:</b> {dm(f.event)} <b>Local:</b> Parque Vila Germânica</div>
    <table><tr><th>#<th>Descrição<th>Qtd<th>Valor unit.<th>Total</tr>{rows(f, br)}
    <tr><td colspan=4 class=r>TOTAL GERAL<td class=r>R$ {br(f.total)}</table>
    <p>Sinal de 50% ({br(f.total / 2)}) na assinatura; saldo até {dm(f.event - timedelta(days=1))}.</p>"""
    css = """header{display:flex;justify-content:space-between;border-bottom:3px solid #c50}
    .logo{font-size:24pt;color:#c50}.meta{text-align:right}.s{font-size:7pt}.box{background:#fee;padding:6px}
    table{width:100%;border-collapse:collapse}td,th{border:1px solid #ccc;padding:3px}.r{text-align:right}"""
    return page(css, body), truth("quote", number, f)


def clima_sul(f: Facts) -> Made:
    number = f"{f.n:06d}"

    def cell(caption: str, value: str, width: int = 1) -> str:
        return f"<div style='grid-column:span {width}'><small>{caption}</small>{value}</div>"

    grid = "".join([
        cell("O.S. Nº", number), cell("Data de abertura", dm(f.issued)),
        cell("Data agendada", dm(f.event)), cell("Garantia até", dm(f.event + timedelta(days=90))),
        cell("Cliente / Razão social", f.customer, 2), cell("CNPJ/CPF", "11.222.333/0001-81"),
        cell("Telefone", "(51) 3028-7711"), cell("Endereço", "Av. Ipiranga, 6681 - Porto Alegre/RS", 3),
        cell("CEP", "90619-900"), cell("Técnico responsável", f.person, 2),
        cell("Equipamento", "Split hi-wall 12.000 BTU/h", 2), cell("Serviços", f.items[0][0], 4),
        cell("Peças (R$)", br(f.total / 4)), cell("Mão de obra (R$)", br(f.total - f.total / 4)),
        cell("Desconto (R$)", "0,00"), cell("Valor total (R$)", br(f.total)),
    ])  # fmt: skip
    body = f"<h2>CLIMASUL REFRIGERAÇÃO LTDA</h2><h3>Ordem de Serviço</h3><div class=g>{grid}</div><p>____________________<br>Assinatura do cliente</p>"
    css = ".g{display:grid;grid-template-columns:repeat(4,1fr)}.g div{border:1px solid #333;padding:2px 4px;min-height:30px}small{display:block;font-size:6.5pt;color:#555}h3{text-align:center}"
    return page(css, body), truth("service_order", number, f)


def brightside(f: Facts) -> Made:
    number = f"BE/{f.n}"
    body = f"""<p class=h>Brightside Events Ltd<br><span>4 Quay Street, Bristol BS1 4DB · VAT No. GB 312 4471 09</span></p>
    <p>{long_uk(f.issued)}</p><p>{f.customer}<br>27 Station Road<br>Bath</p>
    <p>Our ref: {number}</p><p>Dear {f.person.split()[0]},</p><p><b>Quotation for marquee and lighting</b></p>
    <p>Thank you for your enquiry. We are pleased to quote {f.customer} for the supply of the equipment below for your
    event on {f.event:%A} {long_uk(f.event)}.</p><ul>{"".join(f"<li>{q} x {n} at £{us(p)} each" for n, q, p in f.items)}</ul>
    <p>The total price for the above is £{us(f.total)}, including VAT. A deposit of £{us(f.total / 4)} secures the date.
    This quotation is valid until {long_uk(f.until)}.</p><p>Yours sincerely,<br><br>Tom Alvarez</p>"""
    return page("body{font-family:'DejaVu Serif';margin:20mm}.h{text-align:right;font-size:14pt}.h span{font-size:8pt}", body), truth("quote", number, f)  # fmt: skip


def palco_luz(f: Facts) -> Made:
    number = f"M-{f.n}"
    setup, strike = f.event - timedelta(days=1), f.event + timedelta(days=1)
    body = f"""<div class=t>FICHA DE MONTAGEM <span>{number}</span></div><div class=two>
    <div><h4>EVENTO</h4><p>Cliente<br><b>{f.customer}</b></p><p>Evento<br><b>Feira de Negócios</b></p><p>Data do evento<br><b>{extenso(f.event)}</b></p></div>
    <div><h4>LOGÍSTICA</h4><p>Montagem<br><b>{dm(setup)} às 08h</b></p><p>Desmontagem<br><b>{dm(strike)} às 14h</b></p><p>Chefe de equipe<br><b>{f.person}</b></p></div></div>
    <h4>EQUIPAMENTOS</h4><ul>{"".join(f"<li>☐ {q} × {n}" for n, q, _ in f.items)}</ul>
    <p class=s>Impresso em {dm(f.issued)} 17:42 · Palco &amp; Luz Produções · página 1 de 1</p>"""
    css = ".t{background:#223;color:#fff;padding:10px;font-size:20pt}.t span{float:right}.two{display:grid;grid-template-columns:1fr 1fr;gap:10px}.s{font-size:7pt}"
    return page(css, body), truth("assembly", number, f, total=False)


def northfield(f: Facts) -> Made:
    number = f"WO-{f.n}"
    mdy = "%m/%d/%Y"
    body = f"""<div class=side><h2>Northfield HVAC</h2><p>1180 Industrial Pkwy<br>Duluth, MN 55802<br>(218) 555-0142</p>
    <h5>Bill To</h5><p>{f.customer}<br>77 Lakeview Ave<br>Duluth, MN 55804</p><h5>Technician</h5><p>{f.person}</p></div>
    <div class=main><h1>Work Order</h1><table class=k><tr><td>Work Order #<td>{number}<tr><td>Order date<td>{f.issued:{mdy}}
    <tr><td>Scheduled for<td>{f.event:{mdy}} 9:00 AM<tr><td>Priority<td>Normal</table><h4>Work requested</h4><p>Annual maintenance, check refrigerant charge.</p>
    <table class=i><tr><th>#<th>Part / labor<th>Qty<th>Rate<th>Amount</tr>{rows(f, us)}</table>
    <table class=k><tr><td>Subtotal<td>${us(f.total)}<tr><td>Sales tax<td>$0.00<tr><td><b>Total</b><td><b>${us(f.total)}</b></table></div>"""
    css = "body{display:flex}.side{width:32%;background:#eef;padding:8px;min-height:240mm}.main{flex:1;padding:8px}.i{width:100%}.i td,.i th{border-bottom:1px solid #aaa}.k td{padding:2px 12px 2px 0}h5{margin:0;color:#446}"
    return page(css, body), truth("service_order", number, f)


def ipe_moveis(f: Facts) -> Made:
    number = f"{f.n}"
    body = f"""<table><tr><td colspan=4 class=c><b>MÓVEIS PLANEJADOS IPÊ</b> – ORDEM DE MONTAGEM
    <tr><td class=l>Nº da ordem<td>{number}<td class=l>Pedido de venda<td>{f.n + 41213}
    <tr><td class=l>Cliente<td>{f.customer}<td class=l>Telefone<td>(14) 98112-0033
    <tr><td class=l>Endereço de montagem<td colspan=3>Rua das Acácias, nº 88 – Jardim América
    <tr><td class=l>Data prevista de montagem<td>{f.event:%d/%m/%y}<td class=l>Data da venda<td>{f.issued:%d/%m/%y}
    <tr><td class=l>Montador<td>{f.person}<td class=l>Conferente<td>&nbsp;</table><h4>Itens a montar</h4>
    <table><tr><th>Item<th>Qtde<th>OK</tr>{"".join(f"<tr><td>{n}<td>{q}<td>" for n, q, _ in f.items)}</table>"""
    return page("table{width:100%;border-collapse:collapse}td,th{border:1px solid #000;padding:4px}.l{background:#eee;font-size:8pt}.c{text-align:center}", body), truth("assembly", number, f, total=False)  # fmt: skip


def rigging_stage(f: Facts) -> Made:
    number = f"{f.n}-A"
    body = f"""<h1>INSTALLATION SHEET</h1><div class=g><div>Job No.<b>{number}</b></div><div>Client<b>{f.customer}</b></div>
    <div>Install date<b>{f.event:%d %b %Y}</b></div><div>Strike<b>{f.event + timedelta(days=3):%d %b %Y}</b></div><div>Crew chief<b>{f.person}</b></div><div>Venue<b>Hall 4, Exhibition Centre</b></div></div>
    <h3>Kit list</h3><table>{"".join(f"<tr><td>{q}<td>{n}<td>[ ]" for n, q, _ in f.items)}</table><h3>Notes</h3><p>Access from 07:30. Hard hats at all times. Sheet printed {f.issued:%d %b %Y}.</p><footer>Rigging &amp; Stage Co.</footer>"""
    return page(".g{display:grid;grid-template-columns:1fr 1fr 1fr;gap:8px}.g b{display:block;font-size:12pt}.g div{font-size:8pt;border-left:3px solid #09c;padding-left:6px}", body), truth("assembly", number, f, total=False)  # fmt: skip


def bandeirantes(f: Facts) -> Made:
    number = f"PC-{f.n}/26"
    body = f"""<p><b>ELÉTRICA BANDEIRANTES</b><br>Instalações industriais desde 1988</p><p align=right>Campinas, {extenso(f.issued)}.</p>
    <p>À<br><b>{f.customer}</b><br>At.: {f.person}</p><p><u>Ref.: Proposta Comercial nº {number}</u></p><p>Prezados Senhores,</p>
    <p>Atendendo à sua solicitação, apresentamos nossa proposta para fornecimento de {f.items[0][0].lower()} e serviços correlatos, com execução
    prevista para o dia {extenso(f.event)}, conforme escopo a seguir.</p><ol>{"".join(f"<li>{n} – {q} un." for n, q, _ in f.items)}</ol>
    <p><b>Preço.</b> O valor global desta proposta é de R$ {br(f.total)}, com impostos inclusos. <b>Pagamento.</b> 30 dias. <b>Validade.</b> Esta proposta é válida até {extenso(f.until)}.</p>
    <p>Atenciosamente,</p><p>Eng. Otávio Reis – CREA 506.112.334-0</p>"""
    return page("body{margin:15mm;line-height:1.5}", body), truth("quote", number, f)


def festa_pronta(f: Facts) -> Made:
    number = f"{f.n}"
    body = f"""<center><div class=n>Festa Pronta Buffet</div><h1>Proposta de Buffet</h1></center><div class=cards>
    <div><b>{number}</b>nº da proposta</div><div><b>{dm(f.event)}</b>data da festa</div><div><b>{dm(f.until)}</b>validade</div><div><b>R$ {br(f.total)}</b>investimento total</div></div>
    <p>Contratante: <b>{f.customer}</b></p><h3>O que está incluso</h3><ul>{"".join(f"<li>{n}" for n, _, _ in f.items)}</ul><p>Consultora: {f.person} · WhatsApp (21) 98877-1200 · gerado em {dm(f.issued)}</p>"""
    return page(".n{font-size:26pt;color:#a36}.cards{display:flex;gap:8px}.cards div{flex:1;text-align:center;border-radius:8px;background:#f7e9f0;padding:8px;font-size:8pt}.cards b{display:block;font-size:13pt}", body), truth("quote", number, f)  # fmt: skip


def summit(f: Facts) -> Made:
    number = f"Q{f.n:05d}"
    body = f"""<div class=top><div><h2>Summit Exhibits</h2>2200 Market St, Denver, CO</div><h1>QUOTE</h1></div>
    <table class=h><tr><th>Quote No.<th>Quote date<th>Valid until<th>Event date<th>Sales rep</tr><tr><td>{number}<td>{long_us(f.issued)}<td>{long_us(f.until)}<td>{long_us(f.event)}<td>{f.person}</table>
    <table class=h><tr><th>Customer<th>Ship to</tr><tr><td>{f.customer}<br>500 Pine Ave<br>Boulder, CO<td>Colorado Convention Center<br>Hall B</table>
    <table class=h><tr><th>#<th>Description<th>Qty<th>Unit price<th>Total</tr>{rows(f, us)}</table>
    <p class=tot>Subtotal: ${us(f.total - 10)}<br>Handling: $10.00<br><b>Grand total: ${us(f.total)}</b><br>50% deposit due: ${us(f.total / 2)}</p>"""
    return page(".top{display:flex;justify-content:space-between}.h{width:100%;margin:8px 0;border-collapse:collapse}.h td,.h th{border:1px solid #999;padding:4px;text-align:left;font-size:9pt}.tot{text-align:right}", body), truth("quote", number, f)  # fmt: skip


def tecnica_rapida(f: Facts) -> Made:
    number = f"{f.n}"
    lines = "\n".join(f"{n[:26]:<27}{q:>3} x {br(p):>9}" for n, q, p in f.items)
    body = f"""<pre>
       ASSISTENCIA TECNICA RAPIDA
     CNPJ 31.554.009/0001-07  IE ISENTO
==========================================
ORDEM DE SERVICO No {number}
ENTRADA.......: {dm(f.issued)} 10:12
PREVISAO EXEC.: {dm(f.event)}
CLIENTE.......: {f.customer.upper()}
FONE..........: (11) 94555-0101
ATENDENTE.....: {f.person.upper()}
------------------------------------------
{lines}
------------------------------------------
DESCONTO................:         0,00
TOTAL R$................: {br(f.total):>12}
==========================================
Retirar em ate 90 dias. Obrigado!
</pre>"""
    facts_ = truth("service_order", number, f)
    facts_["customer"] = f.customer.upper()
    return page("pre{font:10pt 'DejaVu Sans Mono'}", body), facts_


def lakeview(f: Facts) -> Made:
    number = f"{f.n}"
    mdy = "%m/%d/%Y"
    body = f"""<h1>Estimate #{number}</h1><p>Lakeview Party Rentals • Madison, WI • lakeview.example</p><div class=c><div><b>Prepared for</b><br>{f.customer}<br>{f.person}<br>(608) 555-0177</div>
    <div><b>Event Date</b><br>{f.event:{mdy}}<br><b>Estimate Date</b><br>{f.issued:{mdy}}<br><b>Expires</b><br>{f.until:{mdy}}</div></div>
    <table>{"".join(f"<tr><td>{n}<td>{q} @ ${us(p)}<td class=r>${us(q * p)}" for n, q, p in f.items)}<tr><td><td>Estimated total<td class=r>${us(f.total)}</table><p>Not an invoice. Prices subject to availability.</p>"""
    return page(".c{display:flex;justify-content:space-between}table{width:100%;margin-top:12px}.r{text-align:right}", body), truth("quote", number, f)  # fmt: skip


def serralheria(f: Facts) -> Made:
    number = f"OS-{f.n}/2026"
    body = f"""<table class=a><tr><td rowspan=2 class=w><b>SERRALHERIA UNIÃO</b><br>Metalúrgica e montagens<td>ORDEM DE SERVIÇO<br><b>{number}</b><td>Emitida em<br><b>{dm(f.issued)}</b><td>Execução em<br><b>{dm(f.event)}</b>
    <tr><td colspan=2>Solicitante: {f.person}<td>Orçamento de origem: ORC-{f.n - 7}</table>
    <p>Cliente: {f.customer} — CNPJ: 45.997.418/0001-53</p><p>Serviço: {f.items[0][0]} conforme projeto, com acabamento em pintura eletrostática.</p>
    <p class=v>Valor do serviço: R$ {br(f.total)}</p>"""
    return page("@page{size:A4 landscape}.a{width:100%;border-collapse:collapse}.a td{border:2px solid #000;padding:6px}.w{width:40%}.v{font-size:14pt}", body), truth("service_order", number, f)  # fmt: skip


def kestrel(f: Facts) -> Made:
    number = f"SO{f.n:05d}"
    body = f"""<h3>Kestrel AV Services</h3><h1>Service Order {number}</h1><dl><dt>Customer name<dd>{f.customer}<dt>Site contact<dd>{f.person}, 07700 900118<dt>Service date<dd>{f.event:%a %d %B %Y}, 08:30–12:00
    <dt>Raised on<dd>{f.issued:%d %B %Y}<dt>Fault reported<dd>Projector loses signal</dl><table>{"".join(f"<tr><td>{n}<td>{q}<td>£{us(q * p)}" for n, q, p in f.items)}</table><p>Total (inc. VAT) £{us(f.total)}</p><p>Payment due by {f.until:%d %B %Y}</p>"""
    return page("dl{display:grid;grid-template-columns:30% 70%}dd{margin:0 0 6px}td{padding-right:20px}", body), truth("service_order", number, f)  # fmt: skip


def invoice_en(f: Facts) -> Made:
    body = f"""<h1>INVOICE</h1><p>Invoice no. INV-{f.n}<br>Invoice date {long_uk(f.issued)}<br>Due date {long_uk(f.until)}<br>Quote ref. Q-{f.n}</p><p>Bill to<br>{f.customer}</p><table><tr><th>#<th>Item<th>Qty<th>Price<th>Amount</tr>{rows(f, us)}</table><p>Total due ${us(f.total)}</p>"""
    return page("", body), {"type": None}


def fatura_pt(f: Facts) -> Made:
    body = f"""<h1>FATURA DE LOCAÇÃO</h1><p>Fatura nº {f.n} – Emissão {dm(f.issued)} – Vencimento {dm(f.until)}</p><p>Cliente: {f.customer}</p><p>Referente ao orçamento {f.n - 4} e à OS nº {f.n + 7}.</p><p>Total R$ {br(f.total)}</p>"""
    return page("", body), {"type": None}


COMPANIES: dict[Callable[[Facts], Made], str] = {
    tendas_aurora: "pt", clima_sul: "pt", brightside: "en", palco_luz: "pt", northfield: "en",
    ipe_moveis: "pt", rigging_stage: "en", bandeirantes: "pt", festa_pronta: "pt", summit: "en",
    tecnica_rapida: "pt", lakeview: "en", serralheria: "pt", kestrel: "en", invoice_en: "en",
    fatura_pt: "pt",
}  # fmt: skip


def documents(copies: int, seed: int = 1) -> Iterator[Document]:
    """`copies` documents of each company, always the same for a seed."""
    for company, language in COMPANIES.items():
        rng = random.Random(f"{seed}-{company.__name__}")
        for copy in range(copies):
            html, expected = company(facts(rng, language == "pt"))
            yield Document(f"{company.__name__}-{copy}", language, html, expected)
