import { EchoRecording } from '../dist/measure/echo-recording.js'
import { interleaved } from './median.mjs'

const MESSAGES = 2_000_000

/** A round trip that varies as real ones do. */
const rttOf = (seq) => 50_000 + (seq & 4095)

let sum = 0

/** The loop and its values alone. */
function bare() {
  const began = process.hrtime.bigint()
  let total = 0
  for (let seq = 0; seq < MESSAGES; seq++) total += rttOf(seq)
  sum += total
  return Number(process.hrtime.bigint() - began) / MESSAGES
}

function recorded() {
  const record = new EchoRecording(1, 4096, null)
  const began = process.hrtime.bigint()
  for (let seq = 0; seq < MESSAGES; seq++) record.answered(0, seq, rttOf(seq))
  return Number(process.hrtime.bigint() - began) / MESSAGES
}

/** ns to write down one answered message: round trip, arrival, delay variation and jitter; the loop itself taken off. */
export async function recording(rounds) {
  const { a, b } = await interleaved(rounds, bare, recorded)
  return [
    {
      what: 'recording one message',
      value: b - a,
      unit: ' ns',
      limit: 20,
      atMost: true,
      detail: `${sum > 0 ? MESSAGES : 0} messages a round`,
    },
  ]
}
