import { useSignal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { lazy } from 'preact-iso';

const Palette = lazy(() => import('./palette'));
const KeyHelp = lazy(() => import('./key-help'));

/** The keys that work on every screen, and what they open over it. */
export function useKeys() {
  const open = useSignal<'palette' | 'help' | null>(null);
  // Before anything is painted: what can be seen can be typed to.
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        open.value = open.value === 'palette' ? null : 'palette';
      } else if (event.key === '?' && !isTyping(event) && open.value === null) {
        open.value = 'help';
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [open]);
  const close = () => {
    open.value = null;
  };
  return {
    openPalette: () => {
      open.value = 'palette';
    },
    overlay:
      open.value === 'palette' ? (
        <Palette onClose={close} />
      ) : open.value === 'help' ? (
        <KeyHelp onClose={close} />
      ) : null,
  };
}

/** Whether the key goes into a text. */
export function isTyping({ target }: Event): boolean {
  return target instanceof Element && target.closest('input, textarea, select') !== null;
}
