/** New devices on this network, while the window looks at them. Their addresses stay here. */
import type { Address } from '../../transfer/index.ts';
import type { NearbyDevice } from '../ipc/contract.ts';
import type { EngineProcess } from './engine-process.ts';
import type { HostDevice } from './host/host-messages.ts';
import type { StartEngine } from './moves.ts';

export class Nearby {
  readonly #start: StartEngine;
  readonly #tell: (devices: readonly NearbyDevice[]) => void;
  #watcher: EngineProcess | undefined;
  /** What was seen last stays known when the window looks away: a person chooses, and then a move begins. */
  #seen: readonly HostDevice[] = [];

  constructor(start: StartEngine, tell: (devices: readonly NearbyDevice[]) => void) {
    this.#start = start;
    this.#tell = tell;
  }

  /** Tells at once what is known when somebody looks already. */
  watch(): void {
    if (this.#watcher !== undefined) {
      this.#show();
      return;
    }
    this.#seen = [];
    const watcher = this.#start({ type: 'watch' }, (message) => {
      if (message.type !== 'devices' || this.#watcher !== watcher) return;
      this.#seen = message.devices;
      this.#show();
    });
    this.#watcher = watcher;
    void watcher.ended.then(() => {
      if (this.#watcher === watcher) this.#watcher = undefined;
    });
  }

  async unwatch(): Promise<void> {
    const watcher = this.#watcher;
    this.#watcher = undefined;
    await watcher?.stop();
  }

  /** Where the device of this name was seen; nowhere, when it was not. */
  addressesOf(name: string): readonly Address[] {
    return this.#seen.find((device) => device.name === name)?.addresses ?? [];
  }

  #show(): void {
    this.#tell(this.#seen.map(({ name, emoji }) => ({ name, emoji })));
  }
}
