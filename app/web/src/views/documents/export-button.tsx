import { IconTableExport } from '@tabler/icons-preact';
import type { Pdf } from '../../api/rows';
import { language, t } from '../../i18n';
import type { Column } from '../../stores/documents/columns';
import { type CsvValue, toCsv } from '../../stores/documents/csv';
import { useWorkspace } from '../../ui/context';
import { saveFile } from '../../ui/viewer-tab';
import type { Workspace } from '../../workspace';
import { cellText } from './cells';
import { useColumns } from './use-columns';

/** The list as it is shown, or what is chosen of it, as a file for a spreadsheet. */
export function ExportButton() {
  const workspace = useWorkspace();
  const columns = useColumns();
  const { documents } = workspace;
  const save = () => {
    const chosen = documents.selection.ids.value;
    const ids = chosen.length > 0 ? chosen : documents.found.value;
    const head = columns.map((column) => t(`documents.column.${column}`));
    const rows = ids.flatMap((id) => {
      const pdf = documents.pdfs.get(id);
      return pdf ? [columns.map((column) => csvValue(column, pdf, workspace))] : [];
    });
    const file = new Blob([toCsv([head, ...rows], language.value)], { type: 'text/csv' });
    saveFile(file, `${t('documents.csvName')}.csv`);
  };
  return (
    <button
      type="button"
      class="btn"
      aria-label={t('documents.csv')}
      title={t('documents.csv')}
      disabled={documents.found.value.length === 0}
      data-testid="csv"
      onClick={save}
    >
      <IconTableExport size={18} aria-hidden="true" />
      <span class="btn-text">CSV</span>
    </button>
  );
}

/** Spreadsheets calculate with these as they are; the others are the texts of the list. */
function csvValue(column: Column, pdf: Pdf, workspace: Workspace): CsvValue {
  if (column === 'total') return pdf.total === null ? null : Number(pdf.total);
  if (column === 'size' || column === 'pages' || column === 'eventDate') return pdf[column];
  if (column === 'created') return pdf.createdAt;
  if (column === 'updated') return pdf.updatedAt;
  return cellText(column, pdf, workspace);
}
