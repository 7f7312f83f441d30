/** Motion under the wave of the sound, over one time axis: SVG text. Pure. */
import type { Columns } from './columns.ts';
import { drawText, measureText, short } from './lettering.ts';

export interface PlotData {
  readonly durationSeconds: number;
  readonly frames: number;
  readonly fps: number;
  /** Of the sound, full scale at -1 and 1. */
  readonly wave: Columns;
  /** By the names of `plotCurves`: a column each frame, or fewer where frames are many. */
  readonly curves: Readonly<Record<string, Columns>>;
}

interface Curve {
  readonly name: string;
  readonly label: string;
  readonly colour: string;
  /** True paints the room below it. */
  readonly isFilled?: true;
}

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly height: number;
  readonly curves: readonly Curve[];
  /** True for degrees: as far below 0 as above. */
  readonly isSigned?: true;
  /** The axis reaches at least this far. */
  readonly least: number;
}

// Okabe and Ito's colours (2008), which people who see fewer colours can tell apart.
const [blue, orange, green, purple] = ['#0072b2', '#d55e00', '#009e73', '#aa4499'];
const [ink, faint, paper, waveColour, closedColour] = ['#333333', '#dddddd', '#ffffff', '#7a8691', '#c01030'];

const panels: readonly Panel[] = [
  { title: 'lips', unit: 'gap / mouth width, jaw 0 to 1', height: 190, least: 0.2, curves: [{ name: 'gap', label: 'gap', colour: blue, isFilled: true }, { name: 'jaw', label: 'jaw', colour: orange }] },
  { title: 'mood', unit: '0 to 1', height: 130, least: 0.2, curves: [{ name: 'smile', label: 'smile', colour: green }, { name: 'browUp', label: 'brows up', colour: blue }, { name: 'browDown', label: 'brows down', colour: orange }] },
  { title: 'lids', unit: '0 open, 1 shut', height: 90, least: 1, curves: [{ name: 'lids', label: 'lids', colour: purple, isFilled: true }] },
  { title: 'head', unit: 'degrees', height: 190, least: 5, isSigned: true, curves: [{ name: 'yaw', label: 'yaw (right +)', colour: blue }, { name: 'pitch', label: 'pitch (down +)', colour: orange }, { name: 'roll', label: 'roll (left +)', colour: green }] },
];
export const plotCurves: readonly string[] = panels.flatMap(({ curves }) => curves.map(({ name }) => name));

const width = 1600;
const [left, right, top, between, waveHeight, bottom] = [84, 24, 34, 42, 120, 52];
const plotWidth = width - left - right;
/** No more columns than this can be told apart. */
export const mostColumns = plotWidth;
/** Lips this near are shut; mouth widths. */
const shut = 0.008;
/** Frames of a column up to which a single closure is told: at 25 a second five minutes of film. */
const mostFramesOfClosures = 5;
const textHeight = 11;

