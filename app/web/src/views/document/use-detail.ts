import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PdfDetail } from '../../api/rows';
import { useApp, useWorkspace } from '../../ui/context';

/** The document with its evidence, read again whenever its row or its transfers change. */
export function useDetail(id: string) {
  const { api } = useApp();
  const { documents, feed, transfers } = useWorkspace();
  const detail = useSignal<PdfDetail | null>(null);
  const error = useSignal<unknown>(null);
  const tries = useSignal(0);
  documents.pdfs.revision.value;
  const version = documents.pdfs.get(id)?.version;
  const transfer = transfers.openFor(id);
  // What could not be read without a connection is read when there is one.
  const online = feed.connection.value !== 'offline';
  useEffect(() => {
    const abort = new AbortController();
    api.json<PdfDetail>(`/api/pdfs/${id}`, { signal: abort.signal }).then(
      (answer) => {
        detail.value = answer;
        error.value = null;
      },
      (problem) => {
        if (!abort.signal.aborted) error.value = problem;
      },
    );
    return () => abort.abort();
  }, [api, id, version, transfer?.version, online, tries.value]);
  const accept = (answer: PdfDetail) => {
    detail.value = answer;
  };
  const again = () => {
    error.value = null;
    tries.value += 1;
  };
  const current = detail.value?.id === id ? detail.value : null;
  return { detail: current, error: error.value, accept, again };
}
