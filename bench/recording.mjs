import { EchoRecording } from '../dist/measure/echo-recording.js'
import { interleaved } from './median.mjs'

const MESSAGES = 2_000_000

/** A round trip that varies as real ones do. */
const rttOf = (seq) => 50_000 + (seq & 4095)

function nsPerMessage(each) {
  const began = process.hrtime.bigint()
  for (let seq = 0; seq < MESSAGES; seq++) each(seq)
  return Number(process.hrtime.bigint() - began) / MESSAGES
}

/** ns to write down one answered message: round trip, arrival, delay variation and jitter. The loop itself is taken off. */
export async function recording(rounds) {
  let sum = 0
  const { a: bare, b: recorded } = await interleaved(
    rounds,
    () =>
      nsPerMessage((seq) => {
        sum += rttOf(seq)
      }),
    () => {
      const record = new EchoRecording(1, 4096, null)
      return nsPerMessage((seq) => {
        record.answered(0, seq, rttOf(seq))
      })
    },
  )
  return [
    {
      what: 'recording one message',
      value: recorded - bare,
      unit: ' ns',
      limit: 20,
      atMost: true,
      detail: `${sum > 0 ? MESSAGES : 0} messages`,
    },
  ]
}
