import type { SweepHead } from '../result/sweep-schema.ts'

/** Where a sweep that goes on is not the one that began: `blocks 10, not 7`. Undefined where it is the same. */
export function differenceOf(begun: SweepHead, now: SweepHead): string | undefined {
  const [before, after] = [identityOf(begun), identityOf(now)]
  const names = new Set([...before.keys(), ...after.keys()])
  for (const name of names) {
    const [was, is] = [before.get(name) ?? 'none', after.get(name) ?? 'none']
    if (was !== is) return `${name} ${was}, not ${is}`
  }
  return undefined
}

/** All that its figures depend on; not where its server happens to listen. */
function identityOf({ tool, host, config, link, engine, parameters }: SweepHead): Map<string, string> {
  const { addresses: _, ...settings } = config
  return new Map([
    ['netcmp', tool.version],
    ...Object.entries(host).map(([name, value]) => [`host ${name}`, said(value)] as const),
    ...Object.entries(settings).map(([name, value]) => [name, said(value)] as const),
    ...Object.entries(link ?? {}).map(([name, value]) => [`link ${name}`, said(value)] as const),
    ...parameters.map(({ id, values }) => [id, said(values)] as const),
    ['parameters', said(parameters.map(({ id }) => id))],
    ['engine', engine],
  ])
}

function said(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.map(said).join(',')
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return members.map(([name, member]) => `${name} ${said(member)}`).join(' ')
}
