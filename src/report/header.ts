import { trafficClassName } from '../core/traffic-class.ts'
import { NS_PER_SEC } from '../core/units.ts'
import type { Config, ResultDocument } from '../result/schema.ts'
import { enginesOf } from './engine-notes.ts'
import { formatBytes, formatDuration, formatRate, formatTime } from './format-value.ts'
import { linkNotes } from './link-notes.ts'
import { GLUE, glued, printable, transportLabel } from './text.ts'

/**
 * What was measured, where and when, so that a copy of the output can be handed in. Parts of two lines, and of a third in a
 * lab. `varied`: members of the configuration that are said elsewhere.
 */
export function headerOf(
  document: ResultDocument,
  varied: ReadonlySet<string> = new Set(),
): readonly [string[], string[], ...string[][]] {
  const { tool, host, config } = document
  const engines = `${enginesOf(document)}${config.socket?.spin ? ', spinning' : ''}`
  const system = `${platformName(host.platform)} ${majorMinor(host.release)}, Node ${majorMinor(host.node)}`
  const what = [jobs(document, varied), blocks(document, varied)]
  if (config.totalBytes !== undefined && !varied.has('totalBytes'))
    what.push(`${glued(formatBytes(config.totalBytes))} to a run`)
  if (config.timeoutNs !== NS_PER_SEC) what.push(`timeout ${formatDuration(config.timeoutNs)}`)
  if (config.nagle && config.transports.includes('tcp')) what.push('Nagle on')
  if (config.family !== 0) what.push(`IPv${config.family}`)
  if (config.bind !== undefined) what.push(`from ${printable(config.bind)}`)
  what.push(...congestionOf(document), ...leaving(config), ...pathOf(document))
  if (config.sealed) what.push('sealed with a key')
  if (config.verify && document.summary.some(({ metrics }) => (metrics.corruptCount ?? null) !== null)) {
    what.push('every byte verified')
  }
  return [
    [
      `netcmp ${printable(tool.version)}`,
      targetOf(config),
      ...(engines === '' ? [] : [`engine ${engines}`]),
      system,
      `${host.cpu === '' ? '' : `${printable(host.cpu)}, `}${host.cores} ${host.cores === 1 ? 'core' : 'cores'}`,
    ],
    [...what, formatTime(tool.startedAt)].filter((part) => part !== ''),
    ...(document.link === undefined ? [] : [linkNotes(document.link)]),
  ]
}

/** `127.0.0.1 (own server process)`, `lab1 (192.0.2.7)`. */
function targetOf(config: Config): string {
  const target = printable(config.target)
  const hosts = new Set(
    config.transports.flatMap((name) => {
      const address = own(config.addresses, name)
      const host = address && /^\[?(.*?)\]?:\d+$/.exec(address)?.[1]
      return host ? [printable(host)] : []
    }),
  )
  const [host] = hosts
  if (hosts.size !== 1 || host === undefined || target.includes(host)) return target
  return isOwnServer(config) ? `${host} (${target})` : `${target} (${host})`
}

/** What TCP ran; what was asked for, where no socket told. */
function congestionOf({ runs, config }: ResultDocument): string[] {
  const names = new Set(runs.flatMap(({ congestion }) => congestion ?? []))
  const asked = config.transports.includes('tcp') ? config.socket?.congestion : undefined
  if (names.size === 0 && asked !== undefined) names.add(asked)
  return names.size === 0 ? [] : [glued(`congestion control ${[...names].map(printable).join(', ')}`)]
}

/** How packets left, where somebody chose it. */
function leaving({ socket = {} }: Config): string[] {
  const { trafficClass, ttl, bufferBytes } = socket
  return [
    ...(trafficClass === undefined ? [] : [glued(trafficClassName(trafficClass))]),
    ...(ttl === undefined ? [] : [glued(`TTL ${ttl}`)]),
    ...(bufferBytes === undefined ? [] : [`buffers of ${glued(formatBytes(bufferBytes))}`]),
  ]
}

