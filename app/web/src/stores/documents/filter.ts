import type { Pdf } from '../../api/rows';
import { resolveDay } from './days';
import type { DocumentQuery } from './query';

/** What the filters of a query let through; the search text is not theirs. */
export function filterOf(query: DocumentQuery, now: Date): (pdf: Pdf) => boolean {
  const { type, status, branchId, readable, pinned, present } = query;
  const from = resolveDay(query.from, now);
  const to = resolveDay(query.to, now);
  const min = query.min === '' ? null : Number(query.min);
  const max = query.max === '' ? null : Number(query.max);
  const hasDays = from !== '' || to !== '';
  const hasTotals = min !== null || max !== null;
  return (pdf) => {
    if (type && pdf.type !== type) return false;
    if (status && pdf.status !== status) return false;
    if (branchId && !pdf.branchIds.includes(branchId)) return false;
    if (readable && (pdf.result === 'ok') !== (readable === 'yes')) return false;
    if (pinned && !pdf.pinned) return false;
    if (present && pdf.agentIds.length === 0 && pdf.status !== 'cached') return false;
    if (hasDays) {
      const day = pdf.eventDate;
      if (!day || (from && day < from) || (to && day > to)) return false;
    }
    if (hasTotals) {
      if (pdf.total === null) return false;
      const total = Number(pdf.total);
      if ((min !== null && total < min) || (max !== null && total > max)) return false;
    }
    return true;
  };
}
