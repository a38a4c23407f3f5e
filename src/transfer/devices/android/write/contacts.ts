/**
 * Contacts of another device into a phone's own. A person that is there gets what is new about them as rows of their own;
 * any other becomes a raw contact of the phone itself, of no account.
 */
import { type Entry, entryOf } from '../../../kinds/contacts/entry.ts';
import { KnownProperties } from '../../../kinds/contacts/known-properties.ts';
import { newCard } from '../../../kinds/contacts/new-card.ts';
import { parseContactRecord } from '../../../kinds/contacts/record.ts';
import { cardOf, type ContactItem } from '../contact-card.ts';
import { PEOPLE_AT_ONCE, type Person, readGroups, readPeople } from '../contacts.ts';
import { ContentReader } from '../content-query.ts';
import { ContentRefused } from '../content-rows.ts';
import { canBind } from './binding.ts';
import { columnsOf, ofRaws, RAW_CONTACTS, readDataRows } from './contact-data.ts';
import {
  contactOf,
  type DataRow,
  groupOf,
  ITEM,
  itemOf,
  memberships,
  type PhoneContact,
} from './contact-rows.ts';
import { ContactWriter, type Job, type Owner } from './contact-writer.ts';
import { KnownPeople } from './known-people.ts';
import { leaveFile } from './ready-file.ts';
import { Counts, type PhoneWriting, type RecordsWritten } from './writing.ts';

/** Contacts that are written together and read back. */
const BATCH = 40;
/** Stands for the raw contact of somebody who would be written. */
const UNWRITTEN = -1;
/** What a phone lets nobody write shows at the first ones. */
const PROBE = 3;

export async function writeContacts(writing: PhoneWriting): Promise<RecordsWritten> {
  return await new ContactsWriting(writing).run();
}

class ContactsWriting {
  readonly #writing: PhoneWriting;
  readonly #counts = new Counts();
  readonly #people = new KnownPeople<Owner>();
  readonly #writer: ContactWriter;
  #jobs: Job[] = [];
  #refused = false;
  #tried = false;
  #photos = 0;
  #done = 0;

  constructor(writing: PhoneWriting) {
    this.#writing = writing;
    this.#writer = new ContactWriter(writing);
  }

  async run(): Promise<RecordsWritten> {
    const { incoming } = this.#writing;
    try {
      await this.#index();
    } catch (error) {
      if (!(error instanceof ContentRefused)) throw error;
      this.#refused = true;
    }
    if (!this.#refused) for await (const line of incoming()) await this.#take(line);
    if (!this.#refused) await this.#flush();
    if (this.#refused) return await this.#leaveFile();
    if (this.#photos > 0) {
      this.#writing.tell({
        message: `Pictures of contacts do not come over the cable to a phone: ${this.#photos.toLocaleString('en-US')} stay on the old device.`,
        action:
          'To take them along: export the contacts there, and open that file on the phone with its Contacts app.',
      });
    }
    return this.#counts.result;
  }

  async #index(): Promise<void> {
    const content = this.#reader();
    const people = [...(await readPeople(content)).values()];
    const titles = await readGroups(content);
    for (let at = 0; at < people.length; at += PEOPLE_AT_ONCE) {
      const some = people.slice(at, at + PEOPLE_AT_ONCE);
      const rows = await readDataRows(content, ofRaws(some.flatMap(({ raws }) => raws)));
      for (const person of some) this.#know(person, (raw) => rows.get(raw) ?? [], titles);
    }
    const raws = await content.ids(RAW_CONTACTS);
    this.#writer.begin(titles, raws.at(-1) ?? 0);
  }

