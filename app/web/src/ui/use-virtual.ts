import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

/** So many rows before and after those on screen are drawn as well. */
const OVERSCAN = 3;

interface VirtualRow {
  index: number;
  /** In px from the top of the rows. */
  top: number;
  /** A number of its own among those that are drawn, below how many there are. */
  slot: number;
}

interface VirtualRows {
  rows: VirtualRow[];
  /** In px. */
  height: number;
  scrollToIndex: (index: number) => void;
}

/**
 * Only the rows of a long list that are on screen, each `rowHeight` px high. `headHeight` is what
 * sticks above them within the scroller, in px.
 *
 * There are always as many rows as the screen may need. One that is scrolled out of sight leaves
 * its slot to the one that comes into it, so with slots as keys its elements are used again.
 */
export function useVirtual(
  scroller: RefObject<HTMLElement>,
  count: number,
  rowHeight: number,
  headHeight: number,
): VirtualRows {
  const [, render] = useReducer<number, void>((n) => n + 1, 0);
  const options: VirtualizerOptions<HTMLElement, HTMLElement> = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => render(),
  };
  const kept = useRef<{ virtualizer: Virtualizer<HTMLElement, HTMLElement>; rowHeight: number }>();
  kept.current ??= { virtualizer: new Virtualizer(options), rowHeight };
  const { virtualizer } = kept.current;
  virtualizer.setOptions(options);
  if (kept.current.rowHeight !== rowHeight) {
    kept.current.rowHeight = rowHeight;
    virtualizer.measure();
  }
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());

  const onScreen = Math.ceil((virtualizer.scrollRect?.height ?? 0) / rowHeight) + 1;
  const drawn = Math.min(count, onScreen + 2 * OVERSCAN);
  const range = virtualizer.calculateRange();
  const first = range ? Math.max(0, Math.min(range.startIndex - OVERSCAN, count - drawn)) : 0;
  return {
    rows: Array.from({ length: range ? drawn : 0 }, (_, place) => {
      const index = first + place;
      return { index, top: index * rowHeight, slot: index % drawn };
    }),
    height: virtualizer.getTotalSize(),
    scrollToIndex: (index) => virtualizer.scrollToIndex(index),
  };
}
