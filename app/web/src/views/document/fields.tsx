import { type Signal, useSignal } from '@preact/signals';
import { IconArrowBackUp, IconPencil } from '@tabler/icons-preact';
import {
  FIELD_NAMES,
  type FieldDetail,
  type FieldDetails,
  type FieldName,
  type Pdf,
  type PdfDetail,
} from '../../api/rows';
import { t } from '../../i18n';
import { formatDateTime, formatDay, formatMoney, formatPercent } from '../../i18n/format';
import { typeName } from '../../i18n/names';
import { useApp, useWorkspace } from '../../ui/context';
import { run } from '../../ui/run';
import { FieldEditor } from './field-editor';
import { Panel } from './panel';

interface FieldsProps {
  pdf: Pdf;
  fields: FieldDetails;
  shown: Signal<FieldName | null>;
  onDetail: (detail: PdfDetail) => void;
}

/** Each value with how sure the rules are and where it was read; a wrong one can be put right. */
export function Fields({ pdf, fields, shown, onDetail }: FieldsProps) {
  const { session, toasts } = useApp();
  const { openings } = useWorkspace();
  const editing = useSignal<FieldName | null>(null);

  const correct = async (name: FieldName, value: string | null) => {
    const field = fields[name];
    // What the value was before is a correction only where somebody had made one.
    const before = field?.correctedBy ? field.value : null;
    const done = await run(toasts, async () => {
      onDetail(await openings.correct(pdf.id, { [name]: value }));
    });
    if (!done) return false;
    const text = value === null ? 'document.takenBack' : 'document.corrected';
    toasts.show('success', t(text, { field: t(`document.field.${name}`) }), {
      label: t('app.undo'),
      run: () =>
        void run(toasts, async () => {
          onDetail(await openings.correct(pdf.id, { [name]: before }));
        }),
    });
    return true;
  };

  return (
    <Panel title={t('document.fields')}>
      <dl class="facts">
        {FIELD_NAMES.map((name) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: it only shows the place on the page
          <div
            key={name}
            class={shown.value === name ? 'facts-item reading reading-shown' : 'facts-item reading'}
            data-testid={`field-${name}`}
            onMouseEnter={() => {
              shown.value = name;
            }}
            onMouseLeave={() => {
              shown.value = null;
            }}
            onFocusIn={() => {
              shown.value = name;
            }}
          >
            <dt>{t(`document.field.${name}`)}</dt>
            <dd>
              {editing.value === name ? (
                <FieldEditor
                  name={name}
                  value={fields[name]?.value ?? ''}
                  onSave={(value) => correct(name, value)}
                  onClose={() => {
                    editing.value = null;
                  }}
                />
              ) : (
                <>
                  <FieldValue name={name} field={fields[name]} />
                  {session.may('operator') && (
                    <Buttons
                      name={name}
                      field={fields[name]}
                      onEdit={() => {
                        editing.value = name;
                      }}
                      onTakeBack={() => void correct(name, null)}
                    />
                  )}
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

interface ButtonsProps {
  name: FieldName;
  field: FieldDetail | null;
  onEdit: () => void;
  onTakeBack: () => void;
}

function Buttons({ name, field, onEdit, onTakeBack }: ButtonsProps) {
  const label = t(`document.field.${name}`);
  return (
    <span class="reading-buttons">
      {field?.correctedBy && (
        <button
          type="button"
          class="btn btn-sm btn-ghost-secondary"
          data-testid={`take-back-${name}`}
          onClick={onTakeBack}
        >
          <IconArrowBackUp size={16} aria-hidden="true" /> {t('document.takeBack')}
        </button>
      )}
      <button
        type="button"
        class="btn btn-icon btn-sm btn-ghost-secondary"
        aria-label={t('document.edit', { field: label })}
        title={t('document.edit', { field: label })}
        data-testid={`edit-${name}`}
        onClick={onEdit}
      >
        <IconPencil size={16} aria-hidden="true" />
      </button>
    </span>
  );
}

function FieldValue({ name, field }: { name: FieldName; field: FieldDetail | null }) {
  if (!field) return <span class="text-secondary">{t('document.notFoundInText')}</span>;
  const { confidence, evidence, correctedAt, readValue } = field;
  return (
    <span class="reading-text">
      <span class="reading-value">{display(name, field.value)}</span>
      {correctedAt && (
        <span class="reading-corrected" title={formatDateTime(correctedAt)}>
          <span class="tag tag-info">{t('document.byHand')}</span>
          {readValue === null
            ? t('document.notFoundInText')
            : t('document.readAs', { value: display(name, readValue) })}
        </span>
      )}
      {confidence !== null && evidence && (
        <span class="reading-confidence">
          <meter min={0} max={1} low={0.6} high={0.8} optimum={1} value={confidence} />
          {t('document.confidence', { percent: formatPercent(confidence) })}
          {' · '}
          {t('document.evidence', { page: evidence.page })}
        </span>
      )}
      {evidence && <q class="reading-source">{evidence.text}</q>}
    </span>
  );
}

function display(name: FieldName, value: string): string {
  if (name === 'type') return typeName(value);
  if (name === 'eventDate') return formatDay(value);
  return name === 'total' ? formatMoney(value) : value;
}
