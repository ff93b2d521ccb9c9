import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** All that nobody holds any more is collected when this returns; what is told of it is told in the next turns. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}
