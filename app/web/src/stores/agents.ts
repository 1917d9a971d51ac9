import { signal } from '@preact/signals';
import type { ApiClient } from '../api/client';
import type { Agent, AgentDetail, AgentSecrets, EmptiedPlace } from '../api/rows';
import type { components } from '../api/schema';
import type { AgentBeat } from '../feed/messages';
import type { Collection } from './collection';

/** A clock that is off by more than this makes times in the lists misleading. */
const TOLERATED_SKEW_S = 60;

const PAGE_ROWS = 1000;
type AgentsPage = components['schemas']['CollectionPage_AgentRow_'];

/** The agents of the branches, and what managers do with them. */
export class AgentsStore {
  readonly #beats = signal<ReadonlyMap<string, AgentBeat>>(new Map());
  /** What the server said when it was asked: a heartbeat is no change, so the feed has none. */
  readonly #asked = signal<ReadonlyMap<string, string>>(new Map());

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

  /** Asks when each agent was heard of last. */
  async askLastSeen(): Promise<void> {
    const seen = new Map(this.#asked.peek());
    let after: string | null = null;
    do {
      const query = { limit: PAGE_ROWS, after };
      const page: AgentsPage = await this.api.json('/api/agents', { query });
      for (const { id, lastSeenAt } of page.data) if (lastSeenAt) seen.set(id, lastSeenAt);
      after = page.nextAfter ?? null;
    } while (after);
    this.#asked.value = seen;
  }

  /** When it was heard of last: as its row says, an answer, or a heartbeat since. */
  lastSeen(agent: Agent): string | null {
    const times = [agent.lastSeenAt, this.#asked.value.get(agent.id), this.beat(agent)?.at];
    return (
      times
        .filter((time) => time != null)
        .sort()
        .at(-1) ?? null
    );
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

  /** The missing files of a place, as it was shown, are gone; fails with `place_changed`. */
  async confirmGone(agent: Agent, { path, state }: EmptiedPlace): Promise<void> {
    await this.api.call(`/api/admin/agents/${agent.id}/really-gone`, {
      method: 'POST',
      body: { path, state },
    });
  }

  async resync(agent: Agent, deep: boolean): Promise<void> {
    await this.api.call(`/api/admin/agents/${agent.id}/resync`, { method: 'POST', body: { deep } });
  }
}
