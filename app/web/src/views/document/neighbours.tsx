import { IconArrowLeft, IconChevronLeft, IconChevronRight } from '@tabler/icons-preact';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { t } from '../../i18n';
import { formatNumber } from '../../i18n/format';
import { toSearch } from '../../stores/documents/query';
import { useWorkspace } from '../../ui/context';

/** The way back to the list as it was, and to the documents before and after in it. */
export function Neighbours({ id }: { id: string }) {
  const { documents } = useWorkspace();
  const { route } = useLocation();
  const found = documents.found.value;
  const index = found.indexOf(id);
  const search = toSearch(documents.query.value);
  const before = found[index - 1];
  const after = index < 0 ? undefined : found[index + 1];

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (event.target instanceof Element && event.target.closest('input, select, textarea'))
        return;
      const target = { ArrowLeft: before, ArrowRight: after }[event.key];
      if (target) route(`/documents/${target}`, true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [before, after, route]);

  return (
    <nav class="document-nav" aria-label={t('document.neighbours')}>
      <a class="document-back" href={search ? `/documents?${search}` : '/documents'}>
        <IconArrowLeft size={18} aria-hidden="true" /> {t('document.back')}
      </a>
      {index >= 0 && (
        <span class="document-place">
          {t('document.place', {
            place: formatNumber(index + 1),
            count: formatNumber(found.length),
          })}
          <Step to={before} label={t('document.before')} testId="before">
            <IconChevronLeft size={18} aria-hidden="true" />
          </Step>
          <Step to={after} label={t('document.after')} testId="after">
            <IconChevronRight size={18} aria-hidden="true" />
          </Step>
        </span>
      )}
    </nav>
  );
}

interface StepProps {
  to: string | undefined;
  label: string;
  testId: string;
  children: preact.ComponentChildren;
}

function Step({ to, label, testId, children }: StepProps) {
  const { route } = useLocation();
  return (
    <button
      type="button"
      class="btn btn-icon btn-sm"
      aria-label={label}
      title={label}
      disabled={!to}
      data-testid={testId}
      // Leafing through is one step back in the browser's history.
      onClick={() => route(`/documents/${to}`, true)}
    >
      {children}
    </button>
  );
}
