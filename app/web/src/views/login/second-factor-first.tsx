import { t } from '../../i18n';
import { useApp } from '../../ui/context';
import { LanguageSelect } from '../../ui/language-select';
import { useTitle } from '../../ui/page';
import { SecondFactor } from '../profile/second-factor';

/** For who has yet to set up the second factor that the company asks for: nothing else is open. */
export default function SecondFactorFirst() {
  const { session } = useApp();
  useTitle(t('secondFactor.title'));
  return (
    <main class="login" data-testid="second-factor-first">
      <div class="login-card">
        <SecondFactor />
        <button
          type="button"
          class="btn btn-ghost-secondary w-100 mt-3"
          onClick={() => void session.logout()}
          data-testid="logout"
        >
          {t('app.logout')}
        </button>
      </div>
      <LanguageSelect />
    </main>
  );
}
