import { t } from '../../i18n';
import { useApp, useWorkspace } from '../../ui/context';
import { Field, Form } from '../../ui/form';
import { Panel } from '../../ui/panel';

export function Account() {
  const { session, toasts } = useApp();
  const workspace = useWorkspace();
  const me = session.user.value ?? workspace.user;
  const branches =
    me.branchIds?.map((id) => workspace.branchName(id)).join(', ') ?? t('branches.all');
  return (
    <Panel title={t('profile.account')}>
      <dl class="facts">
        <dt>{t('login.email')}</dt>
        <dd>{me.email}</dd>
        <dt>{t('profile.company')}</dt>
        <dd>{me.tenant.name}</dd>
        <dt>{t('users.role')}</dt>
        <dd>{t(`role.${me.role}`)}</dd>
        <dt>{t('users.branches')}</dt>
        <dd>{branches}</dd>
      </dl>
      <Form
        submit={t('app.save')}
        testId="account"
        onSubmit={async (values) => {
          await session.rename(values.text('name'));
          toasts.show('success', t('profile.saved'));
        }}
      >
        <Field
          name="name"
          label={t('users.name')}
          value={me.name}
          required
          maxLength={200}
          autocomplete="name"
        />
      </Form>
    </Panel>
  );
}
