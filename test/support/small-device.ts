/** Small devices written by hand, with the awkward things a test needs by name. */
import { randomFillSync } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CONTACTS = `BEGIN:VCARD\r
VERSION:3.0\r
N:Ferreira;Inês;;;\r
FN:Inês Ferreira\r
TEL;TYPE=CELL:+351 912 345 678\r
X-UNHEARD-OF:kept\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:3.0\r
N:Okafor;Chidi;;;\r
FN:Chidi Okafor\r
EMAIL:chidi@example.org\r
BDAY:--04-12\r
END:VCARD\r
`;

const CALENDAR = `BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Example//EN\r
BEGIN:VEVENT\r
UID:wedding@example.org\r
DTSTAMP:20200101T000000Z\r
DTSTART;VALUE=DATE:20150606\r
SUMMARY:Anniversary\r
RRULE:FREQ=YEARLY\r
END:VEVENT\r
END:VCALENDAR\r
`;

const MESSAGES = `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<smses count="2">
  <sms protocol="0" address="+351912345678" date="1600000000000" type="1" subject="null" body="Olá &#55357;&#56842;" read="1" status="-1" locked="0" date_sent="1600000000000" />
  <sms protocol="0" address="+351912345678" date="1600000060000" type="2" subject="null" body="Até já" read="1" status="-1" locked="0" date_sent="0" />
</smses>
`;

const CALLS = `<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<calls count="1">
  <call number="+351912345678" duration="42" date="1600000120000" type="1" presentation="1" />
</calls>
`;

/** Counts as `mover inspect` and receipts show them. */
export const SMALL_COUNTS = { contacts: 2, messages: 2, calls: 1, calendar: 1, files: 5 } as const;

/** All kinds but apps; one symbolic link and one private key among the files. */
export function makeSmallDevice(device: string): string {
  const files = join(device, 'files');
  mkdirSync(join(files, 'Fotos', 'Été 2019'), { recursive: true });
  mkdirSync(join(files, 'leer'));
  mkdirSync(join(files, '.ssh'));
  writeFileSync(join(device, 'contacts.vcf'), CONTACTS);
  writeFileSync(join(device, 'calendar.ics'), CALENDAR);
  writeFileSync(join(device, 'messages.xml'), MESSAGES);
  writeFileSync(join(device, 'calls.xml'), CALLS);
  const photo = join(files, 'Fotos', 'Été 2019', '子ども 👧.jpg');
  writeFileSync(photo, randomFillSync(Buffer.alloc(200_000)));
  utimesSync(photo, 1_560_000_000, 1_560_000_000.5);
  writeFileSync(join(files, 'empty.txt'), '');
  writeFileSync(join(files, 'notes.txt'), 'Buy milk.\n');
  writeFileSync(join(files, 'run.sh'), '#!/bin/sh\necho hello\n');
  chmodSync(join(files, 'run.sh'), 0o755);
  writeFileSync(join(files, '.ssh', 'known_hosts'), 'example.org ssh-ed25519 AAAA\n');
  writeFileSync(join(files, '.ssh', 'id_ed25519'), 'not a key\n');
  symlinkSync('notes.txt', join(files, 'link.txt'));
  return device;
}

/** Files of random bytes, large enough that a move of them takes a while. */
export function makeLargeFiles(device: string, count: number, bytes: number): string {
  const folder = join(device, 'files');
  mkdirSync(folder, { recursive: true });
  const block = Buffer.alloc(bytes);
  for (let index = 0; index < count; index += 1) {
    writeFileSync(join(folder, `film-${String(index).padStart(3, '0')}.bin`), randomFillSync(block));
  }
  return device;
}
