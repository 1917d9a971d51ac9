import type { ApiClient } from '../../api/client';
import type { CompanySettings } from '../../api/rows';
import type { components } from '../../api/schema';
import { Loaded } from '../loaded';

type Patch = components['schemas']['SettingsPatch'];
export type LimitName = keyof CompanySettings['limits'];

const PATH = '/api/admin/settings';

/** What the company has set for itself. */
export class CompanySettingsStore {
  readonly settings: Loaded<CompanySettings>;

  constructor(private readonly api: ApiClient) {
    this.settings = new Loaded(() => api.json<CompanySettings>(PATH));
  }

  /** Null is the server's own value. Returns what undoes it. */
  async save(patch: Patch): Promise<Patch> {
    const before = this.settings.value.peek();
    const names = Object.keys(patch) as (keyof Patch)[];
    const undo = Object.fromEntries(names.map((name) => [name, before && chosen(before, name)]));
    this.settings.set(await this.api.json(PATH, { method: 'PATCH', body: patch }));
    return undo;
  }
}

/** What the company chose; null where the server's own value holds. */
export function chosen<N extends keyof Patch>(
  settings: CompanySettings,
  name: N,
): CompanySettings[N] | null {
  return settings.own.includes(name) ? settings[name] : null;
}
