import { t } from '../i18n';
import { useWorkspace } from './context';
import { Loading } from './notices';

/** Rows of the feed that are not here yet: on their way, or kept back by a server that is away. */
export function Awaited() {
  const { feed } = useWorkspace();
  const away = feed.connection.value === 'offline';
  return <Loading text={away ? t('app.unreachable') : undefined} />;
}
