/** The ways in which `mover verify-privacy` looks at what a run has written, and which of them this system allows. */
import { whyNoSealedPlace } from './isolated-disk.ts';
import { whyNoTrace } from './write-trace.ts';

export const LAYERS = {
  files: 'files left behind',
  writes: 'every write (strace)',
  image: 'raw disk image',
  output: 'what was printed',
} as const;
export type Layer = keyof typeof LAYERS;

export interface LayerState {
  readonly layer: Layer;
  readonly ran: boolean;
  /** Why it did not. */
  readonly because?: string;
}

/** Tries the layers that not every system allows. `folder` is for what that takes. */
export async function probeLayers(folder: string): Promise<LayerState[]> {
  const state = (layer: Layer, because: string | undefined): LayerState =>
    because === undefined ? { layer, ran: true } : { layer, ran: false, because };
  return [
    state('files', undefined),
    state('writes', await whyNoTrace(folder)),
    state('image', await whyNoSealedPlace(folder)),
    state('output', undefined),
  ];
}
