import { IconX } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../i18n';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** With a cross in its corner, and closed by a click beside it: nothing can be lost by that. */
  closable?: boolean;
  /** `sheet`: at the lower edge of a phone, in reach of the thumb. `palette`: without a head. */
  kind?: 'plain' | 'wide' | 'sheet' | 'palette';
}

/** A modal dialog; the browser's own element keeps the focus inside and closes on Escape. */
export function Dialog({ title, onClose, children, closable, kind = 'plain' }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    // Removing an open dialog does not give the focus back; closing it would.
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const light = closable || kind === 'sheet' || kind === 'palette';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it
    <dialog
      ref={element}
      class={`dialog dialog-${kind}`}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (light && event.target === event.currentTarget) onClose();
      }}
    >
      <div class="dialog-body">
        <header class="dialog-head">
          <h2 id={titleId} class="dialog-title">
            {title}
          </h2>
          {closable && (
            <button
              type="button"
              class="btn btn-icon btn-ghost-secondary"
              aria-label={t('app.close')}
              data-testid="dialog-close"
              onClick={onClose}
            >
              <IconX size={18} aria-hidden="true" />
            </button>
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  text: string;
  /** The verb of what will happen; never only "OK". */
  verb: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before what cannot be undone. */
export function Confirm({ title, text, verb, onConfirm, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div class="dialog-actions">
        <button type="button" class="btn" onClick={onClose}>
          {t('app.cancel')}
        </button>
        <button
          type="button"
          class="btn btn-danger"
          data-testid="confirm"
          onClick={() => {
            onClose();
            onConfirm();
          }}
        >
          {verb}
        </button>
      </div>
    </Dialog>
  );
}
