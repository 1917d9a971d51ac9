import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { renderSVG } from 'uqr';
import type { components } from '../../api/schema';
import { t } from '../../i18n';
import { useApp } from '../../ui/context';
import { CopyField } from '../../ui/copy-field';
import { Field, Form } from '../../ui/form';
import { Panel } from '../../ui/panel';

type Enrolment = components['schemas']['Enrolment'];
type Codes = components['schemas']['RecoveryCodes'];

const PATH = '/api/me/second-factor';

/**
 * A code from an authenticator app at the login: switched on, renewed and switched off. It works
 * without a workspace, for whom the server shows nothing before that.
 */
export function SecondFactor() {
  const { api, session } = useApp();
  const me = session.user.value;
  const enrolment = useSignal<Enrolment | null>(null);
  const codes = useSignal<string[] | null>(null);

  const enrol = async (password: string) => {
    enrolment.value = await api.json<Enrolment>(PATH, { method: 'POST', body: { password } });
  };
  const confirm = async (code: string) => {
    const body = { code };
    const answer = await api.json<Codes>(`${PATH}/confirm`, { method: 'POST', body });
    enrolment.value = null;
    codes.value = answer.recoveryCodes;
    // Who had to set it up goes on when he has kept the codes: they are not shown again.
    if (!me?.secondFactorRequired) await session.reload();
  };
  const renew = async (code: string) => {
    const body = { code };
    const answer = await api.json<Codes>(`${PATH}/recovery-codes`, { method: 'POST', body });
    codes.value = answer.recoveryCodes;
  };
  const remove = async (password: string, code: string) => {
    await api.call(PATH, { method: 'DELETE', body: { password, code } });
    codes.value = null;
    await session.reload();
  };

  if (me === null) return null;
  if (me.secondFactorRequired && codes.value) {
    return (
      <Panel title={t('secondFactor.title')}>
        <RecoveryCodes codes={codes.value} />
        <button
          type="button"
          class="btn btn-primary"
          onClick={() => void session.reload()}
          data-testid="second-factor-go-on"
        >
          {t('secondFactor.goOn')}
        </button>
      </Panel>
    );
  }
  return (
    <Panel title={t('secondFactor.title')}>
      {codes.value && <RecoveryCodes codes={codes.value} />}
      {me.secondFactor ? (
        <>
          <p>{t('secondFactor.on')}</p>
          <details>
            <summary>{t('secondFactor.renew')}</summary>
            <Form
              submit={t('secondFactor.renew')}
              testId="second-factor-renew"
              onSubmit={(values) => renew(values.text('code'))}
            >
              <CodeField />
            </Form>
          </details>
          <details data-testid="second-factor-off">
            <summary>{t('secondFactor.switchOff')}</summary>
            <Form
              danger
              submit={t('secondFactor.switchOff')}
              testId="second-factor-remove"
              onSubmit={(values) => remove(values.text('password'), values.text('code'))}
            >
              <PasswordField />
              <CodeField />
            </Form>
          </details>
        </>
      ) : enrolment.value ? (
        <>
          <Scan enrolment={enrolment.value} />
          <Form
            submit={t('secondFactor.confirm')}
            testId="second-factor-confirm"
            onSubmit={(values) => confirm(values.text('code'))}
            onCancel={() => {
              enrolment.value = null;
            }}
          >
            <CodeField />
          </Form>
        </>
      ) : (
        <>
          <p>{t(me.secondFactorRequired ? 'secondFactor.required' : 'secondFactor.what')}</p>
          <Form
            submit={t('secondFactor.switchOn')}
            testId="second-factor-enrol"
            onSubmit={(values) => enrol(values.text('password'))}
          >
            <PasswordField />
          </Form>
        </>
      )}
    </Panel>
  );
}

function Scan({ enrolment }: { enrolment: Enrolment }) {
  // A picture, since the page's policy allows no markup that a script made of a string.
  const picture = useMemo(
    () => `data:image/svg+xml,${encodeURIComponent(renderSVG(enrolment.uri))}`,
    [enrolment.uri],
  );
  return (
    <>
      <p>{t('secondFactor.scan')}</p>
      <img src={picture} width={200} height={200} alt={t('secondFactor.qr')} />
      <CopyField
        label={t('secondFactor.secret')}
        value={enrolment.secret}
        testId="second-factor-secret"
      />
    </>
  );
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  return (
    <div class="note" role="status">
      <p>{t('secondFactor.keepCodes')}</p>
      <CopyField
        label={t('secondFactor.codes')}
        value={codes.join(' ')}
        testId="second-factor-codes"
      />
    </div>
  );
}

function CodeField() {
  return (
    <Field
      name="code"
      label={t('login.code')}
      autocomplete="one-time-code"
      autocapitalize="off"
      spellcheck={false}
      required
    />
  );
}

function PasswordField() {
  return (
    <Field
      name="password"
      label={t('profile.currentPassword')}
      type="password"
      autocomplete="current-password"
      required
    />
  );
}
