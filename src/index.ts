/** The library: a film from a portrait and a sound, its frames alone, models, motion from files, and reports on files and on the machine. */
export { animate, frames } from './animate.ts';
export { examine, type ExamineOptions } from './doctor/examine.ts';
export type { Finding } from './doctor/finding.ts';
export { AnimateError, type AnimateErrorCode } from './errors.ts';
export type { AnimateResult, DeviceEvent, FfmpegEvent, OptionInUse, OptionSource, OptionsEvent, ProgressEvent, RefusedDevice, Stage, StageEvent, WarningEvent } from './events.ts';
export { inspect, type Inspection, type InspectOptions } from './inspect/inspect.ts';
export { type InstalledModel, listInstalledModels } from './installed-models.ts';
export { type Licences, listLicences } from './licences.ts';
export { checkModel, type ModelCheck, type ModelSummary, summariseModel } from './model/check.ts';
export { type Model, openModel, type OpenModelOptions } from './model/open.ts';
export type { MotionTrack } from './motion/play.ts';
export { readMotion } from './motion-file/read.ts';
export type { AnimateOptions } from './options.ts';
export type { AnimateRequest, Frame } from './request.ts';
export { version } from './version.ts';
