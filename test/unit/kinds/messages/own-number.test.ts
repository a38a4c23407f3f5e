import { describe, expect, it } from 'vitest';
import { ownAddresses } from '../../../../src/transfer/kinds/messages/own-number.ts';

const own = (box: number, address: string | null, ...addrs: [number, string | null][]): string[] => [
  ...ownAddresses({
    msg_box: box,
    address,
    addrs: addrs.map(([type, value]) => ({ type, address: value, charset: 106 })),
  }),
];

const ME = '+15550142424';
const ADA = '+15550100001';
const BOB = '+15550100002';
const RECEIVED = 1;
const SENT = 2;

describe('ownAddresses', () => {
  it('finds the owner as the sender of what was sent', () => {
    expect(own(SENT, ADA, [137, ME], [151, ADA])).toEqual([ME]);
    expect(own(SENT, `${ADA}~${BOB}`, [137, ME], [151, ADA], [151, BOB])).toEqual([ME]);
    expect(own(SENT, null, [137, ME])).toEqual([ME]);
  });

  it('leaves a sender alone who is one of the participants', () => {
    expect(own(SENT, ADA, [137, ADA])).toEqual([]);
    expect(own(SENT, ADA, [137, '(555) 010-0001'])).toEqual([]);
  });

  it('finds the owner as the only recipient of what was received', () => {
    expect(own(RECEIVED, ADA, [137, ADA], [151, ME])).toEqual([ME]);
  });

  it('finds the owner in a group as the only recipient who is not a participant', () => {
    expect(own(RECEIVED, `${ADA}~${BOB}`, [137, ADA], [151, BOB], [151, ME])).toEqual([ME]);
    expect(own(RECEIVED, `${ADA}~${BOB}`, [137, ADA], [151, BOB], [130, ME])).toEqual([ME]);
  });

  it('finds the owner however the participants are spelt', () => {
    expect(own(RECEIVED, `${ADA}~0555 010-0002`, [137, ADA], [151, BOB], [151, ME])).toEqual([ME]);
  });

  it('replaces nobody when more than one recipient could be the owner', () => {
    expect(own(RECEIVED, ADA, [137, ADA], [151, BOB], [151, ME])).toEqual([]);
  });

  it('replaces nobody when the owner got a blind copy', () => {
    expect(own(RECEIVED, `${ADA}~${BOB}`, [137, ADA], [151, BOB])).toEqual([]);
  });

  it('replaces nobody when it is not known who takes part', () => {
    expect(own(RECEIVED, null, [137, ADA], [151, ME])).toEqual([]);
  });

  it('finds the owner in an RCS group, whose other members stand as copied', () => {
    expect(own(RECEIVED, 'group_8@rcs.example', [130, ADA], [130, BOB], [137, ADA], [151, ME])).toEqual([ME]);
    expect(own(RECEIVED, 'group_8@rcs.example', [130, BOB], [137, ADA], [151, ME])).toEqual([]);
  });

  it('takes all spellings of the one number', () => {
    expect(own(RECEIVED, ADA, [137, ADA], [151, ME], [151, '5550142424'])).toEqual([ME, '5550142424']);
  });
});
