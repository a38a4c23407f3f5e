/** The languages, each in its own words: who does not read this one must find theirs. */
import { Button, Menu } from '@mantine/core';
import { IconLanguage } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../i18n/languages.ts';

interface LanguageMenuProps {
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}

export function LanguageMenu({ language, onLanguage }: LanguageMenuProps) {
  const { t } = useTranslation();
  return (
    <Menu
      position="top-end"
      transitionProps={{ duration: 100 }}
      // In the footer's own landmark; the first item takes the focus and not a mark before it.
      withinPortal={false}
      withInitialFocusPlaceholder={false}
    >
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="sm"
          fw={500}
          leftSection={<IconLanguage size="1.125rem" aria-hidden />}
          aria-label={`${t('common.language')}: ${LANGUAGE_NAMES[language]}`}
        >
          {LANGUAGE_NAMES[language]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={language}
          onChange={(chosen) => {
            const found = LANGUAGES.find((each) => each === chosen);
            if (found !== undefined) onLanguage(found);
          }}
        >
          {LANGUAGES.map((each) => (
            <Menu.RadioItem key={each} value={each} lang={each} closeMenuOnClick>
              {LANGUAGE_NAMES[each]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
