import { setFlagsFromString } from 'node:v8'

// Node gives every datagram memory of its own. A young generation that grows spreads it over more than the processor's
// cache holds, and a thread that frees it meanwhile takes turns with us at malloc's lock: together 15 to 20 % of the
// datagrams that a process can receive in a second (docs/decisions/0024). Imported first: what has grown does not shrink.
setFlagsFromString('--semi-space-growth-factor=1')
setFlagsFromString('--no-concurrent-array-buffer-sweeping')
