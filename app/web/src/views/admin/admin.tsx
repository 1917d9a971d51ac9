import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { t } from '../../i18n';
import { ADMIN_SECTIONS, type AdminSection } from '../../ui/admin-sections';
import { useApp } from '../../ui/context';
import { Empty, NotFound } from '../../ui/notices';
import { useTitle } from '../../ui/page';
import { Audit } from './audit';
import { Branches } from './branches';
import { UserSessions } from './sessions';
import { Settings } from './settings';
import { Users } from './users';

const SECTIONS = {
  branches: Branches,
  users: Users,
  sessions: UserSessions,
  audit: Audit,
  settings: Settings,
} as const satisfies Record<AdminSection, ComponentType>;

/** What an administrator sets up and looks into. */
export default function Admin() {
  const { session } = useApp();
  const { section = ADMIN_SECTIONS[0] } = useRoute().params;
  const tabs = useRef<HTMLElement>(null);
  useTitle(t('admin.title'));
  useEffect(() => {
    // A phone is too narrow for all of them.
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [section]);
  if (!session.may('admin')) return <Empty>{t('problem.role_required')}</Empty>;
  if (!isSection(section)) return <NotFound />;
  const Shown = SECTIONS[section];
  return (
    <div class="admin" data-testid="admin">
      <h1 class="visually-hidden">{t('admin.title')}</h1>
      <nav ref={tabs} class="tabs" aria-label={t('admin.title')}>
        {ADMIN_SECTIONS.map((name) => (
          <a
            key={name}
            href={`/admin/${name}`}
            aria-current={name === section ? 'page' : undefined}
            data-testid={`to-admin-${name}`}
          >
            {t(`admin.${name}`)}
          </a>
        ))}
      </nav>
      <Shown />
    </div>
  );
}

function isSection(name: string): name is AdminSection {
  return name in SECTIONS;
}
