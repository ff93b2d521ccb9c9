import type { Finding } from '../report/findings.ts'
import { joined } from '../report/sentence.ts'

/** Something that the native engine can make use of. */
interface Capability {
  readonly name: string
  readonly without: string
  readonly isHere: boolean
}

/** Whether sockets can be driven by system calls here, and with what; found out by trying. */
export type NativeEngine =
  | { readonly capabilities: readonly Capability[] }
  | { readonly why: string; readonly isUnexpected: boolean }

/** Says nothing where nobody would expect that engine: another system, another processor. */
export function engineFindings(native: NativeEngine): Finding[] {
  const check = 'native engine'
  if ('why' in native) {
    const text = `${native.why}; node’s sockets are used instead, which cost more of every figure`
    return native.isUnexpected ? [{ check, level: 'note', text, remedy: null }] : []
  }
  const here = native.capabilities.filter(({ isHere }) => isHere).map(({ name }) => name)
  const missing = native.capabilities.filter(({ isHere }) => !isHere)
  return [
    {
      check,
      level: 'ok',
      text: `system calls drive the sockets${here.length > 0 ? `; tried and here: ${joined(here)}` : ''}`,
      remedy: null,
    },
    ...missing.map(
      ({ name, without }): Finding => ({
        check,
        level: 'note',
        text: `no ${name}: ${without}`,
        remedy: null,
      }),
    ),
  ]
}
