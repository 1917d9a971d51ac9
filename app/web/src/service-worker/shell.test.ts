import { describe, expect, it } from 'vitest';
import { answerOf, outdated } from './shell';

const ORIGIN = 'https://hub.example';
const FILES = new Set(['/index.html', '/icon.svg', '/assets/index-1.js']);

function answer(path: string, mode = 'cors', method = 'GET'): string | null {
  const url = path.startsWith('http') ? path : ORIGIN + path;
  return answerOf({ method, mode, url }, ORIGIN, FILES);
}

describe('the service worker answers', () => {
  it.each([
    ['/', 'navigate', '/index.html'],
    ['/documents/0197?q=a', 'navigate', '/index.html'],
    ['/apiary', 'navigate', '/index.html'],
    ['/icon.svg', 'navigate', '/icon.svg'],
    ['/assets/index-1.js', 'cors', '/assets/index-1.js'],
  ])('%s (%s) with %s', (path, mode, expected) => {
    expect(answer(path, mode)).toBe(expected);
  });

  it.each([
    ['/api/pdfs', 'cors'],
    ['/api', 'navigate'],
    ['/socket.io/?EIO=4', 'websocket'],
    ['/health', 'navigate'],
    ['/docs', 'navigate'],
    ['/assets/index-0.js', 'cors'],
    ['/index.html', 'cors'],
    ['https://other.example/', 'navigate'],
  ])('nothing for %s (%s)', (path, mode) => {
    expect(answer(path, mode)).toBeNull();
  });

  it('nothing that is not a reading', () => {
    expect(answer('/', 'navigate', 'POST')).toBeNull();
  });
});

it('drops the files of other versions, and nobody else’s', () => {
  const names = ['shell-1', 'shell-2', 'documents-ana'];
  expect(outdated(names, 'shell-', 'shell-2')).toEqual(['shell-1']);
});
