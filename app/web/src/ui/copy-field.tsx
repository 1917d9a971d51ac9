import { useSignal } from '@preact/signals';
import { IconCheck, IconCopy } from '@tabler/icons-preact';
import { useId, useRef } from 'preact/hooks';
import { t } from '../i18n';

interface CopyFieldProps {
  label: string;
  value: string;
  testId: string;
}

/** A text to be copied. */
export function CopyField({ label, value, testId }: CopyFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const copied = useSignal(false);
  const copy = async () => {
    input.current?.select();
    // The clipboard is only there on secure pages; elsewhere the old command still works.
    if (navigator.clipboard) await navigator.clipboard.writeText(value);
    else document.execCommand('copy');
    copied.value = true;
  };
  return (
    <div class="mb-3">
      <label class="form-label" for={id}>
        {label}
      </label>
      <div class="input-group">
        <input
          ref={input}
          id={id}
          class="form-control font-monospace"
          readOnly
          value={value}
          data-testid={testId}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="btn" onClick={copy}>
          {copied.value ? (
            <IconCheck size={18} aria-hidden="true" />
          ) : (
            <IconCopy size={18} aria-hidden="true" />
          )}
          <span class="ms-1">{t(copied.value ? 'app.copied' : 'app.copy')}</span>
        </button>
      </div>
    </div>
  );
}
