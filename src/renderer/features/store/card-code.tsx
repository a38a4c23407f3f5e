/** The code of one card, large enough to be read across a counter; its QR code when asked for. */
import { useTranslation } from 'react-i18next';
import { useNow } from '../../layout/use-now.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import type { Code } from '../../state/move-state.ts';
import { TRIES_PER_CODE } from '../../state/reduce-move.ts';
import { QrCode } from '../pairing/qr-code.tsx';
import classes from './store.module.css';

interface CardCodeProps {
  readonly code: Code;
  /** Of the move it belongs to: there are several codes in the window. */
  readonly name: string;
}

export function CardCode({ code, name }: CardCodeProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow();
  return (
    <>
      <p className={classes.soft}>{t('store.typeCode')}</p>
      <p className={classes.hidden}>{t('store.codeIs', { name, digits: [...code.digits].join(' ') })}</p>
      <p className={classes.digits} dir="ltr" aria-hidden>
        <span>{code.digits.slice(0, 3)}</span>
        <span>{code.digits.slice(3)}</span>
      </p>
      <p className={`${classes.soft ?? ''} om-figures`}>
        {t('store.changesIn', { clock: formats.clock((code.expiresAt - now) / 1_000) })}
      </p>
      {code.triesLeft < TRIES_PER_CODE && (
        <p className={classes.attention} role="status">
          {t('store.triesLeft', { count: code.triesLeft, amount: formats.count(code.triesLeft) })}
        </p>
      )}
      <details className={classes.qr}>
        <summary>{t('store.qr')}</summary>
        <QrCode text={code.qr} label={t('store.qrLabel', { name })} />
      </details>
    </>
  );
}
