import {
  type EvidenceField,
  type EvidenceFields,
  FIELD_NAMES,
  type FieldName,
} from '../../api/rows';
import { t } from '../../i18n';
import { formatDay, formatMoney, formatPercent } from '../../i18n/format';
import { typeName } from '../../i18n/names';
import { Panel } from './panel';

/** Each value with how sure the rules are, and the line of the document it was read from. */
export function Fields({ fields }: { fields: EvidenceFields }) {
  return (
    <Panel title={t('document.fields')}>
      <dl class="facts">
        {FIELD_NAMES.map((name) => (
          <div key={name} class="facts-item" data-testid={`field-${name}`}>
            <dt>{t(`document.field.${name}`)}</dt>
            <dd>
              <FieldValue name={name} field={fields[name] ?? null} />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function FieldValue({ name, field }: { name: FieldName; field: EvidenceField | null }) {
  if (!field) return <span class="text-secondary">{t('document.notFoundInText')}</span>;
  return (
    <>
      <span class="field-value">{display(name, field.value)}</span>
      {field.evidence && (
        <>
          <span class="field-confidence">
            {t('document.confidence', { percent: formatPercent(field.confidence ?? 0) })}
            {' · '}
            {t('document.evidence', { page: field.evidence.page })}
          </span>
          <q class="field-source">{field.evidence.text}</q>
        </>
      )}
    </>
  );
}

function display(name: FieldName, value: string): string {
  if (name === 'type') return typeName(value);
  if (name === 'eventDate') return formatDay(value);
  return name === 'total' ? formatMoney(value) : value;
}
