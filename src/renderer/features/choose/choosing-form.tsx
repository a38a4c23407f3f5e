/** The old device's form: six kinds to take out or leave in, the apps one by one, and whether it fits. */
import { Button, Checkbox } from '@mantine/core';
import { IconAlertCircle, IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Kind, MoveAnswer } from '../../../main/ipc/contract.ts';
import { ActionBar, PrimaryButton } from '../../layout/action-bar.tsx';
import { Card } from '../../layout/card.tsx';
import { KIND_ORDER, useKindName } from '../../layout/kinds.tsx';
import { Notice } from '../../layout/notice.tsx';
import { StepHeader } from '../../layout/step-header.tsx';
import { useFormats } from '../../i18n/use-formats.ts';
import type { MoveStage } from '../../state/move-state.ts';
import { defaultApps, insistedOn } from '../apps/app-groups.ts';
import { AppsScreen } from '../apps/apps-screen.tsx';
import classes from './choose.module.css';
import { KindRow } from './kind-row.tsx';
import { chosenTotal, everything, fitInto, offerRows, type OfferRow, rowTotal } from './selection.ts';
import { SpaceLine } from './space-line.tsx';
import { useItemCount } from './use-item-count.ts';

interface ChoosingFormProps {
  readonly stage: Extract<MoveStage, { at: 'choosing' }>;
  readonly device: string | undefined;
  readonly measured: number | undefined;
  /** The network is gone just now. */
  readonly notice: ReactNode;
  readonly onAnswer: (answer: MoveAnswer) => void | Promise<void>;
  readonly onOtherSource: () => void;
}

export function ChoosingForm(props: ChoosingFormProps) {
  const { stage, device, measured, notice, onAnswer, onOtherSource } = props;
  const { t } = useTranslation();
  const formats = useFormats();
  const kindName = useKindName();
  const rows = offerRows(stage.offer, stage.kinds, KIND_ORDER);
  const [kinds, setKinds] = useState<ReadonlySet<Kind>>(() => everything(rows));
  const [apps, setApps] = useState<ReadonlySet<string>>(() => defaultApps(stage.verdicts));
  const [looking, setLooking] = useState(false);
  const [sent, setSent] = useState(false);

  if (looking) {
    return (
      <AppsScreen
        apps={stage.apps}
        verdicts={stage.verdicts}
        chosen={apps}
        onChange={setApps}
        onBack={() => setLooking(false)}
      />
    );
  }

  const chosen = { kinds, apps };
  const total = chosenTotal(rows, stage.apps, chosen);
  const fit = fitInto(stage.freeBytes, rows, stage.apps, chosen);
  const free = rows.filter(({ choice }) => choice === 'free');
  const insisted = kinds.has('apps') ? insistedOn(stage.verdicts, apps) : 0;

  const move = async (): Promise<void> => {
    if (sent || total.items === 0) return;
    setSent(true);
    try {
      await onAnswer({ accept: true, kinds: KIND_ORDER.filter((kind) => kinds.has(kind)), apps: [...apps] });
    } finally {
      setSent(false);
    }
  };
  const toggle = (kind: Kind, on: boolean): void =>
    setKinds(new Set(KIND_ORDER.filter((one) => (one === kind ? on : kinds.has(one)))));

  const header = (
    <>
      <StepHeader
        step="choose"
        title={t('choose.title')}
        // To untick what must not move says nothing where there is nothing.
        lead={free.length === 0 ? undefined : t('choose.lead', { device: device ?? t('choose.newDevice') })}
      />
      {notice}
    </>
  );
  if (free.length === 0) {
    const why = rows.some(({ choice }) => choice === 'refused') ? 'nothingTaken' : 'nothing';
    return (
      <>
        {header}
        <Notice tone="accent">
          <strong>{t(`choose.${why}.what`)}</strong> {t(`choose.${why}.next`)}
        </Notice>
        <Rows rows={rows} />
        <ActionBar
          primary={<PrimaryButton onClick={onOtherSource}>{t('common.otherFolder')}</PrimaryButton>}
        />
      </>
    );
  }
  return (
    <>
      {header}
      <Card padding="flush">
        <ul className={classes.rows}>
          {rows.map((row) => (
            <ChoosingRow
              key={row.kind}
              row={row}
              stage={stage}
              apps={apps}
              checked={kinds.has(row.kind)}
              onToggle={(on) => toggle(row.kind, on)}
              onLook={() => setLooking(true)}
            />
          ))}
        </ul>
      </Card>
      <div className={classes.notices}>
        {insisted > 0 && (
          <Notice tone="attention">
            {t('apps.insisted', { count: insisted, amount: formats.count(insisted) })}
          </Notice>
        )}
        {!fit.fits && (
          <Notice
            tone="accent"
            action={
              <Button variant="default" size="sm" onClick={() => void move()} disabled={sent}>
                {t('choose.full.anyway')}
              </Button>
            }
          >
            {t('choose.full.resumed')}
          </Notice>
        )}
      </div>
      <ActionBar
        summary={
          <div role="status">
            {total.items === 0 ? (
              t('choose.nothingChosen')
            ) : fit.fits ? (
              <SpaceLine bytes={total.bytes} freeBytes={stage.freeBytes} measured={measured} />
            ) : (
              <p className={classes.full}>
                <IconAlertCircle size="1.25rem" aria-hidden />
                <span>
                  <strong>
                    {t('choose.full.what', {
                      size: formats.bytes(total.bytes),
                      free: formats.bytes(stage.freeBytes),
                      missing: formats.bytes(fit.missingBytes),
                    })}
                  </strong>{' '}
                  {fit.without === undefined
                    ? t('choose.full.less')
                    : t('choose.full.without', { kind: kindName(fit.without) })}
                </span>
              </p>
            )}
          </div>
        }
        primary={
          <PrimaryButton disabled={!fit.fits || total.items === 0} loading={sent} onClick={() => void move()}>
            {t('choose.move')}
          </PrimaryButton>
        }
      />
    </>
  );
}

