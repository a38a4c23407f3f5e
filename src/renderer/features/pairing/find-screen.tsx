/** Old device: the new devices that wait on this network, and the other ways to reach one. */
import { Button, Textarea, TextInput } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useEffect, useState, type SyntheticEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NearbyDevice } from '../../../main/ipc/contract.ts';
import { Card } from '../../layout/card.tsx';
import { Notice } from '../../layout/notice.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import type { Target } from '../../state/app-state.ts';
import classes from './find-screen.module.css';

/** A device that is there is found within a second or two; after this long something is in the way. */
const PATIENCE_MS = 10_000;

interface FindScreenProps {
  readonly devices: readonly NearbyDevice[];
  readonly onTarget: (target: Target) => void;
  readonly onQr: (text: string) => void;
  readonly onBack: () => void;
  readonly failure: ReactNode;
}

export function FindScreen({ devices, onTarget, onQr, onBack, failure }: FindScreenProps) {
  const { t } = useTranslation();
  const none = devices.length === 0;
  const long = usePatience(none);
  return (
    <>
      <StepHeader step="meet" title={t('meet.find')} lead={t('meet.findLead')} onBack={onBack} />
      {failure}
      <section aria-label={t('meet.nearby')}>
        <Card padding="flush">
          {none ? (
            <p className={classes.looking} role="status">
              <span className={classes.pulse} aria-hidden />
              {t('meet.looking')}
            </p>
          ) : (
            <ul className={classes.devices}>
              {devices.map((device) => (
                <li key={device.name}>
                  <button
                    type="button"
                    className={classes.device}
                    onClick={() => onTarget({ type: 'found', ...device })}
                  >
                    <span className={classes.emoji} aria-hidden>
                      {device.emoji}
                    </span>
                    <span className={classes.name}>
                      <bdi lang="en">{device.name}</bdi>
                    </span>
                    <IconChevronRight className={classes.chevron} aria-hidden />
                  </button>
                </li>
              ))}
            </ul>
          )}
        </Card>
        <div role="status">
          {none && long && (
            <Notice tone="attention" className={classes.nothing}>
              <p className={classes.nothingTitle}>{t('meet.nothingFound')}</p>
              <ul className={classes.reasons}>
                <li>{t('meet.inTheWay.notOpen')}</li>
                <li>{t('meet.inTheWay.wifi')}</li>
                <li>{t('meet.inTheWay.firewall')}</li>
                <li>{t('meet.inTheWay.guest')}</li>
              </ul>
            </Notice>
          )}
        </div>
      </section>
      <OtherWays open={none && long} onTarget={onTarget} onQr={onQr} />
    </>
  );
}

interface OtherWaysProps {
  readonly open: boolean;
  readonly onTarget: (target: Target) => void;
  readonly onQr: (text: string) => void;
}

function OtherWays({ open, onTarget, onQr }: OtherWaysProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const [address, setAddress] = useState('');
  const [qr, setQr] = useState('');
  useEffect(() => {
    if (open) setShown(true);
  }, [open]);
  const byAddress = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (address.trim() !== '') onTarget({ type: 'address', address: address.trim() });
  };
  const byQr = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (qr.trim() !== '') onQr(qr.trim());
  };
  return (
    <details className={classes.other} open={shown} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>{t('meet.otherWays')}</summary>
      <form className={classes.way} onSubmit={byAddress}>
        <TextInput
          label={t('meet.address')}
          description={t('meet.addressHint')}
          placeholder="192.168.1.20:4711"
          dir="ltr"
          maxLength={300}
          spellCheck={false}
          autoComplete="off"
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={address.trim() === ''}>
          {t('common.next')}
        </Button>
      </form>
      <form className={classes.way} onSubmit={byQr}>
        <Textarea
          label={t('meet.qrText')}
          description={t('meet.qrTextHint')}
          dir="ltr"
          size="md"
          rows={2}
          maxLength={1_024}
          spellCheck={false}
          autoComplete="off"
          value={qr}
          onChange={(event) => setQr(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={qr.trim() === ''}>
          {t('meet.connect')}
        </Button>
      </form>
    </details>
  );
}

/** True once nothing has been there for long enough. */
function usePatience(nothing: boolean): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    setOver(false);
    if (!nothing) return;
    const timer = setTimeout(() => setOver(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [nothing]);
  return over;
}
