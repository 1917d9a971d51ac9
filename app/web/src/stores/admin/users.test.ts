import { describe, expect, it, vi } from 'vitest';
import type { CallOptions } from '../../api/client';
import { ApiClient } from '../../api/client';
import type { User } from '../../api/rows';
import { newPassword, UserAdmin } from './users';

const ana: User = {
  id: 'a',
  version: 1,
  updatedAt: '2026-01-01T00:00:00Z',
  name: 'Ana',
  email: 'ana@example.com',
  role: 'manager',
  branchIds: ['b1', 'b2'],
  disabled: false,
  secondFactor: true,
};
const bia: User = { ...ana, id: 'b', name: 'Bia', email: 'bia@example.com' };

/** The administration of a company whose users come in two pages; with what was sent. */
async function company() {
  const api = new ApiClient();
  const sent: [string, CallOptions][] = [];
  vi.spyOn(api, 'call').mockImplementation(async (path, options = {}) => {
    sent.push([path, options]);
    if (options.method === 'PATCH') return Response.json({ ...ana, ...(options.body as object) });
    if (options.method === 'POST') return Response.json({ ...bia, id: 'c', name: 'Ada' });
    if (options.method === 'DELETE') return new Response(null, { status: 204 });
    return Response.json(
      options.query?.after ? { data: [ana] } : { data: [bia], nextAfter: bia.id },
    );
  });
  const admin = new UserAdmin(api);
  await admin.users.load();
  sent.length = 0;
  return { admin, sent, names: () => admin.users.value.value?.map(({ name }) => name) };
}

describe('the users', () => {
  it('come from every page and are sorted by name', async () => {
    const { admin, names } = await company();
    expect(names()).toEqual(['Ana', 'Bia']);
    await admin.create({ name: 'Ada', email: 'ada@x', role: 'viewer', branchIds: null });
    expect(names()).toEqual(['Ada', 'Ana', 'Bia']);
  });

  it('are changed in what differs only, so that a new name ends no session', async () => {
    const { admin, sent } = await company();
    const { email, role } = ana;
    await admin.change(ana, { name: 'Ana Lima', email, role, branchIds: ['b2', 'b1'] });
    expect(sent).toEqual([['/api/users/a', { method: 'PATCH', body: { name: 'Ana Lima' } }]]);
    await admin.change(ana, { name: 'Ana', email, role, branchIds: ['b2', 'b1'] });
    expect(sent).toHaveLength(1);
    await admin.change(ana, { name: 'Ana', email, role, branchIds: null });
    expect(sent[1]?.[1].body).toEqual({ branchIds: null });
  });

  it('lose their second factor when it is taken away', async () => {
    const { admin } = await company();
    await admin.removeSecondFactor(ana);
    expect(admin.users.value.value?.find(({ id }) => id === 'a')?.secondFactor).toBe(false);
  });
});

describe('a new password', () => {
  it('is long, of plain signs, and never the same', () => {
    const made = Array.from({ length: 50 }, newPassword);
    for (const password of made)
      expect(password).toMatch(/^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
    expect(new Set(made).size).toBe(50);
  });
});
