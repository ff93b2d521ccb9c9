import { formatHostPort } from '../core/address.ts'
import {
  FORCED_BUFFERS,
  RECEIVE_TIMESTAMPS,
  TRANSMIT_TIMESTAMPS,
  UDP_GRO,
  UDP_SEGMENT,
  whichOf,
} from '../native/capabilities.ts'
import type { Transport } from '../transport/contract.ts'
import { chat } from './chat.ts'
import { echo } from './echo.ts'
import { dial, traits } from './endpoint.ts'
import { listen } from './listener.ts'

/** The User Datagram Protocol (RFC 768): datagrams, each on its own, with a checksum and no promise. */
export const udp: Transport = {
  name: 'udp',
  traits,
  engines: ['node', 'native'],
  capabilities: (socket) =>
    whichOf([UDP_SEGMENT, UDP_GRO, FORCED_BUFFERS, RECEIVE_TIMESTAMPS, TRANSMIT_TIMESTAMPS], socket),
  ephemeral: () => '127.0.0.1:0',
  at: formatHostPort,
  unavailable: () => undefined,
  dial,
  listen,
  echo,
  chat,
}
