import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCloudOff,
  IconFileAlert,
  IconPlugConnectedX,
  IconTransferOut,
} from '@tabler/icons-preact';
import { t } from '../../i18n';
import { attentionTo } from '../../stores/overview';
import { useWorkspace } from '../../ui/context';
import { emptiedText } from '../../ui/emptied';
import { now } from '../../ui/page';

interface Matter {
  id: string;
  tone: 'warn' | 'bad';
  icon: typeof IconCloudOff;
  text: string;
  detail?: string;
  path: string;
}

/** What somebody should look at; a calm sentence where there is nothing. */
export function Attention() {
  const matters = useMatters();
  if (matters.length === 0) {
    return (
      <p class="attention-none" data-testid="attention-none">
        <IconCircleCheck size={22} aria-hidden="true" />
        {t('overview.allWell')}
      </p>
    );
  }
  return (
    <section aria-labelledby="attention-title">
      <h2 id="attention-title" class="visually-hidden">
        {t('overview.attention')}
      </h2>
      <ul class="attention">
        {matters.map(({ id, tone, icon: Icon, text, detail, path }) => (
          <li key={id}>
            <a href={path} class={`attention-item attention-${tone}`} data-testid={`matter-${id}`}>
              <Icon size={24} stroke={1.75} aria-hidden="true" />
              <span>
                {text}
                {detail && <small>{detail}</small>}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useMatters(): Matter[] {
  const { agents, documents, transfers } = useWorkspace();
  for (const rows of [agents.rows, documents.pdfs, transfers.rows]) rows.revision.value;
  const { away, troubled, emptied, unreadable, failed } = attentionTo(
    agents.rows.rows(),
    documents.pdfs.rows(),
    transfers.rows.rows(),
    now.value,
  );
  const names = (list: { name: string }[]) => list.map(({ name }) => name).join(', ');
  const matters: (Matter | false)[] = [
    away.length > 0 && {
      id: 'away',
      tone: 'bad',
      icon: IconCloudOff,
      text: t('overview.away', { count: away.length }),
      detail: names(away),
      path: '/agents',
    },
    ...emptied.map(({ agent, place }) => ({
      id: `emptied-${agent.id}-${place.path}`,
      tone: 'bad' as const,
      icon: IconPlugConnectedX,
      text: emptiedText(place),
      detail: agent.name,
      path: `/agents/${agent.id}`,
    })),
    troubled.length > 0 && {
      id: 'troubled',
      tone: 'warn',
      icon: IconAlertTriangle,
      text: t('overview.troubled', { count: troubled.length }),
      detail: names(troubled),
      path: '/agents',
    },
    failed.length > 0 && {
      id: 'failed',
      tone: 'bad',
      icon: IconTransferOut,
      text: t('overview.failed', { count: failed.length }),
      path: '/transfers',
    },
    unreadable > 0 && {
      id: 'unreadable',
      tone: 'warn',
      icon: IconFileAlert,
      text: t('overview.unreadable', { count: unreadable }),
      path: '/quarantine',
    },
  ];
  return matters.filter((matter) => matter !== false);
}
