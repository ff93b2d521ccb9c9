import type { LinkFlags } from '../../lab/impairment-options.ts'
import type { CompareFlags } from '../flags.ts'

/** What a sweep runs, as it is typed: lists where a comparison takes one value. */
export interface GridFlags
  extends Pick<
      CompareFlags,
      | 'proto'
      | 'workload'
      | 'size'
      | 'rate'
      | 'bulkRate'
      | 'duration'
      | 'total'
      | 'blocks'
      | 'timeout'
      | 'verify'
      | 'key'
      | 'nagle'
      | 'bind'
      | 'ipv4'
      | 'ipv6'
      | 'engine'
      | 'spin'
      | 'dscp'
      | 'tos'
      | 'ttl'
      | 'buffer'
      | 'congestion'
    >,
    Omit<LinkFlags, 'seed'> {
  readonly seed: string
  readonly direction?: string
  readonly members?: string
  readonly streams?: string
  readonly preset?: string
  readonly metric?: string
  readonly lab?: boolean
}

/** Flags of `netcmp sweep`, as commander gives them. */
export interface SweepFlags
  extends GridFlags,
    Pick<CompareFlags, 'format' | 'output' | 'quiet' | 'progress' | 'color'> {
  readonly resume?: string
  /** Where the link of the lab is controlled in which this runs. */
  readonly linkControl?: string
}

/** What was typed, and nothing else. */
export type TypedFlags = Partial<SweepFlags> & { readonly target?: string }
