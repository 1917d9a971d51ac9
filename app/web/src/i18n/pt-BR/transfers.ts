import type { transfers as english } from '../en/transfers';
import type { Text } from '../index';

export const transfers: Record<keyof typeof english, Text> = {
  'transfer.waiting': 'Aguardando a filial',
  'transfer.queued': 'Na fila',
  'transfer.uploading': 'Enviando',
  'transfer.done': 'Concluída',
  'transfer.failed': 'Falhou',
  'transfer.cancelled': 'Cancelada',
  'transfer.progress': 'Trazendo {name}',
  'transfer.cancel': 'Cancelar a vinda de {name}',
  'opening.title': 'Trazendo {name}…',
  'opening.waiting': '{name}: a filial está off-line. O arquivo virá quando ela voltar.',
  'opening.ready': '{name} chegou.',
  'opening.open': 'Abrir',
};
