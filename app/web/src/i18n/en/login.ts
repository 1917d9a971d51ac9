export const login = {
  'login.title': 'Sign in',
  'login.email': 'E-mail',
  'login.password': 'Password',
  'login.submit': 'Sign in',
  'login.code': 'Code',
  'login.ended': 'Your session has ended. Please sign in again.',
  'login.codeHint': 'From your authenticator app, or one of your recovery codes.',
  'login.busy': 'Signing in…',
} as const;
