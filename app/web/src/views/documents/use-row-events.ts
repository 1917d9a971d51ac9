import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Pdf } from '../../api/rows';
import { useWorkspace } from '../../ui/context';
import { useOpenDocument } from './use-open-document';

interface RowEvents {
  /** The row that keys act on; -1 where there is none. */
  activeIndex: number;
  /** For the element that holds the rows: rows with handlers of their own would be drawn anew
   * with each step of the list. */
  handlers: {
    onClick: (event: MouseEvent) => void;
    onFocusIn: (event: FocusEvent) => void;
    onKeyDown: (event: KeyboardEvent) => void;
  };
}

/**
 * What is done in the rows. A click opens one; with Ctrl it chooses it, with Shift all up to it.
 * Arrow keys move, Enter opens; Space chooses, and Shift with an arrow chooses up to there; Ctrl+A
 * chooses all, Escape none.
 */
export function useRowEvents(
  ids: readonly string[],
  scroller: RefObject<HTMLElement>,
  scrollToIndex: (index: number) => void,
): RowEvents {
  const { documents } = useWorkspace();
  const { selection } = documents;
  const openDocument = useOpenDocument();
  const active = useSignal<string | null>(null);
  const moved = useRef(false);
  const activeIndex = active.value === null ? -1 : ids.indexOf(active.value);

  const pdfOf = (target: EventTarget | null): Pdf | undefined => {
    const row = target instanceof Element && target.closest<HTMLElement>('.document-row');
    return row ? documents.pdfs.get(row.dataset.pdfId ?? '') : undefined;
  };

  const onClick = (event: MouseEvent) => {
    const pdf = pdfOf(event.target);
    if (!pdf || !(event.target instanceof Element)) return;
    const isChoice = event.target.closest('.cell-select') !== null;
    // The buttons and links within the row have a meaning of their own.
    if (!isChoice && event.target.closest('a, button:not(.document-open)')) return;
    if (event.shiftKey) {
      selection.extendTo(pdf.id);
      // The browser has marked the text between the two clicks.
      getSelection()?.removeAllRanges();
    } else if (isChoice || event.ctrlKey || event.metaKey) {
      selection.toggle(pdf.id);
    } else {
      openDocument(pdf);
    }
  };

  const onFocusIn = (event: FocusEvent) => {
    active.value = pdfOf(event.target)?.id ?? active.value;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof Element) || event.target.role !== 'row') return;
    const pdf = documents.pdfs.get(active.value ?? '');
    if (event.key === 'Enter' && pdf) {
      openDocument(pdf);
    } else if (event.key === ' ' && pdf) {
      event.preventDefault();
      if (event.shiftKey) selection.extendTo(pdf.id);
      else selection.toggle(pdf.id);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      selection.all();
    } else if (event.key === 'Escape') {
      selection.clear();
    } else {
      move(event);
    }
  };

  const move = (event: KeyboardEvent) => {
    const target = targetOf(event.key, activeIndex, ids.length);
    const id = target === null ? undefined : ids[target];
    if (target === null || !id) return;
    event.preventDefault();
    if (event.shiftKey) {
      if (active.value && selection.ids.value.length === 0) selection.toggle(active.value);
      selection.extendTo(id);
    }
    active.value = id;
    moved.current = true;
    scrollToIndex(target);
  };

  useLayoutEffect(() => {
    // The row that has the focus has moved to other elements, or out of sight; one that a key leads
    // to may be drawn only after the list has scrolled to it.
    const focused = document.activeElement?.closest<HTMLElement>('.document-row');
    const isElsewhere = focused && focused.dataset.pdfId !== active.value;
    if (!isElsewhere && !moved.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-pdf-id="${active.value}"]`);
    if (row) row.focus({ preventScroll: true });
    else if (isElsewhere) focused.blur();
    if (row) moved.current = false;
  });

  return { activeIndex, handlers: { onClick, onFocusIn, onKeyDown } };
}

const PAGE_STEP = 10;

/** The index the key leads to, or null where it leads nowhere. */
function targetOf(key: string, from: number, count: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + PAGE_STEP,
    PageUp: from - PAGE_STEP,
    Home: 0,
    End: count - 1,
  };
  const target = steps[key];
  return target === undefined ? null : Math.max(0, Math.min(count - 1, target));
}
