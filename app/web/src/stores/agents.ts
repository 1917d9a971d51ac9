import { signal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import type { Agent, AgentDetail, AgentSecrets } from '../api/rows';
import type { AgentBeat } from '../feed/messages';
import type { Collection } from './collection';

/** A clock that is off by more than this makes times in the lists misleading. */
const TOLERATED_SKEW_S = 60;

/** The agents of the branches, and what managers do with them. */
export class AgentsStore {
  readonly #beats = signal<ReadonlyMap<string, AgentBeat>>(new Map());

  constructor(
    private readonly api: ApiClient,
    readonly rows: Collection<Agent>,
  ) {}

  onBeat(beat: AgentBeat): void {
    const known = this.#beats.peek().get(beat.agentId);
    if (known && known.at > beat.at) return;
    this.#beats.value = new Map(this.#beats.peek()).set(beat.agentId, beat);
  }

  /** The newest heartbeat that this page has heard of. */
  beat(agent: Agent): AgentBeat | undefined {
    return this.#beats.value.get(agent.id);
  }

  /** Asks for the newest heartbeat; only managers may. */
  async askBeat(id: string): Promise<void> {
    const { beat, beatAt } = await this.api.json<AgentDetail>(`/api/admin/agents/${id}`);
    if (beat && beatAt)
      this.onBeat({ ...(beat as Omit<AgentBeat, 'agentId' | 'at'>), agentId: id, at: beatAt });
  }

  /** When it was heard of last: the row says it per change of status, the beats say it live. */
  lastSeen(agent: Agent): string | null {
    const beat = this.beat(agent)?.at;
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

  async rename(agent: Agent, name: string): Promise<void> {
    await this.api.call(`/api/admin/agents/${agent.id}`, { method: 'PATCH', body: { name } });
  }

  /** What was only there is gone with it. */
  async delete(agent: Agent): Promise<void> {
    await this.api.call(`/api/admin/agents/${agent.id}`, { method: 'DELETE' });
  }

  /** The end of its log, oldest first; fails with `agent_offline` where it is not connected. */
  async log(id: string): Promise<string[]> {
    return (await this.api.json<{ lines: string[] }>(`/api/admin/agents/${id}/logs`)).lines;
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
