/** Always there: the promise in a sentence, and the way out. */
import { Anchor, Button, Group, Modal, Text } from '@mantine/core';
import { IconHandStop, IconLock } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './promise-footer.module.css';

interface PromiseFooterProps {
  /** Opens the promise; absent while it is on the screen. */
  readonly onPromise?: (() => void) | undefined;
  /** Stop and forget; absent when there is nothing to stop. Settles when the move has ended. */
  readonly onStop?: (() => Promise<void>) | undefined;
  /** Asked for from outside: the menu, its shortcut. */
  readonly asking: boolean;
  readonly onAsk: (asking: boolean) => void;
  /** What has arrived stays although the move is stopped: on the other device, or because it waits for one that is gone. */
  readonly keepsArrived: boolean;
  /** The choice of language. */
  readonly children?: ReactNode;
}

export function PromiseFooter(props: PromiseFooterProps) {
  const { onPromise, onStop, asking, onAsk, keepsArrived, children } = props;
  const { t } = useTranslation();
  return (
    <footer className={classes.footer}>
      <p className={classes.promise}>
        <IconLock size="1.125rem" aria-hidden />
        <span>{t('common.promise')}</span>
        {onPromise !== undefined && (
          <Anchor component="button" type="button" onClick={onPromise} fz="inherit">
            {t('common.ourPromise')}
          </Anchor>
        )}
      </p>
      <div className={classes.tools}>
        {children}
        {onStop !== undefined && (
          <Button
            variant="default"
            size="sm"
            leftSection={<IconHandStop size="1.125rem" aria-hidden />}
            onClick={() => onAsk(true)}
          >
            {t('common.stop.button')}
          </Button>
        )}
      </div>
      <StopDialog
        opened={asking && onStop !== undefined}
        keepsArrived={keepsArrived}
        onStop={onStop}
        onClose={() => onAsk(false)}
      />
    </footer>
  );
}

interface StopDialogProps {
  readonly opened: boolean;
  readonly keepsArrived: boolean;
  readonly onStop: (() => Promise<void>) | undefined;
  readonly onClose: () => void;
}

/** There is no way back from it, so it asks once and says what stays and what goes. */
function StopDialog({ opened, keepsArrived, onStop, onClose }: StopDialogProps) {
  const { t } = useTranslation();
  const [stopping, setStopping] = useState(false);
  const stop = async (): Promise<void> => {
    setStopping(true);
    await onStop?.();
    setStopping(false);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('common.stop.title')}
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
      <Text c="dimmed">{t('common.stop.noUndo')}</Text>
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
