export const login = {
  'login.title': 'Sign in',
  'login.email': 'E-mail',
  'login.password': 'Password',
  'login.submit': 'Sign in',
  'login.code': 'Code',
  'login.codeHint': 'From your authenticator app, or one of your recovery codes.',
  'login.busy': 'Signing in…',
} as const;
