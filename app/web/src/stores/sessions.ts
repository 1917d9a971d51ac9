import type { ApiClient } from '../api/client';
import type { Session } from '../api/rows';
import { Loaded } from './loaded';

/** Where a user is signed in; without a user it is the one who asks. */
export class Sessions {
  readonly list: Loaded<readonly Session[]>;

  constructor(
    private readonly api: ApiClient,
    userId: string | null,
  ) {
    this.list = new Loaded(async () => {
      const query = { userId };
      return (await api.json<{ data: Session[] }>('/api/sessions', { query })).data;
    });
  }

  async revoke(session: Session): Promise<void> {
    await this.api.call(`/api/sessions/${session.id}`, { method: 'DELETE' });
    this.list.change((sessions) => sessions.filter(({ id }) => id !== session.id));
  }
}
