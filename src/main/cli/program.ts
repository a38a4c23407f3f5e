/**
 * Commands and flags, declared. Nothing is done here and nothing heavy is loaded: `--version` and `--help` must be
 * quick. Values are checked by the command that uses them.
 */
import { homedir } from 'node:os';
import { Command, CommanderError, Option } from 'commander';

export const COMMAND_NAMES = [
  'receive',
  'send',
  'devices',
  'discover',
  'doctor',
  'inspect',
  'apps',
  'compare',
  'duplicates',
  'receipt',
  'undo',
  'staging',
  'bench',
  'verify-privacy',
  'sample',
] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

/** What was asked for: a command with its flags as typed, or words to show. */
export type Invocation =
  | {
      readonly type: 'run';
      readonly command: CommandName;
      readonly operands: readonly string[];
      readonly options: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'show'; readonly text: string }
  | { readonly type: 'wrong'; readonly sentence: string };

const KINDS_HELP = 'contacts, messages, calls, calendar, apps, files; separated by commas';
const JSON_FLAG = ['--json', 'one JSON object a line on standard output'] as const;
const VERBOSE_FLAG = ['--verbose', 'say more about an unexpected fault, for a report'] as const;
const LEFT_FLAG = [
  '--left-behind <file>',
  'write one JSON line for each thing left behind or renamed to this file',
] as const;
const WAIT_FLAG = [
  '--wait <minutes>',
  'how long to wait for the other device when the network is gone (default: 30)',
] as const;
const LIMIT_FLAG = [
  '--limit <MB/s>',
  'take at most this many megabytes a second of the network, 0.5 for example',
] as const;
const RECEIPT_FLAG = [
  '--receipt <file>',
  'save the signed receipt: JSON, or a page where the name ends in .html',
] as const;
const REFERENCE_FLAG = [
  '--reference <text>',
  'words of your own for the saved receipt, such as an order number',
] as const;
const SECRETS_FLAG = [
  '--secrets-stdin',
  'read {"code":"…","androidId":"…","ssid":"…","appleId":"…","password":"…"} (each optional) as one line of standard input',
] as const;

const EXAMPLES = `
Examples:
  On the new device:   mover receive --into ~/new-device
  On the old device:   mover send --from ~/old-device
  By address:          mover send --from ~/old-device --to 192.168.1.20:40123
  Only some of it:     mover send --contacts people.vcf --files ~/Pictures
  What is there:       mover inspect ~/old-device
  Which devices:       mover devices

Exit codes: 0 complete, 1 unexpected fault, 2 usage, 3 pairing failed, 4 interrupted (can resume), 5 not enough
space, 6 partial, 7 refused by the other side, 8 the device needs something from you, 130 cancelled.`;

/** @param args without the program's own name. */
export function parseInvocation(args: readonly string[], version: string): Invocation {
  let shown = '';
  let found: Invocation | undefined;
  const program = build(version, (command, operands, options) => {
    found = { type: 'run', command, operands: operands.map(expandHome), options: expandPaths(options) };
  });
  if (args.length === 0) return { type: 'show', text: program.helpInformation() + EXAMPLES + '\n' };
  const asked = args[0] === 'help' ? args[1] : undefined;
  if (asked !== undefined && !program.commands.some((command) => command.name() === asked)) {
    return { type: 'wrong', sentence: `there is no command '${asked}'` };
  }
  const flag = valueless(program, args);
  if (flag !== undefined) return { type: 'wrong', sentence: `option '${flag}' argument missing` };
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => {
        shown += text;
      },
      writeErr: () => undefined,
    });
  }
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { type: 'show', text: shown };
    return { type: 'wrong', sentence: sentence(error) };
  }
  return found ?? { type: 'wrong', sentence: 'no command was given' };
}

