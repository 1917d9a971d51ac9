import { useMemo } from 'preact/hooks';
import type { CompanySettings } from '../../api/rows';
import { t } from '../../i18n';
import { formatNumber } from '../../i18n/format';
import { CompanySettingsStore, chosen, type LimitName } from '../../stores/admin/company';
import { useApp } from '../../ui/context';
import { Field, Form, type Values } from '../../ui/form';
import { Panel } from '../../ui/panel';
import { run } from '../../ui/run';
import { WhenLoaded } from '../../ui/when-loaded';
import { SectionHead } from './section-head';

const NAMES = [
  'retentionDays',
  'maxUploadMb',
  'auditRetentionDays',
  'agentHeartbeatS',
  'agentRescanS',
  'agentHoldFiles',
] as const satisfies readonly LimitName[];

/** How long things are kept and how large they may be, within what the server allows. */
export function Settings() {
  const { api, toasts } = useApp();
  const store = useMemo(() => new CompanySettingsStore(api), [api]);

  const save = async ({ text }: Values) => {
    const limits = NAMES.map((name) => [name, numberOrNone(text(name))]);
    const undo = await store.save({
      ...Object.fromEntries(limits),
      secondFactorRequired: text('secondFactorRequired') === 'on',
    });
    toasts.done(t('settings.saved'), () => void run(toasts, () => store.save(undo)));
  };

  return (
    <>
      <SectionHead title={t('admin.settings')} about={t('settings.about')} />
      <WhenLoaded of={store.settings}>
        {(settings) => (
          <div class="settings">
            <Panel title={t('settings.limits')}>
              <Form
                // The fields show what holds after a change, whoever made it.
                key={JSON.stringify(settings)}
                submit={t('app.save')}
                testId="settings"
                onSubmit={save}
              >
                {NAMES.map((name) => (
                  <Limit key={name} name={name} settings={settings} />
                ))}
                <label class="form-check">
                  <input
                    type="checkbox"
                    class="form-check-input"
                    name="secondFactorRequired"
                    data-testid="field-secondFactorRequired"
                    defaultChecked={settings.secondFactorRequired}
                  />
                  <span class="form-check-label">{t('settings.secondFactorRequired')}</span>
                </label>
              </Form>
            </Panel>
          </div>
        )}
      </WhenLoaded>
    </>
  );
}

/** One number. It is empty where the server's own value holds, which is shown behind it. */
function Limit({ name, settings }: { name: LimitName; settings: CompanySettings }) {
  const own = chosen(settings, name);
  const { min, max } = settings.limits[name];
  return (
    <Field
      name={name}
      label={t(`settings.${name}`)}
      hint={t('settings.bounds', { min: formatNumber(min), max: formatNumber(max) })}
      type="number"
      inputMode="numeric"
      step={1}
      value={own === null ? '' : own}
      placeholder={formatNumber(settings[name])}
    />
  );
}

function numberOrNone(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
