import type { ApiClient } from '../../api/client';
import type { Branch } from '../../api/rows';

export type BranchFields = Pick<Branch, 'name' | 'code' | 'city'>;

/** Opening, changing and closing branches; what comes of it arrives through the feed. */
export class BranchAdmin {
  constructor(private readonly api: ApiClient) {}

  async create(fields: BranchFields): Promise<void> {
    await this.api.call('/api/branches', { method: 'POST', body: fields });
  }

  async change(branch: Branch, fields: BranchFields): Promise<void> {
    await this.api.call(`/api/branches/${branch.id}`, { method: 'PATCH', body: fields });
  }

  /** Only one that nothing belongs to can be closed, so opening it again undoes it. */
  async close(branch: Branch): Promise<void> {
    await this.api.call(`/api/branches/${branch.id}`, { method: 'DELETE' });
  }
}
