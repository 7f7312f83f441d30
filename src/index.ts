/** The library: a film from a portrait and a sound, its frames alone, models, and motion from files. */
export { animate, frames } from './animate.ts';
export { AnimateError, type AnimateErrorCode } from './errors.ts';
export type { AnimateResult, DeviceEvent, FfmpegEvent, OptionInUse, OptionSource, OptionsEvent, ProgressEvent, RefusedDevice, Stage, StageEvent, WarningEvent } from './events.ts';
export { type Model, openModel, type OpenModelOptions } from './model/open.ts';
export type { MotionTrack } from './motion/play.ts';
export { readMotion } from './motion-file/read.ts';
export type { AnimateOptions } from './options.ts';
export type { AnimateRequest, Frame } from './request.ts';
export { version } from './version.ts';
