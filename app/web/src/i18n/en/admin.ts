export const admin = {
  'users.name': 'Name',
  'users.role': 'Role',
  'users.branches': 'Branches',
  'branches.all': 'All branches',
  'role.viewer': 'Viewer',
  'role.operator': 'Operator',
  'role.manager': 'Manager',
  'role.admin': 'Administrator',
} as const;
