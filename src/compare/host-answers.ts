import { NetcmpError } from '../core/errors.ts'
import type { Warning } from '../result/schema.ts'
import type { Transport } from '../transport/contract.ts'
import { type WorkloadName, workloadNames } from '../workload/names.ts'

/** Whom nobody but the far host's own system answers: it returns messages, and that is all that it does. */
export function hostAnswered(transports: readonly Transport[]): string[] {
  return transports.flatMap(({ name, traits }) => (traits.answeredBy === 'host' ? name : []))
}

const needServer = workloadNames.filter((name) => name !== 'echo')

/** What all of the transports can run: of `asked`, or of everything. Throws BAD_VALUE where what was asked for is not. */
export function workloadsFor(
  transports: readonly Transport[],
  asked: readonly WorkloadName[] | undefined,
): readonly WorkloadName[] {
  const [name] = hostAnswered(transports)
  if (name === undefined) return asked ?? workloadNames
  const impossible = needServer.filter((each) => asked?.includes(each))
  if (impossible.length === 0) return asked ?? ['echo']
  const why = `${name}: only the far host answers, and only echo (leave out ${listed(impossible)}, or ${name})`
  throw new NetcmpError('BAD_VALUE', why)
}

/** That not everything was run, where nobody said what to run. */
export function leftOutWarnings(
  transports: readonly Transport[],
  asked: readonly WorkloadName[] | undefined,
): Warning[] {
  const [name] = hostAnswered(transports)
  if (name === undefined || asked !== undefined) return []
  const text = `${name}: only the far host answers, and only echo: ${listed(needServer)} were left out`
  return [{ code: 'left-out', text }]
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
