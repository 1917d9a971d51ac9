import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import { useWorkspace } from '../../ui/context';
import { openViewerTab } from '../../ui/viewer-tab';

/** Brings a document up where it must be, and opens it. Call it within the click. */
export function useOpenDocument(): (pdf: Pdf) => void {
  const { openings, transfers, documents } = useWorkspace();
  return (pdf) => {
    const now = documents.pdfs.get(pdf.id) ?? pdf;
    // A second click on a row that is on its way would open a second tab.
    if (now.status !== 'cached' && transfers.openFor(pdf.id)) return;
    void openings.open(now, openViewerTab(t('opening.title', { name: pdf.fileName })));
  };
}
