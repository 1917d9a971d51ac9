import { useRef } from 'preact/hooks';

/**
 * Keys for the rows of a long list that are on screen. A row that is scrolled out of sight leaves
 * its key, and with it its elements, to one that comes into it: other texts in the same elements
 * cost the browser much less than new ones.
 */
export function useSlots(ids: readonly string[]): (id: string) => number {
  const kept = useRef<{ slots: ReadonlyMap<string, number>; made: number }>();
  kept.current ??= { slots: new Map(), made: 0 };
  const before = kept.current;
  const shown = new Set(ids);
  const free = [...before.slots].filter(([id]) => !shown.has(id)).map(([, slot]) => slot);
  let { made } = before;
  const slots = new Map<string, number>();
  for (const id of ids) slots.set(id, before.slots.get(id) ?? free.shift() ?? made++);
  kept.current = { slots, made };
  return (id) => slots.get(id) ?? -1;
}
