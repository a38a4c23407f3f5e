/**
 * What shall move. The old device's person chooses of what the new device takes; the new device's person is asked
 * whether to take what is offered.
 */
import type { MoveAnswer } from '../../../main/ipc/contract.ts';
import type { MoveStage, MoveState } from '../../state/move-state.ts';
import { LostNotice } from '../moving/lost-notice.tsx';
import { useDeviceName } from '../moving/use-device-name.ts';
import { ChoosingForm } from './choosing-form.tsx';
import { OfferedForm } from './offered-form.tsx';

export interface ChooseScreenProps {
  readonly move: MoveState & { readonly stage: Extract<MoveStage, { at: 'choosing' | 'offered' }> };
  /** Bytes per second that an earlier move of this run has shown (`measuredSpeed`). */
  readonly measured?: number | undefined;
  readonly onAnswer: (answer: MoveAnswer) => void | Promise<void>;
  /** Old device: ends this move and leads back to where its things are. */
  readonly onOtherSource: () => void;
}

export function ChooseScreen({ move, measured, onAnswer, onOtherSource }: ChooseScreenProps) {
  const { stage } = move;
  const device = useDeviceName(stage.peer ?? move.peer);
  const lost = move.lostUntil !== undefined && <LostNotice until={move.lostUntil} before />;
  return stage.at === 'choosing' ? (
    <ChoosingForm
      stage={stage}
      device={device}
      measured={measured}
      notice={lost}
      onAnswer={onAnswer}
      onOtherSource={onOtherSource}
    />
  ) : (
    <OfferedForm stage={stage} device={device} measured={measured} notice={lost} onAnswer={onAnswer} />
  );
}
