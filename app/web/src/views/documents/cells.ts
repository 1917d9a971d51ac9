import type { Pdf } from '../../api/rows';
import { formatBytes, formatDay, formatMoment, formatMoney, formatNumber } from '../../i18n/format';
import { availabilityName, typeName } from '../../i18n/names';
import type { Column } from '../../stores/documents/columns';
import { now } from '../../ui/page';
import type { Workspace } from '../../workspace';

/** What a column says of a document, as a text; empty where it says nothing. */
export function cellText(column: Column, pdf: Pdf, workspace: Workspace): string {
  switch (column) {
    case 'type':
      return typeName(pdf.type);
    case 'eventDate':
      return pdf.eventDate ? formatDay(pdf.eventDate) : '';
    case 'total':
      return pdf.total ? formatMoney(pdf.total) : '';
    case 'branch':
      return pdf.branchIds.map((id) => workspace.branchName(id)).join(', ');
    case 'availability':
      return availabilityName(workspace.documents.availability(pdf));
    case 'size':
      return formatBytes(pdf.size);
    case 'pages':
      return pdf.pages === null ? '' : formatNumber(pdf.pages);
    case 'created':
      return formatMoment(pdf.createdAt, now.value);
    case 'updated':
      return formatMoment(pdf.updatedAt, now.value);
    default:
      return pdf[column] ?? '';
  }
}
