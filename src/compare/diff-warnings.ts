import type { ResultDocument, Warning } from '../result/schema.ts'

/** Differ between any two runs, and change nothing that is measured. */
const incidental = new Set(['addresses', 'seed'])

/** What makes two results hard to compare: other settings, another computer, a result that was cut short. */
export function diffWarnings(a: ResultDocument, b: ResultDocument): Warning[] {
  const differing = [
    ...differences(settingsOf(a), settingsOf(b)),
    ...differences(a.host, b.host).map((each) => `host ${each}`),
    ...engineDifferences(a, b, 'engine'),
    ...engineDifferences(a, b, 'farEngine'),
    ...differences({ version: a.tool.version }, { version: b.tool.version }).map((each) => `netcmp ${each}`),
  ]
  const warnings: Warning[] = []
  if (differing.length > 0) {
    warnings.push({
      code: 'settings',
      text: `A and B did not run alike, which may explain a difference: ${differing.join(', ')}`,
    })
  }
  for (const [name, { partial }] of Object.entries({ A: a, B: b })) {
    if (partial) warnings.push({ code: 'partial', text: `${name} was cut short, and has fewer blocks` })
  }
  return warnings
}

/** All of them side by side. */
function settingsOf({ config: { socket, ...others } }: ResultDocument): object {
  return { ...others, ...socket }
}

/** What drove one end of each transport, where both results tell: older ones and older servers may not. */
function engineDifferences(a: ResultDocument, b: ResultDocument, end: 'engine' | 'farEngine'): string[] {
  const engines = ({ runs }: ResultDocument) => new Map(runs.map((run) => [run.transport, run[end]]))
  const [ofA, ofB] = [engines(a), engines(b)]
  const isTold = ([transport]: [string, unknown]) => ofA.get(transport) && ofB.get(transport)
  const told = (all: Map<string, unknown>) => Object.fromEntries([...all].filter(isTold))
  const of = end === 'engine' ? 'engine of' : 'server’s engine of'
  return differences(told(ofA), told(ofB)).map((each) => `${of} ${each}`)
}

/** `sizeBytes (64 and 1400)` for each member that differs. */
function differences(a: object, b: object): string[] {
  const [ofA, ofB] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
  return [...new Set([...ofA.keys(), ...ofB.keys()])]
    .filter((key) => !incidental.has(key) && said(ofA.get(key)) !== said(ofB.get(key)))
    .map((key) => `${key} (${said(ofA.get(key))} and ${said(ofB.get(key))})`)
}

function said(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.map(said).join(',')
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return members.map(([name, member]) => `${name} ${said(member)}`).join(' ')
}
