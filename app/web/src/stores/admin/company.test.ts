import { describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../../api/client';
import type { CompanySettings } from '../../api/rows';
import { CompanySettingsStore } from './company';

const bounds = { min: 1, max: 365 };
const settings: CompanySettings = {
  retentionDays: 30,
  maxUploadMb: 50,
  agentHeartbeatS: 30,
  agentRescanS: 900,
  agentHoldFiles: 50,
  auditRetentionDays: 365,
  secondFactorRequired: false,
  own: ['retentionDays'],
  limits: {
    retentionDays: bounds,
    maxUploadMb: bounds,
    agentHeartbeatS: bounds,
    agentRescanS: bounds,
    agentHoldFiles: bounds,
    auditRetentionDays: bounds,
  },
};

describe('the settings of the company', () => {
  it('are saved with what brings the former ones back', async () => {
    const api = new ApiClient();
    vi.spyOn(api, 'call').mockImplementation(async (_path, { body } = {}) =>
      Response.json({ ...settings, ...(body as object) }),
    );
    const store = new CompanySettingsStore(api);
    await store.settings.load();
    const undo = await store.save({ retentionDays: 7, maxUploadMb: 20 });
    expect(store.settings.value.value?.retentionDays).toBe(7);
    // The one was the company's own, the other the server's.
    expect(undo).toEqual({ retentionDays: 30, maxUploadMb: null });
  });
});
