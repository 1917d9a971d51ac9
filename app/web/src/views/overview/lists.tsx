import type { ComponentChildren } from 'preact';
import type { Pdf } from '../../api/rows';
import { t } from '../../i18n';
import { formatDay, formatMoment, formatNearDay } from '../../i18n/format';
import { typeName } from '../../i18n/names';
import { dayOf, dueWithin, newest } from '../../stores/overview';
import { AvailabilityBadge } from '../../ui/badges';
import { useWorkspace } from '../../ui/context';
import { now } from '../../ui/page';
import { Panel } from '../../ui/panel';

const SHOWN = 8;
const DUE_DAYS = 14;

/** The documents whose event is in the next days. */
export function Due() {
  const { documents } = useWorkspace();
  documents.pdfs.revision.value;
  const due = dueWithin(documents.pdfs.rows(), now.value, DUE_DAYS);
  return (
    <Section title={t('overview.due')} none={t('overview.noneDue', { days: DUE_DAYS })}>
      {due.slice(0, SHOWN).map((pdf) => (
        <Item key={pdf.id} pdf={pdf}>
          <time
            dateTime={pdf.eventDate ?? undefined}
            title={pdf.eventDate ? formatDay(pdf.eventDate) : ''}
          >
            {pdf.eventDate && formatNearDay(pdf.eventDate, dayOf(now.value))}
          </time>
        </Item>
      ))}
      {due.length > SHOWN && (
        <li class="overview-more">{t('overview.more', { count: due.length - SHOWN })}</li>
      )}
    </Section>
  );
}

/** The documents that came last. */
export function Fresh() {
  const { documents } = useWorkspace();
  documents.pdfs.revision.value;
  return (
    <Section title={t('overview.fresh')} none={t('documents.empty')}>
      {newest(documents.pdfs.rows(), SHOWN).map((pdf) => (
        <Item key={pdf.id} pdf={pdf}>
          <time dateTime={pdf.createdAt}>{formatMoment(pdf.createdAt, now.value)}</time>
        </Item>
      ))}
    </Section>
  );
}

interface SectionProps {
  title: string;
  none: string;
  children: ComponentChildren[];
}

function Section({ title, none, children }: SectionProps) {
  const [items] = children;
  const isEmpty = Array.isArray(items) ? items.length === 0 : !items;
  return (
    <Panel title={title} flush>
      {isEmpty ? <p class="panel-none">{none}</p> : <ul class="overview-list">{children}</ul>}
    </Panel>
  );
}

function Item({ pdf, children }: { pdf: Pdf; children: ComponentChildren }) {
  const { documents } = useWorkspace();
  const what = [typeName(pdf.type), pdf.number].filter(Boolean).join(' ');
  return (
    <li>
      <a href={`/documents/${pdf.id}`} class="overview-item">
        <span class="overview-name">{pdf.customer ?? pdf.fileName}</span>
        <span class="overview-what">{what || pdf.fileName}</span>
        <span class="overview-when">{children}</span>
        <AvailabilityBadge of={documents.availability(pdf)} />
      </a>
    </li>
  );
}
