import { IconCloudOff } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n';
import { problemText } from '../i18n/problems';
import type { Loaded } from '../stores/loaded';
import { useWorkspace } from './context';
import { Loading } from './notices';

interface WhenLoadedProps<T> {
  of: Loaded<T>;
  children: (value: T) => ComponentChildren;
}

/** Asks when it is shown, and again when the connection is back; says what keeps it waiting. */
export function WhenLoaded<T>({ of, children }: WhenLoadedProps<T>) {
  const { feed } = useWorkspace();
  const online = feed.connection.value !== 'offline';
  useEffect(() => void of.load(), [of, online]);
  const value = of.value.value;
  const error = of.error.value;
  if (value === null && error === null) return <Loading />;
  return (
    <>
      {error !== null && (
        <Away error={error} instead={value === null} again={() => void of.load()} />
      )}
      {value !== null && children(value)}
    </>
  );
}

interface AwayProps {
  error: unknown;
  /** It stands where the answer would; otherwise above one from before. */
  instead: boolean;
  again: () => void;
}

/** What the server did not answer, why, and another try. */
export function Away({ error, instead, again }: AwayProps) {
  return (
    <div class={instead ? 'notice' : 'note note-error'} role="alert" data-testid="away">
      {instead && <IconCloudOff size={40} stroke={1.5} aria-hidden="true" />}
      <p class="note-text">{problemText(error)}</p>
      <button type="button" class="btn" data-testid="again" onClick={again}>
        {t('app.again')}
      </button>
    </div>
  );
}
