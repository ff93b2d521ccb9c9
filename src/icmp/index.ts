import { formatHostPort } from '../core/address.ts'
import { FORCED_BUFFERS, RECEIVE_TIMESTAMPS, TRANSMIT_TIMESTAMPS, whichOf } from '../native/capabilities.ts'
import type { Transport } from '../transport/contract.ts'
import { whyNotAllowed } from './allowed.ts'
import { chat } from './chat.ts'
import { echo } from './echo.ts'
import { dial, traits } from './endpoint.ts'
import { listen } from './listener.ts'

/** The echo of the Internet Control Message Protocol (RFC 792, RFC 4443), which any host answers without a server. */
export const icmp: Transport = {
  name: 'icmp',
  traits,
  ephemeral: () => '127.0.0.1:0',
  at: (host) => formatHostPort(host, 0),
  unavailable: () => whyNotAllowed(),
  engines: ['native'],
  capabilities: (socket) => whichOf([FORCED_BUFFERS, RECEIVE_TIMESTAMPS, TRANSMIT_TIMESTAMPS], socket),
  dial,
  listen,
  echo,
  chat,
}
