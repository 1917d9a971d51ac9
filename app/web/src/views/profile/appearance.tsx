import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-preact';
import { t } from '../../i18n';
import { LanguageSelect } from '../../ui/language-select';
import { Panel } from '../../ui/panel';
import { chooseTheme, THEMES, theme } from '../../ui/theme';

const ICONS = { system: IconDeviceDesktop, light: IconSun, dark: IconMoon };

/** The language and the theme; both are shown at once. */
export function Appearance() {
  return (
    <Panel title={t('profile.appearance')}>
      <div class="form">
        <fieldset class="field">
          <legend class="form-label">{t('profile.theme')}</legend>
          <div class="choices">
            {THEMES.map((one) => {
              const Icon = ICONS[one];
              return (
                <label key={one} class="choice-card" data-testid={`theme-${one}`}>
                  <input
                    type="radio"
                    name="theme"
                    class="visually-hidden"
                    checked={theme.value === one}
                    onChange={() => chooseTheme(one)}
                  />
                  <Icon size={20} stroke={1.75} aria-hidden="true" />
                  {t(`theme.${one}`)}
                </label>
              );
            })}
          </div>
        </fieldset>
        <div class="field">
          <span class="form-label" aria-hidden="true">
            {t('app.language')}
          </span>
          <LanguageSelect />
        </div>
      </div>
    </Panel>
  );
}
