import { useEffect, useMemo } from 'preact/hooks';
import type { Day } from '../../api/rows';
import { t } from '../../i18n';
import { Loaded } from '../../stores/loaded';
import { useApp } from '../../ui/context';
import { Panel } from '../../ui/panel';
import { WhenLoaded } from '../../ui/when-loaded';

const DAYS = 30;
const AGAIN_MS = 5 * 60_000;

/** How much happened in the last weeks. The chart's code comes with the figures. */
export function Activity() {
  const { api } = useApp();
  const activity = useMemo(
    () =>
      new Loaded(async () => {
        const query = { days: DAYS };
        const [{ Chart }, { days }] = await Promise.all([
          import('./chart'),
          api.json<{ days: Day[] }>('/api/overview', { query }),
        ]);
        return { Chart, days };
      }),
    [api],
  );
  useEffect(() => {
    const timer = setInterval(() => void activity.load(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [activity]);
  return (
    <Panel title={t('overview.activity', { days: DAYS })}>
      <div class="activity" data-testid="activity">
        <WhenLoaded of={activity}>{({ Chart, days }) => <Chart days={days} />}</WhenLoaded>
      </div>
    </Panel>
  );
}
