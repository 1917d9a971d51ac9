import {
  IconDownload,
  IconExternalLink,
  IconPin,
  IconPinnedOff,
  IconRefresh,
  IconUpload,
} from '@tabler/icons-preact';
import type { Pdf, Transfer } from '../../api/rows';
import { t } from '../../i18n';
import { AvailabilityBadge } from '../../ui/badges';
import { useApp, useWorkspace } from '../../ui/context';
import { run } from '../../ui/run';
import { TransferProgress } from '../../ui/transfer-progress';
import { saveFile } from '../../ui/viewer-tab';
import { useOpenDocument } from '../documents/use-open-document';

export function Actions({ pdf, transfer }: { pdf: Pdf; transfer: Transfer | undefined }) {
  const { toasts, session } = useApp();
  const { openings, documents } = useWorkspace();
  const openDocument = useOpenDocument();
  const availability = documents.availability(pdf);
  const download = () =>
    void run(toasts, async () => saveFile(await openings.download(pdf.id), pdf.fileName));
  const request = () => void run(toasts, () => openings.request(pdf));
  const reread = () =>
    void run(toasts, async () => {
      await openings.reread(pdf);
      toasts.show('success', t('quarantine.rereadAsked', { name: pdf.fileName }));
    });
  const canRequest = session.may('operator') && availability !== 'gone';
  return (
    <div class="document-actions">
      {transfer ? (
        <TransferProgress pdf={pdf} transfer={transfer} />
      ) : (
        <AvailabilityBadge of={availability} />
      )}
      {pdf.status === 'cached' && (
        <button type="button" class="btn" data-testid="download" onClick={download}>
          <IconDownload size={18} aria-hidden="true" /> {t('document.download')}
        </button>
      )}
      {pdf.status !== 'cached' && canRequest && !transfer && (
        <button type="button" class="btn" data-testid="request" onClick={request}>
          <IconUpload size={18} aria-hidden="true" /> {t('document.request')}
        </button>
      )}
      {session.may('operator') && (
        <>
          <button
            type="button"
            class="btn"
            aria-pressed={pdf.pinned}
            title={t('document.pinHint')}
            data-testid="pin"
            onClick={() => void run(toasts, () => openings.pin(pdf, !pdf.pinned))}
          >
            {pdf.pinned ? (
              <IconPinnedOff size={18} aria-hidden="true" />
            ) : (
              <IconPin size={18} aria-hidden="true" />
            )}{' '}
            {t(pdf.pinned ? 'bulk.unpin' : 'bulk.pin')}
          </button>
          {availability !== 'gone' && (
            <button type="button" class="btn" data-testid="reread" onClick={reread}>
              <IconRefresh size={18} aria-hidden="true" /> {t('bulk.readAgain')}
            </button>
          )}
        </>
      )}
      {(pdf.status === 'cached' || (canRequest && !transfer)) && (
        <button
          type="button"
          class="btn btn-primary"
          data-testid="open"
          onClick={() => openDocument(pdf)}
        >
          <IconExternalLink size={18} aria-hidden="true" /> {t('document.open')}
        </button>
      )}
    </div>
  );
}
