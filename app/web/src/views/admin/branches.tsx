import { useSignal } from '@preact/signals';
import { IconPlus } from '@tabler/icons-preact';
import { useMemo } from 'preact/hooks';
import type { Branch } from '../../api/rows';
import { t } from '../../i18n';
import { formatNumber } from '../../i18n/format';
import { BranchAdmin } from '../../stores/admin/branches';
import { Awaited } from '../../ui/awaited';
import { useApp, useWorkspace } from '../../ui/context';
import { Dialog } from '../../ui/dialog';
import { Field, Form } from '../../ui/form';
import { Menu } from '../../ui/menu';
import { Empty } from '../../ui/notices';
import { run } from '../../ui/run';
import { Table } from '../../ui/table';
import { SectionHead } from './section-head';

/** The branch offices of the company. */
export function Branches() {
  const { api, toasts } = useApp();
  const { agents, branches } = useWorkspace();
  const admin = useMemo(() => new BranchAdmin(api), [api]);
  const edited = useSignal<Branch | 'new' | null>(null);
  for (const rows of [branches, agents.rows]) rows.revision.value;
  const rows = [...branches.rows()].sort((a, b) => a.name.localeCompare(b.name));
  const agentsOf = ({ id }: Branch) =>
    [...agents.rows.rows()].filter(({ branchId }) => branchId === id).length;

  const close = (branch: Branch) =>
    void run(toasts, async () => {
      await admin.close(branch);
      const { name, code, city } = branch;
      toasts.done(
        t('branches.closed', { name }),
        () => void run(toasts, () => admin.create({ name, code, city })),
      );
    });

  return (
    <>
      <SectionHead title={t('admin.branches')} about={t('branches.about')}>
        <button
          type="button"
          class="btn btn-primary"
          data-testid="branch-create"
          onClick={() => {
            edited.value = 'new';
          }}
        >
          <IconPlus size={18} aria-hidden="true" /> {t('branches.create')}
        </button>
      </SectionHead>
      {rows.length > 0 && (
        <Table
          label={t('admin.branches')}
          columns={[
            t('branches.name'),
            t('branches.code'),
            t('branches.city'),
            t('app.agents'),
            '',
          ]}
        >
          {rows.map((branch) => (
            <tr key={branch.id} data-testid="branch-row">
              <th scope="row">
                <button
                  type="button"
                  class="table-link"
                  onClick={() => {
                    edited.value = branch;
                  }}
                >
                  {branch.name}
                </button>
              </th>
              <td data-label={t('branches.code')}>{branch.code}</td>
              <td data-label={t('branches.city')}>{branch.city}</td>
              <td data-label={t('app.agents')}>{formatNumber(agentsOf(branch))}</td>
              <td class="table-buttons">
                <Menu
                  label={t('admin.actions', { name: branch.name })}
                  testId="branch-menu"
                  items={[
                    {
                      id: 'branch-edit',
                      label: t('admin.edit'),
                      run: () => {
                        edited.value = branch;
                      },
                    },
                    {
                      id: 'branch-close',
                      label: t('branches.close'),
                      run: () => close(branch),
                    },
                  ]}
                />
              </td>
            </tr>
          ))}
        </Table>
      )}
      {rows.length === 0 &&
        (branches.state.value === 'complete' ? <Empty>{t('branches.empty')}</Empty> : <Awaited />)}
      {edited.value && (
        <BranchDialog
          admin={admin}
          branch={edited.value === 'new' ? null : edited.value}
          onClose={() => {
            edited.value = null;
          }}
        />
      )}
    </>
  );
}

interface BranchDialogProps {
  admin: BranchAdmin;
  /** Null for a new one. */
  branch: Branch | null;
  onClose: () => void;
}

function BranchDialog({ admin, branch, onClose }: BranchDialogProps) {
  return (
    <Dialog title={branch?.name ?? t('branches.create')} onClose={onClose}>
      <Form
        submit={t(branch ? 'app.save' : 'admin.create')}
        testId="branch"
        onCancel={onClose}
        onSubmit={async ({ text }) => {
          const fields = { name: text('name'), code: text('code'), city: text('city') };
          await (branch ? admin.change(branch, fields) : admin.create(fields));
          onClose();
        }}
      >
        <Field
          name="name"
          label={t('branches.name')}
          value={branch?.name}
          required
          maxLength={200}
        />
        <Field
          name="code"
          label={t('branches.code')}
          hint={t('branches.codeHint')}
          value={branch?.code}
          required
          maxLength={40}
          pattern="\S+"
          autocomplete="off"
        />
        <Field name="city" label={t('branches.city')} value={branch?.city} maxLength={100} />
      </Form>
    </Dialog>
  );
}
