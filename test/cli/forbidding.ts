import { BIN, Running } from './run-netcmp.ts'

/** Of x86-64 and ARM64 alike. */
export const EPOLL_PWAIT2 = 441

// seccomp(2): load the number of the call; where it is the one, EPERM; else the call. struct sock_fprog: how many, and where.
const FORBID = `
import ctypes, os, struct, sys
number, program = int(sys.argv[1]), sys.argv[2:]
rules = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7fff0000)]
code = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *rule) for rule in rules))
filter = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', len(rules), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
no_new_privileges, seccomp, with_filter = 38, 22, 2
if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.prctl(seccomp, with_filter, filter, 0, 0):
    sys.exit('no seccomp here: errno %d' % ctypes.get_errno())
os.execv(program[0], program)
`

/** `netcmp` in a sandbox that forbids one system call, as those of containers do. Needs python3. */
export function startForbidden(call: number, args: readonly string[]): Running {
  return new Running('python3', ['-c', FORBID, `${call}`, process.execPath, BIN, ...args])
}
