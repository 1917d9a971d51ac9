import { useSignal } from '@preact/signals';
import { t } from '../../i18n';
import { useApp } from '../../ui/context';
import { Field, Form } from '../../ui/form';
import { Panel } from '../../ui/panel';

export function Password() {
  const { session, toasts } = useApp();
  /** Counts the changes: a new key empties the form. */
  const round = useSignal(0);
  return (
    <Panel title={t('login.password')}>
      <Form
        key={round.value}
        submit={t('profile.changePassword')}
        testId="password"
        onSubmit={async (values) => {
          await session.changePassword(values.text('current'), values.text('new'));
          round.value += 1;
          toasts.show('success', t('profile.passwordChanged'));
        }}
      >
        <Field
          name="current"
          label={t('profile.currentPassword')}
          type="password"
          autocomplete="current-password"
          required
        />
        <Field
          name="new"
          label={t('profile.newPassword')}
          hint={t('profile.passwordHint')}
          type="password"
          autocomplete="new-password"
          minLength={10}
          required
        />
      </Form>
    </Panel>
  );
}
