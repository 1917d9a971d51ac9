import { signal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import type { Agent, AgentSecrets } from '../api/rows';
import type { AgentBeat } from '../feed/messages';
import type { Collection } from './collection';

/** A clock that is off by more than this makes times in the lists misleading. */
const TOLERATED_SKEW_S = 60;

/** The agents of the branches, and what managers do with them. */
export class AgentsStore {
  readonly #beats = signal<ReadonlyMap<string, string>>(new Map());

  constructor(
    private readonly api: ApiClient,
    readonly rows: Collection<Agent>,
  ) {}

  onBeat(beat: AgentBeat): void {
    this.#beats.value = new Map(this.#beats.value).set(beat.agentId, beat.at);
  }

  /** When it was heard of last: the row says it per change of status, the beats say it live. */
  lastSeen(agent: Agent): string | null {
    const beat = this.#beats.value.get(agent.id);
    if (!beat || (agent.lastSeenAt && agent.lastSeenAt > beat)) return agent.lastSeenAt;
    return beat;
  }

  hasWrongClock(agent: Agent): boolean {
    return Math.abs(agent.clockSkewS ?? 0) > TOLERATED_SKEW_S;
  }

  create(name: string, branchId: string): Promise<AgentSecrets> {
    return this.api.json('/api/admin/agents', { method: 'POST', body: { name, branchId } });
  }

  rotateToken(agent: Agent): Promise<AgentSecrets> {
    return this.api.json(`/api/admin/agents/${agent.id}/rotate-token`, { method: 'POST' });
  }

  async setBlocked(agent: Agent, blocked: boolean): Promise<void> {
    await this.api.call(`/api/admin/agents/${agent.id}/block`, {
      method: 'POST',
      body: { blocked },
    });
  }

  async disconnect(agent: Agent): Promise<void> {
    await this.api.call(`/api/admin/agents/${agent.id}/disconnect`, { method: 'POST' });
  }

  async resync(agent: Agent, deep: boolean): Promise<void> {
    await this.api.call(`/api/admin/agents/${agent.id}/resync`, { method: 'POST', body: { deep } });
  }
}
