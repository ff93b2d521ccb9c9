import { abortable } from '../core/abort.ts'
import { type Address, hostOf } from '../core/address.ts'
import { type Nanos, nanos } from '../core/clock.ts'
import { asNetcmpError, NetcmpError } from '../core/errors.ts'
import { durationText } from '../core/units.ts'
import type { Endpoint } from '../transport/contract.ts'
import {
  FrameType,
  frameType,
  HEADER_BYTES,
  hasToken,
  newToken,
  type Token,
  writeHeader,
} from '../wire/frame.ts'
import type { Workload } from '../workload/contract.ts'
import { type Dialling, dialWithin, patienceOf, type RunOptions } from './dialling.ts'
import { socketDrops } from './host-drops.ts'
import { Pump } from './pump.ts'
import { pumped } from './pumped.ts'
import { firstWaitNs, nextWaitNs } from './retries.ts'
import { shortWhereNeeded } from './short-endpoint.ts'
import { awayNs, timedWhereTold } from './timed-endpoint.ts'

/**
 * Runs a workload over a transport that the far host itself answers: there is no session, and nobody there who counts. What
 * comes back is told from what others sent by a token of our own. Returns what the sockets dropped, where they tell.
 */
export async function runWithHost(workload: Workload, options: RunOptions): Promise<number | undefined> {
  const { transport, job, clock } = options
  if (job.workload !== 'echo') {
    const why = `${transport.name}: runs echo alone, since only the far host answers, not ${job.workload}`
    throw new NetcmpError('BAD_VALUE', why)
  }
  const token = newToken()
  const endpoints: Endpoint[] = []
  try {
    for (let flow = 0; flow < workload.flows; flow++) {
      const dialled = await dialWithin(options)
      endpoints.push(timedWhereTold(shortWhereNeeded(dialled, job.sizeBytes)))
    }
    const pump = new Pump(workload, endpoints, clock)
    for (const [flow, endpoint] of endpoints.entries()) {
      workload.begin(flow, token)
      endpoint.onMessage((message, at, messageBytes) => {
        if (!isOurs(message, FrameType.PROBE, token)) return
        workload.away?.(flow, awayNs(endpoint, message))
        pump.receive(flow, message, at, messageBytes)
      })
      endpoint.onClose((reason) => {
        if (reason) pump.fail(reason)
      })
    }
    await pumped(workload, pump, options)
    return socketDrops(endpoints)
  } finally {
    await Promise.all(endpoints.map((endpoint) => endpoint.close()))
  }
}

/** Asks the far host until it answers. Returns the numeric address that did; throws TIMEOUT where none does in time. */
export async function reachHost(options: Dialling): Promise<Address> {
  const { transport, target, job, clock, signal } = options
  const endpoint = await dialWithin(options)
  const token = newToken()
  const message = new Uint8Array(HEADER_BYTES)
  // What a server would be asked first, too. Nothing that is measured looks like it.
  writeHeader(message, FrameType.OPEN, 0, token, 0)
  let onDue: (now: Nanos) => void = () => {}
  const alarm = clock.alarm((now) => onDue(now))
  try {
    await abortable<void>(
      signal,
      (resolve, reject) => {
        const patienceNs = patienceOf(job)
        const deadline = nanos(clock.now() + patienceNs)
        let waitNs = firstWaitNs(patienceNs)
        onDue = (now) => {
          if (now >= deadline) {
            const host = `${transport.name}: ${hostOf(target)}`
            const why = `${host} answered nothing within ${durationText(patienceNs)}: it is not there, or the way drops ${transport.name}`
            return reject(new NetcmpError('TIMEOUT', why))
          }
          try {
            endpoint.send(message)
          } catch (error) {
            return reject(asNetcmpError(error))
          }
          alarm.set(nanos(Math.min(now + waitNs, deadline)))
          waitNs = nextWaitNs(waitNs, patienceNs)
        }
        endpoint.onMessage((answer) => {
          if (isOurs(answer, FrameType.OPEN, token)) resolve()
        })
        endpoint.onClose((reason) => {
          if (reason) reject(reason)
        })
        alarm.set(clock.now())
      },
      () => {},
    )
    return endpoint.remote
  } finally {
    alarm.clear()
    await endpoint.close()
  }
}

function isOurs(message: Uint8Array, type: number, token: Token): boolean {
  return frameType(message) === type && hasToken(message, token)
}
