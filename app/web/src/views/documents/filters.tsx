import {
  IconCalendar,
  IconChevronDown,
  IconEyeOff,
  IconPin,
  IconReceipt,
} from '@tabler/icons-preact';
import type { ComponentChildren, ComponentProps } from 'preact';
import type { Branch } from '../../api/rows';
import { t } from '../../i18n';
import { STATUSES, TYPES } from '../../stores/documents/query';
import { Choice } from '../../ui/choice';
import { useWorkspace } from '../../ui/context';
import { Popover } from '../../ui/popover';
import { DateRange, dateRangeText } from './date-range';
import { ValueRange, valueRangeText } from './value-range';

/** What narrows the list besides the search. The same ones in a row, or in a sheet on a phone. */
export function Filters({ stacked = false }: { stacked?: boolean }) {
  const { documents, branches } = useWorkspace();
  branches.revision.value;
  const query = documents.query.value;
  const { type, status, branchId, readable, pinned, present } = query;
  const dates = dateRangeText(query);
  const values = valueRangeText(query);
  return (
    <div class={stacked ? 'filters filters-stacked' : 'filters'}>
      <Narrowed
        label={t('documents.filter.type')}
        name="type"
        value={type}
        onChange={(value) => documents.narrow({ type: value as typeof type })}
      >
        {TYPES.map((name) => (
          <option key={name} value={name}>
            {t(`type.${name}`)}
          </option>
        ))}
      </Narrowed>
      <Narrowed
        label={t('documents.filter.branch')}
        name="branch"
        value={branchId}
        onChange={(value) => documents.narrow({ branchId: value })}
      >
        {[...branches.rows()].sort(byName).map((branch) => (
          <option key={branch.id} value={branch.id}>
            {branch.name}
          </option>
        ))}
      </Narrowed>
      <Narrowed
        label={t('documents.filter.status')}
        name="status"
        value={status}
        onChange={(value) => documents.narrow({ status: value as typeof status })}
      >
        {STATUSES.map((name) => (
          <option key={name} value={name}>
            {t(`status.${name}`)}
          </option>
        ))}
      </Narrowed>
      <Narrowed
        label={t('documents.filter.readable')}
        name="readable"
        value={readable}
        onChange={(value) => documents.narrow({ readable: value as typeof readable })}
      >
        <option value="yes">{t('documents.filter.readableYes')}</option>
        <option value="no">{t('documents.filter.readableNo')}</option>
      </Narrowed>
      {stacked ? (
        <>
          <DateRange />
          <ValueRange />
        </>
      ) : (
        <>
          <RangeButton
            name="date"
            icon={<IconCalendar size={16} aria-hidden="true" />}
            label={t('documents.filter.date')}
            text={dates}
          >
            <DateRange />
          </RangeButton>
          <RangeButton
            name="value"
            icon={<IconReceipt size={16} aria-hidden="true" />}
            label={t('documents.filter.value')}
            text={values}
          >
            <ValueRange />
          </RangeButton>
        </>
      )}
      <button
        type="button"
        class={`filter ${pinned ? 'filter-set' : ''}`}
        aria-pressed={pinned}
        data-testid="filter-pinned"
        onClick={() => documents.narrow({ pinned: !pinned })}
      >
        <IconPin size={16} aria-hidden="true" />
        {t('documents.filter.pinned')}
      </button>
      <button
        type="button"
        class={`filter ${present ? 'filter-set' : ''}`}
        aria-pressed={present}
        data-testid="filter-present"
        onClick={() => documents.narrow({ present: !present })}
      >
        <IconEyeOff size={16} aria-hidden="true" />
        {t('documents.filter.present')}
      </button>
    </div>
  );
}

function byName(a: Branch, b: Branch): number {
  return a.name.localeCompare(b.name);
}

interface RangeButtonProps {
  name: string;
  icon: ComponentChildren;
  label: string;
  /** What is set; empty where nothing is. */
  text: string;
  children: ComponentChildren;
}

function RangeButton({ name, icon, label, text, children }: RangeButtonProps) {
  return (
    <div class="popover-start">
      <Popover
        label={text ? `${label}: ${text}` : label}
        class={`filter ${text ? 'filter-set' : ''}`}
        testId={`filter-${name}`}
        button={
          <>
            {icon}
            {text || label}
            <IconChevronDown size={14} aria-hidden="true" />
          </>
        }
      >
        {() => children}
      </Popover>
    </div>
  );
}

/** A choice of the list: while there is none, it is called by its own name. */
function Narrowed({ label, value, ...rest }: Omit<ComponentProps<typeof Choice>, 'none'>) {
  const none = value ? t('documents.filter.any') : label;
  return <Choice label={label} value={value} none={none} {...rest} />;
}
