"""The invented world of the sample documents: who sells what to whom, and in which words.

Every name, number and address is made up; domains end in `.example`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    """The one that issues a document. `colour` is red, green, blue from 0 to 255."""

    name: str
    trade: str
    address: str
    phone: str
    tax_id: str
    colour: tuple[int, int, int]
    prefix: str
    american: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    name: str
    contact: str
    address: str
    phone: str
    tax_id: str


COMPANIES: Mapping[str, Sequence[Company]] = {
    "pt": (
        Company("Aurora Eventos", "Tendas, palcos e estruturas", "Rua das Palmeiras, 410 - Curitiba/PR",
                "(41) 3355-0142", "CNPJ 14.230.118/0001-52", (196, 84, 28), "ORC"),
        Company("Serra Azul Instalações", "Climatização e elétrica", "Av. Brasil, 2.250 - Caxias do Sul/RS",
                "(54) 3021-7788", "CNPJ 09.554.870/0001-19", (24, 92, 148), "PC"),
        Company("Ponto Alto Cenografia", "Estandes, cenários e montagens", "Rua do Bosque, 77 - São Paulo/SP",
                "(11) 3672-9051", "CNPJ 22.018.446/0001-07", (92, 52, 128), "PAC"),
        Company("Maré Alta Sonorização", "Som, luz e vídeo", "Rua XV de Novembro, 1.015 - Itajaí/SC",
                "(47) 3348-1200", "CNPJ 31.907.221/0001-84", (18, 118, 110), "Q"),
    ),
    "en": (
        Company("Fairwind Events", "Marquees, staging and flooring", "12 Harbour Road, Plymouth PL1 3RT",
                "+44 1752 550 141", "VAT GB 284 1180 37", (28, 84, 140), "FQ"),
        Company("Cedar Ridge Mechanical", "Heating, cooling and refrigeration", "880 Foundry Ave, Dayton, OH 45402",
                "(937) 555-0116", "License HV-20841", (150, 60, 30), "Q", american=True),
        Company("Blue Lantern Exhibits", "Exhibition stands and displays", "5 Mill Lane, Leeds LS9 8AG",
                "+44 113 555 0190", "VAT GB 977 0412 66", (40, 60, 90), "BLX"),
        Company("Prairie Sound & Light", "Audio, lighting and video rental", "2401 Grain Belt Rd, Omaha, NE 68102",
                "(402) 555-0173", "Tax ID 47-5550173", (104, 44, 112), "PSL", american=True),
    ),
}  # fmt: skip

CUSTOMERS: Mapping[str, Sequence[Customer]] = {
    "pt": (
        Customer("Colégio Monte Belo", "Sra. Helena Duarte", "Rua Marechal Deodoro, 300 - Curitiba/PR",
                 "(41) 99812-3344", "CNPJ 76.114.520/0001-90"),
        Customer("Construtora Horizonte Ltda.", "Eng. Paulo Rezende", "Av. das Nações, 1.890 - Joinville/SC",
                 "(47) 3455-0900", "CNPJ 03.882.119/0001-41"),
        Customer("Cooperativa Agrícola Vale do Ivaí", "Sr. Antônio Bertoldi", "Rodovia PR-466, km 12 - Ivaiporã/PR",
                 "(43) 3472-1188", "CNPJ 81.440.207/0001-65"),
        Customer("Beatriz Fontoura Campos", "Beatriz", "Rua dos Ipês, 58 - Florianópolis/SC",
                 "(48) 99104-2277", "CPF 318.552.470-20"),
        Customer("Hotel Costa Dourada S/A", "Sr. Rogério Maia", "Av. Atlântica, 2.002 - Balneário Camboriú/SC",
                 "(47) 3366-4500", "CNPJ 12.700.318/0001-28"),
        Customer("Prefeitura Municipal de Nova Aliança", "Secretaria de Cultura", "Praça da Matriz, 1 - Nova Aliança/PR",
                 "(44) 3271-1000", "CNPJ 75.010.662/0001-03"),
        Customer("Supermercados Bom Preço Ltda", "Sra. Ivone Krause", "Rua Goiás, 915 - Londrina/PR",
                 "(43) 3324-8080", "CNPJ 05.331.904/0001-77"),
        Customer("Clube Recreativo Três Marias", "Sr. Nelson Prado", "Alameda do Lago, 20 - Ponta Grossa/PR",
                 "(42) 3222-6161", "CNPJ 77.219.043/0001-12"),
    ),
    "en": (
        Customer("Ashworth & Lane Ltd", "Ms Rebecca Lane", "40 Castle Street, Exeter EX4 3AF",
                 "+44 1392 555 018", "Account 20418"),
        Customer("Greenfield Community College", "Mr Omar Haddad", "1 College Way, Greenfield",
                 "(555) 010-2200", "Account 11093"),
        Customer("Northgate Medical Center", "Dr. Allison Reyes", "3300 Northgate Blvd",
                 "(555) 010-7712", "Account 31870"),
        Customer("The Rowan Tree Hotel", "Mr James Muir", "8 Loch Road",
                 "+44 1463 555 027", "Account 20077"),
        Customer("Sterling Robotics, Inc.", "Ms Dana Whitfield", "77 Assembly Row",
                 "(555) 010-4418", "Account 40512"),
        Customer("Hannah and Marcus Bell", "Hannah", "19 Orchard Close",
                 "+44 7700 900 512", "Account 20603"),
        Customer("Lakeside Arts Foundation", "Ms Yuki Tanaka", "200 Shoreline Drive",
                 "(555) 010-9034", "Account 38841"),
    ),
}  # fmt: skip

PEOPLE: Mapping[str, Sequence[str]] = {
    "pt": ("Marcelo Antunes", "Juliana Freitas", "Rafael Siqueira", "Patrícia Lemos"),
    "en": ("Oliver Grant", "Megan Foster", "Luis Ortega", "Claire Donnelly"),
}
VENUES: Mapping[str, Sequence[str]] = {
    "pt": ("Centro de Convenções, Pavilhão B", "Parque Barigui", "Salão Nobre da sede", "Ginásio de Esportes"),
    "en": ("Exhibition Centre, Hall 3", "Riverside Lawn", "Main building, second floor", "Sports Hall"),
}  # fmt: skip

SUBJECTS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "pt": {
        "quote": ("Feira do Livro", "Jantar de 30 anos", "Casamento Beatriz e Tiago", "Convenção de vendas"),
        "service_order": ("Manutenção preventiva do ar-condicionado", "Troca do quadro de distribuição",
                          "Revisão do sistema de som", "Reparo na cobertura da entrada"),
        "assembly": ("Festival de Inverno", "Estande na Expo Agro", "Formatura 2026", "Palco da Festa da Uva"),
    },
    "en": {
        "quote": ("Summer gala dinner", "Product launch", "Bell wedding reception", "Annual general meeting"),
        "service_order": ("Preventive maintenance of rooftop unit", "Replace distribution board",
                          "PA system check", "Repair of entrance canopy"),
        "assembly": ("Winter festival stage", "Stand C24, Trade Fair", "Graduation ceremony", "Street market"),
    },
}  # fmt: skip

# name, unit, lowest price
ITEMS: Mapping[str, Mapping[str, Sequence[tuple[str, str, int]]]] = {
    "pt": {
        "quote": (
            ("Tenda piramidal 10 x 10 m", "un", 780), ("Palco modular 8 x 6 m", "un", 2400),
            ("Piso elevado com carpete", "m²", 42), ("Sistema de som line array", "diária", 1900),
            ("Iluminação cênica com 24 refletores", "diária", 1350), ("Painel de LED P3 3 x 2 m", "un", 2100),
            ("Grupo gerador 180 kVA", "diária", 1480), ("Mesa redonda com 10 cadeiras", "conj", 68),
            ("Transporte, carga e descarga", "viagem", 450), ("Equipe técnica de apoio", "diária", 320),
        ),
        "service_order": (
            ("Visita e diagnóstico", "h", 140), ("Limpeza de evaporadora e condensadora", "un", 180),
            ("Recarga de gás R-410A", "kg", 210), ("Capacitor 35 µF", "un", 48),
            ("Disjuntor tripolar 63 A", "un", 96), ("Cabo flexível 10 mm²", "m", 12),
            ("Mão de obra técnica", "h", 95), ("Deslocamento", "km", 3),
        ),
        "assembly": (
            ("Treliça Q30 de 3 m", "un", 60), ("Cubo Q30 seis faces", "un", 45), ("Sapata com regulagem", "un", 30),
            ("Praticável 2 x 1 m", "un", 80), ("Lona branca 10 x 10 m", "un", 200), ("Estaca e cinta catraca", "conj", 18),
            ("Refletor PAR LED", "un", 35), ("Caixa de som ativa 15 pol.", "un", 110), ("Cabo multivias 50 m", "un", 70),
        ),
    },
    "en": {
        "quote": (
            ("Clear-span marquee 9 x 15 m", "pc", 1450), ("Modular stage 8 x 6 m", "pc", 1180),
            ("Hard flooring with carpet", "m2", 11), ("Line array sound system", "day", 890),
            ("Lighting rig, 24 fixtures", "day", 720), ("LED wall 3 x 2 m", "pc", 1240),
            ("Generator 100 kVA", "day", 390), ("Round table with 10 chairs", "set", 54),
            ("Delivery and collection", "trip", 210), ("Technical crew", "day", 260),
        ),
        "service_order": (
            ("Inspection and diagnosis", "h", 95), ("Coil cleaning", "pc", 120), ("Refrigerant R-410A", "lb", 38),
            ("Run capacitor 35 uF", "pc", 27), ("Three-pole breaker 63 A", "pc", 74),
            ("Copper cable 10 mm2", "m", 6), ("Labor", "h", 88), ("Travel", "mi", 2),
        ),
        "assembly": (
            ("Truss F34, 3 m", "pc", 60), ("Six-way corner block", "pc", 45), ("Adjustable base plate", "pc", 30),
            ("Stage deck 2 x 1 m", "pc", 80), ("Roof skin 10 x 10 m", "pc", 200), ("Stake and ratchet strap", "set", 18),
            ("LED par can", "pc", 35), ("Active speaker 15 in", "pc", 110), ("Stage box cable 50 m", "pc", 70),
        ),
    },
}  # fmt: skip

MONTHS: Mapping[str, Sequence[str]] = {
    "pt": ["janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"],
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
}  # fmt: skip

WORDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "pt": {
        "title.quote": ("Orçamento", "Proposta Comercial", "Cotação", "Orçamento"),
        "title.service_order": ("Ordem de Serviço",),
        "title.assembly": ("Ordem de Montagem", "Ficha de Montagem", "Folha de Montagem"),
        "number.quote": ("Orçamento nº", "Proposta nº", "Cotação nº", "Número"),
        "number.service_order": ("OS nº", "Nº da OS", "Ordem de serviço nº"),
        "number.assembly": ("Ordem nº", "Ficha nº", "Nº"),
        "customer": ("Cliente", "Contratante", "Cliente / Razão social"),
        "contact": ("A/C", "Contato", "Aos cuidados de"),
        "phone": ("Telefone", "Fone"),
        "address": ("Endereço",),
        "tax_id": ("CNPJ/CPF",),
        "issued": ("Emissão", "Data de emissão", "Emitido em"),
        "valid.quote": ("Validade", "Válido até", "Proposta válida até"),
        "valid.service_order": ("Garantia até", "Vencimento"),
        "valid.assembly": ("Devolução até",),
        "event.quote": ("Data do evento", "Evento em", "Data da festa"),
        "event.service_order": ("Data agendada", "Data de execução", "Agendado para"),
        "event.assembly": ("Data da montagem", "Montagem em", "Data do evento"),
        "time": ("Horário",),
        "venue": ("Local",),
        "person.quote": ("Vendedor", "Consultor"),
        "person.service_order": ("Técnico responsável", "Técnico"),
        "person.assembly": ("Encarregado", "Chefe de equipe"),
        "subject.quote": ("Evento",),
        "subject.service_order": ("Serviço",),
        "subject.assembly": ("Obra",),
        "item": ("Descrição",), "unit": ("Un.",), "quantity": ("Qtd.",), "price": ("Valor unit.",),
        "amount": ("Subtotal", "Total"), "checked": ("Conferido",),
        "subtotal": ("Subtotal",), "discount": ("Desconto",),
        "total.quote": ("Total geral", "Valor total", "Total do orçamento"),
        "total.service_order": ("Total da OS", "Valor total", "Total"),
        "total.assembly": ("Total",),
        "terms.quote": ("Pagamento: 40% na assinatura e saldo em até 10 dias após o evento.",),
        "terms.service_order": ("Declaro que o serviço acima foi executado a contento.",),
        "terms.assembly": ("Uso obrigatório de capacete e cinto. Conferir o aterramento antes de energizar.",),
        "signature.quote": ("De acordo",),
        "signature.service_order": ("Assinatura do cliente",),
        "signature.assembly": ("Responsável pela montagem",),
        "page": ("Página",),
        "dear": ("Prezados Senhores,",),
        "closing": ("Atenciosamente,",),
        "letter_to": ("À",),
        "reference.quote": ("Ref.: Proposta Comercial nº {number}", "Ref.: Orçamento nº {number}"),
        "reference.service_order": ("Assunto: Ordem de Serviço nº {number}",),
        "reference.assembly": ("Assunto: Ordem de Montagem nº {number}",),
        "intro.quote": ("Agradecemos o contato e apresentamos nossa proposta para {subject}. O evento será realizado no dia {event}, em {venue}, e a nossa equipe chega às {hour} horas.",),
        "intro.service_order": ("Confirmamos o serviço de {subject}, solicitado por telefone. A execução está agendada para {event}, às {hour} horas, no endereço de V.Sas.",),
        "intro.assembly": ("Segue a relação do material para {subject}, em {venue}. A montagem será realizada no dia {event}, com início às {hour} horas.",),
        "outro.quote": ("O valor total da proposta é de {total}, com impostos inclusos. Esta proposta é válida até {valid}.",),
        "outro.service_order": ("O valor total do serviço é de {total}. O vencimento da cobrança será em {valid}.",),
        "outro.assembly": ("A devolução do material deve ocorrer até {valid}.",),
    },
    "en": {
        "title.quote": ("Quotation", "Quote", "Estimate", "Proposal"),
        "title.service_order": ("Service Order", "Work Order"),
        "title.assembly": ("Assembly Order", "Installation Sheet", "Set-up Sheet"),
        "number.quote": ("Quote no.", "Quotation no.", "Number"),
        "number.service_order": ("Order no.", "Service order #", "No."),
        "number.assembly": ("Sheet no.", "Job no.", "No."),
        "customer": ("Customer", "Client", "Bill to"),
        "contact": ("Attn", "Contact"),
        "phone": ("Phone",),
        "address": ("Address",),
        "tax_id": ("Customer ID",),
        "issued": ("Issue date", "Issued", "Date of issue"),
        "valid.quote": ("Valid until", "Expires"),
        "valid.service_order": ("Payment due", "Warranty until"),
        "valid.assembly": ("Return by",),
        "event.quote": ("Event date", "Date of event"),
        "event.service_order": ("Scheduled for", "Service date"),
        "event.assembly": ("Installation date", "Set-up date", "Assembly date"),
        "time": ("Time",),
        "venue": ("Location",),
        "person.quote": ("Sales rep",),
        "person.service_order": ("Technician", "Assigned to"),
        "person.assembly": ("Crew chief",),
        "subject.quote": ("Event",),
        "subject.service_order": ("Work requested",),
        "subject.assembly": ("Project",),
        "item": ("Description",), "unit": ("Unit",), "quantity": ("Qty",), "price": ("Unit price",),
        "amount": ("Amount", "Total"), "checked": ("Checked",),
        "subtotal": ("Subtotal",), "discount": ("Discount",),
        "total.quote": ("Total", "Grand total", "Quote total"),
        "total.service_order": ("Total", "Total amount", "Amount due"),
        "total.assembly": ("Total",),
        "terms.quote": ("Payment: 40% on acceptance, the balance within 10 days after the event.",),
        "terms.service_order": ("I confirm that the work above was carried out to my satisfaction.",),
        "terms.assembly": ("Hard hats and harnesses at all times. Check the earthing before power-on.",),
        "signature.quote": ("Accepted by",),
        "signature.service_order": ("Customer signature",),
        "signature.assembly": ("Site supervisor",),
        "page": ("Page",),
        "dear": ("Dear Sir or Madam,",),
        "closing": ("Yours faithfully,",),
        "letter_to": ("To:",),
        "reference.quote": ("Subject: Quotation no. {number}", "Re: Quote {number}"),
        "reference.service_order": ("Subject: Service order no. {number}", "Re: Work Order {number}"),
        "reference.assembly": ("Subject: Assembly order no. {number}", "Re: Installation sheet no. {number}"),
        "intro.quote": ("Thank you for your enquiry about {subject}. We are pleased to submit our proposal. The event will take place on {event} at {venue}; our crew arrives at {hour}:00.",),
        "intro.service_order": ("We confirm the work you asked for: {subject}. Our technician is scheduled for {event} at {hour}:00.",),
        "intro.assembly": ("Please find below the material for {subject} at {venue}. The installation will be carried out on {event}, starting at {hour}:00.",),
        "outro.quote": ("The total price is {total}, including tax. This offer is valid until {valid}.",),
        "outro.service_order": ("The total amount for this work is {total}. Payment is due by {valid}.",),
        "outro.assembly": ("All material has to be returned by {valid}.",),
    },
}  # fmt: skip
