import { t } from '../../i18n';
import { Awaited } from '../../ui/awaited';
import { useWorkspace } from '../../ui/context';
import { useTitle } from '../../ui/page';
import { Activity } from './activity';
import { Attention } from './attention';
import { Due, Fresh } from './lists';

/** What somebody wants to know who comes in the morning. */
export default function Overview() {
  const { agents, documents, transfers } = useWorkspace();
  useTitle(t('app.overview'));
  // All at once: what comes later would push away what is read already.
  const shown = [agents.rows, documents.pdfs, transfers.rows];
  if (shown.some(({ state }) => state.value === 'empty')) return <Awaited />;
  return (
    <div class="overview" data-testid="overview">
      <h1 class="visually-hidden">{t('app.overview')}</h1>
      <Attention />
      <Activity />
      <div class="overview-columns">
        <Due />
        <Fresh />
      </div>
    </div>
  );
}
