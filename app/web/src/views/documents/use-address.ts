import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { fromSearch, toSearch } from '../../stores/documents/query';
import { useWorkspace } from '../../ui/context';

/** Browsers refuse an address that changes with every key. */
const SETTLED_MS = 250;

/** Keeps the page's address and what the list shows the same, whichever changes. */
export function useAddress(): void {
  const { documents } = useWorkspace();
  const { url, route } = useLocation();
  const search = url.split('?')[1] ?? '';
  const shown = toSearch(documents.query.value);
  /** What this page wrote last: where the address is another one, somebody went there. */
  const written = useRef<string | null>(null);

  useLayoutEffect(() => {
    if (search === written.current) return;
    written.current = search;
    documents.query.value = fromSearch(search);
    documents.selection.clear();
  }, [documents, search]);

  useEffect(() => {
    if (shown === written.current) return;
    const settled = setTimeout(() => {
      written.current = shown;
      route(shown ? `/documents?${shown}` : '/documents', true);
    }, SETTLED_MS);
    return () => clearTimeout(settled);
  }, [shown, route]);
}
