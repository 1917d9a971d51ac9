import { t } from '../../i18n';
import { useTitle } from '../../ui/page';
import { Account } from './account';
import { Appearance } from './appearance';
import { OwnSessions } from './own-sessions';
import { Password } from './password';
import { SecondFactor } from './second-factor';

/** What a user sets for himself. */
export default function Profile() {
  useTitle(t('app.profile'));
  return (
    <div class="settings" data-testid="profile">
      <h1 class="visually-hidden">{t('app.profile')}</h1>
      <Account />
      <Appearance />
      <Password />
      <SecondFactor />
      <OwnSessions />
    </div>
  );
}
