import { hostClock } from '../dist/core/host-clock.js'
import { run } from '../dist/drive/run.js'
import { findTransport } from '../dist/registry.js'

/** The figures of one run against a netcmp server process; `socket` and `clock` are those of an engine. */
export async function measured(server, name, job, { socket, clock = hostClock } = {}) {
  const { recording, error } = await run({
    transport: findTransport(name),
    target: server.target.addresses[name],
    job: {
      timeoutNs: 1e9,
      members: 2,
      streams: 1,
      direction: 'up',
      sameClock: false,
      originNs: hostClock.originNs,
      ...job,
    },
    clock,
    socket,
    family: 0,
    nagle: false,
  })
  if (error) throw error
  return recording.values()
}
