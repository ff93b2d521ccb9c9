import { compare } from '../compare/compare.ts'
import { settle } from '../compare/settings.ts'
import { NetcmpError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { parseDuration } from '../core/units.ts'
import type { Dialling } from '../drive/dialling.ts'
import { render } from '../report/render.ts'
import type { Config } from '../result/schema.ts'
import { resultLine } from '../result/stream.ts'
import type { Transport } from '../transport/contract.ts'
import { chooseEngine, ENGINE_WARNING } from './engine.ts'
import { type CompareFlags, settingsOf, transportsOf } from './flags.ts'
import { givenUp, onInterrupt } from './interrupt.ts'
import { keyIn } from './key.ts'
import type { LabLink } from './lab/link-control.ts'
import { missedLimits, parseLimit } from './limits.ts'
import { intervalLines, type Live, saidOnce, streamedRuns, together } from './live.ts'
import { checkWritable, coloured, columns, emit } from './output.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'
import { type ProgressLine, progressLine } from './progress.ts'
import { nameOf, sendResult } from './send-result.ts'
import { targetAt, thisHost } from './target.ts'

/** `netcmp [target]`: compares, prints, and returns the exit code. `command` is what was typed, and set otherwise, as flags. */
export async function compareCommand(
  typed: string | undefined,
  asked: CompareFlags,
  command: readonly string[],
): Promise<number> {
  const flags = typed === undefined ? onLoopback(asked) : asked
  const transports = transportsOf(flags.proto)
  const key = keyIn(flags.key)
  const control = flags.linkControl
  // Nobody else has to load what only a lab needs.
  const lab = control === undefined ? undefined : (await import('./lab/surroundings.ts')).labAt(control)
  const given = { ...lab?.settings, ...settingsOf(flags), sealed: key !== undefined }
  const settings = settle(transports, given)
  const { workloads } = settings
  const run = { transports: transports.map(({ name }) => name), workloads }
  const limits = (flags.failOn ?? []).map((text) => parseLimit(text, run))
  checkWritable(flags.output)
  const name = nameOf(flags.as, typed !== undefined)
  const remote = typed === undefined ? undefined : targetAt(typed, transports, lab !== undefined)
  if (key !== undefined && remote === undefined) {
    throw new NetcmpError(
      'BAD_VALUE',
      'netcmp: --key is for a server on a host (name it: netcmp HOST --key FILE)',
    )
  }
  const { socket, clock, warning } = await chooseEngine(flags.engine, transports, given.socket)
  const served = transports.filter(({ traits }) => traits.answeredBy === 'server')
  if (name !== undefined && served.length === 0) {
    throw new NetcmpError('BAD_VALUE', 'netcmp: --as is for a netcmp server, and --proto names no way to one')
  }
  const interrupt = onInterrupt('netcmp: interrupted: finishing what is under way (again: stop at once)')
  const progress = progressLine(flags.progress && !flags.quiet && flags.interval === undefined)
  const notice = warning && flags.quiet !== true ? [saidOnce(`netcmp: ${warning.text}`)] : []
  const live = together([...notice, ...livePartsOf(flags, progress)])
  let own: OwnServer | undefined
  let link: LabLink | undefined
  if (flags.quiet !== true) lab?.sayHowLong(transports, settings)
  try {
    link = await lab?.link(flags.pcap)
    own = remote === undefined && served.length > 0 ? await startOwnServer(transports, socket) : undefined
    const { document, error } = await compare({
      ...given,
      ...(socket === undefined ? {} : { socket }),
      transports,
      clock,
      warnings: warning ? [warning] : [],
      key,
      mtuProbe: flags.mtuProbe === true,
      target: remote ?? own?.target ?? thisHost(transports),
      command,
      link: lab?.facts,
      witness: link?.witness,
      signal: givenUp(interrupt, link?.gone),
      interrupt: interrupt.signal,
      ...live,
    })
    progress.end()
    const { format, jsonStream, output, quiet } = flags
    // Whoever made the link tells how it ended.
    if (error && error.code !== 'ABORTED' && !link?.gone.aborted) {
      process.stderr.write(`${((await own?.failure()) ?? error).message}\n`)
    }
    if (!quiet && (jsonStream || format === 'json' || format === 'csv')) {
      for (const { code, text } of document.warnings) {
        if (code !== ENGINE_WARNING) process.stderr.write(`warning: ${text}\n`)
      }
    }
    await emit(
      jsonStream
        ? resultLine(document)
        : render(document, {
            format,
            columns: output === undefined ? columns() : 80,
            color: coloured(flags),
          }),
      output,
    )
    const [first] = served
    const unkept =
      name === undefined || first === undefined
        ? undefined
        : await sendResult(name, document, dialling(first, document.config, key), quiet === true)
    const missed = missedLimits(document, limits)
    for (const { message } of missed) process.stderr.write(`${message}\n`)
    return (error ?? unkept ?? missed[0])?.exitCode ?? 0
  } finally {
    progress.end()
    interrupt.release()
    await own?.close()
    await link?.close()
  }
}

/** In a lab, too, a server of its own is not on the other side of the link. */
function onLoopback({ linkControl: _, ...flags }: CompareFlags): CompareFlags {
  return flags
}

/** The server that was measured against, dialled as it was for the measurement. */
function dialling(transport: Transport, config: Config, key: Uint8Array | undefined): Dialling {
  const { addresses, family, nagle, bind, socket } = config
  const target = addresses[transport.name] ?? ''
  return { transport, target, clock: hostClock, family, nagle, bind, socket, key, job: config }
}

function livePartsOf({ jsonStream, interval, quiet }: CompareFlags, progress: ProgressLine): Live[] {
  return [
    { onProgress: progress.show, onRun: () => {} },
    ...(jsonStream ? [streamedRuns] : []),
    ...(interval === undefined || quiet ? [] : [intervalLines(parseDuration(interval))]),
  ]
}
