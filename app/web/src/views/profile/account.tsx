import { t } from '../../i18n';
import { useApp, useWorkspace } from '../../ui/context';
import { Fact } from '../../ui/facts';
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
        <Fact name={t('login.email')}>{me.email}</Fact>
        <Fact name={t('profile.company')}>{me.tenant.name}</Fact>
        <Fact name={t('users.role')}>{t(`role.${me.role}`)}</Fact>
        <Fact name={t('users.branches')}>{branches}</Fact>
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
