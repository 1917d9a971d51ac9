import { useSignal } from '@preact/signals';
import { ApiError } from '../../api/problem';
import { keepsSiteData } from '../../browser/site-data';
import { t } from '../../i18n';
import { problemText } from '../../i18n/problems';
import { useApp } from '../../ui/context';
import { LanguageSelect } from '../../ui/language-select';
import { useTitle } from '../../ui/page';

interface LoginProps {
  /** The server ended the session of who was here. */
  ended: boolean;
}

export default function Login({ ended }: LoginProps) {
  const { session } = useApp();
  const error = useSignal<unknown>(null);
  const busy = useSignal(false);
  /** The password was right, and the user has a second factor. */
  const asksCode = useSignal(false);
  useTitle(t('login.title'));

  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    busy.value = true;
    error.value = null;
    try {
      const code = form.get('code');
      await session.login(
        String(form.get('email')),
        String(form.get('password')),
        code === null ? undefined : String(code).trim(),
      );
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === 'second_factor_required') {
        asksCode.value = true;
      } else {
        error.value = problem;
      }
    } finally {
      busy.value = false;
    }
  };

  return (
    <main class="login">
      <form class="card login-card" onSubmit={submit}>
        <div class="card-body">
          <h1 class="login-title">
            <img src="/icon.svg" width={32} height={32} alt="" />
            Siberius
          </h1>
          {!keepsSiteData() && (
            <div class="note note-info mb-3" role="status" data-testid="no-site-data">
              {t('app.noSiteData')}
            </div>
          )}
          {ended && error.value === null && (
            <div class="note note-info mb-3" role="status" data-testid="login-ended">
              {t('login.ended')}
            </div>
          )}
          {error.value !== null && (
            <div class="note note-error mb-3" role="alert" data-testid="login-error">
              {problemText(error.value)}
            </div>
          )}
          <label class="form-label" for="email">
            {t('login.email')}
          </label>
          <input
            id="email"
            name="email"
            class="form-control mb-3"
            // Not of the type "email": browsers refuse letters with accents and pasted spaces in it.
            inputmode="email"
            autocomplete="username"
            autocapitalize="off"
            spellcheck={false}
            required
            data-testid="login-email"
          />
          <label class="form-label" for="password">
            {t('login.password')}
          </label>
          <input
            id="password"
            name="password"
            class="form-control mb-4"
            type="password"
            autocomplete="current-password"
            required
            data-testid="login-password"
          />
          {asksCode.value && (
            <>
              <label class="form-label" for="code">
                {t('login.code')}
              </label>
              <input
                id="code"
                name="code"
                class="form-control"
                autocomplete="one-time-code"
                autocapitalize="off"
                spellcheck={false}
                required
                aria-describedby="code-hint"
                data-testid="login-code"
                ref={(input) => input?.focus()}
              />
              <p id="code-hint" class="form-hint mb-4">
                {t('login.codeHint')}
              </p>
            </>
          )}
          <button
            type="submit"
            class="btn btn-primary w-100"
            disabled={busy.value}
            data-testid="login-submit"
          >
            {t(busy.value ? 'login.busy' : 'login.submit')}
          </button>
        </div>
      </form>
      <LanguageSelect />
    </main>
  );
}
