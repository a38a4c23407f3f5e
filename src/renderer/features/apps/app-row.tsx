/** One app: what it is called, what it is, and what speaks against it. Its names are its makers' words, shown as text only. */
import { Checkbox } from '@mantine/core';
import { memo, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../i18n/use-formats.ts';
import { type AppItem, canBeChosen } from './app-groups.ts';
import classes from './apps.module.css';
import { useReasonText } from './use-reason-text.ts';

interface AppRowProps {
  readonly app: AppItem;
  readonly checked: boolean;
  readonly onToggle: (app: AppItem, on: boolean) => void;
}

/** Drawn again only when it changes itself: there are a hundred beside it. */
export const AppRow = memo(function AppRow({ app, checked, onToggle }: AppRowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const reasonText = useReasonText();
  const id = useId();
  const words = (
    <>
      <span className={classes.name}>
        <bdi>{app.name}</bdi>
      </span>
      <span className={classes.facts}>
        {app.name !== app.package && (
          <span className={classes.package}>
            <bdi>{app.package}</bdi>
          </span>
        )}
        {app.version !== '' && (
          <span className={classes.version}>{t('apps.version', { version: app.version })}</span>
        )}
      </span>
      {app.reasons.length > 0 && (
        <span className={classes.why} data-verdict={app.verdict}>
          {app.reasons.map((reason) => (
            <span key={reason}>{reasonText(reason, app.facts)}</span>
          ))}
        </span>
      )}
    </>
  );
  return (
    <li className={classes.row}>
      {canBeChosen(app) ? (
        <>
          <Checkbox
            id={id}
            checked={checked}
            onChange={(event) => onToggle(app, event.currentTarget.checked)}
            className={classes.box}
          />
          <label className={classes.words} htmlFor={id}>
            {words}
          </label>
        </>
      ) : (
        <div className={classes.words}>{words}</div>
      )}
      {app.sizeBytes > 0 && (
        <span className={`${classes.size ?? ''} om-figures`}>{formats.bytes(app.sizeBytes)}</span>
      )}
    </li>
  );
});
