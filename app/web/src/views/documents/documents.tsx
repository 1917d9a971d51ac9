import { IconFileOff, IconFolderOpen } from '@tabler/icons-preact';
import { useRef } from 'preact/hooks';
import { t } from '../../i18n';
import { Awaited } from '../../ui/awaited';
import { useWorkspace } from '../../ui/context';
import { Empty } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { BulkBar } from './bulk-bar';
import { DocumentList } from './document-list';
import { Toolbar } from './toolbar';
import { useAddress } from './use-address';

export default function Documents() {
  const { documents } = useWorkspace();
  const list = useRef<HTMLDivElement>(null);
  useTitle(t('app.documents'));
  useAddress();
  const found = documents.found.value;
  return (
    <div class="documents">
      <h1 class="visually-hidden">{t('app.documents')}</h1>
      <Toolbar
        onLeave={() =>
          list.current?.querySelector<HTMLElement>('.document-row[tabindex="0"]')?.focus()
        }
      />
      {found.length > 0 ? <DocumentList ids={found} list={list} /> : <Nothing />}
      <BulkBar />
    </div>
  );
}

function Nothing() {
  const { documents } = useWorkspace();
  if (documents.pdfs.state.value !== 'complete') return <Awaited />;
  const filtered = documents.isFiltered.value;
  const Icon = filtered ? IconFileOff : IconFolderOpen;
  return (
    <Empty>
      <Icon size={40} stroke={1.25} aria-hidden="true" />
      <p>{t(filtered ? 'documents.noMatch' : 'documents.empty')}</p>
    </Empty>
  );
}
