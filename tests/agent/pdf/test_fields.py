"""What the reader makes of lines of text: one habit of the people who write documents each."""

import pytest

from agent.pdf.fields import Readings, read_fields
from agent.pdf.rules.version import RULES_VERSION


def value(fields: Readings, name: str) -> str | None:
    field = getattr(fields, name)
    return field.value if field else None


TITLES = [
    ("ORÇAMENTO Nº 0154/2026", "quote"),
    ("ORCAMENTO No 0154", "quote"),
    ("Proposta Comercial", "quote"),
    ("Cotação de preços 88/26", "quote"),
    ("QUOTE #1044", "quote"),
    ("Quotation", "quote"),
    ("Estimate 2201", "quote"),
    ("PROJECT PROPOSAL", "quote"),
    ("Ordem de Serviço nº 4512", "service_order"),
    ("O.S. 004.512", "service_order"),
    ("OS nº 004.512", "service_order"),
    ("SERVICE ORDER", "service_order"),
    ("Work order 7781", "service_order"),
    ("Job Sheet", "service_order"),
    ("FICHA DE MONTAGEM", "assembly"),
    ("Guia de montagem", "assembly"),
    ("Roteiro de Montagem e Desmontagem", "assembly"),
    ("Plano de montagem - Palco", "assembly"),
    ("ORDEM DE MONTAGEM Nº 12", "assembly"),
    ("Assembly Sheet", "assembly"),
    ("SET-UP SHEET", "assembly"),
    ("Installation Plan", "assembly"),
    ("INVOICE", None),
    ("Tax invoice no. 8812", None),
    ("FATURA Nº 3321", None),
    ("Nota Fiscal de Serviço Eletrônica", None),
    ("RECIBO", None),
    ("Contrato de prestação de serviços", None),
    ("Pedido de compra nº 77", None),
    ("Purchase Order", None),
    ("RECHNUNG", None),
    ("Delivery note", None),
    ("Relatório mensal de vendas", None),
    ("Solicitação de orçamento", None),
    ("Request for quotation", None),
    ("Assembly instructions", None),
]


@pytest.mark.parametrize(("title", "kind"), TITLES)
def test_type_is_what_the_title_says(title: str, kind: str | None) -> None:
    text = f"Empresa Exemplo\r\n{title}\r\nTelefone: (47) 3322-1090\r\nFim do documento"
    assert value(read_fields([text]), "type") == kind


def test_another_documents_name_in_passing_does_not_make_the_type() -> None:
    text = "INVOICE\r\nInvoice no. 12\r\nThis invoice refers to quote Q-100 and work order 55."
    assert read_fields([text]).type is None


NUMBERS = [
    ("ORÇAMENTO Nº ORC-2026/0154", "ORC-2026/0154"),
    ("Orçamento 2026-0154", "2026-0154"),
    ("ORÇAMENTO: 0154 / 2026", "0154 / 2026"),
    ("Orçamento nº 154 - Revisão 2", "154"),
    ("Orçamento Nº. 1.204", "1.204"),
    ("Orçamento N.º 88", "88"),
    ("Orçamento\r\nNúmero: 7781", "7781"),
    ("QUOTE\r\nQuote No.: Q-2026-017/Rev.2", "Q-2026-017"),
    ("QUOTE\r\nQuote Number: Q-2026-017 rev 3", "Q-2026-017"),
    ("QUOTE\r\nQuote # 4512", "4512"),
    ("QUOTE #4512", "4512"),
    ("Quotation ref: BE/2291", "BE/2291"),
    ("Ordem de Serviço\r\nOS nº 004.512", "004.512"),
    ("ORDEM DE SERVIÇO - OS-160/2026", "OS-160/2026"),
    ("Ordem de serviço\r\nNº da OS: 5501", "5501"),
    ("Proposta Comercial para eventos corporativos nº 123/26", "123/26"),
    ("WORK ORDER\r\nWO-7421", "WO-7421"),
    ("Work Order No: 55-A", "55-A"),
    ("Orçamento\r\nTelefone: 3322-1090\r\nCNPJ: 08.441.902/0001-33", None),
    ("Orçamento\r\nPágina 1 de 3\r\nCEP 89010-000", None),
    ("Orçamento\r\nRua das Flores, nº 120", None),
    ("Orçamento\r\nPedido de compra nº 9981", None),
    ("Orçamento de 15/03/2026", None),
    ("Ordem de Serviço (O.S.) 008409", "008409"),
    ("ORDEM DE SERVIÇO - OS 7887", "7887"),
    ("ORDEM DE SERVIÇO EXTERNA Q-1131", "Q-1131"),
    ("Orçamento para Evento - Q-6411", "Q-6411"),
    ("Orçamento para o Natal 2026", None),
    ("Quote\r\nEvent no. 4481 | Client: Ana Ruiz", "4481"),
]


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_number_is_the_documents_own(text: str, number: str | None) -> None:
    assert value(read_fields([f"{text}\r\nFim"]), "number") == number


