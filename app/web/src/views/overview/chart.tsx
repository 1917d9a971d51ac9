import 'uplot/dist/uPlot.min.css';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Day } from '../../api/rows';
import { language, t } from '../../i18n';
import { formatDayMonth, formatNumber } from '../../i18n/format';
import { isDark } from '../../ui/theme';

const SERIES = ['indexed', 'requested', 'downloaded'] as const;
const HEIGHT = 200;
const HALF_DAY_S = 43_200;
const COLOURS = { indexed: '--bars', requested: '--info', downloaded: '--good' };

/**
 * New documents as bars (left scale), and those that were asked for and arrived as lines (right
 * scale), because an office asks for few of the documents it has. The words above the chart tell
 * the sums, or the day below the pointer.
 */
export function Chart({ days }: { days: readonly Day[] }) {
  const box = useRef<HTMLDivElement>(null);
  const pointed = useSignal<number | null>(null);
  const shown = pointed.value === null ? days : days.slice(pointed.value, pointed.value + 1);

  useEffect(() => {
    const parent = box.current;
    if (!parent) return;
    const plot = new uPlot(
      options(parent, (index) => {
        pointed.value = index;
      }),
      [
        days.map(({ day }) => Date.parse(day) / 1000),
        ...SERIES.map((name) => days.map((day) => day[name])),
      ],
      parent,
    );
    const resize = new ResizeObserver(() => {
      plot.setSize({ width: parent.clientWidth, height: HEIGHT });
    });
    resize.observe(parent);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
    // Colours and formats are drawn into the picture.
  }, [days, isDark.value, language.value]);

  return (
    <figure class="chart">
      <figcaption class="chart-legend">
        {SERIES.map((name) => (
          <span key={name} class={`chart-key chart-${name}`} data-testid={`sum-${name}`}>
            {t(`overview.${name}`)}{' '}
            <strong>{formatNumber(shown.reduce((sum, day) => sum + day[name], 0))}</strong>
          </span>
        ))}
        {pointed.value !== null && shown[0] && (
          <span class="chart-day">{formatDayMonth(shown[0].day)}</span>
        )}
      </figcaption>
      <div ref={box} class="chart-picture" aria-hidden="true" />
    </figure>
  );
}

function options(parent: HTMLElement, onPoint: (index: number | null) => void): uPlot.Options {
  const style = getComputedStyle(parent);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = (scale: string, side: 1 | 3): uPlot.Axis => ({
    scale,
    side,
    stroke: colour('--muted'),
    grid: { show: side === 3, stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    size: 44,
    // Half a document is no value.
    incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000],
    values: (_, ticks) => ticks.map(formatNumber),
  });
  const line = (name: 'requested' | 'downloaded'): uPlot.Series => ({
    scale: 'asked',
    stroke: colour(COLOURS[name]),
    width: 2,
    points: { show: false },
  });
  return {
    width: parent.clientWidth,
    height: HEIGHT,
    // Days of the server are those of Greenwich.
    tzDate: (second) => uPlot.tzDate(new Date(second * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      // The first and the last bar are as wide as the others.
      x: { range: (_, first, last) => [first - HALF_DAY_S, last + HALF_DAY_S] },
      indexed: { range: fromZero },
      asked: { range: fromZero },
    },
    axes: [
      {
        stroke: colour('--muted'),
        grid: { show: false },
        ticks: { show: false },
        size: 24,
        space: 64,
        values: (_, ticks) => ticks.map((second) => formatDayMonth(dayOf(second))),
      },
      axis('indexed', 3),
      axis('asked', 1),
    ],
    series: [
      {},
      {
        scale: 'indexed',
        fill: colour(COLOURS.indexed),
        points: { show: false },
        ...bars(),
      },
      line('requested'),
      line('downloaded'),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

function bars(): Pick<uPlot.Series, 'paths'> {
  const paths = uPlot.paths.bars?.({ size: [0.7, 28], radius: 0.2 });
  return paths ? { paths } : {};
}

function fromZero(_: uPlot, __: number, max: number): uPlot.Range.MinMax {
  return [0, Math.max(max * 1.1, 4)];
}

function dayOf(second: number): string {
  return new Date(second * 1000).toISOString().slice(0, 10);
}
