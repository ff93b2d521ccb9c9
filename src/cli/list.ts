import { transports } from '../registry.ts'
import { catalogue } from '../report/catalogue.ts'
import { columns, emit } from './output.ts'

/** `netcmp list transports|workloads|metrics`. */
export async function listCommand(what: 'transports' | 'workloads' | 'metrics'): Promise<void> {
  await emit(catalogue(what, transports, columns()), undefined)
}
