import { asNetcmpError, type NetcmpError } from '../core/errors.ts'
import type { RunOutcome } from '../drive/run.ts'
import type { Recording } from '../measure/recording.ts'
import type { WireRecording } from '../measure/wire-recording.ts'
import type { LinkAccount } from '../result/schema.ts'
import type { WorkloadName } from '../workload/names.ts'
import { WitnessedRecording } from './witnessed-recording.ts'

/** What a link tells of one run. */
export interface Testimony {
  /** Null: it keeps no log. */
  readonly recording: WireRecording | null
  /** Null: it counts nothing. */
  readonly account: LinkAccount | null
}

/** Sees every packet between the two hosts, as the link of a lab does. */
export interface Witness {
  /** A run begins now. */
  begin(): Promise<void>
  /** It has ended: what went over the link since it began. */
  end(run: { readonly transport: string; readonly workload: WorkloadName }): Promise<Testimony>
}

export type WitnessedOutcome = RunOutcome & { readonly link?: LinkAccount }

/**
 * Makes a run before the eyes of a witness, where there is one. One that fails to say what it saw fails the run; of a run that
 * the signal ended it is not asked, for what is under way would have to arrive first.
 */
export async function witnessed(
  witness: Witness | undefined,
  run: { readonly transport: string; readonly workload: WorkloadName },
  make: () => Promise<RunOutcome>,
  signal?: AbortSignal,
): Promise<WitnessedOutcome> {
  if (witness === undefined) return make()
  const blind = await failureOf(() => witness.begin())
  const outcome = await make()
  if (outcome.error && signal?.aborted) return outcome
  let testimony: Testimony = { recording: null, account: null }
  const mute = await failureOf(async () => {
    testimony = await witness.end(run)
  })
  const recording: Recording =
    testimony.recording === null
      ? outcome.recording
      : new WitnessedRecording(outcome.recording, testimony.recording)
  const error = outcome.error ?? blind ?? mute
  return { ...outcome, recording, error, ...(testimony.account ? { link: testimony.account } : {}) }
}

async function failureOf(attempt: () => Promise<void>): Promise<NetcmpError | undefined> {
  try {
    await attempt()
    return undefined
  } catch (error) {
    return asNetcmpError(error)
  }
}
