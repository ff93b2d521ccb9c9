// Has network interfaces give packets as they are on a wire, each with its checksum: node offloads-off.mjs DEVICE...
import { turnOffloadsOff } from '../../dist/native/offloads.js'

await turnOffloadsOff(process.argv.slice(2))
