/**
 * `node:http` without its ES module facade: that reads every export, one of which loads undici, 20 ms in each thread that
 * imports it (Node 24).
 */
import type * as Http from 'node:http';
import { createRequire } from 'node:module';

export const { createServer, request } = createRequire(import.meta.url)('node:http') as typeof Http;
