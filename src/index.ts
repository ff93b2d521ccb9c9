/**
 * netcmp as a library: run the same job over several transports, and learn which differences are real.
 * @module
 */
export { type ChosenEngine, chooseEngine, type EngineName } from './cli/engine.ts'
export { type OwnServer, startOwnServer } from './cli/own-server.ts'
export {
  type CompareOptions,
  type Comparison,
  compare,
  type Progress,
  type Target,
} from './compare/compare.ts'
export { diffResults, type NamedResult } from './compare/diff.ts'
export { type PairedInterval, pairedInterval } from './compare/paired-interval.ts'
export type { GivenSettings, Settings } from './compare/settings.ts'
export { type UnpairedInterval, unpairedInterval } from './compare/unpaired-interval.ts'
export type { Address, Family } from './core/address.ts'
export type { Alarm, Clock, Nanos } from './core/clock.ts'
export { type ErrorCode, errorCodes, NetcmpError } from './core/errors.ts'
export { hostClock } from './core/host-clock.ts'
export { parseDuration, parseRate, parseSize, type Rate } from './core/units.ts'
export { version } from './core/version.ts'
export { type Metric, type MetricId, type MetricValues, metrics } from './measure/metrics.ts'
export { findTransport, transports } from './registry.ts'
export { renderDiff } from './report/diff/render.ts'
export { type RenderOptions, render } from './report/render.ts'
export { renderSweep } from './report/sweep/render.ts'
export type { Change, ChangeSide, DiffDocument, DiffedResult } from './result/diff.ts'
export { parseResult } from './result/read.ts'
export type { ResultDocument, Run, Summary, Verdict, Warning } from './result/schema.ts'
export { parseSweep } from './result/sweep-file.ts'
export type { SweepDocument } from './result/sweep-schema.ts'
export { writeResult } from './result/write.ts'
export { ChatRoom } from './service/chat-room.ts'
export { plainEcho } from './service/plain-echo.ts'
export { SessionServer } from './service/session-server.ts'
export type { ConnectionFacts, ConnectionReader } from './transport/connection-facts.ts'
export type * from './transport/contract.ts'
export { type WorkloadName, workloadNames } from './workload/names.ts'
