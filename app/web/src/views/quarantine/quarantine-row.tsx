import { IconInfoCircle, IconRefresh } from '@tabler/icons-preact';
import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import { formatMoment } from '../../i18n/format';
import { adviceText, reasonText } from '../../i18n/reasons';
import { useApp, useWorkspace } from '../../ui/context';
import { now } from '../../ui/page';
import { run } from '../../ui/run';

interface QuarantineRowProps {
  pdf: Pdf;
  index: number;
  of: number;
  top: number;
  height: number;
}

export function QuarantineRow({ pdf, index, of, top, height }: QuarantineRowProps) {
  const { session, toasts } = useApp();
  const workspace = useWorkspace();
  const { openings, paths, quarantine } = workspace;
  const { selection } = quarantine;
  const name = pdf.fileName;
  const path = paths.of(pdf);
  const reread = () =>
    void run(toasts, async () => {
      await openings.reread(pdf);
      toasts.show('success', t('quarantine.rereadAsked', { name }));
    });
  return (
    <li
      class="quarantine-row"
      aria-setsize={of}
      aria-posinset={index + 1}
      style={{ transform: `translateY(${top}px)`, height: `${height}px` }}
      data-testid="quarantine-row"
      data-file-name={name}
    >
      {session.may('operator') && (
        <input
          type="checkbox"
          class="form-check-input"
          aria-label={t('documents.select', { name })}
          data-testid="select"
          checked={selection.has(pdf.id)}
          onClick={(event) => {
            if (event.shiftKey) selection.extendTo(pdf.id);
            else selection.toggle(pdf.id);
          }}
        />
      )}
      <div class="quarantine-file">
        <a href={`/documents/${pdf.id}`} title={name}>
          {name}
        </a>
        <code title={path ?? undefined}>{path ?? ' '}</code>
        <span class="quarantine-where">
          {pdf.branchIds.map((id) => workspace.branchName(id)).join(', ')}
          {' · '}
          <time dateTime={pdf.createdAt}>
            {t('quarantine.since', { when: formatMoment(pdf.createdAt, now.value) })}
          </time>
        </span>
      </div>
      <div class="quarantine-why">
        <strong>{reasonText(pdf)}</strong>
        <span>{adviceText(pdf)}</span>
      </div>
      <div class="quarantine-actions">
        {session.may('operator') && (
          <button
            type="button"
            class="btn btn-icon btn-sm btn-ghost-secondary"
            aria-label={t('quarantine.rereadOne', { name })}
            title={t('quarantine.reread')}
            data-testid="reread"
            onClick={reread}
          >
            <IconRefresh size={18} aria-hidden="true" />
          </button>
        )}
        <a
          class="btn btn-icon btn-sm btn-ghost-secondary"
          href={`/documents/${pdf.id}`}
          aria-label={t('documents.details', { name })}
          title={t('documents.column.actions')}
          data-testid="details"
        >
          <IconInfoCircle size={18} aria-hidden="true" />
        </a>
      </div>
    </li>
  );
}
