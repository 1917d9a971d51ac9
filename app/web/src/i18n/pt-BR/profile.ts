import type { profile as english } from '../en/profile';
import type { Text } from '../index';

export const profile: Record<keyof typeof english, Text> = {
  'profile.account': 'Conta',
  'profile.company': 'Empresa',
  'profile.saved': 'Seu nome foi alterado.',
  'profile.appearance': 'Aparência',
  'profile.theme': 'Tema',
  'profile.currentPassword': 'Senha atual',
  'profile.newPassword': 'Nova senha',
  'profile.passwordHint': 'No mínimo 10 caracteres. Suas outras sessões são encerradas.',
  'profile.changePassword': 'Mudar a senha',
  'profile.passwordChanged': 'A senha foi alterada.',
  'theme.system': 'Como o sistema',
  'theme.light': 'Claro',
  'theme.dark': 'Escuro',
};
