/** A state of a screen, and how a person comes to it. */
import type { Visit } from '../visit.ts';

export interface Scene {
  readonly name: string;
  /** `data-screen` of the step it is of. */
  readonly screen: string;
  /** Shown in every language, not in English alone. */
  readonly main?: true;
  /** Of many that differ in their sentences alone. */
  readonly codes?: 'one of many';
  readonly play: (visit: Visit) => Promise<void>;
}

export async function playScene(scene: Scene, visit: Visit): Promise<void> {
  await scene.play(visit);
  await visit.at(scene.screen);
  await visit.drawn();
}
