import { freshPath } from '../core/socket-path.ts'
import { whyNoSystemCalls } from '../native/available.ts'
import type { Transport } from '../transport/contract.ts'
import { chat } from './chat.ts'
import { echo } from './echo.ts'
import { dial, traits } from './endpoint.ts'
import { listen } from './listener.ts'

/** Datagram sockets over a path of this host (unix(7), SOCK_DGRAM): what UDP costs without a network below it. */
export const unixgram: Transport = {
  name: 'unixgram',
  traits,
  ephemeral: freshPath,
  at: () => undefined,
  unavailable: whyNoSystemCalls,
  engines: ['native'],
  dial,
  listen,
  echo,
  chat,
}
