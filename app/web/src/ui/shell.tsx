import { useSignal } from '@preact/signals';
import { IconCommand, IconDots, IconLogout } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { t } from '../i18n';
import { ConnectionState } from './connection-state';
import { useApp, useWorkspace } from './context';
import { Dialog } from './dialog';
import { useKeys } from './keys';
import { isNarrow, title } from './page';
import { run } from './run';
import { isAt, PLACES, type Place } from './screens';
import { VERSION } from './version';

/** The frame around every screen of a signed-in user. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { overlay, openPalette } = useKeys();
  return (
    <div class="shell">
      <a class="skip-link" href="#content">
        {t('app.skip')}
      </a>
      {isNarrow.value ? <PhoneHeader onSearch={openPalette} /> : <Side onSearch={openPalette} />}
      <main id="content" class="shell-content" tabIndex={-1}>
        {children}
      </main>
      {isNarrow.value && <PhoneNavigation />}
      {/* A change of screen makes no noise of its own: the new title is read out. */}
      <p class="visually-hidden" aria-live="polite">
        {title.value}
      </p>
      {overlay}
    </div>
  );
}

/** Moves the focus into a screen that has just been opened, unless it took it by itself. */
export function focusContent(): void {
  const content = document.getElementById('content');
  if (content && !content.contains(document.activeElement)) content.focus({ preventScroll: true });
}

function usePlaces(): readonly Place[] {
  const { session } = useApp();
  return PLACES.filter(({ role }) => role === undefined || session.may(role));
}

function Side({ onSearch }: { onSearch: () => void }) {
  const { feed, user } = useWorkspace();
  const { path } = useLocation();
  return (
    <header class="side">
      <a class="side-brand" href="/">
        <img src="/icon.svg" width={28} height={28} alt="" />
        <span class="side-text">Siberius</span>
      </a>
      <button type="button" class="side-search" data-testid="palette-open" onClick={onSearch}>
        <IconCommand size={18} aria-hidden="true" />
        <span class="side-text">{t('palette.open')}</span>
        <kbd class="side-text">{COMMAND_KEYS}</kbd>
      </button>
      <nav class="side-nav" aria-label={t('app.navigation')}>
        {usePlaces().map((place) => (
          <PlaceLink key={place.path} place={place} current={isAt(place, path)} />
        ))}
      </nav>
      <div class="side-foot">
        <ConnectionState of={feed.connection} />
        <div class="side-user">
          <a class="side-text" href="/profile" title={`${user.email} · ${user.tenant.name}`}>
            {user.name}
            <small>{user.tenant.name}</small>
          </a>
          <SignOut />
        </div>
        <Version />
      </div>
    </header>
  );
}

const COMMAND_KEYS = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘K' : 'Ctrl K';

function PhoneHeader({ onSearch }: { onSearch: () => void }) {
  const { feed } = useWorkspace();
  return (
    <header class="phone-header">
      <a class="side-brand" href="/" aria-label="Siberius">
        <img src="/icon.svg" width={24} height={24} alt="" />
      </a>
      <span class="phone-title">{title.value}</span>
      <ConnectionState of={feed.connection} />
      <button
        type="button"
        class="btn btn-icon btn-ghost-secondary"
        aria-label={t('palette.open')}
        data-testid="palette-open"
        onClick={onSearch}
      >
        <IconCommand size={20} aria-hidden="true" />
      </button>
    </header>
  );
}

function PhoneNavigation() {
  const { path } = useLocation();
  const more = useSignal(false);
  const places = usePlaces();
  const rare = places.filter((place) => place.rare);
  const close = () => {
    more.value = false;
  };
  return (
    <nav class="phone-nav" aria-label={t('app.navigation')}>
      {places
        .filter((place) => !place.rare)
        .map((place) => (
          <PlaceLink key={place.path} place={place} current={isAt(place, path)} />
        ))}
      <button
        type="button"
        aria-haspopup="dialog"
        data-testid="more"
        data-current={rare.some((place) => isAt(place, path))}
        onClick={() => {
          more.value = true;
        }}
      >
        <IconDots size={22} aria-hidden="true" />
        <span>{t('app.more')}</span>
      </button>
      {more.value && (
        <Dialog title={t('app.more')} onClose={close} kind="sheet">
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: a link's Enter is a click as well */}
          {/* biome-ignore lint/a11y/noStaticElementInteractions: the links within are what acts */}
          <div class="sheet-items" onClick={close}>
            {rare.map((place) => (
              <PlaceLink key={place.path} place={place} current={isAt(place, path)} />
            ))}
            <SignOut labelled />
          </div>
          <Version />
        </Dialog>
      )}
    </nav>
  );
}

function PlaceLink({ place, current }: { place: Place; current: boolean }) {
  const { icon: Icon, label, path } = place;
  return (
    <a
      href={path}
      aria-current={current ? 'page' : undefined}
      title={t(label)}
      data-testid={`to-${path.slice(1) || 'overview'}`}
    >
      <Icon size={22} aria-hidden="true" />
      <span>{t(label)}</span>
    </a>
  );
}

function Version() {
  return (
    <small class="shell-version" data-testid="version">
      {t('app.version', { version: VERSION })}
    </small>
  );
}

function SignOut({ labelled = false }: { labelled?: boolean }) {
  const { session, toasts } = useApp();
  return (
    <button
      type="button"
      class={labelled ? undefined : 'btn btn-icon btn-ghost-secondary'}
      aria-label={t('app.logout')}
      title={t('app.logout')}
      data-testid="logout"
      onClick={() => void run(toasts, () => session.logout())}
    >
      <IconLogout size={20} aria-hidden="true" />
      {labelled && <span>{t('app.logout')}</span>}
    </button>
  );
}
