import { useSignal } from '@preact/signals';
import { useRoute } from 'preact-iso';
import { ApiError } from '../../api/problem';
import type { FieldName } from '../../api/rows';
import { t } from '../../i18n';
import { adviceText, reasonText } from '../../i18n/reasons';
import { useWorkspace } from '../../ui/context';
import { Empty, Loading } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { Away } from '../../ui/when-loaded';
import { Actions } from './actions';
import { Facts } from './facts';
import { Fields } from './fields';
import { History } from './history';
import { Locations } from './locations';
import { Neighbours } from './neighbours';
import { Preview } from './preview';
import { Transfers } from './transfers';
import { useDetail } from './use-detail';

export default function Document() {
  const { id = '' } = useRoute().params;
  const { documents, transfers } = useWorkspace();
  const { detail, error, accept, again } = useDetail(id);
  /** The field that is pointed at; its place on the page is shown. */
  const shown = useSignal<FieldName | null>(null);
  documents.pdfs.revision.value;
  // The row of the list is newer than the detail while that is read again.
  const pdf = documents.pdfs.get(id) ?? detail;
  useTitle(pdf?.fileName ?? t('app.documents'));
  return (
    <article class="document" data-testid="document" data-status={pdf?.status}>
      <Neighbours id={id} />
      {!pdf || !detail ? (
        <NotYet error={error} again={again} />
      ) : (
        <>
          <header class="document-header">
            <h1>{pdf.fileName}</h1>
            <Actions pdf={pdf} transfer={transfers.openFor(id)} />
          </header>
          {pdf.result !== 'ok' && (
            <div class="note note-error" role="note" data-testid="reason">
              <span>
                <strong>{t('document.unreadable')}</strong> · {t(`result.${pdf.result}`)}
                {': '}
                {reasonText(pdf)} {adviceText(pdf)}
              </span>
            </div>
          )}
          <div class="document-body">
            <Preview pdf={pdf} fields={detail.fields} shown={shown} />
            <div class="document-panels">
              <Fields pdf={pdf} fields={detail.fields} shown={shown} onDetail={accept} />
              <Facts pdf={pdf} />
              <Locations locations={detail.locations} />
              <Transfers transfers={detail.transfers} />
              <History id={id} version={pdf.version} />
            </div>
          </div>
        </>
      )}
    </article>
  );
}

function NotYet({ error, again }: { error: unknown; again: () => void }) {
  if (!error) return <Loading />;
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 422);
  if (missing) return <Empty>{t('document.missing')}</Empty>;
  return <Away error={error} instead again={again} />;
}
