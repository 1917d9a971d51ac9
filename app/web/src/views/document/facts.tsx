import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import { formatBytes, formatDateTime, formatNumber } from '../../i18n/format';
import { Fact } from '../../ui/facts';
import { Panel } from './panel';

export function Facts({ pdf }: { pdf: Pdf }) {
  return (
    <Panel title={t('document.facts')}>
      <dl class="facts">
        <Fact name={t('document.fileTitle')}>{pdf.title}</Fact>
        <Fact name={t('document.size')}>{formatBytes(pdf.size)}</Fact>
        <Fact name={t('document.pages')}>{pdf.pages !== null && formatNumber(pdf.pages)}</Fact>
        <Fact name={t('document.created')}>{formatDateTime(pdf.createdAt)}</Fact>
        <Fact name={t('document.expires')}>
          {pdf.status === 'cached' && pdf.expiresAt && formatDateTime(pdf.expiresAt)}
        </Fact>
        <Fact name={t('document.hash')}>{pdf.fileHash && <code>{pdf.fileHash}</code>}</Fact>
      </dl>
    </Panel>
  );
}
