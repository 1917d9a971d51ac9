import { IconMoodSad } from '@tabler/icons-preact';
import { Component, type ComponentChildren } from 'preact';
import { t } from '../i18n';

export function Loading({ text }: { text?: string | undefined }) {
  return (
    <div class="notice" role="status">
      <span class="spinner-border text-secondary" aria-hidden="true" />
      <p>{text ?? t('app.loading')}</p>
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return (
    <div class="notice" role="status" data-testid="empty">
      {children}
    </div>
  );
}

export function NotFound() {
  return (
    <div class="notice">
      <p>{t('app.notFound')}</p>
      <a class="btn" href="/">
        {t('app.toOverview')}
      </a>
    </div>
  );
}

interface FailedProps {
  /** Where it changes, another try is made: another screen need not fail as well. */
  place: string;
  children: ComponentChildren;
}

/** Stands in for a screen that failed: says what happened, and shows ways out. */
export class Failed extends Component<FailedProps, { error: unknown }> {
  override state = { error: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ error });
  }

  override componentDidUpdate(before: FailedProps): void {
    if (before.place !== this.props.place && this.state.error) this.setState({ error: null });
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div class="notice" role="alert" data-testid="failed">
        <IconMoodSad size={40} stroke={1.5} aria-hidden="true" />
        <p>{t(navigator.onLine ? 'app.failed' : 'app.failedOffline')}</p>
        <p class="notice-detail">{String(error)}</p>
        <div class="notice-actions">
          <button type="button" class="btn btn-primary" onClick={() => location.reload()}>
            {t('app.reload')}
          </button>
          <a class="btn" href="/">
            {t('app.toOverview')}
          </a>
        </div>
      </div>
    );
  }
}
