import { useSignal } from '@preact/signals';
import { IconBookmark, IconTrash } from '@tabler/icons-preact';
import { t } from '../../i18n';
import { fromSearch, toSearch } from '../../stores/documents/query';
import type { SavedView } from '../../stores/preferences';
import { useApp, useWorkspace } from '../../ui/context';
import { Popover } from '../../ui/popover';
import { run } from '../../ui/run';

/** Searches that were given a name. One with the same name replaces it. */
export function ViewsMenu() {
  const { documents, preferences } = useWorkspace();
  const views = preferences.value.value.savedViews ?? [];
  const shown = toSearch(documents.query.value);
  const current = views.find((view) => view.search === shown);
  return (
    <Popover
      label={t('documents.views')}
      testId="views"
      button={
        <>
          <IconBookmark size={18} aria-hidden="true" />
          <span class="btn-text">{current?.name ?? t('documents.views')}</span>
        </>
      }
    >
      {(close) => (
        <>
          {views.length === 0 && <p class="popover-hint">{t('documents.noViews')}</p>}
          <ul class="picks">
            {views.map((view) => (
              <View key={view.name} view={view} views={views} current={current} close={close} />
            ))}
          </ul>
          <SaveForm views={views} shown={shown} close={close} />
        </>
      )}
    </Popover>
  );
}

interface ViewProps {
  view: SavedView;
  views: readonly SavedView[];
  current: SavedView | undefined;
  close: () => void;
}

function View({ view, views, current, close }: ViewProps) {
  const { toasts } = useApp();
  const { documents, preferences } = useWorkspace();
  const remove = async () => {
    const savedViews = views.filter((one) => one !== view);
    if (!(await run(toasts, () => preferences.save({ savedViews })))) return;
    toasts.show('info', t('documents.viewRemoved', { name: view.name }), {
      label: t('app.undo'),
      run: () => void run(toasts, () => preferences.save({ savedViews: views })),
    });
  };
  const label = t('documents.removeView', { name: view.name });
  return (
    <li class="picks-item">
      <button
        type="button"
        class="picks-choose"
        aria-current={view === current ? 'true' : undefined}
        data-testid="view"
        onClick={() => {
          documents.query.value = fromSearch(view.search);
          close();
        }}
      >
        {view.name}
      </button>
      <button
        type="button"
        class="btn btn-icon btn-sm btn-ghost-secondary"
        aria-label={label}
        title={label}
        data-testid="view-remove"
        onClick={() => void remove()}
      >
        <IconTrash size={16} aria-hidden="true" />
      </button>
    </li>
  );
}

interface SaveFormProps {
  views: readonly SavedView[];
  shown: string;
  close: () => void;
}

function SaveForm({ views, shown, close }: SaveFormProps) {
  const { toasts } = useApp();
  const { preferences } = useWorkspace();
  const name = useSignal('');
  const save = async (event: Event) => {
    event.preventDefault();
    const view = { name: name.value.trim(), search: shown };
    if (!view.name) return;
    const savedViews = [...views.filter((one) => one.name !== view.name), view];
    if (await run(toasts, () => preferences.save({ savedViews }))) close();
  };
  return (
    <form class="save-view" onSubmit={(event) => void save(event)}>
      <input
        class="form-control"
        maxLength={60}
        placeholder={t('documents.viewName')}
        aria-label={t('documents.viewName')}
        data-testid="view-name"
        value={name.value}
        onInput={(event) => {
          name.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="btn btn-primary" data-testid="view-save">
        {t('documents.saveView')}
      </button>
    </form>
  );
}