/** `path MTU 1500 B, datagrams up to 1472 B pass whole`. */
function pathOf({ path }: ResultDocument): string[] {
  if (path === undefined) return []
  const mtu = `path MTU ${formatBytes(path.mtuBytes)}${path.mtuBytes >= 65_535 ? ' or more' : ''}`
  return [`${glued(mtu)}, datagrams up to ${glued(formatBytes(path.datagramBytes))} pass whole`]
}

export function isOwnServer(config: Config): boolean {
  return config.target === 'own server process'
}

/** A member of a record by a name that a document chose. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** Each workload with what it takes to repeat it. Size and rate are those of echo, and said once. */
function jobs({ config }: ResultDocument, varied: ReadonlySet<string>): string {
  const streams = config.streams > 1 && !varied.has('streams') ? ` over ${config.streams} streams` : ''
  const size = varied.has('sizeBytes') ? '' : ` ${glued(formatBytes(config.sizeBytes))}`
  const rate = varied.has('ratePerSec') ? '' : ` at ${glued(formatRate(config.ratePerSec))}`
  const runs = (name: string) => config.workloads.includes(name)
  const words: Readonly<Record<string, () => string>> = {
    echo: () => `echo${size}${rate}${streams}`,
    connect: () => {
      const many = config.streams > 1 ? ` ${config.streams} at a time` : ''
      return `connect${many}${runs('echo') || runs('chat') || size === '' ? '' : ` with${size}`}`
    },
    bulk: () => {
      const isPaced = config.bulkRatePerSec !== 'max' && !varied.has('ratePerSec')
      const pace = !isPaced ? '' : ` at ${formatRate(config.bulkRatePerSec)}`
      const way =
        config.direction === 'up' || varied.has('direction')
          ? ''
          : config.direction === 'down'
            ? ' downwards'
            : ' both ways'
      const sizes = varied.has('sizeBytes') ? '' : ` ${bulkSizes(config)}`
      return `bulk${sizes}${pace}${way}${streams}`
    },
    chat: () => {
      const members = varied.has('members') ? '' : ` of ${config.members}`
      return `${glued(`chat${members}`)}${runs('echo') || size + rate === '' ? '' : `,${size}${rate}`}`
    },
  }
  return config.workloads
    .map((name) => (Object.hasOwn(words, name) ? words[name]?.() : undefined) ?? printable(name))
    .join(', ')
}

/** `64 KiB (TCP) and 1472 B (UDP)`, or the one size. */
function bulkSizes(config: Config): string {
  const sizes = new Map<string, string[]>()
  for (const name of config.transports) {
    const size = own(config.bulkSizeBytes, name)
    if (size === undefined) continue
    const text = glued(formatBytes(size))
    sizes.set(text, [...(sizes.get(text) ?? []), transportLabel(name)])
  }
  if (sizes.size === 1) return [...sizes.keys()].join('')
  return [...sizes].map(([size, names]) => `${size}${GLUE}(${names.join(', ')})`).join(' and ')
}

function blocks(document: ResultDocument, varied: ReadonlySet<string>): string {
  const { config, summary } = document
  const counts = summary.map((each) => each.blocks)
  const most = counts.reduce((a, b) => Math.max(a, b), 0)
  const least = counts.reduce((a, b) => Math.min(a, b), most)
  const duration = varied.has('durationNs') ? '' : ` of ${formatDuration(config.durationNs)}`
  const counted = least === most ? `${most}` : `${least} to ${most}`
  return `${counted} of ${config.blocks} ${config.blocks === 1 ? 'block' : 'blocks'}${duration}, seed ${config.seed}`
}

const platforms: Readonly<Record<string, string>> = {
  linux: 'Linux',
  darwin: 'Darwin',
  win32: 'Windows',
  freebsd: 'FreeBSD',
}

function platformName(platform: string): string {
  return own(platforms, platform) ?? printable(platform)
}

function majorMinor(version: string): string {
  return /^v?(\d+\.\d+)/.exec(version)?.[1] ?? printable(version)
}
