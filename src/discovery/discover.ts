import { setTimeout as sleep } from 'node:timers/promises'
import { NS_PER_MS } from '../core/units.ts'
import { openMdns, SERVICE_TYPE } from './mdns.ts'
import { type FoundServer, foundServer } from './record.ts'

/** Every server that answers within the time, by name. Throws UNREACHABLE where this host has no multicast DNS. */
export async function discover(timeoutNs: number): Promise<FoundServer[]> {
  const { bonjour, close } = await openMdns()
  const browser = bonjour.find({ type: SERVICE_TYPE })
  const halfMs = timeoutNs / NS_PER_MS / 2
  await sleep(halfMs)
  // A question or its answer may have been lost. Who answers twice is found once.
  browser.update()
  await sleep(halfMs)
  browser.stop()
  await close()
  const found = browser.services.map(foundServer).filter((each) => each !== undefined)
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}