interface ChoosingRowProps {
  readonly row: OfferRow;
  readonly stage: Extract<MoveStage, { at: 'choosing' }>;
  readonly apps: ReadonlySet<string>;
  readonly checked: boolean;
  readonly onToggle: (on: boolean) => void;
  readonly onLook: () => void;
}

function ChoosingRow({ row, stage, apps, checked, onToggle, onLook }: ChoosingRowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const itemCount = useItemCount();
  const id = useId();
  const { kind, items, choice } = row;
  const total = rowTotal(row, stage.apps, { kinds: new Set([kind]), apps });
  const amount =
    choice === 'none'
      ? t('choose.none')
      : choice === 'refused'
        ? t('choose.refused')
        : total.items === items
          ? itemCount(kind, items)
          : t('choose.appsOf', {
              count: items,
              amount: formats.count(items),
              chosen: formats.count(total.items),
            });
  return (
    <KindRow
      kind={kind}
      amount={amount}
      bytes={choice === 'free' ? total.bytes : row.bytes}
      left={row.left}
      quiet={!checked}
      labelFor={id}
      control={
        <Checkbox
          id={id}
          size="md"
          checked={checked}
          disabled={choice !== 'free'}
          onChange={(event) => onToggle(event.currentTarget.checked)}
        />
      }
      action={
        kind === 'apps' &&
        choice === 'free' &&
        stage.verdicts.length > 0 && (
          <Button
            variant="default"
            size="sm"
            onClick={onLook}
            rightSection={<IconChevronRight className={classes.arrow} size="1rem" aria-hidden />}
          >
            {t('choose.chooseApps')}
          </Button>
        )
      }
    />
  );
}

/** The kinds without a choice, where there is none to make. */
function Rows({ rows }: { readonly rows: readonly OfferRow[] }) {
  const { t } = useTranslation();
  return (
    <Card padding="flush" className={classes.after}>
      <ul className={classes.rows}>
        {rows.map(({ kind, bytes, left, choice }) => (
          <KindRow
            key={kind}
            kind={kind}
            amount={choice === 'refused' ? t('choose.refused') : t('choose.none')}
            bytes={bytes}
            left={left}
            quiet
          />
        ))}
      </ul>
    </Card>
  );
}
