import { useSignal } from '@preact/signals';
import {
  IconFileZip,
  IconPin,
  IconPinnedOff,
  IconRefresh,
  IconUpload,
  IconX,
} from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import { ApiError } from '../../api/problem';
import { t } from '../../i18n';
import { problemText } from '../../i18n/problems';
import { AT_ONCE } from '../../stores/documents/bulk';
import { useApp, useWorkspace } from '../../ui/context';
import { run } from '../../ui/run';
import { saveFile } from '../../ui/viewer-tab';

/** What is done with the chosen documents; below the list while there are any. */
export function BulkBar() {
  const { session, toasts } = useApp();
  const { documents, bulk } = useWorkspace();
  const busy = useSignal<string | null>(null);
  const { selection } = documents;
  const ids = selection.ids.value;
  if (ids.length === 0) return null;
  const rows = ids.flatMap((id) => documents.pdfs.get(id) ?? []);
  const allPinned = rows.every((pdf) => pdf.pinned);
  const here = rows.filter((pdf) => pdf.status === 'cached').length;

  const act = (name: string, work: () => Promise<unknown>) => async () => {
    busy.value = name;
    await run(toasts, work);
    busy.value = null;
  };
  const request = act('request', async () => {
    const { done: count, problems } = await bulk.request(ids);
    const [first] = problems;
    if (first) {
      const reason = problemText(new ApiError(409, first, first));
      toasts.show('error', t('bulk.refused', { count: problems.length, reason }));
    }
    if (count > 0) toasts.show('success', t('bulk.requested', { count }));
  });
  const reread = act('reread', async () => {
    await bulk.reread(ids);
    toasts.show('success', t('bulk.reread', { count: ids.length }));
  });
  const pin = act('pin', async () => {
    const changed = rows.filter((pdf) => pdf.pinned === allPinned).map((pdf) => pdf.id);
    await bulk.pin(changed, !allPinned);
    const count = changed.length;
    toasts.show(
      'success',
      allPinned ? t('bulk.unpinned', { count }) : t('bulk.pinned', { count }),
      {
        label: t('app.undo'),
        run: () => void run(toasts, () => bulk.pin(changed, allPinned)),
      },
    );
  });
  const zip = act('zip', async () => {
    saveFile(await bulk.archive(ids), `${t('documents.csvName')}.zip`);
  });
  const tooMany = ids.length > AT_ONCE;

  return (
    <div class="bulk" role="toolbar" aria-label={t('bulk.label')} data-testid="bulk">
      <strong class="bulk-count" role="status">
        {t('bulk.count', { count: ids.length })}
      </strong>
      {session.may('operator') && (
        <Action name="request" busy={busy.value} text={t('bulk.request')} onClick={request}>
          <IconUpload size={18} aria-hidden="true" />
        </Action>
      )}
      <Action
        name="zip"
        busy={busy.value}
        text={t('bulk.zip')}
        disabled={here === 0 || tooMany}
        hint={
          tooMany
            ? t('bulk.tooMany', { count: AT_ONCE })
            : t('bulk.zipHint', { here, count: ids.length })
        }
        onClick={zip}
      >
        <IconFileZip size={18} aria-hidden="true" />
      </Action>
      {session.may('operator') && (
        <>
          <Action
            name="pin"
            busy={busy.value}
            text={t(allPinned ? 'bulk.unpin' : 'bulk.pin')}
            onClick={pin}
          >
            {allPinned ? (
              <IconPinnedOff size={18} aria-hidden="true" />
            ) : (
              <IconPin size={18} aria-hidden="true" />
            )}
          </Action>
          <Action name="reread" busy={busy.value} text={t('bulk.readAgain')} onClick={reread}>
            <IconRefresh size={18} aria-hidden="true" />
          </Action>
        </>
      )}
      <button
        type="button"
        class="btn btn-icon btn-ghost-secondary bulk-close"
        aria-label={t('bulk.clear')}
        title={t('bulk.clear')}
        data-testid="bulk-clear"
        onClick={() => selection.clear()}
      >
        <IconX size={18} aria-hidden="true" />
      </button>
    </div>
  );
}

interface ActionProps {
  name: string;
  /** The name of the action that is under way. */
  busy: string | null;
  text: string;
  hint?: string;
  disabled?: boolean;
  onClick: () => Promise<void>;
  children: ComponentChildren;
}

function Action({ name, busy, text, hint, disabled = false, onClick, children }: ActionProps) {
  return (
    <button
      type="button"
      class="btn"
      title={hint ?? text}
      disabled={disabled || busy !== null}
      aria-busy={busy === name}
      data-testid={`bulk-${name}`}
      onClick={() => void onClick()}
    >
      {busy === name ? (
        <span class="spinner-border spinner-border-sm" aria-hidden="true" />
      ) : (
        children
      )}
      <span class="bulk-text">{text}</span>
    </button>
  );
}
