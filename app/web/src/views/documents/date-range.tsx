import { type Key, t } from '../../i18n';
import { formatDay } from '../../i18n/format';
import { resolveDay } from '../../stores/documents/days';
import type { DocumentQuery } from '../../stores/documents/query';
import { useWorkspace } from '../../ui/context';
import { now } from '../../ui/page';

type PresetKey = Extract<Key, `documents.date.${string}`>;

const PRESETS: readonly { label: PresetKey; from: string; to: string }[] = [
  { label: 'documents.date.today', from: 'today', to: 'today' },
  { label: 'documents.date.week', from: 'today', to: 'today+7' },
  { label: 'documents.date.month', from: 'today', to: 'today+30' },
  { label: 'documents.date.lastMonth', from: 'today-30', to: 'today' },
];

/** The limits as a short text; empty where there are none. */
export function dateRangeText({ from, to }: DocumentQuery): string {
  const preset = PRESETS.find((one) => one.from === from && one.to === to);
  if (preset) return t(preset.label);
  const day = (text: string) => formatDay(resolveDay(text, now.value));
  if (from && to) return t('documents.range', { from: day(from), to: day(to) });
  if (from) return t('documents.rangeFrom', { from: day(from) });
  return to ? t('documents.rangeTo', { to: day(to) }) : '';
}

/** The days between which the event is. Those named in words move with the calendar. */
export function DateRange() {
  const { documents } = useWorkspace();
  const { from, to } = documents.query.value;
  return (
    <fieldset class="range">
      <legend>{t('documents.filter.date')}</legend>
      <div class="range-presets">
        {PRESETS.map((preset) => (
          <button
            key={preset.label}
            type="button"
            class={`filter ${preset.from === from && preset.to === to ? 'filter-set' : ''}`}
            data-testid={`date-${preset.from}_${preset.to}`}
            onClick={() => documents.narrow({ from: preset.from, to: preset.to })}
          >
            {t(preset.label)}
          </button>
        ))}
      </div>
      <div class="range-limits">
        <label>
          <span>{t('documents.from')}</span>
          <input
            type="date"
            class="form-control"
            data-testid="date-from"
            value={resolveDay(from, now.value)}
            onChange={(event) => documents.narrow({ from: event.currentTarget.value })}
          />
        </label>
        <label>
          <span>{t('documents.to')}</span>
          <input
            type="date"
            class="form-control"
            data-testid="date-to"
            value={resolveDay(to, now.value)}
            onChange={(event) => documents.narrow({ to: event.currentTarget.value })}
          />
        </label>
      </div>
      {(from || to) && (
        <button
          type="button"
          class="btn btn-sm btn-ghost-secondary"
          onClick={() => documents.narrow({ from: '', to: '' })}
        >
          {t('documents.noLimit')}
        </button>
      )}
    </fieldset>
  );
}
