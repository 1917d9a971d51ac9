import { t } from '../../i18n';
import { useWorkspace } from '../../ui/context';
import { Empty, Loading } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { DocumentList } from './document-list';
import { Toolbar } from './toolbar';

export default function Documents() {
  const { documents } = useWorkspace();
  useTitle(t('app.documents'));
  return (
    <div class="documents">
      <h1 class="visually-hidden">{t('app.documents')}</h1>
      <Toolbar />
      <Body
        state={documents.pdfs.state.value}
        found={documents.found.value}
        filtered={documents.isFiltered.value}
      />
    </div>
  );
}

interface BodyProps {
  state: 'empty' | 'partial' | 'complete';
  found: readonly string[];
  filtered: boolean;
}

function Body({ state, found, filtered }: BodyProps) {
  if (found.length > 0) return <DocumentList ids={found} />;
  if (state !== 'complete') return <Loading />;
  return <Empty>{t(filtered ? 'documents.noMatch' : 'documents.empty')}</Empty>;
}
