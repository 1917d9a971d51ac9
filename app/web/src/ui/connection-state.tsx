import type { ReadonlySignal } from '@preact/signals';
import type { Connection } from '../feed/feed-client';
import { t } from '../i18n';

/** Quiet while all is well: a dot, and words only where they are needed. */
export function ConnectionState({ of }: { of: ReadonlySignal<Connection> }) {
  const text = t(`connection.${of.value}`);
  return (
    <span
      class={`connection connection-${of.value}`}
      role="status"
      title={text}
      data-testid="connection-state"
      data-state={of.value}
    >
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-text">{text}</span>
    </span>
  );
}
