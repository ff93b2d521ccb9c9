import { NetcmpError } from '../core/errors.ts'
import { hostClock } from '../core/host-clock.ts'
import { parseDuration } from '../core/units.ts'
import { discover } from '../discovery/discover.ts'
import { drawServers } from '../report/servers.ts'
import { columns, emit } from './output.ts'

interface DiscoverFlags {
  timeout: string
  format: 'table' | 'json'
}

/** `netcmp discover`: who on the local network serves. */
export async function discoverCommand({ timeout, format }: DiscoverFlags): Promise<void> {
  const servers = await discover(hostClock, parseDuration(timeout))
  if (servers.length === 0) {
    throw new NetcmpError(
      'TIMEOUT',
      `netcmp: no server announced itself within ${timeout} (start one: netcmp serve --host 0.0.0.0)`,
    )
  }
  const text = format === 'json' ? `${JSON.stringify(servers, null, 2)}\n` : drawServers(servers, columns())
  await emit(text, undefined)
}