/** Options whose values are paths: `--into=~/New` reaches us as it is, since a shell expands `~` at the start of a word only. */
const PATH_OPTIONS = [
  ...['into', 'from', 'contacts', 'calendar', 'messages', 'calls', 'apps', 'files'],
  ...['dir', 'leftBehind', 'include', 'receipt', 'verify'],
];

/** After a device's name, too: `apple-export:~/a.zip:~/b.zip`. */
const expandHome = (path: string): string =>
  path.replace(/^([a-z]+-[a-z]+:)?~(?=\/|$)|:~(?=\/)/g, (found, device: string | undefined) =>
    found.startsWith(':') ? `:${homedir()}` : (device ?? '') + homedir(),
  );

function expandPaths(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const expanded = { ...options };
  for (const name of PATH_OPTIONS) {
    const value = options[name];
    if (typeof value === 'string') expanded[name] = expandHome(value);
    else if (Array.isArray(value)) expanded[name] = value.map((each) => expandHome(String(each)));
  }
  return expanded;
}

/** An option that takes a value and is followed by another of the command's options: a file of that name is `./--json`. */
function valueless(program: Command, args: readonly string[]): string | undefined {
  const command = program.commands.find((each) => each.name() === args[0]);
  const flags = new Map(command?.options.map((option) => [option.long, option]));
  for (const [index, arg] of args.entries()) {
    if (arg === '--') return undefined;
    const option = flags.get(arg);
    if (option?.required === true && flags.has(args[index + 1])) return option.flags;
  }
  return undefined;
}

