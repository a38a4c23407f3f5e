/** The new device's form: who wants to move what here, and whether the person takes it. */
import { Button } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MoveAnswer } from '../../../main/ipc/contract.ts';
import { ActionBar, PrimaryButton } from '../../layout/action-bar.tsx';
import { Card } from '../../layout/card.tsx';
import { KIND_ORDER } from '../../layout/kinds.tsx';
import { Notice } from '../../layout/notice.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveStage } from '../../state/move-state.ts';
import classes from './choose.module.css';
import { KindRow } from './kind-row.tsx';
import { offerRows } from './selection.ts';
import { SpaceLine } from './space-line.tsx';
import { useItemCount } from './use-item-count.ts';

interface OfferedFormProps {
  readonly stage: Extract<MoveStage, { at: 'offered' }>;
  readonly device: string | undefined;
  readonly measured: number | undefined;
  /** The network is gone just now. */
  readonly notice: ReactNode;
  readonly onAnswer: (answer: MoveAnswer) => void | Promise<void>;
}

export function OfferedForm({ stage, device, measured, notice, onAnswer }: OfferedFormProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const itemCount = useItemCount();
  const [sent, setSent] = useState<'accept' | 'decline'>();
  const kinds = stage.kinds.map(({ kind }) => kind);
  const rows = offerRows(stage.kinds, kinds, KIND_ORDER);
  const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
  const missing = bytes - (stage.freeBytes ?? Infinity);

  const answer = async (accept: boolean): Promise<void> => {
    if (sent !== undefined) return;
    setSent(accept ? 'accept' : 'decline');
    try {
      await onAnswer(accept ? { accept, kinds, apps: [] } : { accept });
    } finally {
      setSent(undefined);
    }
  };

  return (
    <>
      <StepHeader
        step="choose"
        title={t('choose.offered.title')}
        lead={
          <>
            {t('choose.offered.lead', { device: device ?? t('choose.offered.oldDevice') })}{' '}
            {t('choose.offered.insisted')}
          </>
        }
      />
      {notice}
      <Card padding="flush">
        <ul className={classes.rows}>
          {rows.map(({ kind, items, bytes: size, left }) => (
            <KindRow
              key={kind}
              kind={kind}
              amount={items === 0 ? t('choose.none') : itemCount(kind, items)}
              bytes={size}
              left={left}
              quiet={items === 0}
            />
          ))}
        </ul>
      </Card>
      <div className={classes.notices}>
        {rows.every(({ items }) => items === 0) && (
          <Notice tone="accent">{t('choose.offered.nothing')}</Notice>
        )}
      </div>
      <ActionBar
        summary={
          missing > 0 ? (
            <p className={classes.full}>
              <IconAlertCircle size="1.25rem" aria-hidden />
              {t('choose.offered.full', { missing: formats.bytes(missing) })}
            </p>
          ) : (
            <SpaceLine bytes={bytes} freeBytes={stage.freeBytes} measured={measured} />
          )
        }
        primary={
          <PrimaryButton
            disabled={sent === 'decline'}
            loading={sent === 'accept'}
            onClick={() => void answer(true)}
          >
            {t('choose.offered.accept')}
          </PrimaryButton>
        }
      >
        <Button
          variant="default"
          onClick={() => void answer(false)}
          disabled={sent === 'accept'}
          loading={sent === 'decline'}
        >
          {t('choose.offered.decline')}
        </Button>
      </ActionBar>
    </>
  );
}
