import { freshPath } from '../core/socket-path.ts'
import type { Transport } from '../transport/contract.ts'
import { chat } from './chat.ts'
import { echo } from './echo.ts'
import { dial, traits } from './endpoint.ts'
import { listen } from './listener.ts'

/** A stream socket over a path of this host (a named pipe on Windows): what TCP costs without a network below it. */
export const unix: Transport = {
  name: 'unix',
  traits,
  ephemeral: freshPath,
  at: () => undefined,
  unavailable: () => undefined,
  dial,
  listen,
  echo,
  chat,
}
