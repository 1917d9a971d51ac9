import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { FieldName } from '../../api/rows';
import { t } from '../../i18n';
import { formatMoney, parseDecimal } from '../../i18n/format';
import { TYPES } from '../../stores/documents/query';

interface FieldEditorProps {
  name: FieldName;
  value: string;
  /** Gets the value in the form of the API; false where it could not be saved. */
  onSave: (value: string) => Promise<boolean>;
  onClose: () => void;
}

/** Puts one field right: Enter saves, Escape leaves it as it was. */
export function FieldEditor({ name, value, onSave, onClose }: FieldEditorProps) {
  const typed = useSignal(name === 'total' && value ? formatMoney(value) : value);
  const busy = useSignal(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select')?.focus();
  }, []);

  const save = async (event: Event) => {
    event.preventDefault();
    const input = form.current?.querySelector('input');
    const text = name === 'total' ? parseDecimal(typed.value) : typed.value.trim();
    if (text === null) {
      input?.setCustomValidity(t('documents.notANumber'));
      input?.reportValidity();
      return;
    }
    if (text === value || text === '') return onClose();
    busy.value = true;
    if (await onSave(text)) onClose();
    else busy.value = false;
  };

  const shared = {
    required: true,
    'aria-label': t(`document.field.${name}`),
    'data-testid': `input-${name}`,
    value: typed.value,
  };
  return (
    <form
      ref={form}
      class="reading-editor"
      onSubmit={(event) => void save(event)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      {name === 'type' ? (
        <select
          {...shared}
          class="form-select"
          onChange={(event) => {
            typed.value = event.currentTarget.value;
          }}
        >
          {!value && <option value="" />}
          {TYPES.map((type) => (
            <option key={type} value={type}>
              {t(`type.${type}`)}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          class="form-control"
          type={name === 'eventDate' ? 'date' : 'text'}
          inputMode={name === 'total' ? 'decimal' : 'text'}
          maxLength={500}
          autocomplete="off"
          onInput={(event) => {
            event.currentTarget.setCustomValidity('');
            typed.value = event.currentTarget.value;
          }}
        />
      )}
      <button
        type="submit"
        class="btn btn-primary"
        disabled={busy.value}
        data-testid={`save-${name}`}
      >
        {t('document.save')}
      </button>
      <button type="button" class="btn btn-ghost-secondary" onClick={onClose}>
        {t('app.cancel')}
      </button>
    </form>
  );
}
