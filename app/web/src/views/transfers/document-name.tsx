import type { Transfer } from '../../api/rows';
import { t } from '../../i18n';
import { useWorkspace } from '../../ui/context';

/** What a transfer brings: the document's name, or the path where it is not seen any more. */
export function nameOf(transfer: Transfer, fileName: string | undefined): string {
  return fileName ?? (transfer.path.split('/').at(-1) || t('transfers.gone'));
}

export function DocumentName({ transfer }: { transfer: Transfer }) {
  const workspace = useWorkspace();
  const { pdfs } = workspace.documents;
  pdfs.revision.value;
  const pdf = pdfs.get(transfer.pdfId);
  const name = nameOf(transfer, pdf?.fileName);
  return (
    <span class="transfer-name">
      {pdf ? (
        <a href={`/documents/${pdf.id}`} title={name}>
          {name}
        </a>
      ) : (
        <span title={name}>{name}</span>
      )}
      <span class="transfer-branch">{workspace.branchName(transfer.branchId)}</span>
    </span>
  );
}
