/** The library: a film from a portrait and a sound, its frames alone, and models. */
export { animate, frames } from './animate.ts';
export { AnimateError, type AnimateErrorCode } from './errors.ts';
export type { AnimateResult, DeviceEvent, FfmpegEvent, OptionInUse, OptionSource, OptionsEvent, ProgressEvent, RefusedDevice, Stage, StageEvent, WarningEvent } from './events.ts';
export { type Model, openModel, type OpenModelOptions } from './model/open.ts';
export type { AnimateOptions } from './options.ts';
export type { AnimateRequest, Frame } from './request.ts';
export { version } from './version.ts';
