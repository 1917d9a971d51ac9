import { IconSearch } from '@tabler/icons-preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n';

interface SearchBoxProps {
  value: string;
  onInput: (text: string) => void;
  /** The arrow down leads from here into the list. */
  onLeave: () => void;
}

/** The search field; `/` leads into it from everywhere on the page. */
export function SearchBox({ value, onInput, onLeave }: SearchBoxProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('input, select, textarea'))
        return;
      event.preventDefault();
      input.current?.select();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);
  return (
    <label class="search">
      <IconSearch size={18} aria-hidden="true" />
      <span class="visually-hidden">{t('documents.search')}</span>
      <input
        ref={input}
        type="search"
        class="form-control"
        placeholder={t('documents.searchHint')}
        autocomplete="off"
        spellcheck={false}
        data-testid="search"
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            onLeave();
          } else if (event.key === 'Escape' && value) {
            event.preventDefault();
            onInput('');
          }
        }}
      />
    </label>
  );
}