  /** What the phone shows as one person, and each raw contact of it that has a name of its own. */
  #know(
    { raws, starred }: Person,
    rowsOf: (raw: number) => readonly ContactItem[],
    groups: ReadonlyMap<string, string>,
  ): void {
    const standard = (raw: number): number =>
      rowsOf(raw).filter(({ mimetype }) => mimetype.startsWith(ITEM)).length;
    const [raw] = [...raws].sort((a, b) => standard(b) - standard(a));
    const whole = cardOf(raws.flatMap(rowsOf), { groups, starred });
    if (whole !== undefined) this.#people.add(newCard(whole), { raw });
    if (raws.length < 2) return;
    for (const each of raws) {
      const own = cardOf(rowsOf(each), { groups, starred });
      if (own !== undefined) this.#people.add(newCard(own), { raw: each });
    }
  }

  async #take(line: string): Promise<void> {
    this.#writing.signal.throwIfAborted();
    if (this.#refused) return;
    const record = parseContactRecord(line);
    const parsed = record === undefined ? undefined : entryOf(record.card);
    if (parsed === undefined) {
      this.#counts.skip(record === undefined ? 'malformed' : 'too-large');
      return;
    }
    const contact = contactOf(parsed.card);
    const bytes = shownCard(contact);
    const entry = bytes === undefined ? undefined : entryOf(bytes);
    if (bytes === undefined || entry === undefined) {
      this.#counts.skip('no-equivalent');
      return;
    }
    if (
      !canBind(
        contact.rows.map((row) => columnsOf(row, 0)),
        this.#writing.dialect,
      )
    ) {
      this.#counts.skip('too-large');
      return;
    }
    await this.#place(contact, bytes, entry);
    if (this.#jobs.length >= (this.#tried ? BATCH : PROBE)) await this.#flush();
  }

  async #place(contact: PhoneContact, bytes: Buffer, entry: Entry): Promise<void> {
    let found = this.#people.find(bytes, entry);
    if (found !== 'same' && found !== undefined && found.owner.raw === undefined) {
      await this.#flush();
      if (found.owner.raw === undefined) found = undefined;
    }
    if (found === 'same') {
      this.#counts.same += 1;
      return;
    }
    if (found === undefined) {
      const owner: Owner = { raw: undefined };
      const rows = [...contact.rows, ...memberships(contact.groups)];
      this.#jobs.push({ owner, isNew: true, rows, starred: contact.starred });
      this.#people.add(bytes, owner);
      if (contact.hasPhoto) this.#photos += 1;
      return;
    }
    const rows = newRows(contact, found.entry);
    if (rows.length === 0) {
      this.#counts.same += 1;
      return;
    }
    this.#jobs.push({ owner: found.owner, isNew: false, rows, starred: false });
    this.#people.add(bytes, found.owner);
  }

  async #flush(): Promise<void> {
    const jobs = this.#jobs;
    this.#jobs = [];
    if (jobs.length === 0 || this.#refused) return;
    if (this.#writing.dryRun === true) {
      this.#countOnly(jobs);
      return;
    }
    const outcome = await this.#writer.write(jobs);
    if (!this.#tried && jobs.every(({ owner }) => owner.raw === undefined)) {
      this.#refused = true;
      return;
    }
    this.#tried = true;
    this.#counts.added += outcome.added;
    this.#counts.merged += outcome.merged;
    this.#counts.skip('damaged', outcome.damaged);
    this.#done += jobs.length;
    if (this.#done > BATCH) {
      const done = this.#done.toLocaleString('en-US');
      this.#writing.tell({ message: `Writing contacts to the phone: ${done} so far.` });
    }
  }

  #countOnly(jobs: readonly Job[]): void {
    for (const { isNew, owner } of jobs) {
      if (isNew) this.#counts.added += 1;
      else this.#counts.merged += 1;
      owner.raw ??= UNWRITTEN;
    }
  }

  #reader(): ContentReader {
    return new ContentReader(this.#writing.link, this.#writing.signal, () => undefined);
  }

  /** Every contact that came, in a file that the phone's own app takes in. */
  async #leaveFile(): Promise<RecordsWritten> {
    const { link, signal, made, tell, incoming } = this.#writing;
    const counts = new Counts();
    const cards = async function* (): AsyncGenerator<Uint8Array, void> {
      for await (const line of incoming()) {
        const record = parseContactRecord(line);
        if (record !== undefined) yield record.card;
      }
    };
    for await (const line of incoming()) {
      counts.skip(parseContactRecord(line) === undefined ? 'malformed' : 'as-file');
    }
    if (this.#writing.dryRun === true) return counts.result;
    const file = { stem: 'OpenMover contacts', ending: '.vcf', bytes: cards };
    const name = await leaveFile(link, file, { signal, made });
    tell({
      message: `This phone does not let a computer write its contacts: they are in Download/${name} on the phone.`,
      action: 'To take them in, open that file on the phone with its Contacts app.',
    });
    return counts.result;
  }
}

/** As the phone will show the contact; undefined for one that says nothing there. */
export function shownCard({
  rows,
  groups,
  starred,
}: Pick<PhoneContact, 'rows' | 'groups' | 'starred'>): Buffer | undefined {
  const items = [...rows, ...memberships(groups)].map(itemOf);
  const card = cardOf(items, { groups: new Map(groups.map((title) => [title, title])), starred });
  return card === undefined ? undefined : newCard(card);
}

/** What the contact says and the person on the phone does not. Their name is theirs. */
function newRows({ rows, groups }: PhoneContact, there: Entry): DataRow[] {
  const known = new KnownProperties(there.units);
  const state = (row: DataRow): 'there' | 'new' | 'contrary' => {
    const title = groupOf(row);
    const bytes = shownCard({ rows: [row], groups: title === undefined ? [] : [title], starred: false });
    const units = bytes === undefined ? [] : (entryOf(bytes)?.units ?? []);
    let worst: 'there' | 'new' | 'contrary' = 'there';
    for (const unit of units) {
      if (unit.isBlank || unit.name === 'N' || unit.name === 'FN') continue;
      const found = known.find(unit).state;
      if (found === 'contrary') return 'contrary';
      if (found !== 'there') worst = 'new';
    }
    return worst;
  };
  return [...rows, ...memberships(groups)].flatMap((row): DataRow[] => {
    if (row.mimetype === `${ITEM}name`) return [];
    const found = state(row);
    if (found !== 'contrary') return found === 'new' ? [{ ...row, first: false }] : [];
    // A person has one birthday: another is kept as a day by that name.
    const beside = { ...row, data: { ...row.data, data2: '0', data3: 'Birthday' }, first: false };
    return row.mimetype === `${ITEM}contact_event` && state(beside) === 'new' ? [beside] : [];
  });
}
