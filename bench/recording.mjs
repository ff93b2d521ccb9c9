import { EchoRecording } from '../dist/measure/echo-recording.js'
import { median } from './median.mjs'

const MESSAGES = 2_000_000

/** ns to write down one answered message: round trip, arrival, delay variation and jitter. */
export async function recording(rounds) {
  const times = []
  for (let round = 0; round <= rounds; round++) {
    const record = new EchoRecording(1, 4096, null)
    const began = process.hrtime.bigint()
    for (let seq = 0; seq < MESSAGES; seq++) record.answered(0, seq, 50_000 + (seq & 4095))
    times.push(Number(process.hrtime.bigint() - began) / MESSAGES)
  }
  return [
    {
      what: 'recording one message',
      value: median(times.slice(1)),
      unit: ' ns',
      limit: 20,
      atMost: true,
      detail: `${MESSAGES} messages, ${rounds} rounds`,
    },
  ]
}
