import {
  IconCircleCheck,
  IconCircleX,
  IconCloudOff,
  IconPlugConnected,
} from '@tabler/icons-preact';
import type { AgentStatus, Availability } from '../api/rows';
import { t } from '../i18n';
import { availabilityName } from '../i18n/names';

const AVAILABILITY: Record<Availability, { icon: typeof IconCloudOff; tone: string }> = {
  cached: { icon: IconCircleCheck, tone: 'good' },
  branch_online: { icon: IconPlugConnected, tone: 'info' },
  branch_offline: { icon: IconCloudOff, tone: 'warn' },
  gone: { icon: IconCircleX, tone: 'muted' },
};

/** Icon and text, never colour alone. */
export function AvailabilityBadge({ of }: { of: Availability }) {
  const { icon: Icon, tone } = AVAILABILITY[of];
  return (
    <span class={`tag tag-${tone}`}>
      <Icon size={16} aria-hidden="true" />
      {availabilityName(of)}
    </span>
  );
}

const STATE_TONES: Record<AgentStatus | 'blocked', string> = {
  online: 'good',
  reconnecting: 'warn',
  offline: 'bad',
  never_seen: 'muted',
  blocked: 'bad',
};

export function AgentStateBadge({ state }: { state: AgentStatus | 'blocked' }) {
  return (
    <span class={`tag tag-${STATE_TONES[state]}`}>
      <span class="tag-dot" aria-hidden="true" />
      {t(`agents.state.${state}`)}
    </span>
  );
}
