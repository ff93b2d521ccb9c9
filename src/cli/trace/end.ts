import { parseHostPort } from '../../core/address.ts'
import { asNetcmpError, NetcmpError } from '../../core/errors.ts'
import { NS_PER_MS, NS_PER_SEC } from '../../core/units.ts'
import { numberedEcho } from '../../drive/numbered-echo.ts'
import { CallRecorder } from '../../native/call-recorder.ts'
import { wrapLibc } from '../../native/libc.ts'
import { findTransport } from '../../registry.ts'
import { plainEcho } from '../../service/plain-echo.ts'
import type { DialOptions, Endpoint, Transport } from '../../transport/contract.ts'
import { type ChosenEngine, chooseEngine } from '../engine.ts'
import { connectionsGone } from '../gone-connections.ts'
import type { EndReport, EndTask, FromEnd, ToEnd } from './plan.ts'

/** `netcmp trace-end client|server`: one end of the conversation that is traced, told by its parent what to do. */
export async function traceEndCommand(which: string): Promise<number> {
  if (!process.connected) {
    throw new NetcmpError('BAD_VALUE', 'netcmp: trace-end is begun by netcmp trace (use that)')
  }
  // Whoever began this is gone.
  process.once('disconnect', () => process.exit(1))
  const orders = new Orders()
  const report = await endOf(which === 'server' ? 'server' : 'client', orders)
  await tell({ report })
  process.removeAllListeners('disconnect')
  process.disconnect?.()
  return 0
}

/** What the parent says. */
class Orders {
  readonly task: Promise<EndTask>
  readonly over: Promise<void>

  constructor() {
    let overNow = () => {}
    this.over = new Promise((resolve) => {
      overNow = resolve
    })
    this.task = new Promise((resolve) => {
      process.on('message', (message: ToEnd) => {
        if ('task' in message) resolve(message.task)
        else overNow()
      })
    })
  }
}

async function endOf(which: 'client' | 'server', orders: Orders): Promise<EndReport> {
  const task = await orders.task
  const recorder = task.recordsCalls ? new CallRecorder() : undefined
  try {
    if (recorder) wrapLibc(recorder.wrap)
    const transport = findTransport(task.transport)
    const engine = await chooseEngine(recorder ? 'native' : 'auto', [transport], undefined)
    recorder?.start()
    let unanswered: number[] | null = null
    if (which === 'server') await serve(task, transport, engine, orders.over)
    else unanswered = await converse(task, transport, engine)
    return { calls: recorder?.calls ?? [], unanswered, failure: null }
  } catch (error) {
    const { code, message } = asNetcmpError(error)
    return { calls: recorder?.calls ?? [], unanswered: null, failure: { code, message } }
  }
}

/** Echoes until it is told that all is over, and no longer than its peers are there. */
async function serve(
  { address, config, patienceNs }: EndTask,
  transport: Transport,
  { socket, clock }: ChosenEngine,
  over: Promise<void>,
): Promise<void> {
  const peers = new Set<Endpoint>()
  let onLeft = () => {}
  const options = { clock, socket, halfOpenNs: config.halfOpenNs }
  const listener = await transport.echo.listen(address, options, (endpoint) => {
    peers.add(endpoint)
    endpoint.onClose(() => {
      peers.delete(endpoint)
      onLeft()
    })
    plainEcho(endpoint)
  })
  await tell({ isReady: true })
  await over
  if (transport.traits.connected) {
    const patience = new Promise<void>((resolve) => {
      setTimeout(resolve, (patienceNs + config.halfOpenNs) / NS_PER_MS).unref()
      onLeft = () => {
        if (peers.size === 0) resolve()
      }
    })
    onLeft()
    await patience
  }
  await listener.close()
  if (transport.traits.connected) await connectionsGone(parseHostPort(address).port, patienceNs)
}

/** Connects, says all there is to say, and takes leave. Returns the messages that were not answered in time. */
async function converse(
  { address, config, patienceNs }: EndTask,
  transport: Transport,
  { socket, clock }: ChosenEngine,
): Promise<number[]> {
  const { traits } = transport
  const { messages, sizeBytes, ratePerSec } = config
  const endpoint = await dialEcho(transport, address, { socket, clock }, patienceNs)
  const echo = { messageCount: messages, sizeBytes, ratePerSec, timeoutNs: patienceNs }
  try {
    return await numberedEcho(endpoint, traits, echo, clock)
  } finally {
    await endpoint.close()
    if (traits.connected) await connectionsGone(parseHostPort(endpoint.local).port, patienceNs)
  }
}

async function dialEcho(
  { name, echo }: Transport,
  address: string,
  options: DialOptions,
  timeoutNs: number,
): Promise<Endpoint> {
  const why = `${name}: no answer from ${address} within ${timeoutNs / NS_PER_SEC} s (raise --timeout)`
  const giveUp = new AbortController()
  const timer = setTimeout(() => giveUp.abort(new NetcmpError('TIMEOUT', why)), timeoutNs / NS_PER_MS)
  try {
    return await echo.dial(address, options, giveUp.signal)
  } finally {
    clearTimeout(timer)
  }
}

async function tell(message: FromEnd): Promise<void> {
  await new Promise<void>((resolve) => process.send?.(message, () => resolve()))
}
