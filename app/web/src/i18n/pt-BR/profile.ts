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
  'secondFactor.title': 'Segundo fator',
  'secondFactor.on': 'A cada entrada é pedido um código do seu aplicativo autenticador.',
  'secondFactor.what': 'Além da senha, é pedido ao entrar um código de um aplicativo autenticador.',
  'secondFactor.required': 'Sua empresa pede um segundo fator a todos: ative-o, por favor.',
  'secondFactor.switchOn': 'Ativar',
  'secondFactor.switchOff': 'Desativar',
  'secondFactor.renew': 'Novos códigos de recuperação',
  'secondFactor.confirm': 'Confirmar',
  'secondFactor.scan':
    'Leia isto com seu aplicativo autenticador e digite o código que ele mostra.',
  'secondFactor.qr': 'Código QR para o aplicativo autenticador',
  'secondFactor.secret': 'Ou digite esta chave',
  'secondFactor.codes': 'Códigos de recuperação',
  'secondFactor.goOn': 'Já guardei',
  'secondFactor.keepCodes':
    'Guarde estes códigos em lugar seguro: cada um deixa você entrar uma vez sem o aplicativo. Eles não serão mostrados de novo.',
};
