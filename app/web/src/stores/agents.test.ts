import { describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/client';
import type { Agent } from '../api/rows';
import type { AgentBeat } from '../feed/messages';
import { AgentsStore } from './agents';
import { Collection, leaveOnlyBranch } from './collection';
import { agentRow } from './testing/rows';

const agent: Agent = { ...agentRow('a', 'online'), lastSeenAt: '2026-01-01T12:00:00Z' };
const counters = { files: 1, indexed: 2, failed: 0, queued: 0, uploads: 3, uploadErrors: 0 };

function beat(at: string): AgentBeat {
  return { agentId: 'a', memoryBytes: 50_000_000, uptimeS: 60, counters, at };
}

function store() {
  const api = new ApiClient();
  return { api, agents: new AgentsStore(api, new Collection<Agent>(leaveOnlyBranch, null)) };
}

describe('an agent', () => {
  it('was seen last when its row or a later heartbeat says', () => {
    const { agents } = store();
    expect(agents.lastSeen(agent)).toBe('2026-01-01T12:00:00Z');
    agents.onBeat(beat('2026-01-01T12:00:30Z'));
    expect(agents.lastSeen(agent)).toBe('2026-01-01T12:00:30Z');
    const row = { ...agent, lastSeenAt: '2026-01-01T13:00:00Z' };
    expect(agents.lastSeen(row)).toBe('2026-01-01T13:00:00Z');
  });

  it('was seen at its last heartbeat, also by a page that was loaded anew', async () => {
    const { api, agents } = store();
    const answers = [
      { data: [{ ...agent, lastSeenAt: '2026-01-01T12:10:00Z' }], nextAfter: 'a' },
      { data: [{ ...agentRow('b', 'online'), lastSeenAt: null }], nextAfter: null },
    ];
    const call = vi
      .spyOn(api, 'call')
      .mockImplementation(async () => Response.json(answers.shift()));
    await agents.askLastSeen();
    expect(call.mock.calls.map(([, options]) => options?.query?.after)).toEqual([null, 'a']);
    expect(agents.lastSeen(agent)).toBe('2026-01-01T12:10:00Z');
    expect(agents.lastSeen(agentRow('b', 'online'))).toBeNull();
    agents.onBeat(beat('2026-01-01T12:09:30Z'));
    expect(agents.lastSeen(agent)).toBe('2026-01-01T12:10:00Z');
    agents.onBeat(beat('2026-01-01T12:10:30Z'));
    expect(agents.lastSeen(agent)).toBe('2026-01-01T12:10:30Z');
  });

  it('keeps its newest heartbeat when an older one is asked for', async () => {
    const { api, agents } = store();
    const { at: beatAt, agentId: _, ...asSent } = beat('2026-01-01T12:00:30Z');
    vi.spyOn(api, 'call').mockImplementation(async () => Response.json({ beat: asSent, beatAt }));
    await agents.askBeat('a');
    expect(agents.beat(agent)?.at).toBe('2026-01-01T12:00:30Z');
    agents.onBeat(beat('2026-01-01T12:01:00Z'));
    await agents.askBeat('a');
    expect(agents.beat(agent)?.at).toBe('2026-01-01T12:01:00Z');
  });
});
