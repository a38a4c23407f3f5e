/**
 * Enter goes on, Esc goes back, wherever the focus is: Enter presses the one button that goes on (marked `data-primary`,
 * or the only one that submits), unless the focus is on something that Enter means something to already; Esc presses
 * the arrow of the header, and where there is none there is no way back.
 */
import { useLayoutEffect } from 'react';

const TAKES_ENTER =
  'button, a[href], textarea, select, summary, input:not([type=checkbox]):not([type=radio]), [role="button"]';
/** A dialog or an open list has its own keys. */
const ABOVE = '[role="dialog"], [role="menu"], [role="listbox"]';

function primary(): HTMLButtonElement | undefined {
  const marked = document.querySelector<HTMLButtonElement>('main [data-primary]');
  if (marked !== null) return marked;
  const submitting = [...document.querySelectorAll<HTMLButtonElement>('main button[type=submit]')];
  return submitting.length === 1 ? submitting[0] : undefined;
}

export function useKeys(): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector(ABOVE) !== null) return;
      if (event.key === 'Escape') {
        document.querySelector<HTMLButtonElement>('main [data-back]')?.click();
      } else if (event.key === 'Enter') {
        if (event.target instanceof Element && event.target.closest(TAKES_ENTER) !== null) return;
        const button = primary();
        if (button === undefined || button.disabled) return;
        event.preventDefault();
        button.click();
      }
    };
    // Before everybody else's listener (capturing, and registered before any effect): a box of the code may keep the
    // key to itself, and a dialog that Esc has just closed must still be seen.
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, []);
}
