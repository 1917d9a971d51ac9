import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface PopoverProps {
  /** What the button shows. */
  button: ComponentChildren;
  /** What the button and the panel are called; needed where the button shows an icon only. */
  label: string;
  class?: string;
  testId: string;
  /** Made anew whenever it opens. */
  children: (close: () => void) => ComponentChildren;
}

/**
 * A button with a panel below it; on a phone the panel is a sheet at the bottom. Escape and a
 * click elsewhere close it.
 */
export function Popover({ button, label, class: look = 'btn', testId, children }: PopoverProps) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const panelId = useId();
  const close = () => {
    open.value = false;
  };

  useEffect(() => {
    if (!open.value) return;
    const panel = box.current?.lastElementChild;
    panel?.querySelector<HTMLElement>('input, select, button')?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) close();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open.value]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape belongs to all that is within
    <div
      class="popover-box"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open.value) return;
        event.stopPropagation();
        close();
        trigger.current?.focus();
      }}
    >
      <button
        ref={trigger}
        type="button"
        class={look}
        aria-label={label}
        title={label}
        aria-expanded={open.value}
        aria-haspopup="dialog"
        aria-controls={open.value ? panelId : undefined}
        data-testid={testId}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {button}
      </button>
      {open.value && (
        <div id={panelId} class="popover-panel" role="dialog" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
