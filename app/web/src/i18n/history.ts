import { FIELD_NAMES, type FieldName } from '../api/rows';
import { formatBytes, formatDay, formatMoney } from './format';
import { t } from './index';

const ACTIONS = {
  'pdf.request': () => t('history.request'),
  'pdf.download': () => t('history.download'),
  'pdf.pin': () => t('history.pin'),
  'pdf.unpin': () => t('history.unpin'),
  'pdf.reread': () => t('history.reread'),
} as const;

/** What an entry of a document's history says. An action without a text is shown as it is. */
export function actionText(action: string, details: Record<string, unknown>): string {
  if (action === 'pdf.correct') {
    const fields = Array.isArray(details.fields) ? details.fields.filter(isField) : [];
    const names = fields.map((name) => t(`document.field.${name}`)).join(', ');
    return t('history.correct', { fields: names });
  }
  if (action === 'pdf.version') return t('history.version', { before: before(details) });
  return action in ACTIONS ? ACTIONS[action as keyof typeof ACTIONS]() : action;
}

/** What an earlier version was: the values that its row showed, and its size. */
function before({ values, size }: Record<string, unknown>): string {
  const { number, customer, eventDate, total } = (values ?? {}) as Record<string, string>;
  const shown = [
    number,
    customer,
    eventDate && formatDay(eventDate),
    total && formatMoney(total),
    formatBytes(Number(size)),
  ];
  return shown.filter(Boolean).join(' · ');
}

function isField(name: unknown): name is FieldName {
  return (FIELD_NAMES as readonly unknown[]).includes(name);
}
