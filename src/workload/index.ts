import { Bulk } from './bulk.ts'
import { Chat } from './chat.ts'
import { Connect } from './connect.ts'
import type { Workload } from './contract.ts'
import { Echo } from './echo.ts'
import type { Job } from './job.ts'
import type { WorkloadName } from './names.ts'

const workloads: Readonly<Record<WorkloadName, new (job: Job) => Workload>> = {
  echo: Echo,
  connect: Connect,
  bulk: Bulk,
  chat: Chat,
}

/** A fresh state machine for the job. */
export function createWorkload(job: Job): Workload {
  return new workloads[job.workload](job)
}
