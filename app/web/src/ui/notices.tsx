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
      <a class="btn" href="/documents">
        {t('app.toDocuments')}
      </a>
    </div>
  );
}

/** Shows a way out where the page itself failed. */
export class Failed extends Component<{ children: ComponentChildren }, { failed: boolean }> {
  override state = { failed: false };

  override componentDidCatch(): void {
    this.setState({ failed: true });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div class="notice" role="alert">
        <p>{t('app.failed')}</p>
        <button type="button" class="btn" onClick={() => location.reload()}>
          {t('app.reload')}
        </button>
      </div>
    );
  }
}
