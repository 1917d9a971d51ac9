import { useSignal } from '@preact/signals';
import { IconArrowLeft } from '@tabler/icons-preact';
import { useEffect } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { ApiError } from '../../api/problem';
import type { PdfDetail } from '../../api/rows';
import { t } from '../../i18n';
import { problemText } from '../../i18n/problems';
import { useApp, useWorkspace } from '../../ui/context';
import { Empty, Loading } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { Actions } from './actions';
import { Facts } from './facts';
import { Fields } from './fields';
import { Locations } from './locations';
import { Preview } from './preview';
import { Transfers } from './transfers';

export default function Document() {
  const { id = '' } = useRoute().params;
  const { documents, transfers } = useWorkspace();
  const { detail, error } = useDetail(id);
  documents.pdfs.revision.value;
  // The row of the list is newer than the detail while that is read again.
  const pdf = documents.pdfs.get(id) ?? detail;
  useTitle(pdf?.fileName ?? t('app.documents'));
  if (!pdf || !detail) return error ? <DetailFailed error={error} /> : <Loading />;
  return (
    <article class="document" data-testid="document" data-status={pdf.status}>
      <a class="document-back" href="/documents">
        <IconArrowLeft size={18} aria-hidden="true" /> {t('document.back')}
      </a>
      <header class="document-header">
        <h1>{pdf.fileName}</h1>
        <Actions pdf={pdf} transfer={transfers.openFor(id)} />
      </header>
      {pdf.result !== 'ok' && (
        <div class="note note-error" role="note" data-testid="reason">
          <span>
            <strong>{t('document.unreadable')}</strong> · {t(`result.${pdf.result}`)}
            {pdf.reason && <>: {pdf.reason}</>}
          </span>
        </div>
      )}
      <div class="document-body">
        <Preview pdf={pdf} />
        <div class="document-panels">
          <Fields fields={detail.fields} />
          <Facts pdf={pdf} />
          <Locations locations={detail.locations} />
          <Transfers transfers={detail.transfers} />
        </div>
      </div>
    </article>
  );
}

function DetailFailed({ error }: { error: unknown }) {
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 422);
  return <Empty>{missing ? t('document.missing') : problemText(error)}</Empty>;
}

/** The document with its evidence, read again whenever its row or its transfers change. */
function useDetail(id: string) {
  const { api } = useApp();
  const { documents, transfers } = useWorkspace();
  const detail = useSignal<PdfDetail | null>(null);
  const error = useSignal<unknown>(null);
  documents.pdfs.revision.value;
  const version = documents.pdfs.get(id)?.version;
  const transfer = transfers.openFor(id);
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
  }, [api, id, version, transfer?.version]);
  const current = detail.value?.id === id ? detail.value : null;
  return { detail: current, error: error.value };
}
