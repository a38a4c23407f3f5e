/** What is in a chosen place, once it has been counted: "1,204 contacts · 18,377 messages". */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorCode, Inspection, PlaceId } from '../../../main/ipc/contract.ts';
import { RequestFailure } from '../../bridge.ts';
import { KIND_ORDER } from '../../layout/kinds.tsx';
import { useFormats } from '../../i18n/use-formats.ts';

interface PlaceSummaryProps {
  readonly id: PlaceId;
  readonly inspect: (id: PlaceId) => Promise<Inspection>;
}

type Counting = 'counting' | { readonly inspection: Inspection } | { readonly failure: ErrorCode };

export function PlaceSummary({ id, inspect }: PlaceSummaryProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [counting, setCounting] = useState<Counting>('counting');

  useEffect(() => {
    let here = true;
    setCounting('counting');
    inspect(id).then(
      (inspection) => {
        if (here) setCounting({ inspection });
      },
      (error: unknown) => {
        if (here) setCounting({ failure: RequestFailure.codeOf(error) });
      },
    );
    return () => {
      here = false;
    };
  }, [id, inspect]);

  if (counting === 'counting') return <>{t('where.counting')}</>;
  if ('failure' in counting) return <>{t(`errors.${counting.failure}.what`)}</>;
  const counts = KIND_ORDER.flatMap((kind) => {
    const offer = counting.inspection.kinds.find((each) => each.kind === kind);
    return offer === undefined || offer.items === 0
      ? []
      : [t(`where.counts.${kind}`, { count: offer.items, number: formats.count(offer.items) })];
  });
  return <>{counts.length === 0 ? t('where.nothing') : counts.join(' · ')}</>;
}
