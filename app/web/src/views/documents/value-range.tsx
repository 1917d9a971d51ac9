import { t } from '../../i18n';
import { formatMoney, parseDecimal } from '../../i18n/format';
import type { DocumentQuery } from '../../stores/documents/query';
import { useWorkspace } from '../../ui/context';

/** The limits as a short text; empty where there are none. */
export function valueRangeText({ min, max }: DocumentQuery): string {
  if (min && max) return t('documents.range', { from: formatMoney(min), to: formatMoney(max) });
  if (min) return t('documents.rangeFrom', { from: formatMoney(min) });
  return max ? t('documents.rangeTo', { to: formatMoney(max) }) : '';
}

/** The limits of the total, typed as the language writes numbers. */
export function ValueRange() {
  const { documents } = useWorkspace();
  const { min, max } = documents.query.value;
  return (
    <fieldset class="range">
      <legend>{t('documents.filter.value')}</legend>
      <div class="range-limits">
        <Limit
          name="min"
          label={t('documents.from')}
          value={min}
          onChange={(value) => documents.narrow({ min: value })}
        />
        <Limit
          name="max"
          label={t('documents.to')}
          value={max}
          onChange={(value) => documents.narrow({ max: value })}
        />
      </div>
      {(min || max) && (
        <button
          type="button"
          class="btn btn-sm btn-ghost-secondary"
          onClick={() => documents.narrow({ min: '', max: '' })}
        >
          {t('documents.noLimit')}
        </button>
      )}
    </fieldset>
  );
}

interface LimitProps {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function Limit({ name, label, value, onChange }: LimitProps) {
  const take = (input: HTMLInputElement) => {
    const decimal = input.value.trim() === '' ? '' : parseDecimal(input.value);
    input.setCustomValidity(decimal === null ? t('documents.notANumber') : '');
    if (decimal === null) input.reportValidity();
    else onChange(decimal);
  };
  return (
    <label>
      <span>{label}</span>
      <input
        class="form-control"
        inputMode="decimal"
        autocomplete="off"
        data-testid={`value-${name}`}
        value={value && formatMoney(value)}
        onInput={(event) => event.currentTarget.setCustomValidity('')}
        onChange={(event) => take(event.currentTarget)}
      />
    </label>
  );
}