export function plotSvg(data: PlotData): string {
  const parts: string[] = [];
  const x = (seconds: number): number => left + (plotWidth * seconds) / data.durationSeconds;
  let y = top;
  const bands: { y: number; height: number }[] = [];
  const stack = (height: number): number => {
    bands.push({ y, height });
    y += height + between;
    return bands[bands.length - 1].y;
  };

  const waveTop = stack(waveHeight);
  parts.push(heading('sound', `${round(data.durationSeconds, 2)} s, ${data.frames} frames, ${round(data.fps, 3)} a second`, waveTop), drawWave(data.wave, waveTop));
  const marks: string[] = [];
  for (const panel of panels) {
    const panelTop = stack(panel.height);
    parts.push(heading(panel.title, panel.unit, panelTop), legend(panel.curves, panelTop, panel.title === 'lips'));
    parts.push(...drawPanel(panel, data, panelTop, x));
    if (panel.title === 'lips') marks.push(drawShut(data.curves['gap'], data, panelTop + panel.height, x));
  }
  const end = y - between;
  const height = end + bottom;
  const under = [`<rect width="${width}" height="${height}" fill="${paper}"/>`, ...timeGrid(data.durationSeconds, bands, end, x)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${[...under, ...parts, ...marks].join('\n')}</svg>\n`;
}

function heading(title: string, unit: string, y: number): string {
  const at = left + measureText(title, textHeight + 1) + 14;
  return drawText(title, { x: left, y: y - 9, height: textHeight + 1, colour: ink, weight: 1.6 }) + drawText(unit, { x: at, y: y - 9, height: textHeight - 1, colour: waveColour });
}

/** At the right end of the panel's heading. */
function legend(curves: readonly Curve[], y: number, marksShut: boolean): string {
  const entries = [...curves.map(({ label, colour }) => ({ label, colour })), ...(marksShut ? [{ label: 'lips shut', colour: closedColour }] : [])];
  let x = width - right;
  const parts: string[] = [];
  for (const { label, colour } of entries.toReversed()) {
    parts.push(drawText(label, { x, y: y - 9, height: textHeight - 1, colour: ink, anchor: 'end' }));
    x -= measureText(label, textHeight - 1) + 8;
    parts.push(`<path d="M${short(x - 22)} ${short(y - 13)}h22" stroke="${colour}" stroke-width="4"/>`);
    x -= 22 + 22;
  }
  return parts.join('');
}

function drawWave({ low, high }: Columns, y: number): string {
  const peak = Math.max(1e-4, high.reduce((most, value, i) => Math.max(most, value, -low[i]), 0));
  const middle = y + waveHeight / 2;
  const scale = waveHeight / 2 / peak;
  const columns = { low, high };
  const place = columnPlaces(low.length);
  return `<path d="M${left} ${middle}H${width - right}" stroke="${faint}"/><path d="${bandPath(columns, place, (value) => middle - value * scale)}" fill="${waveColour}" stroke="${waveColour}" stroke-width=".6"/>`;
}

/** Middles of `count` columns over the whole width. */
function columnPlaces(count: number): (index: number) => number {
  return (index) => left + (plotWidth * (index + 0.5)) / count;
}

function drawPanel({ height, curves, least, isSigned }: Panel, data: PlotData, y: number, x: (seconds: number) => number): string[] {
  const drawn = curves.map((curve) => ({ curve, columns: data.curves[curve.name] }));
  const reach = drawn.reduce((most, { columns }) => columns.high.reduce((top, value, i) => Math.max(top, value, isSigned ? -columns.low[i] : 0), most), least);
  const step = niceStep(reach / (isSigned ? 2 : 3), [1, 2, 5]);
  const limit = Math.ceil(reach / step - 1e-6) * step;
  const scale = height / (isSigned ? 2 * limit : limit);
  const zero = isSigned ? y + height / 2 : y + height;
  const at = (value: number): number => zero - Math.min(limit, Math.max(isSigned ? -limit : 0, value)) * scale;
  const parts: string[] = [];
  for (let tick = isSigned ? -limit : 0; tick <= limit + step * 1e-3; tick += step) {
    const line = at(tick);
    parts.push(`<path d="M${left} ${short(line)}H${width - right}" stroke="${Math.abs(tick) < step / 2 ? '#999999' : faint}"/>`);
    parts.push(drawText(`${Math.abs(tick) < step / 2 ? 0 : round(tick, 2)}${isSigned ? '°' : ''}`, { x: left - 9, y: line + textHeight / 2 - 1, height: textHeight - 1, colour: ink, anchor: 'end' }));
  }
  for (const { curve, columns } of drawn) {
    const isOneEach = columns.low.length === data.frames;
    const place = isOneEach ? (index: number): number => x(index / data.fps) : columnPlaces(columns.low.length);
    if (isOneEach) {
      const line = linePath(columns.high, place, at);
      if (curve.isFilled) parts.push(`<path d="${line}L${short(place(columns.low.length - 1))} ${short(zero)}H${left}Z" fill="${curve.colour}" fill-opacity=".18"/>`);
      parts.push(`<path d="${line}" fill="none" stroke="${curve.colour}" stroke-width="1.7" stroke-linejoin="round"/>`);
    } else {
      parts.push(`<path d="${bandPath(columns, place, at)}" fill="${curve.colour}" fill-opacity=".35" stroke="${curve.colour}" stroke-width=".9" stroke-opacity=".8"/>`);
    }
  }
  return parts;
}

/** Bars under the lips' panel wherever they are shut: for a frame of a column, and where columns hold so many that some frame of each is, throughout. */
function drawShut({ low, high }: Columns, { frames, fps }: PlotData, y: number, x: (seconds: number) => number): string {
  const parts: string[] = [];
  const least = frames / low.length <= mostFramesOfClosures ? low : high;
  const edge = low.length === frames ? (index: number): number => x((index - 0.5) / fps) : (index: number): number => left + (plotWidth * index) / low.length;
  for (let first = 0; first < low.length; first++) {
    if (least[first] > shut) continue;
    let last = first;
    while (last + 1 < low.length && least[last + 1] <= shut) last++;
    const [from, to] = [Math.max(left, edge(first)), Math.min(width - right, edge(last + 1))];
    parts.push(`M${short(from)} ${y + 4}h${short(Math.max(1, to - from))}`);
    first = last;
  }
  return `<path d="${parts.join('')}" stroke="${closedColour}" stroke-width="5"/>`;
}

function linePath(values: Float32Array, place: (index: number) => number, at: (value: number) => number): string {
  return `M${Array.from(values, (value, i) => `${one(place(i))} ${one(at(value))}`).join('L')}`;
}

/** There along the largest values, back along the smallest. */
function bandPath({ low, high }: Columns, place: (index: number) => number, at: (value: number) => number): string {
  const there = Array.from(high, (value, i) => `${one(place(i))} ${one(at(value))}`);
  const back = Array.from(low, (value, i) => `${one(place(i))} ${one(at(value))}`).reverse();
  return `M${[...there, ...back].join('L')}Z`;
}

function timeGrid(durationSeconds: number, bands: readonly { y: number; height: number }[], end: number, x: (seconds: number) => number): string[] {
  const step = timeStep(durationSeconds / 14);
  const parts: string[] = [];
  for (let tick = 0; tick * step <= durationSeconds + 1e-9; tick++) {
    const at = short(x(tick * step));
    for (const { y, height } of bands) parts.push(`<path d="M${at} ${y}v${height}" stroke="${faint}"/>`);
    const text = timeLabel(tick * step, step, durationSeconds);
    const middle = Math.min(x(tick * step), width - 4 - measureText(text, textHeight) / 2);
    parts.push(drawText(text, { x: middle, y: end + 30, height: textHeight, colour: ink, anchor: 'middle' }));
  }
  return parts;
}

/** The smallest step of a clock that is not below `least` seconds. */
function timeStep(least: number): number {
  if (least <= 1) return niceStep(least, [1, 2, 5]);
  return [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].find((step) => step >= least) ?? Math.ceil(least / 3600) * 3600;
}

/** 0.25 → "0.3 s" with steps of a tenth; 75 → "1:15" once the film is longer than a minute; 3675 → "1:01:15". */
function timeLabel(seconds: number, step: number, durationSeconds: number): string {
  if (durationSeconds <= 60) return `${round(seconds, step < 0.1 ? 2 : step < 1 ? 1 : 0)} s`;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.round(seconds % 60)];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** The smallest of `bases` times a power of ten that is not below `least`. */
function niceStep(least: number, bases: readonly number[]): number {
  const power = 10 ** Math.floor(Math.log10(least) + 1e-9);
  return (bases.find((base) => base * power >= least * (1 - 1e-9)) ?? 10) * power;
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** One decimal. */
function one(value: number): string {
  return String(Math.round(value * 10) / 10);
}
