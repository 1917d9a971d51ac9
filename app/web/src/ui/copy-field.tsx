import { useSignal } from '@preact/signals';
import { IconCheck, IconCopy } from '@tabler/icons-preact';
import type { JSX } from 'preact';
import { useId, useRef } from 'preact/hooks';
import { t } from '../i18n';

interface CopyFieldProps {
  label: string;
  /** One line, or several. */
  value: string;
  testId: string;
}

/** A text to be copied. */
export function CopyField({ label, value, testId }: CopyFieldProps) {
  const id = useId();
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const copied = useSignal<string | null>(null);
  const copy = async () => {
    field.current?.select();
    // The clipboard is only there on secure pages; elsewhere the old command still works.
    if (navigator.clipboard) await navigator.clipboard.writeText(value);
    else document.execCommand('copy');
    copied.value = value;
  };
  const lines = value.split('\n').length;
  const shown = {
    ref: field,
    id,
    class: 'form-control font-monospace',
    readOnly: true,
    value,
    'data-testid': testId,
    onFocus: (event: JSX.TargetedFocusEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      event.currentTarget.select(),
  };
  return (
    <div>
      <label class="form-label" for={id}>
        {label}
      </label>
      <div class="input-group">
        {lines > 1 ? <textarea {...shown} rows={lines + 1} wrap="off" /> : <input {...shown} />}
        <button type="button" class="btn" onClick={copy}>
          {copied.value === value ? (
            <IconCheck size={18} aria-hidden="true" />
          ) : (
            <IconCopy size={18} aria-hidden="true" />
          )}
          <span class="ms-1">{t(copied.value === value ? 'app.copied' : 'app.copy')}</span>
        </button>
      </div>
    </div>
  );
}
