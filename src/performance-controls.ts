/** From the options' values to what the performance is drawn with. */
import { numbersOf } from './option-kinds.ts';
import type { OptionValues } from './options.ts';
import type { EmotionChoice, EmotionName } from './performance/emotions.ts';
import type { PerformanceControls } from './performance/perform.ts';

type Chosen = Pick<OptionValues, 'seed' | 'expression' | 'headMotion' | 'speed' | 'blink' | 'gaze' | 'emotion' | 'pose' | 'still'>;

export function performanceControls({ seed, expression, headMotion, speed, blink, gaze, emotion, pose, still }: Chosen): PerformanceControls {
  return {
    seed,
    expression,
    headMotion,
    speed,
    blink,
    still,
    gaze: gaze === 'camera' || gaze === 'free' ? gaze : (numbersOf(gaze) as [number, number]),
    emotion: emotion === undefined ? undefined : readEmotion(emotion),
    pose: numbersOf(pose) as [number, number, number],
  };
}

// An emotion without a strength shows as one would in company, not on a stage.
const usualStrength = 0.7;

/** `happy`, `happy:0.4` */
function readEmotion(text: string): EmotionChoice {
  const [name, strength] = text.split(':');
  return { name: name as EmotionName, strength: strength === undefined ? usualStrength : Number(strength) };
}