/** `error: unknown option '--foo'\n(Did you mean …?)` as one line. */
function sentence({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'no command was given';
  return message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
}

type Found = (
  command: CommandName,
  operands: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => void;

function build(version: string, found: Found): Command {
  const program = new Command('mover')
    .description('Moves what is on one device to another: encrypted, verified, resumable.')
    .version(version)
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError();
  const add = (name: CommandName, description: string): Command =>
    program
      .command(name)
      .description(description)
      .allowExcessArguments(false)
      .option(...VERBOSE_FLAG)
      .action((...passed: unknown[]) => {
        const command = passed.at(-1) as Command;
        found(name, command.args, command.opts());
      });

  add('receive', 'this is the new device: wait for the old one')
    .requiredOption('--into <dir>', 'folder to move into')
    .option('--name <text>', 'name to show instead of two random words')
    .option('--port <n>', 'port to listen on (lanes use the ones after it)')
    .option('--host <addr>', 'listen on this address only')
    .option('--only <kinds>', `take only these: ${KINDS_HELP}`)
    .option('--yes', 'accept without asking')
    .option('--hotspot', 'make a Wi-Fi for this move, where there is none (Linux with NetworkManager)')
    .option('--dry-run', 'show what a move would add, merge and leave; everything is sent, nothing is kept')
    .option('--no-undo', 'keep nothing for mover undo to take this move back')
    // What used to be asked for is kept anyway.
    .addOption(new Option('--keep-undo').hideHelp())
    .option(...LEFT_FLAG)
    .option(...RECEIPT_FLAG)
    .option(...REFERENCE_FLAG)
    .option(...WAIT_FLAG)
    .option(...LIMIT_FLAG)
    .option('--keep-verified', 'keep what an interrupted move had verified; needs no old device')
    .option(...SECRETS_FLAG)
    .option(...JSON_FLAG);
  add('send', 'this is the old device: move what is here to the new one')
    .option('--from <device>', 'what to move: a folder, or a device that mover devices shows')
    .option('--contacts <files...>', 'vCard files')
    .option('--calendar <files...>', 'iCalendar files')
    .option('--messages <files...>', 'messages in the form of SMS Backup & Restore')
    .option('--calls <files...>', 'calls in the form of SMS Backup & Restore')
    .option('--apps <dir>', 'folder of Android packages')
    .option('--files <paths...>', 'folders and files')
    .option('--include <paths...>', 'move these although they hold passwords or keys')
    .option('--to <where>', 'HOST:PORT, or the name the new device shows')
    .option('--only <kinds>', `move only these: ${KINDS_HELP}`)
    .option('--all-apps', 'move also the apps that cannot run there')
    .option('--lanes <n>', 'connections to use, 1 to 16')
    .option(...LEFT_FLAG)
    .option(...RECEIPT_FLAG)
    .option(...REFERENCE_FLAG)
    .option(...WAIT_FLAG)
    .option(...LIMIT_FLAG)
    .option('--yes', 'move everything the new device can take without asking')
    .option(...SECRETS_FLAG)
    .option(...JSON_FLAG);
  add('discover', 'list the new devices that wait on this network')
    .option('--seconds <n>', 'how long to look (default: 3)')
    .option(...JSON_FLAG);
  add('devices', 'what can be read here, and what each still needs from you')
    .option(...SECRETS_FLAG)
    .option(...JSON_FLAG);
  add('doctor', 'why two devices do not find or reach each other, and what to do')
    .option('--to <where>', 'HOST:PORT, or the name the new device shows')
    .option(...JSON_FLAG);
  add('inspect', 'what a device holds, per kind')
    .argument('<device>', 'a folder, or a device that mover devices shows')
    .option(...LEFT_FLAG)
    .option(...SECRETS_FLAG)
    .option(...JSON_FLAG);
  add('apps', 'which apps can run on the new device; nothing is moved')
    .requiredOption('--from <device>', 'device with the apps')
    .requiredOption('--into <dir>', 'device folder they would move to')
    .option(...SECRETS_FLAG)
    .option(...JSON_FLAG);
  add('compare', 'is all of the old device on the new one? reads both again; safe to erase?')
    .requiredOption('--from <device>', 'the old device')
    .requiredOption('--into <dir>', 'the new one')
    .option('--only <kinds>', `compare only these: ${KINDS_HELP}`)
    .option(...SECRETS_FLAG)
    .option(...JSON_FLAG);
  add('duplicates', 'contacts that may be there twice; merges only what you say')
    .argument('<dir>', 'device folder')
    .option('--merge <ids...>', 'make one card of each of these groups, by the ids they are listed with')
    .option(...JSON_FLAG);
  add('receipt', 'is a saved receipt as it was signed?')
    .requiredOption('--verify <file>', 'the receipt')
    .option(...JSON_FLAG);
  add('undo', 'take the last move back, as far as nothing was changed since')
    .requiredOption('--into <dir>', 'folder that was moved into')
    .option('--forget', 'only drop what is kept for it; the move stays')
    .option(
      '--left-behind <file>',
      'write one JSON line for each thing that could not be taken back to this file',
    )
    .option(...JSON_FLAG);
  add('staging', 'what an interrupted move has left in a folder')
    .argument('<dir>', 'folder that was moved into')
    .option('--discard', 'remove it; what is in place stays')
    .option(...JSON_FLAG);
  add('bench', 'measure moves between two processes of this machine')
    .option('--profile <name>', 'large: one big file, small: many small files, phone: some of everything')
    .option('--bytes <n>', 'bytes of files in all')
    .option('--files <n>', 'how many files')
    .option('--dir <dir>', 'where to make the data (default: the temporary folder)')
    .option(...JSON_FLAG);
  add('verify-privacy', 'move planted identifiers, then look for them on the disk').option(...JSON_FLAG);
  add('sample', 'make a device folder with made-up data')
    .requiredOption('--into <dir>', 'folder to make it in')
    .option('--contacts <n>')
    .option('--messages <n>')
    .option('--calls <n>')
    .option('--events <n>')
    .option('--apps <n>')
    .option('--files <n>')
    .option('--bytes <n>', 'bytes of files in all')
    .option('--device <name>', 'old or new: what the device says of itself')
    .option('--seed <text>', 'the same seed makes the same device')
    .option(...JSON_FLAG);
  return program;
}
