/** Stop and forget one of several moves: asks once, says which, what stays and what goes. */
import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './store.module.css';

interface StopMoveProps {
  readonly name: string;
  readonly opened: boolean;
  /** See `PromiseFooter`. */
  readonly keepsArrived: boolean;
  /** Settles when the move has ended. */
  readonly onStop: () => Promise<void>;
  readonly onClose: () => void;
}

export function StopMove({ name, opened, keepsArrived, onStop, onClose }: StopMoveProps) {
  const { t } = useTranslation();
  const [stopping, setStopping] = useState(false);
  const stop = async (): Promise<void> => {
    setStopping(true);
    try {
      await onStop();
    } finally {
      setStopping(false);
      onClose();
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('store.stopTitle', { name })}
      closeOnClickOutside={!stopping}
      closeOnEscape={!stopping}
      withCloseButton={false}
    >
      <dl className={classes.consequences}>
        <dt>{t('common.stop.stays')}</dt>
        <dd>{keepsArrived ? t('common.stop.staysArrived') : t('common.stop.staysWhat')}</dd>
        <dt>{t('common.stop.goes')}</dt>
        <dd>{keepsArrived ? t('common.stop.goesOnly') : t('common.stop.goesWhat')}</dd>
      </dl>
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={onClose} disabled={stopping} data-autofocus>
          {t('common.stop.goOn')}
        </Button>
        <Button className={classes.stop} onClick={() => void stop()} loading={stopping}>
          {t('common.stop.button')}
        </Button>
      </Group>
    </Modal>
  );
}
