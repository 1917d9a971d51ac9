import type { login as english } from '../en/login';
import type { Text } from '../index';

export const login: Record<keyof typeof english, Text> = {
  'login.title': 'Entrar',
  'login.email': 'E-mail',
  'login.password': 'Senha',
  'login.submit': 'Entrar',
  'login.code': 'Código',
  'login.ended': 'Sua sessão terminou. Entre novamente.',
  'login.codeHint': 'Do seu aplicativo autenticador, ou um dos seus códigos de recuperação.',
  'login.busy': 'Entrando…',
};
