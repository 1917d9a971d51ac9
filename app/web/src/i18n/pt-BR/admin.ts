import type { admin as english } from '../en/admin';
import type { Text } from '../index';

export const admin: Record<keyof typeof english, Text> = {
  'users.name': 'Nome',
  'users.role': 'Perfil',
  'users.branches': 'Filiais',
  'branches.all': 'Todas as filiais',
  'role.viewer': 'Leitor',
  'role.operator': 'Operador',
  'role.manager': 'Gerente',
  'role.admin': 'Administrador',
};
