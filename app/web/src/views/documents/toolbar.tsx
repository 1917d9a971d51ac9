import { IconFilterX, IconSearch } from '@tabler/icons-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Branch } from '../../api/rows';
import { t } from '../../i18n';
import { formatNumber } from '../../i18n/format';
import { useWorkspace } from '../../ui/context';

const STATUSES = ['available_local', 'uploading', 'cached', 'expired'] as const;
const TYPES = ['quote', 'service_order', 'assembly'] as const;

export function Toolbar() {
  const { documents, branches } = useWorkspace();
  branches.revision.value;
  const { query, status, type, branchId } = documents;
  return (
    <search class="toolbar">
      <SearchBox value={query.value} onInput={(text) => (query.value = text)} />
      <Choice
        label={t('documents.filter.status')}
        name="status"
        value={status.value}
        onChange={(value) => (status.value = value as typeof status.value)}
      >
        {STATUSES.map((name) => (
          <option key={name} value={name}>
            {t(`status.${name}`)}
          </option>
        ))}
        <option value="unreadable">{t('documents.filter.unreadable')}</option>
      </Choice>
      <Choice
        label={t('documents.filter.type')}
        name="type"
        value={type.value}
        onChange={(value) => (type.value = value as typeof type.value)}
      >
        {TYPES.map((name) => (
          <option key={name} value={name}>
            {t(`type.${name}`)}
          </option>
        ))}
      </Choice>
      <Choice
        label={t('documents.filter.branch')}
        name="branch"
        value={branchId.value}
        onChange={(value) => (branchId.value = value)}
      >
        {[...branches.rows()].sort(byName).map((branch) => (
          <option key={branch.id} value={branch.id}>
            {branch.name}
          </option>
        ))}
      </Choice>
      {documents.isFiltered.value && (
        <button
          type="button"
          class="btn btn-icon"
          aria-label={t('documents.clear')}
          title={t('documents.clear')}
          data-testid="clear-filters"
          onClick={() => documents.clear()}
        >
          <IconFilterX size={20} aria-hidden="true" />
        </button>
      )}
      <Count />
    </search>
  );
}

function byName(a: Branch, b: Branch): number {
  return a.name.localeCompare(b.name);
}

function Count() {
  const { documents } = useWorkspace();
  documents.pdfs.revision.value;
  const count = documents.pdfs.size;
  const found = documents.found.value.length;
  const all = t('documents.count', { count });
  return (
    <span class="toolbar-count" role="status" data-testid="count">
      {documents.isFiltered.value
        ? t('documents.found', { found: formatNumber(found), count: all })
        : all}
      {documents.pdfs.state.value === 'partial' && ` · ${t('documents.loadingMore')}`}
    </span>
  );
}

function SearchBox({ value, onInput }: { value: string; onInput: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest('input, select, textarea'))
        return;
      event.preventDefault();
      input.current?.focus();
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
      />
    </label>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  children: ComponentChildren;
}

function Choice({ label, name, value, onChange, children }: ChoiceProps) {
  return (
    <label class="choice">
      <span>{label}</span>
      <select
        class={`form-select ${value ? 'choice-set' : ''}`}
        data-testid={`filter-${name}`}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{t('documents.filter.all')}</option>
        {children}
      </select>
    </label>
  );
}
