import type { quarantine as english } from '../en/quarantine';
import type { Text } from '../index';

export const quarantine: Record<keyof typeof english, Text> = {
  'quarantine.title': 'Não puderam ser lidos',
  'quarantine.about':
    'Estes arquivos só são listados pelo nome. Cada um diz por quê e o que ajuda.',
  'quarantine.empty': 'Todos os arquivos puderam ser lidos.',
  'quarantine.noMatch': 'Nenhum arquivo encontrado.',
  'quarantine.count': { one: '{count} arquivo', other: '{count} arquivos' },
  'quarantine.all': 'Todos os motivos',
  'quarantine.list': 'Arquivos que não puderam ser lidos',
  'quarantine.since': 'desde {when}',
  'quarantine.reread': 'Ler de novo',
  'quarantine.rereadOne': 'Ler {name} de novo',
  'quarantine.rereadAsked': '{name} está sendo lido de novo.',

  'reasonName.empty': 'Arquivo vazio',
  'reasonName.not_pdf': 'Não é PDF',
  'reasonName.incomplete': 'Incompleto',
  'reasonName.unreadable': 'Sem acesso',
  'reasonName.folder_unreadable': 'Pasta fechada',
  'reasonName.refused': 'Não aceito',
  'reasonName.vanished': 'Desapareceu',
  'reasonName.changing': 'Em gravação',
  'reasonName.damaged': 'Danificado',
  'reasonName.crash': 'Muito danificado',
  'reasonName.memory': 'Pesado demais',
  'reasonName.too_large': 'Grande demais',
  'reasonName.password': 'Senha',
  'reasonName.scan': 'Digitalizado',
  'reasonName.blank': 'Em branco',
  'reasonName.timeout': 'Lento demais',

  'reason.empty': 'O arquivo está vazio.',
  'reason.not_pdf': 'O arquivo termina em .pdf mas não é um PDF.',
  'reason.incomplete': 'Falta o fim do arquivo: provavelmente a cópia não terminou.',
  'reason.unreadable': 'O agente não tem permissão para ler o arquivo, ou o disco falhou.',
  'reason.folder_unreadable':
    'O agente não tem permissão para abrir esta pasta. Os PDFs nela não são listados ou ficam como estavam.',
  'reason.refused':
    'O que foi lido deste arquivo não pôde ser gravado, por isso ele só tem o nome.',
  'reason.vanished': 'O arquivo não estava mais lá na hora da leitura.',
  'reason.changing': 'O arquivo estava sendo gravado durante a leitura.',
  'reason.damaged': 'O arquivo está danificado: nenhum leitor de PDF consegue abri-lo.',
  'reason.crash': 'O arquivo está tão danificado que o leitor de PDF falhou.',
  'reason.memory': 'A leitura do arquivo usou mais memória do que o permitido.',
  'reason.too_large':
    'O arquivo pode ser encontrado, mas é grande demais para ser lido ou trazido.',
  'reason.password': 'O arquivo é protegido por senha.',
  'reason.scan': 'As páginas são imagens, portanto não há texto para ler.',
  'reason.blank': 'As páginas não têm texto.',
  'reason.timeout': 'A leitura do arquivo demorou mais do que o permitido.',

  'advice.empty': 'Copie-o de novo da origem.',
  'advice.not_pdf': 'Abra-o no programa em que foi feito e salve como PDF.',
  'advice.incomplete': 'Copie-o de novo e espere a cópia terminar.',
  'advice.unreadable':
    'Dê permissão de leitura ao usuário do agente ou verifique o disco do PC da filial.',
  'advice.folder_unreadable':
    'Dê ao usuário do agente acesso à pasta ou deixe-a de fora com a configuração “ignore” do agente.',
  'advice.refused': 'Preencha os campos nos detalhes. O registro do agente diz mais.',
  'advice.vanished': 'Coloque-o de volta se ainda for necessário.',
  'advice.changing': 'Espere o programa terminar de gravar e leia de novo.',
  'advice.damaged': 'Peça o arquivo de novo ou exporte-o outra vez do programa de origem.',
  'advice.crash': 'Peça o arquivo de novo ou exporte-o outra vez do programa de origem.',
  'advice.memory': 'Imprima-o em um novo PDF ou divida-o em partes menores.',
  'advice.too_large': 'Salve-o com imagens menores ou divida-o.',
  'advice.password': 'Salve uma cópia sem senha na mesma pasta.',
  'advice.scan': 'Preencha os campos nos detalhes ou digitalize com reconhecimento de texto.',
  'advice.blank': 'Se houver algo nelas, preencha os campos nos detalhes.',
  'advice.timeout':
    'Leia de novo quando o PC da filial estiver menos ocupado ou imprima-o em um novo PDF.',
  'advice.other': 'Abra-o na filial para ver o que há de errado e leia de novo.',
};
