import { chooseLanguage, LANGUAGES, type Language, language, t } from '../i18n';

export function LanguageSelect() {
  return (
    <select
      class="form-select form-select-sm language"
      aria-label={t('app.language')}
      data-testid="language"
      value={language.value}
      onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
    >
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <option key={tag} value={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}
