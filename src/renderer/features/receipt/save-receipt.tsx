/** Saves the receipt as a page to read or as data for other programs. */
import { Button, type ButtonProps, Menu } from '@mantine/core';
import { IconBraces, IconDownload, IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Receipt } from '../../../main/ipc/contract.ts';
import { KIND_ORDER } from '../../layout/kinds.tsx';
import { directionOf, type Language } from '../../i18n/languages.ts';
import { useFormats } from '../../i18n/use-formats.ts';
import { receiptHtml } from './receipt-html.ts';
import { receiptJson } from './receipt-json.ts';
import classes from './receipt.module.css';

export type SaveReceipt = (format: 'html' | 'json', text: string) => Promise<boolean | undefined>;

interface SaveReceiptButtonProps {
  readonly receipt: Receipt;
  /** Settles with whether it was saved: a person may close the dialog. */
  readonly onSave: SaveReceipt;
  readonly size?: ButtonProps['size'];
}

export function SaveReceiptButton({ receipt, onSave, size = 'md' }: SaveReceiptButtonProps) {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const [saved, setSaved] = useState(false);
  const save = async (format: 'html' | 'json'): Promise<void> => {
    setSaved(false);
    const language = i18n.language as Language;
    const text =
      format === 'json'
        ? receiptJson(receipt)
        : receiptHtml(receipt, {
            t,
            formats,
            language,
            direction: directionOf(language),
            order: KIND_ORDER,
          });
    setSaved((await onSave(format, text)) === true);
  };
  return (
    <>
      <Menu
        position="top-start"
        transitionProps={{ duration: 100 }}
        // In the page's own landmark; the first item takes the focus and not a mark before it.
        withinPortal={false}
        withInitialFocusPlaceholder={false}
      >
        <Menu.Target>
          <Button
            variant="default"
            px="sm"
            {...(size === undefined ? {} : { size })}
            leftSection={<IconDownload size="1.125rem" aria-hidden />}
          >
            {t('receipt.save')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconFileText size="1.125rem" aria-hidden />}
            onClick={() => void save('html')}
          >
            {t('receipt.saveHtml')}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconBraces size="1.125rem" aria-hidden />}
            onClick={() => void save('json')}
          >
            {t('receipt.saveJson')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <span role="status" className={classes.saved}>
        {saved && t('receipt.saved')}
      </span>
    </>
  );
}
