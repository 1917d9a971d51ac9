import type { overview as english } from '../en/overview';
import type { Text } from '../index';

export const overview: Record<keyof typeof english, Text> = {
  'overview.attention': 'Precisa de atenção',
  'overview.allWell': 'Nada precisa de atenção.',
  'overview.away': { one: '{count} agente está off-line', other: '{count} agentes estão off-line' },
  'overview.troubled': {
    one: '{count} agente relata um problema',
    other: '{count} agentes relatam um problema',
  },
  'overview.failed': {
    one: '{count} transferência falhou no último dia',
    other: '{count} transferências falharam no último dia',
  },
  'overview.unreadable': {
    one: '{count} arquivo não pôde ser lido',
    other: '{count} arquivos não puderam ser lidos',
  },
  'overview.due': 'Próximos eventos',
  'overview.noneDue': 'Nenhum evento nos próximos {days} dias.',
  'overview.more': { one: 'e mais {count}', other: 'e mais {count}' },
  'overview.fresh': 'Novos',
  'overview.activity': 'Os últimos {days} dias',
  'overview.indexed': 'Documentos novos',
  'overview.requested': 'Pedidos',
  'overview.downloaded': 'Recebidos',
};
