import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { t } from '../i18n';
import { type Command, useCommands } from './commands';
import { Dialog } from './dialog';

/** Goes to screens and documents, and does what else is asked for, by its name. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const query = useSignal('');
  const active = useSignal(0);
  const list = useRef<HTMLDivElement>(null);
  const { route } = useLocation();
  const commandsFor = useCommands();
  const commands = useComputed(() => commandsFor(query.value));
  const chosen = Math.min(active.value, commands.value.length - 1);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    if (command.path !== undefined) route(command.path);
    else command.run();
  };
  const onKeyDown = (event: JSX.TargetedKeyboardEvent<HTMLInputElement>) => {
    const count = commands.value.length;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: count - 1 };
    const step = steps[event.key];
    if (step !== undefined && count > 0) {
      event.preventDefault();
      active.value = (chosen + step) % count;
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(commands.value[chosen]);
    }
  };
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);

  return (
    <Dialog title={t('palette.title')} onClose={onClose} kind="palette">
      <input
        class="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={chosen >= 0 ? `palette-${chosen}` : undefined}
        aria-label={t('palette.title')}
        placeholder={t('palette.hint')}
        autocomplete="off"
        spellcheck={false}
        data-testid="palette-input"
        onInput={(event) => {
          query.value = event.currentTarget.value;
          active.value = 0;
        }}
        onKeyDown={onKeyDown}
      />
      <div
        id="palette-list"
        class="palette-list"
        role="listbox"
        ref={list}
        aria-label={t('palette.title')}
      >
        {commands.value.map((command, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input above has the keys
          <div
            key={command.id}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            class="palette-item"
            data-testid="palette-item"
            onClick={() => run(command)}
            onMouseMove={() => {
              active.value = index;
            }}
          >
            <command.icon size={20} stroke={1.75} aria-hidden="true" />
            <span class="palette-label">{command.label}</span>
            {command.more && <span class="palette-more">{command.more}</span>}
          </div>
        ))}
        {commands.value.length === 0 && <p class="palette-none">{t('palette.none')}</p>}
      </div>
    </Dialog>
  );
}
