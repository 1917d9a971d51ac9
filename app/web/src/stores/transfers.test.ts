import { describe, expect, it } from 'vitest';
import type { Transfer } from '../api/rows';
import { Collection, leaveOnlyBranch } from './collection';
import { transferRow } from './testing/rows';
import { TransfersStore } from './transfers';

function store(...rows: Transfer[]) {
  const collection = new Collection<Transfer>(leaveOnlyBranch, null);
  collection.load(rows);
  const clock = { now: 0 };
  return { transfers: new TransfersStore(collection, () => clock.now), collection, clock };
}

function ids(rows: readonly Transfer[]): string[] {
  return rows.map(({ id }) => id);
}

describe('transfers', () => {
  it('lists those that move before those that wait, and those that ended by their end', () => {
    const { transfers } = store(
      transferRow('1', 'a'),
      transferRow('2', 'b', { state: 'uploading' }),
      transferRow('3', 'c'),
      transferRow('4', 'd', { state: 'done', finishedAt: '2026-01-02T00:00:00Z' }),
      transferRow('5', 'e', { state: 'failed', finishedAt: '2026-01-01T00:00:00Z' }),
      transferRow('6', 'f', { state: 'cancelled', finishedAt: '2026-01-03T00:00:00Z' }),
    );
    expect(ids(transfers.running.value)).toEqual(['2', '1', '3']);
    expect(ids(transfers.ended.value)).toEqual(['6', '4', '5']);
  });

  it('knows the speed from the last moments only', () => {
    const row = transferRow('1', 'a', { state: 'uploading', totalBytes: 100_000 });
    const { transfers, clock } = store(row);
    const tell = (now: number, sentBytes: number) => {
      clock.now = now;
      transfers.onProgress({ pdfId: 'a', transferId: '1', sentBytes, totalBytes: 100_000 });
    };
    tell(0, 0);
    expect(transfers.speed(row)).toBeNull();
    tell(1_000, 10_000);
    expect(transfers.speed(row)).toBe(10_000);
    tell(20_000, 11_000);
    tell(22_000, 13_000);
    expect(transfers.speed(row)).toBe(1_000);
    tell(23_000, 0);
    expect(transfers.speed(row)).toBeNull();
    tell(24_000, 500);
    clock.now = 60_000;
    expect(transfers.speed(row)).toBeNull();
  });

  it('shows the progress that was told before the row, but never more than there is', () => {
    const row = transferRow('1', 'a', { sentBytes: 400 });
    const { transfers } = store(row);
    transfers.onProgress({ pdfId: 'a', transferId: '1', sentBytes: 1200, totalBytes: 1000 });
    expect(transfers.progress(row)).toEqual({ sentBytes: 1000, totalBytes: 1000 });
  });
});