def test_number_of_another_document_is_not_taken() -> None:
    text = "ORDEM DE SERVIÇO\r\nOrçamento nº 991\r\nOS nº 4512"
    assert value(read_fields([text]), "number") == "4512"
    text = "WORK ORDER\r\nQuote No.: 991\r\nWork Order No.: 4512\r\nCustomer PO: 77123"
    assert value(read_fields([text]), "number") == "4512"


CUSTOMERS = [
    ("Cliente: Colégio Santa Cecília", "Colégio Santa Cecília"),
    ("CLIENTE: PADARIA TRÊS IRMÃOS ME  CNPJ: 11.222.333/0001-81", "PADARIA TRÊS IRMÃOS ME"),
    ("Cliente: Hotel Praia Mansa S/A - CNPJ 11.222.333/0001-81", "Hotel Praia Mansa S/A"),
    ("Cliente: Maria de Souza CPF: 111.222.333-44", "Maria de Souza"),
    ("Cliente: Maria de Souza (47) 99912-4401", "Maria de Souza"),
    ("Cliente: José Lima, Rua das Flores, 120", "José Lima"),
    ("Cliente: Ana Paula Reis Tel.: 3322-1090", "Ana Paula Reis"),
    ("Contratante: Prefeitura Municipal de Garça", "Prefeitura Municipal de Garça"),
    ("Cliente\r\nConstrutora Vale Verde Ltda.", "Construtora Vale Verde Ltda."),
    ("CLIENTE\r\nNome: João da Silva\r\nTelefone: 3322-1090", "João da Silva"),
    ("DADOS DO CLIENTE\r\nRazão Social: Bar do Zé Ltda\r\nCNPJ: 1", "Bar do Zé Ltda"),
    ("Razão social: Montagem Industrial Ltda", "Montagem Industrial Ltda"),
    ("À\r\nConstrutora Horizonte\r\nA/C Sr. Paulo", "Construtora Horizonte"),
    ("Ao Hotel Costa Dourada", "Hotel Costa Dourada"),
    ("Customer: Okafor & Daughters Ltd", "Okafor & Daughters Ltd"),
    ("Client name: Orbit Labs, Inc.", "Orbit Labs, Inc."),
    ("Bill To:\r\nHarborview Dental Group\r\n77 Lakeview Ave", "Harborview Dental Group"),
    ("Prepared for: The Old Mill Hotel", "The Old Mill Hotel"),
    ("Prepared for\r\nSt Mary's Primary School", "St Mary's Primary School"),
    ("Customer: 3M do Brasil Ltda", "3M do Brasil Ltda"),
    ("Billed to\r\nClient Earth Foundation", "Client Earth Foundation"),
    ("Cliente: 00123 - Colégio Santa Cecília", "Colégio Santa Cecília"),
    ("Customer: Orbit Labs, Inc., 12 Main St", "Orbit Labs, Inc."),
    ("Cliente:   Previsão de pagamento:\r\nAna Reis   12/03/2026", "Ana Reis"),
    ("Vendedor: Carlos Reis\r\nTécnico: Luís Teles", None),
    ("Assinatura do cliente: ______________", None),
    ("Cliente: ________________", None),
    ("Customer signature\r\nJohn Smith", None),
    ("Prepared by: Tom Alvarez", None),
    ("A/C: Renata Prado", None),
    ("O cliente deverá fornecer energia no local.", None),
    ("The customer shall provide power on site.", None),
]


@pytest.mark.parametrize(("text", "customer"), CUSTOMERS)
def test_customer_is_a_name_and_nothing_else(text: str, customer: str | None) -> None:
    assert value(read_fields([f"ORÇAMENTO 15\r\n{text}\r\n"]), "customer") == customer


