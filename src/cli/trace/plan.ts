import { FOLDER } from '../../lab/places.ts'
import type { RecordedCall } from '../../native/call-recorder.ts'
import type { TraceFormat } from '../../report/trace/render.ts'
import type { TraceConfig } from '../../result/trace-schema.ts'

export type TracedTransport = 'tcp' | 'udp'

/** Where what is to be traced is written down for the process that does it. */
export const TRACE_FILE = `${FOLDER}/trace.json`

/** What a trace is to be, for the process in the lab that makes it. */
export interface TracePlan {
  readonly transports: readonly TracedTransport[]
  /** Where the server is to be. */
  readonly host: string
  /** But for the link, which the lab knows. */
  readonly config: Omit<TraceConfig, 'link'>
  /** How long TCP waits for an answer; UDP does as the configuration says. */
  readonly tcpPatienceNs: number
  readonly recordsCalls: boolean
  readonly pcap: string | undefined
  readonly format: TraceFormat
  readonly output: string | undefined
  readonly columns: number
  readonly color: boolean
  /** What was typed, after the program's name. */
  readonly command: readonly string[]
}

/** What one end of a conversation is to do. */
export interface EndTask {
  readonly transport: TracedTransport
  /** Of the server. */
  readonly address: string
  readonly config: Pick<TraceConfig, 'messages' | 'sizeBytes' | 'ratePerSec' | 'halfOpenNs'>
  /** How long an answer is waited for. */
  readonly patienceNs: number
  readonly recordsCalls: boolean
}

/** What an end is told: its task, and, of the server, that the conversation is over. */
export type ToEnd = { readonly task: EndTask } | { readonly isOver: true }

/** What it tells: that a server listens; and last, how it went. */
export type FromEnd = { readonly isReady: true } | { readonly report: EndReport }

export interface EndReport {
  /** Of the client: messages that had no answer in time. Null where it does not tell. */
  readonly unanswered: readonly number[] | null
  readonly calls: readonly RecordedCall[]
  readonly failure: { readonly code: string; readonly message: string } | null
}
