import type { Run, Summary, Warning } from '../result/schema.ts'

type Drops = NonNullable<NonNullable<Run['hostDrops']>['here']>

const kinds = [
  { key: 'receive', at: 'datagrams at receiving sockets', remedy: 'raise net.core.rmem_max' },
  { key: 'send', at: 'datagrams at sending sockets', remedy: 'raise net.core.wmem_max' },
  { key: 'interface', at: 'packets at interfaces', remedy: 'look at ethtool -S' },
] as const

/**
 * A warning for each workload of which messages were lost while a host dropped some: how many of them may have been lost
 * there, and how many cannot. A host counts the drops of every program: those are a bound, and more than was lost
 * says nothing.
 */
export function hostLosses(summary: readonly Summary[], runs: readonly Run[]): Warning[] {
  return summary.flatMap((each) => {
    const { transport, workload, metrics } = each
    if (!metrics.lossRatio) return []
    const hosts = runs
      .filter((run) => run.transport === transport && run.workload === workload && run.block > 0)
      .flatMap(({ hostDrops }) => hostDrops ?? [])
    const here = sum(hosts.map((run) => run.here))
    // Left out where the far side is on this host: nothing more is to be known.
    const isOneHost = hosts.every((run) => run.far === undefined)
    const far = isOneHost ? NONE : sum(hosts.map((run) => run.far ?? null))
    const dropped = [
      { host: 'this host', drops: here },
      { host: 'the far host', drops: far },
    ].flatMap(({ host, drops }) => (drops && totalOf(drops) > 0 ? { host, drops } : []))
    if (dropped.length === 0) return []
    const isAllKnown = here !== null && far !== null
    const count = dropped.reduce((total, { drops }) => total + totalOf(drops), 0)
    const who = dropped.map(({ host, drops }) => `${host} dropped ${placesOf(drops)}`).join(', ')
    const remedies = kinds.filter(({ key }) => dropped.some(({ drops }) => drops[key] > 0))
    const cure = ['lower --rate', ...remedies.map(({ remedy }) => remedy)].join(', or ')
    return {
      code: 'host-drops',
      text: `${transport} ${workload}: ${who} meanwhile${shareOf(each, count, isAllKnown)} (${cure})`,
    }
  })
}

/** In a chat one datagram lost on its way to the server is lost by every member: there counts do not compare. */
function shareOf({ workload, metrics }: Summary, droppedCount: number, isAllKnown: boolean): string {
  const { lossRatio, sentCount } = metrics
  if (!lossRatio || !sentCount || workload === 'chat') return ''
  const lostCount = Math.round(lossRatio * sentCount)
  if (droppedCount >= lostCount) return `: of ${lostCount} lost, all may have been lost there`
  const elsewhere = isAllKnown
    ? `, at least ${lostCount - droppedCount} on the path`
    : ', as far as the hosts tell'
  return `: of ${lostCount} lost, at most ${droppedCount} were lost there${elsewhere}`
}

const NONE: Drops = { receive: 0, send: 0, interface: 0 }

/** Null where one is not known, or there is none. */
function sum(all: readonly (Drops | null)[]): Drops | null {
  if (all.length === 0) return null
  return all.reduce<Drops | null>(
    (a, b) =>
      a &&
      b && {
        receive: a.receive + b.receive,
        send: a.send + b.send,
        interface: a.interface + b.interface,
      },
    NONE,
  )
}

function totalOf({ receive, send, interface: atInterfaces }: Drops): number {
  return receive + send + atInterfaces
}

/** `7096 datagrams at receiving sockets and 3 packets at interfaces`. */
function placesOf(drops: Drops): string {
  return kinds.flatMap(({ key, at }) => (drops[key] > 0 ? `${drops[key]} ${at}` : [])).join(' and ')
}
