import { t } from '../i18n';
import { Dialog } from './dialog';

const KEYS = [
  ['Ctrl K / ⌘K', 'palette'],
  ['/', 'search'],
  ['↑ ↓', 'move'],
  ['Enter', 'open'],
  ['Space', 'select'],
  ['Esc', 'close'],
  ['?', 'help'],
] as const;

/** The keys that the dashboard understands. */
export default function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('keys.title')} onClose={onClose} closable>
      <dl class="key-list" data-testid="key-help">
        {KEYS.map(([keys, name]) => (
          <div key={name}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
