import { FIELD_NAMES, type FieldName } from '../api/rows';
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
  return action in ACTIONS ? ACTIONS[action as keyof typeof ACTIONS]() : action;
}

function isField(name: unknown): name is FieldName {
  return (FIELD_NAMES as readonly unknown[]).includes(name);
}
