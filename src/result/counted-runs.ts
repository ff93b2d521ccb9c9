import type { LinkAccount, Run } from './schema.ts'

/** Those behind a column of the table. */
export function countedRuns(runs: readonly Run[], transport: string, workload: string): Run[] {
  return runs.filter(
    (run) => run.transport === transport && run.workload === workload && run.block > 0 && run.error === null,
  )
}

/** What the link of a lab did during each of them; none where there was no lab. */
export function countedLinks(runs: readonly Run[], transport: string, workload: string): LinkAccount[] {
  return countedRuns(runs, transport, workload).flatMap(({ link }) => link ?? [])
}
