import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Toasts } from './toasts';

describe('the toasts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const texts = (toasts: Toasts) => toasts.shown.value.map(({ text }) => text);

  it('do not pile up: three at once, each text once', () => {
    const toasts = new Toasts();
    for (const text of ['a', 'b', 'c', 'd', 'b']) toasts.show('info', text);
    expect(texts(toasts)).toEqual(['c', 'd', 'b']);
  });

  it('go by themselves, but for those that wait for a click', () => {
    const toasts = new Toasts();
    toasts.done('archived', () => {});
    toasts.show('info', 'ready', { label: 'Open', run: () => {} });
    vi.advanceTimersByTime(60_000);
    expect(texts(toasts)).toEqual(['ready']);
  });

  it('stay while somebody reads them', () => {
    const toasts = new Toasts();
    toasts.show('info', 'a');
    toasts.hold();
    vi.advanceTimersByTime(60_000);
    expect(texts(toasts)).toEqual(['a']);
    toasts.release();
    vi.advanceTimersByTime(60_000);
    expect(texts(toasts)).toEqual([]);
  });
});
