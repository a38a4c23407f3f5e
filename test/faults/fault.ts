/** What a fault is, and the scene it strikes. */
import type { Random } from '../../src/main/sample/random.ts';
import type { Event, Exit, Mover, MoverOptions } from '../support/mover.ts';
import type { FaultyNetwork } from './faulty-network.ts';

export type Side = 'sender' | 'receiver';

export interface Scene extends Readonly<Record<Side, Mover>> {
  readonly random: Random;
  readonly network: FaultyNetwork;
  /** The device that is moved; a copy of this run's own. */
  readonly from: string;
  readonly into: string;
  /** For what a fault itself needs; neither device is in it. */
  readonly folder: string;
}

export interface Fault {
  readonly name: string;
  /** How the two programs are started for it. */
  readonly start?: (
    scene: Pick<Scene, 'random' | 'folder'>,
  ) => Partial<Record<Side, Pick<MoverOptions, 'env' | 'launcher'>>>;
  /** How the network is until the fault strikes. */
  readonly network?: (network: FaultyNetwork) => void;
  /** Done when its moment has come; absent where the fault lies in wait from the start. */
  readonly strike?: (scene: Scene) => void;
  /** Bytes that have passed at its moment; somewhere while files move unless given. */
  readonly moment?: readonly [from: number, to: number];
  /** The receiver's event that is its moment, where bytes are not. */
  readonly strikesAt?: (event: Event) => boolean;
  /** Whether a fault that lay in wait has struck. */
  readonly struck?: (scene: Scene, ends: Readonly<Record<Side, Exit>>) => boolean;
  /** What the person does before the move is begun again. */
  readonly mend?: (scene: Scene) => void;
  /** Whether the move must come to its end by itself in spite of it. */
  readonly survived: boolean;
  /** Tens of thousands of files of a few bytes are moved instead of films and notes. */
  readonly tiny?: true;
  /** The destination is on a small file system of its own. */
  readonly small?: true;
  /** What was at the destination may be gone: that is the fault. */
  readonly removes?: true;
  /** Why it cannot be made here. */
  readonly impossible?: string | undefined;
}
