import { IconChevronDown } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';

interface ChoiceProps {
  /** Spoken, not shown. */
  label: string;
  name: string;
  /** What no choice is called. */
  none: string;
  /** Empty is no choice. */
  value: string;
  onChange: (value: string) => void;
  /** The options. */
  children: ComponentChildren;
}

/** A filter that is one of several values, or none. */
export function Choice({ label, name, none, value, onChange, children }: ChoiceProps) {
  return (
    <label class="choice">
      <span class="choice-label">{label}</span>
      <select
        class={`filter ${value ? 'filter-set' : ''}`}
        data-testid={`filter-${name}`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{none}</option>
        {children}
      </select>
      <IconChevronDown size={14} aria-hidden="true" />
    </label>
  );
}
