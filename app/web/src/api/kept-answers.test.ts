import { describe, expect, it } from 'vitest';
import { KeptAnswers } from './kept-answers';

/** Cache storage in memory: addresses in the order in which they were put. */
class ModelStorage {
  readonly caches = new Map<string, Map<string, Response>>();

  async open(name: string) {
    const entries = this.caches.get(name) ?? new Map<string, Response>();
    this.caches.set(name, entries);
    return {
      match: async (url: string) => entries.get(url)?.clone(),
      put: async (url: string, response: Response) => void entries.set(url, response),
      delete: async (url: string) => entries.delete(url),
      keys: async () => [...entries.keys()],
    };
  }

  async keys() {
    return [...this.caches.keys()];
  }

  async delete(name: string) {
    return this.caches.delete(name);
  }
}

const id = (digit: string) => `0197aaaa-0000-7000-8000-00000000000${digit}`;
const file = (digit: string) => `/api/pdfs/${id(digit)}/download`;

function setUp(limit = 1000) {
  const model = new ModelStorage();
  const storage = model as unknown as CacheStorage;
  const kept = new KeptAnswers('ana', limit, storage);
  const keep = async (url: string, body: string, status = 200) => {
    kept.keep(url, new Response(body, { status, headers: { 'Content-Type': 'application/pdf' } }));
    await kept.settled();
  };
  const text = async (url: string) => (await kept.find(url))?.text();
  return { model, storage, kept, keep, text };
}

describe('answers are kept', () => {
  it('of a document, with their type', async () => {
    const { keep, kept, text } = setUp();
    await keep(file('1'), 'file');
    await keep(`/api/pdfs/${id('1')}`, 'details');
    await keep(`/api/pdfs/${id('1')}/preview?width=800`, 'picture');
    expect(await text(file('1'))).toBe('file');
    expect(await text(`/api/pdfs/${id('1')}`)).toBe('details');
    expect(await text(`/api/pdfs/${id('1')}/preview?width=800`)).toBe('picture');
    expect((await kept.find(file('1')))?.headers.get('Content-Type')).toBe('application/pdf');
  });

  it.each(['/api/pdfs', '/api/me', '/api/pdfs?limit=1', `/api/pdfs/${id('1')}/status`])(
    'but not of %s',
    async (url) => {
      const { keep, text } = setUp();
      await keep(url, 'anything');
      expect(await text(url)).toBeUndefined();
    },
  );

  it('in a bounded room, from which the one opened longest ago goes', async () => {
    const { keep, text } = setUp(10);
    await keep(file('1'), '1111');
    await keep(file('2'), '2222');
    await keep(file('1'), '1111');
    await keep(file('3'), '3333');
    expect(await text(file('2'))).toBeUndefined();
    expect(await text(file('1'))).toBe('1111');
    await keep(file('4'), 'larger than all the room');
    expect(await text(file('4'))).toBeUndefined();
    expect(await text(file('3'))).toBe('3333');
  });

  it('for their user only, and until the logout', async () => {
    const { keep, storage, model, text } = setUp();
    await keep(file('1'), 'file');
    const other = new KeptAnswers('bia', 1000, storage);
    expect(await other.find(file('1'))).toBeUndefined();
    model.caches.set('siberius-shell-1', new Map());
    await KeptAnswers.wipe(storage);
    expect(await text(file('1'))).toBeUndefined();
    expect(model.caches.has('siberius-shell-1')).toBe(true);
  });

  it('nowhere, without complaint, where there are no caches', async () => {
    const kept = new KeptAnswers('ana', 1000, undefined);
    kept.keep(file('1'), new Response('file'));
    await kept.settled();
    expect(await kept.find(file('1'))).toBeUndefined();
    await KeptAnswers.wipe(undefined);
  });
});
