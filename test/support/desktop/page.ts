/**
 * What tests touch of a page, as types: functions handed to Playwright run in the window, and the project's own code is
 * checked without the types of a browser.
 */
export interface Part {
  readonly textContent: string | null;
  readonly labels?: Iterable<Part> | null;
  getAttribute(name: string): string | null;
}

export interface PageGlobals {
  readonly document: {
    readonly activeElement: Part | null;
    readonly body: Part;
    querySelector(selector: string): Part | null;
    createElement(name: 'script'): { textContent: string };
    readonly head: { append(script: { textContent: string }): void };
  };
  readonly openmover: {
    request(name: unknown, ...args: readonly unknown[]): Promise<{ readonly ok: boolean }>;
  };
  readonly Notification: { readonly permission: string };
  open(url: string): unknown;
  addEventListener(type: 'keydown', listener: (event: { readonly timeStamp: number }) => void): void;
  requestAnimationFrame(callback: () => void): void;
  readonly MessageChannel: new () => {
    readonly port1: { onmessage: (() => void) | null };
    readonly port2: { postMessage(message: unknown): void };
  };
}
