import { IconX } from '@tabler/icons-preact';
import { t } from '../i18n';
import type { Toast, Toasts } from '../stores/toasts';

export function ToastList({ toasts }: { toasts: Toasts }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that somebody reads
    <div
      class="toasts"
      aria-live="polite"
      onMouseEnter={() => toasts.hold()}
      onMouseLeave={() => toasts.release()}
      onFocusIn={() => toasts.hold()}
      onFocusOut={() => toasts.release()}
    >
      {toasts.shown.value.map((toast) => (
        <ToastView key={toast.id} toast={toast} dismiss={() => toasts.dismiss(toast.id)} />
      ))}
    </div>
  );
}

function ToastView({ toast, dismiss }: { toast: Toast; dismiss: () => void }) {
  const action = toast.undo ? { label: t('app.undo'), run: toast.undo } : toast.action;
  const act = () => {
    dismiss();
    action?.run();
  };
  return (
    <div
      class={`note note-${toast.tone}`}
      role={toast.tone === 'error' ? 'alert' : 'status'}
      data-testid="toast"
    >
      <span class="note-text">{toast.text}</span>
      {action && (
        <button type="button" class="btn btn-sm" data-testid="toast-action" onClick={act}>
          {action.label}
        </button>
      )}
      <button
        type="button"
        class="btn btn-icon btn-sm btn-ghost-secondary"
        aria-label={t('app.close')}
        onClick={dismiss}
      >
        <IconX size={16} aria-hidden="true" />
      </button>
    </div>
  );
}
