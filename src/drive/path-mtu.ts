import { abortable } from '../core/abort.ts'
import type { Nanos } from '../core/clock.ts'
import { asNetcmpError, NetcmpError } from '../core/errors.ts'
import { NS_PER_MS } from '../core/units.ts'
import type { Endpoint } from '../transport/contract.ts'
import {
  Flag,
  FrameType,
  frameType,
  HEADER_BYTES,
  hasFlag,
  NO_TOKEN,
  readSeq,
  writeHeader,
} from '../wire/frame.ts'
import { type Dialling, dialWithin } from './dialling.ts'
import { SEAL_BYTES, SealedEndpoint } from './sealed-endpoint.ts'

/** What the way to a server takes in one piece. */
export interface PathMtu {
  /** The largest datagram that arrived whole, bytes of UDP payload. */
  readonly datagramBytes: number
  /** The same as an IP packet: with 8 bytes of UDP header, and 20 of IPv4 or 40 of IPv6. */
  readonly mtuBytes: number
}

/** How often one size is tried: lost half of the time, it still passes 255 of 256 times. */
const TRIES = 8
const BETWEEN_TRIES_NS = 10 * NS_PER_MS
/** What comes back later than this, and than four round trips, came for nothing. */
const LEAST_WAIT_NS = 50 * NS_PER_MS

/**
 * Finds the largest datagram that passes unfragmented to a server and is answered, by sending them with DF set (RFC 8899,
 * 4.1; the kernel's own idea of the path is passed over). The answer may come in pieces. Throws TIMEOUT where nothing
 * is answered, and what dialling throws.
 */
export async function probePathMtu(options: Dialling): Promise<PathMtu> {
  const { clock, transport, target, key } = options
  const headerBytes = HEADER_BYTES + (key ? SEAL_BYTES : 0)
  const began = clock.now()
  let patienceNs = options.job.timeoutNs
  const passes = (bytes: number) => passesWhole(bytes, patienceNs, options)
  if (!(await passes(headerBytes))) {
    const why = `${transport.name}: ${target} answers no probe of the path: is it a netcmp server?`
    throw new NetcmpError('TIMEOUT', why)
  }
  patienceNs = Math.min(patienceNs, Math.max(LEAST_WAIT_NS, 4 * (clock.now() - began)))
  let least = headerBytes
  let most = transport.traits.maxMessageBytes
  if (await passes(most)) least = most
  while (most - least > 1) {
    const middle = (least + most) >> 1
    if (await passes(middle)) least = middle
    else most = middle
  }
  return { datagramBytes: least, mtuBytes: least + 8 + (target.startsWith('[') ? 40 : 20) }
}

/** On a socket of its own: that something was too large may be heard late, and ends its socket. */
async function passesWhole(bytes: number, patienceNs: number, options: Dialling): Promise<boolean> {
  const { clock, key, signal } = options
  const dialled = await dialWithin({ ...options, socket: { ...options.socket, unfragmented: true } })
  const endpoint = key ? new SealedEndpoint(dialled, key, () => {}) : dialled
  const message = new Uint8Array(bytes - (key ? SEAL_BYTES : 0))
  writeHeader(message, FrameType.PROBE, 0, NO_TOKEN, bytes)
  let onDue: (woke: Nanos) => void = () => {}
  const alarm = clock.alarm((woke) => onDue(woke))
  try {
    return await abortable<boolean>(
      signal,
      (resolve, reject) => {
        let tries = 0
        onDue = (woke) => {
          if (tries === TRIES) return resolve(false)
          sendTo(endpoint, message, reject)
          tries++
          alarm.set((woke + (tries < TRIES ? BETWEEN_TRIES_NS : patienceNs)) as Nanos)
        }
        endpoint.onMessage((answer) => {
          if (frameType(answer) !== FrameType.PROBE || !hasFlag(answer, Flag.REPLY)) return
          if (readSeq(answer) === bytes && answer.length === message.length) resolve(true)
        })
        endpoint.onClose((reason) => {
          if (reason === undefined || reason.code === 'MESSAGE_TOO_LARGE') resolve(false)
          else reject(reason)
        })
        alarm.set(clock.now())
      },
      () => {},
    )
  } finally {
    alarm.clear()
    await endpoint.close()
  }
}

/** An endpoint that has closed says why by itself. */
function sendTo(endpoint: Endpoint, message: Uint8Array, failed: (error: NetcmpError) => void): void {
  try {
    endpoint.send(message)
  } catch (thrown) {
    const error = asNetcmpError(thrown)
    if (error.code !== 'CLOSED') failed(error)
  }
}
