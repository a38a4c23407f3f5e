/** What taking a move back came to. Takes the focus, for the button that was pressed is gone. */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { UndoOutcome } from '../../../main/ipc/contract.ts';
import { Notice } from '../../layout/notice.tsx';
import { useFormats } from '../../i18n/use-formats.ts';

const PARTS = ['removed', 'restored', 'gone', 'left'] as const;

export function UndoOutcomeNotice({ outcome }: { readonly outcome: UndoOutcome }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const said = useRef<HTMLElement>(null);
  useEffect(() => said.current?.focus(), []);
  const parts = PARTS.filter((part) => outcome[part] > 0).map((part) =>
    t(`receipt.undo.${part}`, { count: outcome[part], amount: formats.count(outcome[part]) }),
  );
  return (
    <Notice tone={outcome.left > 0 ? 'attention' : 'good'} role="status" tabIndex={-1} ref={said}>
      {parts.length === 0 ? t('receipt.undo.nothing') : parts.join(' · ')}
    </Notice>
  );
}
