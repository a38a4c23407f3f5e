/** One kind of what is offered: what it is, how much, what stays behind. */
import type { ReactNode } from 'react';
import type { Kind, KindOffer } from '../../../main/ipc/contract.ts';
import { KindIcon, useKindName } from '../../layout/kinds.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import classes from './choose.module.css';
import { LeftBehind } from './left-behind.tsx';

interface KindRowProps {
  readonly kind: Kind;
  /** "1,204 contacts", or why there are none. */
  readonly amount: string;
  readonly bytes: number;
  readonly left: KindOffer['left'];
  /** Nothing of it will move. */
  readonly quiet: boolean;
  /** A checkbox; absent where nothing is to be chosen. Its `id` is named by `labelFor`. */
  readonly control?: ReactNode;
  readonly labelFor?: string;
  readonly action?: ReactNode;
}

export function KindRow({ kind, amount, bytes, left, quiet, control, labelFor, action }: KindRowProps) {
  const name = useKindName()(kind);
  const formats = useFormats();
  const words = (
    <>
      <KindIcon kind={kind} />
      <span className={classes.words}>
        <span className={classes.kind}>{name}</span>
        <span className={`${classes.amount ?? ''} om-figures`}>{amount}</span>
      </span>
    </>
  );
  return (
    <li
      className={classes.row}
      data-kind={kind}
      data-quiet={quiet || undefined}
      data-control={control !== undefined || undefined}
    >
      <div className={classes.main}>
        {control}
        {labelFor === undefined ? (
          <div className={classes.label}>{words}</div>
        ) : (
          <label className={classes.label} htmlFor={labelFor}>
            {words}
          </label>
        )}
        {action}
        <span className={`${classes.size ?? ''} om-figures`}>{bytes > 0 && formats.bytes(bytes)}</span>
      </div>
      <LeftBehind left={left} />
    </li>
  );
}
