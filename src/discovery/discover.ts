import { type Clock, nanos } from '../core/clock.ts'
import { openMdns, SERVICE_TYPE } from './mdns.ts'
import { type FoundServer, foundServer } from './record.ts'

/** Anyone on the network can claim to be any number of servers. */
const MOST_FOUND = 1_000

/**
 * Every server that answers within the time, by name, but no more than 1,000.
 * Throws UNREACHABLE where this host has no multicast DNS.
 */
export async function discover(clock: Clock, timeoutNs: number): Promise<FoundServer[]> {
  const { services, close } = await openMdns()
  const browsers = services.map((each) => each.find({ type: SERVICE_TYPE }))
  const began = clock.now()
  await clock.sleepUntil(nanos(began + timeoutNs / 2))
  // A question or its answer may have been lost. Who answers twice is found once.
  for (const each of browsers) each.update()
  await clock.sleepUntil(nanos(began + timeoutNs))
  for (const each of browsers) each.stop()
  await close()
  const answers = browsers.flatMap((each) => each.services.slice(0, MOST_FOUND))
  const found = answers.map(foundServer).filter((each) => each !== undefined)
  // Several networks may lead to one server.
  const byName = new Map(found.map((each) => [`${each.name} ${each.address}`, each]))
  return [...byName.values()].slice(0, MOST_FOUND).sort((a, b) => (a.name < b.name ? -1 : 1))
}
