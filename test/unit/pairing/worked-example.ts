/**
 * One whole exchange with fixed randomness (`seededBytes('initiator')`, `seededBytes('responder')`): code 042137, channel
 * binding 32 times e1, certificate digest 32 times c2. The values were computed by a second, independent implementation
 * in Python, written from RFC 9496, the draft and the head comment of exchange.ts, on integers and hashlib alone.
 */
import type { PairingMessage } from '../../../src/transfer/pairing/messages.ts';

export const WORKED_EXAMPLE = {
  messages: {
    'pair-a': {
      type: 'pair-a',
      share: 'yNYpI76at2dIOKeweOsP6XN8FaWX6FkjrG6KXsM0ISk',
      associated: { nonce: 'KdgBpH7OHXT-gRlmp8uPWw', versions: [1], features: [] },
    },
    'pair-b': {
      type: 'pair-b',
      share: 'umYu04W5FJYfNYke9emzTktFXR9r1EE0nU82BVM7yjY',
      associated: {
        nonce: 'qso8KcECnuDepOxQBR6CEw',
        versions: [1],
        features: [],
        certificate: 'wsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsI',
      },
    },
    'confirm-a': {
      type: 'confirm-a',
      tag: 'A1H72LN2gccF37rQQk_hdnBHvBhzIXVOehYBo_3ZnGMuopizgAlh9BnY3_ufXyH32tYcxT4eXC5efxPFNXXE_Q',
    },
    'confirm-b': {
      type: 'confirm-b',
      tag: 'JzYkHzK43Bo3njyCDMRncRswhUZtgjehwjGTk3FNHGIInnY6Od0HiJTKgbbHA8k2J01_hFawJxz5hrSftUEnDQ',
    },
  } satisfies Record<string, PairingMessage>,
  appKey:
    'c651c22fb54efe3a0b5496f6c0e4a198080276e88c3b400a0d644fa7e7af2242' +
    '8b4f3ce80865038bd19ed3645c5f03bd7a2c035a5bc06e0cd6d6b7306b0a4322',
  joinKey:
    '0b535f8dcd50e2fb27d37cad292ca3274d5fc08c786fd34d11782079a8161eac' +
    '61e3f1a34637980b64b862e3cb1b15d9989da3d2cc81e482e1aacb9cb539bd41',
} as const;
