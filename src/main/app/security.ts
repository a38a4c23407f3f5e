/** The limits of the window: it shows the app's own page, asks for nothing, and goes nowhere. */
import type { App, Session } from 'electron';
import { isPageUrl } from './page.ts';

/** For every page there will ever be, those nobody meant to open included. */
export function hardenContents(app: App): void {
  app.on('web-contents-created', (_created, contents) => {
    contents.on('will-navigate', (event, url) => {
      // Loading the page anew is no journey.
      if (url !== contents.getURL()) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** The window's own session, in memory: no permission, no request but for the app's files, nothing downloaded. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => {
    callback(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !isPageUrl(details.url) });
  });
  session.on('will-download', (event) => {
    event.preventDefault();
  });
}
