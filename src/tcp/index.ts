import { formatHostPort } from '../core/address.ts'
import {
  CONNECTION_FACTS,
  MSG_TRUNC_OF_TCP,
  RECEIVE_TIMESTAMPS,
  TRANSMIT_TIMESTAMPS,
  whichOf,
} from '../native/capabilities.ts'
import type { Transport } from '../transport/contract.ts'
import { chat } from './chat.ts'
import { echo } from './echo.ts'
import { dial, traits } from './endpoint.ts'
import { listen } from './listener.ts'

/** The Transmission Control Protocol (RFC 9293): a reliable, ordered stream between two sockets. */
export const tcp: Transport = {
  name: 'tcp',
  traits,
  engines: ['node', 'native'],
  capabilities: (socket) =>
    whichOf([MSG_TRUNC_OF_TCP, CONNECTION_FACTS, RECEIVE_TIMESTAMPS, TRANSMIT_TIMESTAMPS], socket),
  ephemeral: () => '127.0.0.1:0',
  at: formatHostPort,
  unavailable: () => undefined,
  dial,
  listen,
  echo,
  chat,
}
