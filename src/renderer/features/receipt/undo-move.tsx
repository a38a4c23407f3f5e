/** Takes a move back: asks once, says what goes and what stays, and tells what it came to. */
import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode, UndoOutcome } from '../../../main/ipc/contract.ts';
import { RequestFailure } from '../../bridge.ts';
import classes from './receipt.module.css';

/** Where an undo stands. */
export type Undoing =
  | { readonly at: 'not' }
  | { readonly at: 'running' }
  | { readonly at: 'done'; readonly outcome: UndoOutcome }
  | { readonly at: 'failed'; readonly code: ErrorCode };

interface UndoMoveProps {
  readonly undoing: Undoing;
  readonly onUndoing: (undoing: Undoing) => void;
  /** Rejects with a RequestFailure. */
  readonly onUndo: () => Promise<UndoOutcome>;
}

export function UndoMove({ undoing, onUndoing, onUndo }: UndoMoveProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const undo = async (): Promise<void> => {
    setAsking(false);
    onUndoing({ at: 'running' });
    try {
      onUndoing({ at: 'done', outcome: await onUndo() });
    } catch (error) {
      onUndoing({ at: 'failed', code: RequestFailure.codeOf(error) });
    }
  };
  return (
    <>
      <Button variant="default" size="sm" loading={undoing.at === 'running'} onClick={() => setAsking(true)}>
        {t('receipt.undo.button')}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t('receipt.undo.title')}
        withCloseButton={false}
      >
        <p className={classes.question}>{t('receipt.undo.what')}</p>
        <p className={classes.question}>{t('receipt.undo.keeps')}</p>
        <Group mt="lg" justify="flex-end">
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
            {t('receipt.undo.cancel')}
          </Button>
          <Button onClick={() => void undo()}>{t('receipt.undo.confirm')}</Button>
        </Group>
      </Modal>
    </>
  );
}
