import type { Workload } from '../workload/contract.ts'
import type { RunOptions } from './dialling.ts'
import { LoopLag } from './loop-lag.ts'
import type { Pump } from './pump.ts'

/** Pumps to the end and writes down what that cost this process. */
export async function pumped(workload: Workload, pump: Pump, options: RunOptions): Promise<void> {
  const { cost } = workload.recording
  const stop = () => {
    workload.stop()
    pump.poke()
  }
  options.interrupt?.addEventListener('abort', stop, { once: true })
  if (options.interrupt?.aborted) workload.stop()
  // Our own loop waits inside a turn of node's: there is no lag to tell from that.
  const lag = options.socket?.engine === 'native' ? undefined : new LoopLag(options.clock, cost.loopLag)
  const cpuBefore = process.cpuUsage()
  try {
    await pump.run(options.signal)
  } finally {
    lag?.stop()
    const cpu = process.cpuUsage(cpuBefore)
    cost.cpuNs = Math.max(0, (cpu.user + cpu.system) * 1000 - pump.idleNs)
    options.interrupt?.removeEventListener('abort', stop)
  }
}
