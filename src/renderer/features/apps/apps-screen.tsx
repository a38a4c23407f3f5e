/** Which apps move: those that can, those to look at, those that cannot run there and why; searched by name. */
import { CloseButton, Tabs, TextInput } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconMinus,
  IconSearch,
  type TablerIcon,
} from '@tabler/icons-react';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppFacts, JudgedApp } from '../../../main/ipc/contract.ts';
import { ActionBar, PrimaryButton } from '../../layout/action-bar.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { canBeChosen, groupApps, type GroupName, insistedOn, searchApps } from './app-groups.ts';
import { AppList } from './app-list.tsx';
import classes from './apps.module.css';
import { useEscape } from './use-escape.ts';

const ICONS: Readonly<Record<GroupName, TablerIcon>> = {
  yes: IconCircleCheck,
  warning: IconAlertTriangle,
  no: IconCircleX,
  skip: IconMinus,
};

export interface AppsScreenProps {
  readonly apps: readonly AppFacts[];
  readonly verdicts: readonly JudgedApp[];
  /** Packages. */
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly onBack: () => void;
}

export function AppsScreen({ apps, verdicts, chosen, onChange, onBack }: AppsScreenProps) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const [text, setText] = useState('');
  const searched = useDeferredValue(text);
  const groups = useMemo(() => {
    const { compare } = new Intl.Collator(i18n.language, { numeric: true, sensitivity: 'base' });
    return groupApps(apps, verdicts, compare);
  }, [apps, verdicts, i18n.language]);
  const shown = useMemo(
    () => groups.map((group) => ({ ...group, found: searchApps(group.apps, searched) })),
    [groups, searched],
  );
  const [tab, setTab] = useState<GroupName>(
    () => groups.find((group) => group.apps.length > 0)?.verdict ?? 'yes',
  );

  useEscape(
    useCallback(() => {
      if (text === '') onBack();
      else setText('');
    }, [text, onBack]),
  );

  const choosable = groups.flatMap((group) => group.apps.filter(canBeChosen));
  const insisted = insistedOn(verdicts, chosen);
  const found = shown.reduce((sum, group) => sum + group.found.length, 0);
  const searching = searched.trim() !== '';

  return (
    <div data-screen="apps" className={classes.screen}>
      <StepHeader step="choose" title={t('apps.title')} lead={t('apps.lead')} onBack={onBack} />
      <TextInput
        type="search"
        className={classes.search}
        aria-label={t('apps.search')}
        placeholder={t('apps.search')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        // Enter goes on elsewhere; in a search it has nothing to add.
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.stopPropagation();
        }}
        leftSection={<IconSearch size="1.125rem" aria-hidden />}
        rightSection={
          text !== '' && <CloseButton aria-label={t('apps.clear')} onClick={() => setText('')} size="sm" />
        }
      />
      <p className={classes.hidden} role="status">
        {searching && t('apps.found', { count: found, amount: formats.count(found) })}
      </p>
      <Tabs
        value={tab}
        onChange={(value) => setTab(groups.find((group) => group.verdict === value)?.verdict ?? tab)}
        keepMounted={false}
        variant="pills"
        classNames={{ list: classes.tabs ?? '', tab: classes.tab ?? '' }}
      >
        <Tabs.List aria-label={t('apps.title')}>
          {shown
            .filter((group) => group.apps.length > 0 || group.verdict === 'yes')
            .map(({ verdict, found: { length } }) => {
              const Icon = ICONS[verdict];
              return (
                <Tabs.Tab
                  key={verdict}
                  value={verdict}
                  data-verdict={verdict}
                  leftSection={<Icon size="1.125rem" aria-hidden />}
                  rightSection={<span className="om-figures">{formats.count(length)}</span>}
                >
                  {t(`apps.groups.${verdict}`)}
                </Tabs.Tab>
              );
            })}
        </Tabs.List>
        {shown.map((group) => (
          <Tabs.Panel key={group.verdict} value={group.verdict} className={classes.panel}>
            <AppList
              // Another search starts its list from the top.
              key={searched}
              group={group}
              found={group.found}
              search={searched.trim()}
              elsewhere={shown.filter(({ verdict }) => verdict !== group.verdict)}
              chosen={chosen}
              onChange={onChange}
              onGroup={setTab}
            />
          </Tabs.Panel>
        ))}
      </Tabs>
      <ActionBar
        summary={
          <>
            {t('apps.chosen', {
              count: choosable.length,
              amount: formats.count(choosable.length),
              chosen: formats.count(choosable.filter((app) => chosen.has(app.package)).length),
            })}
            <div role="status" className={classes.insisted}>
              {insisted > 0 && (
                <>
                  <IconAlertTriangle size="1.125rem" aria-hidden />
                  {t('apps.insisted', { count: insisted, amount: formats.count(insisted) })}
                </>
              )}
            </div>
          </>
        }
        primary={<PrimaryButton onClick={onBack}>{t('apps.done')}</PrimaryButton>}
      />
    </div>
  );
}
