import {
  IconAlertTriangle,
  IconArrowsTransferUp,
  IconFileText,
  IconLogout,
  IconServer2,
} from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { t } from '../i18n';
import { ConnectionState } from './connection-state';
import { useApp, useWorkspace } from './context';
import { LanguageSelect } from './language-select';
import { run } from './run';

const SCREENS = [
  { path: '/documents', label: 'app.documents', icon: IconFileText },
  { path: '/transfers', label: 'transfers.title', icon: IconArrowsTransferUp },
  { path: '/quarantine', label: 'quarantine.title', icon: IconAlertTriangle },
  { path: '/agents', label: 'app.agents', icon: IconServer2 },
] as const;

/** The frame around every screen of a signed-in user. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { session, toasts } = useApp();
  const { feed, user } = useWorkspace();
  const { path } = useLocation();
  return (
    <div class="shell">
      <a class="skip-link" href="#content">
        {t('app.skip')}
      </a>
      <header class="shell-header">
        <a class="shell-brand" href="/documents">
          <img src="/icon.svg" width={24} height={24} alt="" />
          <span>Siberius</span>
        </a>
        <nav class="shell-nav" aria-label={t('app.navigation')}>
          {SCREENS.map(({ path: to, label, icon: Icon }) => (
            <a key={to} href={to} aria-current={path.startsWith(to) ? 'page' : undefined}>
              <Icon size={20} aria-hidden="true" />
              <span>{t(label)}</span>
            </a>
          ))}
        </nav>
        <ConnectionState of={feed.connection} />
        <LanguageSelect />
        <span class="shell-user" title={`${user.email} · ${user.tenant.name}`}>
          {user.name}
        </span>
        <button
          type="button"
          class="btn btn-icon btn-ghost-secondary"
          aria-label={t('app.logout')}
          title={t('app.logout')}
          data-testid="logout"
          onClick={() => void run(toasts, () => session.logout())}
        >
          <IconLogout size={20} aria-hidden="true" />
        </button>
      </header>
      <main id="content" class="shell-content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
