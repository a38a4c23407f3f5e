/** Serves the built window on this machine as main does in the app: the same files under the same policy. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { readFile } from 'node:fs/promises';
import { CONTENT_SECURITY_POLICY } from '../../src/main/app/content-security-policy.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};

/** Not of the window: what looks at it in a test. */
export const AXE_PATH = '/axe.js';
const AXE = pathToFileURL(createRequire(import.meta.url).resolve('axe-core/axe.min.js'));

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function servePage(folder: string): Promise<PageServer> {
  const root = pathToFileURL(`${folder}/`);
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://window');
    // Asked for by every browser, and by no Electron.
    if (pathname === '/favicon.ico') return void response.writeHead(204).end();
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    readFile(pathname === AXE_PATH ? AXE : new URL(name, root)).then(
      (content) => {
        response
          .writeHead(200, { 'content-type': type, 'content-security-policy': CONTENT_SECURITY_POLICY })
          .end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
