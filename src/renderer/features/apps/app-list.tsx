/** One group of apps: what it means, its reasons with their counts, and its apps, a page at a time. */
import { Anchor, Button } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../layout/card.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { type AppGroup, type AppItem, canBeChosen, type GroupName } from './app-groups.ts';
import { AppRow } from './app-row.tsx';
import classes from './apps.module.css';
import { useReasonText } from './use-reason-text.ts';

/** Rows drawn at once: a phone has hundreds of apps, and a hundred rows are drawn within a frame or two. */
const PAGE = 100;

interface AppListProps {
  readonly group: AppGroup;
  /** Those of the group that the search leaves. */
  readonly found: readonly AppItem[];
  readonly search: string;
  /** What the search finds in the other groups. */
  readonly elsewhere: readonly { readonly verdict: GroupName; readonly found: readonly AppItem[] }[];
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly onGroup: (group: GroupName) => void;
}

export function AppList({ group, found, search, elsewhere, chosen, onChange, onGroup }: AppListProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const reasonText = useReasonText();
  const [pages, setPages] = useState(1);
  const list = useRef<HTMLUListElement>(null);
  const rows = found.slice(0, pages * PAGE);
  const more = found.length - rows.length;
  const choosable = found.filter(canBeChosen);
  const allChosen = choosable.every((app) => chosen.has(app.package));

  useEffect(() => {
    // The button that was pressed has moved below what it brought: the focus goes to the first of that.
    if (pages > 1) list.current?.children[(pages - 1) * PAGE]?.querySelector('input')?.focus();
  }, [pages]);

  const latest = useRef(chosen);
  latest.current = chosen;
  const choose = useCallback(
    (some: readonly AppItem[], on: boolean): void => {
      const next = new Set(latest.current);
      for (const app of some) {
        if (on) next.add(app.package);
        else next.delete(app.package);
      }
      onChange(next);
    },
    [onChange],
  );
  const toggle = useCallback((app: AppItem, on: boolean) => choose([app], on), [choose]);

  if (found.length === 0) {
    return <NotFound search={search} elsewhere={elsewhere} onGroup={onGroup} />;
  }
  return (
    <>
      <div className={classes.about}>
        <div>
          <p>{t(`apps.about.${group.verdict}`)}</p>
          {group.reasons.length > 0 && (
            <ul className={classes.reasons}>
              {group.reasons.map(({ reason, count }) => (
                <li key={reason}>
                  {t('apps.reasonCount', { reason: reasonText(reason), amount: formats.count(count) })}
                </li>
              ))}
            </ul>
          )}
        </div>
        {choosable.length > 1 && (
          <Button variant="subtle" size="sm" onClick={() => choose(choosable, !allChosen)}>
            {allChosen ? t('apps.none') : t('apps.all')}
          </Button>
        )}
      </div>
      <Card padding="flush">
        <ul className={classes.rows} ref={list}>
          {rows.map((app) => (
            <AppRow key={app.package} app={app} checked={chosen.has(app.package)} onToggle={toggle} />
          ))}
        </ul>
      </Card>
      {more > 0 && (
        <Button variant="default" mt="sm" fullWidth onClick={() => setPages(pages + 1)}>
          {t('apps.more', { count: Math.min(more, PAGE), amount: formats.count(Math.min(more, PAGE)) })}
        </Button>
      )}
    </>
  );
}

function NotFound({ search, elsewhere, onGroup }: Pick<AppListProps, 'search' | 'elsewhere' | 'onGroup'>) {
  const { t } = useTranslation();
  const formats = useFormats();
  const others = search === '' ? [] : elsewhere.filter(({ found }) => found.length > 0);
  return (
    <Card className={classes.empty}>
      <p>{search === '' ? t('apps.empty') : t('apps.noMatch', { text: search })}</p>
      {others.map(({ verdict, found: { length } }) => (
        <Anchor key={verdict} component="button" type="button" onClick={() => onGroup(verdict)}>
          {t('apps.elsewhere', {
            count: length,
            amount: formats.count(length),
            group: t(`apps.groups.${verdict}`),
          })}
        </Anchor>
      ))}
    </Card>
  );
}