DATES = [
    ("Data do evento: 15/01/2026", "2026-01-15"),
    ("Data do evento: 15.01.26", "2026-01-15"),
    ("Data do evento: 15-01-2026", "2026-01-15"),
    ("Data do evento: 2026-01-15", "2026-01-15"),
    ("Data do evento: 15 de janeiro de 2026", "2026-01-15"),
    ("Data do evento: 1º de março de 2026", "2026-03-01"),
    ("Data do evento: 15/jan/2026", "2026-01-15"),
    ("Data do evento: sexta-feira, 15 de janeiro de 2026", "2026-01-15"),
    ("Data do evento (sábado): 15/01/2026 às 20h", "2026-01-15"),
    ("DATA DO EVENTO 15 DE JANEIRO DE 2026", "2026-01-15"),
    ("Data do evento: 12 a 14/03/2026", "2026-03-12"),
    ("Data do evento: 12/03/2026 a 14/03/2026", "2026-03-12"),
    ("Data do evento: de 12 a 14 de março de 2026", "2026-03-12"),
    ("Período do evento: 28 de fevereiro a 2 de março de 2026", "2026-02-28"),
    ("Montagem: 12/03/2026 às 08h", "2026-03-12"),
    ("Execução prevista para o dia 20 de abril de 2026", "2026-04-20"),
    ("Serviço agendado para 20/04/2026 às 14:00", "2026-04-20"),
    ("O evento será realizado no dia 20 de abril de 2026.", "2026-04-20"),
    ("Data agendada\r\n20/04/2026", "2026-04-20"),
    ("Event date: January 15, 2026", "2026-01-15"),
    ("Event date: 15 January 2026", "2026-01-15"),
    ("Event date: Jan 15th 2026", "2026-01-15"),
    ("Event date: Friday, January 15th, 2026", "2026-01-15"),
    ("Event date: the 3rd of May 2026", "2026-05-03"),
    ("Event dates: March 14-16, 2026", "2026-03-14"),
    ("Event dates: 14 – 16 March 2026", "2026-03-14"),
    ("Event date: 15-Jan-2026", "2026-01-15"),
    ("Event date: 01/15/2026", "2026-01-15"),
    ("Event date: 15/01/2026", "2026-01-15"),
    ("Scheduled for: Mon 15 Jan 2026, 09:00", "2026-01-15"),
    ("The installation will take place on 15 January 2026.", "2026-01-15"),
    ("Data de emissão: 15/01/2026", None),
    ("Emitido em 15/01/2026\r\nVálido até 30/01/2026\r\nVencimento: 10/02/2026", None),
    ("Curitiba, 15 de janeiro de 2026", None),
    ("Data de nascimento: 15/01/1986", None),
    ("Data: 15/01/2026", None),
    ("Impresso em 15/01/2026 17:42", None),
    ("Issue date: 15 January 2026\r\nValid until: 30 January 2026", None),
    ("Payment due by 15 January 2026", None),
    ("Data do evento: 32/13/2026", None),
    ("Data do evento: a definir\r\nEmissão: 10/01/2026", None),
]


@pytest.mark.parametrize(("text", "day"), DATES)
def test_event_date_is_when_the_work_happens(text: str, day: str | None) -> None:
    assert value(read_fields([f"Documento\r\n{text}\r\nFim"]), "event_date") == day


def test_the_event_wins_over_its_setting_up() -> None:
    text = "Montagem: 12/03/2026\r\nData do evento: 13/03/2026\r\nDesmontagem: 14/03/2026"
    assert value(read_fields([text]), "event_date") == "2026-03-13"


@pytest.mark.parametrize(
    ("evidence", "day"),
    [
        ("Issue date: 02/25/2026", "2026-03-04"),
        ("Issue date: 25/02/2026", "2026-04-03"),
        ("Duluth, MN 55802", "2026-03-04"),
        ("VAT No. GB 312 4471 09", "2026-04-03"),
    ],
)
def test_an_ambiguous_date_is_read_as_the_document_reads_its_others(
    evidence: str, day: str
) -> None:
    sure = read_fields([f"Quote\r\n{evidence}\r\nEvent date: 03/13/2026"]).event_date
    found = read_fields([f"Quote\r\n{evidence}\r\nEvent date: 03/04/2026"]).event_date
    assert found is not None
    assert found.value == day
    assert sure is None or found.confidence <= sure.confidence


def test_portuguese_dates_begin_with_the_day() -> None:
    text = "Orçamento\r\nCliente: Ana Reis\r\nData do evento: 03/04/2026"
    assert value(read_fields([text]), "event_date") == "2026-04-03"


