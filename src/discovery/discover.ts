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
  const { bonjour, close } = await openMdns()
  const browser = bonjour.find({ type: SERVICE_TYPE })
  const began = clock.now()
  await clock.sleepUntil(nanos(began + timeoutNs / 2))
  // A question or its answer may have been lost. Who answers twice is found once.
  browser.update()
  await clock.sleepUntil(nanos(began + timeoutNs))
  browser.stop()
  await close()
  const found = browser.services.slice(0, MOST_FOUND).map(foundServer)
  return found.filter((each) => each !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1))
}
