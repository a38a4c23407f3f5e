/** Where things arrive: a folder with its free space; an interrupted move there can go on. */
import { Button } from '@mantine/core';
import { IconFolder, IconRestore } from '@tabler/icons-react';
import { useCallback, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Place } from '../../../main/ipc/contract.ts';
import { ActionBar, PrimaryButton } from '../../layout/action-bar.tsx';
import { Card } from '../../layout/card.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { LaterPlaces } from './later-places.tsx';
import { useDrop } from './use-drop.ts';
import classes from './where.module.css';

interface DestinationScreenProps {
  readonly place: Place | undefined;
  readonly onPick: () => void;
  readonly onDrop: (files: readonly File[]) => void;
  /** Receives into it: a new move, or the interrupted one going on. */
  readonly onNext: () => void;
  /** Takes what had arrived to its place, without the old device. */
  readonly onKeep: () => void;
  readonly onBack: () => void;
  readonly failure: ReactNode;
}

export function DestinationScreen(props: DestinationScreenProps) {
  const { place, onPick, onDrop, onNext, onKeep, onBack, failure } = props;
  const { t } = useTranslation();
  const formats = useFormats();
  const over = useDrop(useCallback((files: readonly File[]) => onDrop(files), [onDrop]));
  const interrupted = place?.interrupted === true;
  return (
    <>
      <StepHeader step="where" title={t('where.to')} lead={t('where.toLead')} onBack={onBack} />
      {failure}
      <div className={classes.sections}>
        <section>
          <h2 className={classes.heading}>{t('where.folder')}</h2>
          <Card className={classes.destination} data-over={over || undefined}>
            <span className={classes.icon} data-large aria-hidden>
              <IconFolder size="1.75rem" stroke={1.75} />
            </span>
            <span className={classes.name}>
              <bdi className={classes.folder}>{place?.name ?? t('where.noFolder')}</bdi>
              {place?.freeBytes !== undefined && (
                <small>{t('where.free', { size: formats.bytes(place.freeBytes) })}</small>
              )}
            </span>
            <Button variant="default" onClick={onPick}>
              {t('common.otherFolder')}
            </Button>
          </Card>
          <p className={classes.hint}>{over ? t('where.dropNow') : t('where.dropFolder')}</p>
        </section>
        {interrupted && (
          <Card tone="attention" className={classes.interrupted} role="status">
            <IconRestore className={classes.interruptedIcon} aria-hidden />
            <div>
              <h2>{t('where.interrupted')}</h2>
              <p>{t('where.interruptedWhat')}</p>
            </div>
          </Card>
        )}
        <LaterPlaces places={['android']} />
      </div>
      <ActionBar
        summary={interrupted ? undefined : t('where.arriveWhat')}
        primary={
          <PrimaryButton disabled={place === undefined} onClick={onNext}>
            {interrupted ? t('where.goOn') : t('common.next')}
          </PrimaryButton>
        }
      >
        {interrupted && (
          <Button variant="default" onClick={onKeep}>
            {t('where.keep')}
          </Button>
        )}
      </ActionBar>
    </>
  );
}
