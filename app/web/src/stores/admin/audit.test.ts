import { describe, expect, it, vi } from 'vitest';
import { ApiClient, type CallOptions } from '../../api/client';
import { AuditLog, startOf } from './audit';

const NOTHING = { action: '', user: '', from: '', to: '' };

/** A log of so many entries, the newest with the highest number. */
function log(count: number, filter = NOTHING) {
  const api = new ApiClient();
  const asked: CallOptions['query'][] = [];
  vi.spyOn(api, 'call').mockImplementation(async (_path, { query } = {}) => {
    asked.push(query);
    const first = Number(query?.after ?? count + 1) - 1;
    const last = Math.max(first - Number(query?.limit) + 1, 1);
    const data = [];
    for (let id = first; id >= last; id -= 1) data.push({ id: String(id) });
    return Response.json({ data, nextAfter: last > 1 ? String(last) : null });
  });
  return { shown: new AuditLog(api, filter), asked };
}

describe('the audit log', () => {
  it('shows older entries below the newer ones, until there are none', async () => {
    const { shown } = log(70);
    await shown.entries.load();
    expect(shown.entries.value.value).toHaveLength(50);
    expect(shown.hasMore.value).not.toBeNull();
    await shown.more();
    expect(shown.entries.value.value?.map(({ id }) => Number(id))).toEqual(
      Array.from({ length: 70 }, (_, index) => 70 - index),
    );
    expect(shown.hasMore.value).toBeNull();
  });

  it('asks for whole days of the person', async () => {
    const { shown, asked } = log(1, { ...NOTHING, from: '2026-02-28', to: '2026-02-28' });
    await shown.entries.load();
    const [query] = asked;
    const hours = (Date.parse(String(query?.to)) - Date.parse(String(query?.from))) / 3_600_000;
    expect(hours).toBe(24);
    expect(new Date(startOf('2026-02-28', 1)).getDate()).toBe(1);
  });
});
