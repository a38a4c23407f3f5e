/**
 * A call log in the form of SMS Backup & Restore, with the columns in it that must not pass on.
 */
import { momentOf, readable } from './moments.ts';
import { makePerson } from './people.ts';
import type { Random } from './random.ts';
import { emptyTag, openTag, XML_HEAD } from './xml.ts';

const CALLERS = 200;
const TYPE = { incoming: 1, outgoing: 2, missed: 3, voicemail: 4, rejected: 5, blocked: 6 } as const;
const PRESENTATION = { allowed: 1, restricted: 2 } as const;

/** The whole file, in pieces; `count` calls, oldest first. */
export function* makeCalls(random: Random, count: number): Generator<string> {
  const people = Array.from({ length: CALLERS }, (_, index) => makePerson(random, index));
  const dice = random.fork('calls');
  yield XML_HEAD;
  yield `${openTag('calls', {
    count,
    backup_set: '00000000-0000-4000-8000-000000000001',
    backup_date: momentOf(dice, count, count),
    type: 'full',
  })}>\n`;
  for (let index = 0; index < count; index++) {
    const date = momentOf(dice, index, count);
    const hidden = dice.chance(0.03);
    const person = people[dice.int(0, people.length - 1)];
    const type = dice.pick([
      TYPE.incoming,
      TYPE.outgoing,
      TYPE.incoming,
      TYPE.outgoing,
      TYPE.missed,
      TYPE.rejected,
      TYPE.voicemail,
      TYPE.blocked,
    ]);
    const answered = type === TYPE.incoming || type === TYPE.outgoing;
    yield `  ${emptyTag('call', {
      number: hidden ? '' : (person?.mobile ?? ''),
      duration: answered ? dice.int(0, 3_600) : 0,
      date,
      type,
      presentation: hidden ? PRESENTATION.restricted : PRESENTATION.allowed,
      subscription_id: '8900000000000000000F',
      subscription_component_name:
        'com.android.phone/com.android.services.telephony.TelephonyConnectionService',
      phone_account_address: '+10008888888',
      via_number: '',
      post_dial_digits: dice.chance(0.02) ? ',,1#' : '',
      readable_date: readable(date),
      contact_name: hidden ? '(Unknown)' : (person?.full ?? '(Unknown)'),
    })}`;
  }
  yield '</calls>\n';
}
