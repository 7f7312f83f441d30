/** Timecodes of Live Link Face, `hh:mm:ss:ff.fff`: the time of day, then the frame within the second with its fraction. */

/** Frames a second that timecodes count in, whatever the rate of the rows. */
export const timecodeBase = 60;

export interface Timecode {
  /** Whole seconds since midnight. */
  readonly seconds: number;
  /** Within the second, with its fraction. */
  readonly frame: number;
}

/** `seconds` from 0 up, rounded to a thousandth of a frame. */
export function formatTimecode(seconds: number): string {
  const thousandths = Math.round(seconds * timecodeBase * 1000);
  const whole = Math.floor(thousandths / (timecodeBase * 1000));
  const frame = (thousandths % (timecodeBase * 1000)) / 1000;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(whole / 3600) % 24)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}:${frame.toFixed(3).padStart(6, '0')}`;
}

const pattern = /^(\d{1,2}):([0-5]?\d):([0-5]?\d)[:;](\d{1,3}(?:\.\d+)?)$/;

export function parseTimecode(text: string): Timecode | undefined {
  const parts = pattern.exec(text);
  if (!parts) return undefined;
  const [hours, minutes, seconds, frame] = parts.slice(1).map(Number);
  return { seconds: hours * 3600 + minutes * 60 + seconds, frame };
}

/**
 * When each of `codes` is, in seconds from the first. Rows that jump back are told apart by a smaller number than the one before, except over midnight.
 * The base is what makes the step into a new second as long as the others; drop-frame codes (SMPTE ST 12-1: the first numbers of a minute are left out, but for every tenth) count at 1000/1001 of it.
 */
export function timesOf(codes: readonly Timecode[]): Float64Array {
  const base = findBase(codes);
  const dropped = isDropFrame(codes, base) ? Math.round(base / 15) : 0; // 2 of 30, 4 of 60
  const rate = dropped > 0 ? (base * 1000) / 1001 : base;
  const day = 24 * 3600;
  let days = 0;
  const counts = codes.map(({ seconds, frame }, index) => {
    if (index > 0 && codes[index - 1].seconds - seconds > day / 2) days++;
    const minutes = Math.floor(seconds / 60);
    return (seconds + days * day) * base + frame - dropped * (minutes - Math.floor(minutes / 10));
  });
  return Float64Array.from(counts, (count) => (count - counts[0]) / rate);
}

/** Frames a second that the codes count in. Live Link Face's 60 where nothing tells: none of them enters a new second. */
function findBase(codes: readonly Timecode[]): number {
  const steps: number[] = [];
  const entries: number[] = []; // frame before less frame after, into the next second
  for (let index = 1; index < codes.length; index++) {
    const [before, after] = [codes[index - 1], codes[index]];
    if (after.seconds === before.seconds) steps.push(after.frame - before.frame);
    if (after.seconds === before.seconds + 1) entries.push(before.frame - after.frame);
  }
  const largest = codes.reduce((most, { frame }) => Math.max(most, frame), 0);
  const found = entries.length === 0 || steps.length === 0 ? timecodeBase : Math.round(median(entries) + median(steps));
  return Math.max(found, Math.floor(largest) + 1);
}

/** Whether the codes step over the first numbers of every minute that is no tenth. */
function isDropFrame(codes: readonly Timecode[], base: number): boolean {
  const steps: number[] = [];
  const entries: number[] = []; // steps into such minutes
  for (let index = 1; index < codes.length; index++) {
    const [before, after] = [codes[index - 1], codes[index]];
    if (after.seconds === before.seconds) steps.push(after.frame - before.frame);
    if (after.seconds === before.seconds + 1 && after.seconds % 60 === 0 && after.seconds % 600 !== 0) entries.push(base + after.frame - before.frame);
  }
  if (base % 30 !== 0 || steps.length === 0 || entries.length === 0) return false;
  const expected = median(steps) + Math.round(base / 15);
  return entries.every((step) => Math.abs(step - expected) < 0.5);
}

/** Of at least one value. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
