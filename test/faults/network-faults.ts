/** What a network does to a move. */
import type { Fault, Scene } from './fault.ts';
import type { Route } from './faulty-network.ts';

/** The handshake, the pairing and what the devices say before the manifest: some 12,000 bytes in all. */
const BEFORE_IT_MOVES = [1, 8_000] as const;

/** On the first piece that passes from now on. */
function flipOne({ network, random }: Scene): void {
  let flipped = false;
  network.onPass = (bytes) => {
    if (flipped) return;
    flipped = true;
    const at = random.int(0, bytes.length - 1);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.int(0, 7)), at);
  };
}

/** Two runs of bytes change places: what TCP would never do, and a hostile relay could. */
function swapOnce({ network, random }: Scene): void {
  let swapped = false;
  network.onPass = (bytes) => {
    if (swapped || bytes.length < 64) return;
    swapped = true;
    const length = random.int(8, Math.floor(bytes.length / 2));
    const first = Buffer.from(bytes.subarray(0, length));
    bytes.copyWithin(0, bytes.length - length);
    first.copy(bytes, bytes.length - length);
  };
}

/** Of 8,000 tiny files some 2 MB pass in all, most of it their names: the messages under way are what is cut. */
const WHILE_TINY_FILES_MOVE = [10_000, 1_000_000] as const;

const cutOnly =
  (route: Route): NonNullable<Fault['strike']> =>
  ({ network }) => {
    network.cut(route);
    network.delayMs = 0;
  };

/** Some 2.5 MB/s: entries are dispatched far ahead of what has arrived. */
const slow: NonNullable<Fault['network']> = (network) => {
  network.delayMs = 25;
};

export const NETWORK_FAULTS: readonly Fault[] = [
  {
    name: 'every connection is cut',
    survived: true,
    strike: ({ network }) => {
      network.cut();
    },
  },
  {
    name: 'every connection is cut before anything moves',
    survived: false,
    moment: BEFORE_IT_MOVES,
    strike: ({ network }) => {
      network.cut();
    },
  },
  {
    name: 'connections are cut three times',
    survived: true,
    strike: ({ network, random }) => {
      network.cut();
      const step = random.int(500_000, 5_000_000);
      let left = 2;
      let next = network.passed + step;
      network.onPass = () => {
        if (left === 0 || network.passed < next) return;
        left -= 1;
        next += step;
        network.cut();
      };
    },
  },
  {
    name: 'the network is away for a while',
    survived: true,
    strike: ({ network, random }) => {
      network.away = true;
      network.cut();
      setTimeout(() => (network.away = false), random.int(200, 3_000));
    },
  },
  {
    name: 'the network becomes slow',
    survived: true,
    strike: ({ network, random }) => {
      network.delayMs = random.int(1, 20);
      setTimeout(() => (network.delayMs = 0), 1_500);
    },
  },
  {
    name: 'bytes arrive in pieces',
    survived: true,
    strike: ({ network, random }) => {
      network.pieceBytes = random.int(400, 1_400);
    },
  },
  { name: 'a bit is flipped', survived: true, strike: flipOne },
  {
    name: 'a bit is flipped before anything moves',
    survived: false,
    moment: BEFORE_IT_MOVES,
    strike: flipOne,
  },
  { name: 'bytes change places', survived: true, strike: swapOnce },
  {
    name: 'a lane falls silent while the control channel lives',
    survived: true,
    strike: ({ network }) => {
      network.silence('lane');
    },
  },
  {
    name: 'the lanes are cut while tiny files move',
    survived: true,
    tiny: true,
    moment: WHILE_TINY_FILES_MOVE,
    network: slow,
    strike: cutOnly('lane'),
  },
  {
    name: 'the control channel is cut while tiny files move',
    survived: true,
    tiny: true,
    moment: WHILE_TINY_FILES_MOVE,
    network: slow,
    strike: cutOnly('control'),
  },
];
