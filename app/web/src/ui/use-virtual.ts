import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useReducer, useRef } from 'preact/hooks';

/**
 * Renders only the rows of a long list that are on screen; all rows are `rowHeight` px high.
 * `headHeight` is what sticks above them within the scroller, in px.
 */
export function useVirtual(
  scroller: RefObject<HTMLElement>,
  count: number,
  rowHeight: number,
  headHeight: number,
): Virtualizer<HTMLElement, HTMLElement> {
  const [, render] = useReducer<number, void>((n) => n + 1, 0);
  const options: VirtualizerOptions<HTMLElement, HTMLElement> = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
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
  return virtualizer;
}