TOTALS = [
    ("Total: R$ 1.234,56", "1234.56"),
    ("TOTAL R$1234,56", "1234.56"),
    ("Valor total (R$): 1.234,56", "1234.56"),
    ("Total geral ........ 1.234,56", "1234.56"),
    ("Total: R$ 1 234,56", "1234.56"),
    ("Total: R$ 1.234", "1234.00"),
    ("Total R$ 12.345.678,90", "12345678.90"),
    ("Total: US$ 1,234.56", "1234.56"),
    ("Total: $1,234.56", "1234.56"),
    ("Total: USD 1,234.56", "1234.56"),
    ("Total: € 1.234,56", "1234.56"),
    ("Total: 1.234,56 €", "1234.56"),
    ("Total: £950", "950.00"),
    ("Grand Total $ 1,234.56", "1234.56"),
    ("Subtotal: R$ 1.000,00\r\nDesconto: R$ 100,00\r\nTotal: R$ 900,00", "900.00"),
    ("Subtotal $1,000.00\r\nTax $80.00\r\nTotal $1,080.00", "1080.00"),
    ("Total: R$ 1.000,00\r\nEntrada: R$ 300,00\r\nSaldo: R$ 700,00", "1000.00"),
    ("Total: $1,000.00\r\nDeposit due: $300.00\r\nBalance due: $700.00", "1000.00"),
    ("O valor total desta proposta é de R$ 31.582,32 (trinta e um mil)", "31582.32"),
    ("Investimento: R$ 5.000,00", "5000.00"),
    ("Total de serviços: 500,00\r\nTotal de peças: 300,00\r\nTotal da OS: 800,00", "800.00"),
    ("Total parcial 500,00\r\nTotal geral 800,00", "800.00"),
    ("Total de itens: 12", None),
    ("Valor total: 3x de R$ 400,00", None),
    ("Subtotal: R$ 1.000,00", None),
    ("Sinal: R$ 300,00", None),
    ("Valor unitário: R$ 30,00", None),
    ("Desconto total: 5%", None),
]


@pytest.mark.parametrize(("text", "total"), TOTALS)
def test_total_is_what_the_customer_pays(text: str, total: str | None) -> None:
    assert value(read_fields([f"Documento 1\r\n{text}\r\nFim"]), "total") == total


def test_a_list_of_items_has_no_total_in_its_columns() -> None:
    text = (
        "Descrição       Qtd   Valor unit.   Total\r\n"
        "Tenda 10x10       2        500,00   1.000,00\r\n"
        "Gerador           1        300,00     300,00\r\n"
        "TOTAL                             1.300,00\r\n"
    )
    assert value(read_fields([text]), "total") == "1300.00"


def test_every_field_says_where_it_was_read() -> None:
    pages = [
        "ORÇAMENTO Nº 77\r\nCliente: Ana Reis\r\nData do evento: 15/01/2026",
        "Itens\r\nTotal geral: R$ 900,00",
    ]
    fields = read_fields(pages, file_name="Orçamento 77.pdf")
    assert fields.total is not None
    assert fields.total.page == 2
    assert fields.total.source == "Total geral: R$ 900,00"
    assert fields.event_date is not None
    assert fields.event_date.page == 1
    assert fields.event_date.source == "Data do evento: 15/01/2026"
    assert all(
        0.35 <= field.confidence <= 1
        for field in (fields.type, fields.number, fields.customer, fields.event_date, fields.total)
        if field
    )


def test_a_plain_label_is_surer_than_a_loose_one() -> None:
    plain = read_fields(["Total geral: R$ 900,00"]).total
    loose = read_fields(["Pelo valor de R$ 900,00"]).total
    assert plain
    assert loose
    assert plain.confidence > loose.confidence


def test_accents_may_be_decomposed_or_missing() -> None:
    for text in ("Orc\u0327amento no\u0301 12", "ORCAMENTO 12/26", "OR\u00c7AMENTO\u00a012/26"):
        assert value(read_fields([text]), "type") == "quote"


def test_nothing_is_read_from_nothing() -> None:
    for pages in ([], [""], ["\r\n \r\n"], ["\0\0"]):
        assert read_fields(pages) == Readings()


def test_what_is_not_printed_is_not_reported() -> None:
    fields = read_fields(
        ["Lorem ipsum dolor sit amet"], title="Orçamento 77", file_name="Orçamento 77.pdf"
    )
    assert fields == Readings()


def test_the_version_names_the_rules() -> None:
    stated, _, digest = RULES_VERSION.partition("-")
    assert stated == "2026.1"
    assert len(digest) == 8
