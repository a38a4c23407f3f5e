/** Where the old device's things are: this computer's folders, a device folder, files somebody saved. */
import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { IconFilePlus, IconFolderPlus, IconX } from '@tabler/icons-react';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Inspection, PickType, Place, PlaceId, PlaceType } from '../../../main/ipc/contract.ts';
import { ActionBar, PrimaryButton } from '../../layout/action-bar.tsx';
import { Card } from '../../layout/card.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import { LaterPlaces } from './later-places.tsx';
import { PLACE_ICONS } from './place-icon.tsx';
import { PlaceSummary } from './place-summary.tsx';
import { useDrop } from './use-drop.ts';
import classes from './where.module.css';

const PICKABLE = ['device', 'contacts', 'messages', 'calls', 'calendar', 'apps'] as const;

interface SourceScreenProps {
  /** This computer's own folders. */
  readonly suggested: readonly Place[];
  readonly chosen: readonly Place[];
  readonly inspect: (id: PlaceId) => Promise<Inspection>;
  readonly onPick: (type: PickType) => void;
  readonly onDrop: (files: readonly File[]) => void;
  readonly onAdd: (place: Place) => void;
  readonly onRemove: (id: PlaceId) => void;
  readonly onNext: () => void;
  readonly onBack: () => void;
  readonly failure: React.ReactNode;
}

export function SourceScreen(props: SourceScreenProps) {
  const { suggested, chosen, inspect, onPick, onDrop, onAdd, onRemove, onNext, onBack, failure } = props;
  const { t } = useTranslation();
  const formats = useFormats();
  const over = useDrop(useCallback((files: readonly File[]) => onDrop(files), [onDrop]));
  const ids = new Set(chosen.map(({ id }) => id));
  const own = new Set(suggested.map(({ id }) => id));
  const added = chosen.filter(({ id }) => !own.has(id));
  return (
    <>
      <StepHeader step="where" title={t('where.from')} lead={t('where.fromLead')} onBack={onBack} />
      {failure}
      <div className={classes.sections}>
        {suggested.length > 0 && (
          <section>
            <h2 className={classes.heading}>{t('where.thisComputer')}</h2>
            <Card padding="flush">
              <ul className={classes.rows}>
                {suggested.map((place) => (
                  <li key={place.id}>
                    <label className={classes.row}>
                      <PlaceIcon type={place.type} />
                      <span className={classes.name}>
                        <bdi>{place.name}</bdi>
                        {ids.has(place.id) && (
                          <small>
                            <PlaceSummary id={place.id} inspect={inspect} />
                          </small>
                        )}
                      </span>
                      <Checkbox
                        size="md"
                        checked={ids.has(place.id)}
                        onChange={(event) => {
                          if (event.currentTarget.checked) onAdd(place);
                          else onRemove(place.id);
                        }}
                        aria-label={place.name}
                      />
                    </label>
                  </li>
                ))}
              </ul>
            </Card>
          </section>
        )}
        <section>
          <h2 className={classes.heading}>{t('where.elsewhere')}</h2>
          <p className={classes.hint}>{t('where.elsewhereWhat')}</p>
          {added.length > 0 && (
            <Card padding="flush" className={classes.added}>
              <ul className={classes.rows}>
                {added.map((place) => (
                  <li key={place.id} className={classes.row}>
                    <PlaceIcon type={place.type} />
                    <span className={classes.name}>
                      <bdi>{place.name}</bdi>
                      <small>
                        <PlaceSummary id={place.id} inspect={inspect} />
                      </small>
                    </span>
                    <ActionIcon
                      color="gray"
                      onClick={() => onRemove(place.id)}
                      aria-label={t('where.remove', { name: place.name })}
                    >
                      <IconX size="1.25rem" aria-hidden />
                    </ActionIcon>
                  </li>
                ))}
              </ul>
            </Card>
          )}
          <div className={classes.drop} data-over={over || undefined}>
            <div className={classes.picks}>
              {PICKABLE.map((type) => {
                const Icon = PLACE_ICONS[type];
                return (
                  <Button
                    key={type}
                    variant="default"
                    size="sm"
                    leftSection={<Icon size="1.125rem" stroke={1.75} aria-hidden />}
                    onClick={() => onPick(type)}
                  >
                    {t(`where.pick.${type}`)}
                  </Button>
                );
              })}
              <Button
                variant="default"
                size="sm"
                leftSection={<IconFolderPlus size="1.125rem" stroke={1.75} aria-hidden />}
                onClick={() => onPick('files')}
              >
                {t('where.pick.files')}
              </Button>
              <Button
                variant="default"
                size="sm"
                leftSection={<IconFilePlus size="1.125rem" stroke={1.75} aria-hidden />}
                onClick={() => onPick('single-files')}
              >
                {t('where.pick.single-files')}
              </Button>
            </div>
            <p>{over ? t('where.dropNow') : t('where.drop')}</p>
          </div>
        </section>
        <LaterPlaces places={['android', 'iphone', 'icloud', 'apple']} />
      </div>
      <ActionBar
        summary={
          chosen.length === 0
            ? t('where.noneChosen')
            : t('where.chosen', { count: chosen.length, number: formats.count(chosen.length) })
        }
        primary={
          <PrimaryButton disabled={chosen.length === 0} onClick={onNext}>
            {t('common.next')}
          </PrimaryButton>
        }
      />
    </>
  );
}

function PlaceIcon({ type }: { readonly type: PlaceType }) {
  const Icon = PLACE_ICONS[type];
  return (
    <span className={classes.icon} aria-hidden>
      <Icon size="1.375rem" stroke={1.75} />
    </span>
  );
}
