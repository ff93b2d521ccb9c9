import { describe, expect, it } from 'vitest'
import { missedLimits, parseLimit } from '../../src/cli/limits.ts'
import { metrics } from '../../src/measure/metrics.ts'
import { sampleResult } from '../report/sample-result.ts'
import { netcmp } from './run-netcmp.ts'

const run = { transports: ['tcp', 'udp'], workloads: ['echo', 'bulk'] }
const limitOf = (text: string) => parseLimit(text, run)

describe('parseLimit', () => {
  it.each([
    ['udp.echo.lossRatio>0.01', '>', 0.01],
    ['udp.echo.lossRatio>=7%', '>=', 0.07],
    ['udp.echo.rttP99Ns>2ms', '>', 2e6],
    ['udp.echo.rttP99Ns > 1.5 us', '>', 1500],
    ['udp.echo.rttP99Ns>2s', '>', 2e9],
    ['udp.echo.rttP99Ns>250', '>', 250],
    ['tcp.bulk.goodputBitsPerSec<1e9', '<', 1e9],
    ['tcp.bulk.goodputBitsPerSec<=1Gbit/s', '<=', 1e9],
    ['tcp.bulk.goodputBitsPerSec<2.5e+2Mbit/s', '<', 250e6],
    ['tcp.bulk.messagesPerSec<1000/s', '<', 1000],
    ['udp.echo.lossBurstMax>3', '>', 3],
  ])('%s', (text, relation, value) => {
    const [transport, workload, metric] = text.split(/[.>< ]/)
    expect(limitOf(text)).toEqual({ text, transport, workload, metric, relation, value })
  })

  it.each([
    ['', 'cannot be read (write transport.workload.metric, then > >= < or <=, as udp.echo.lossRatio>1%)'],
    ['echo.lossRatio>1', 'cannot be read (write '],
    ['udp.echo.lossRatio=1', 'cannot be read (write '],
    ['sctp.echo.lossRatio>1', 'no transport "sctp" in this comparison (there are tcp, udp)'],
    ['unix.echo.lossRatio>1', 'no transport "unix" in this comparison (there are tcp, udp)'],
    ['udp.ping.lossRatio>1', 'no workload "ping" in this comparison (there are echo, bulk)'],
    ['udp.chat.lossRatio>1', 'no workload "chat" in this comparison (there are echo, bulk)'],
    ['udp.echo.loss>1', `no metric "loss" (there are ${metrics.map(({ id }) => id).join(', ')})`],
    ['udp.echo.lossRatio>', '"" is no value of lossRatio (write 0.01 or 1%)'],
    ['udp.echo.lossRatio>1ms', '"1ms" is no value of lossRatio (write 0.01 or 1%)'],
    ['udp.echo.rttP99Ns>1%', '"1%" is no value of rttP99Ns (write 2ms, 150us, or 2e6 for ns)'],
    ['udp.echo.rttP99Ns>1e999', '"1e999" is no value of rttP99Ns (write '],
    ['udp.echo.rttP99Ns>-1', '"-1" is no value of rttP99Ns (write '],
    ['udp.echo.rttP99Ns>1constructor', '"1constructor" is no value of rttP99Ns (write '],
    ['udp.echo.lossBurstMax>3/s', '"3/s" is no value of lossBurstMax (write 3)'],
  ])('refuses "%s"', (text, why) => {
    expect(() => limitOf(text)).toThrow(`netcmp: --fail-on "${text}": ${why}`)
  })
})

describe('missedLimits', () => {
  const document = sampleResult()
  const [summary] = document.summary
  if (summary === undefined) throw new Error('the sample has no summary')
  const of = (lossRatio: number | null) => ({
    ...document,
    summary: [{ ...summary, metrics: { lossRatio } }],
  })

  it.each([
    ['>', 0.25, false],
    ['>=', 0.25, true],
    ['<', 0.25, false],
    ['<=', 0.25, true],
    ['>', 0.5, true],
    ['<', 0.125, true],
    ['>', 0.125, false],
  ])('%s a quarter, of %f: %j', (relation, value, isMissed) => {
    const text = `tcp.echo.lossRatio${relation}0.25`
    expect(missedLimits(of(value), [limitOf(text)])).toHaveLength(isMissed ? 1 : 0)
  })

  it('says the limit and the figure, each on its line', () => {
    const limits = ['tcp.echo.lossRatio>1%', 'tcp.echo.lossRatio>0.5'].map(limitOf)
    expect(missedLimits(of(0.25), limits).map(({ code, message }) => [code, message])).toEqual([
      ['LIMIT_MISSED', 'netcmp: limit tcp.echo.lossRatio>1% missed: lossRatio is 25.0 %'],
    ])
  })

  it('is missed by what was not measured, whatever the limit', () => {
    const line = 'netcmp: limit tcp.echo.lossRatio>1 missed: lossRatio was not measured'
    const limits = [limitOf('tcp.echo.lossRatio>1')]
    expect(missedLimits(of(null), limits).map(({ message }) => message)).toEqual([line])
    expect(missedLimits({ ...document, summary: [] }, limits).map(({ message }) => message)).toEqual([line])
  })
})

describe('netcmp --fail-on', () => {
  const quick = ['--workload', 'echo', '--blocks', '1', '--duration', '20ms', '--quiet']

  it('ends with 4 and a line for each limit that was missed, after the result', async () => {
    const limits = [
      'tcp.echo.rttP50Ns>0',
      'udp.echo.sentCount>0',
      'udp.echo.rttP50Ns>1000s',
      'tcp.echo.goodputBitsPerSec<1',
    ]
    const { code, stdout, stderr } = await netcmp([
      ...quick,
      ...limits.flatMap((limit) => ['--fail-on', limit]),
    ])
    expect(code).toBe(4)
    expect(stdout).toMatch(/^netcmp [\s\S]*LATENCY/)
    expect(stderr.split('\n').map((line) => line.replace(/is \d.*/, 'is so much'))).toEqual([
      'netcmp: limit tcp.echo.rttP50Ns>0 missed: rttP50Ns is so much',
      'netcmp: limit udp.echo.sentCount>0 missed: sentCount is so much',
      'netcmp: limit tcp.echo.goodputBitsPerSec<1 missed: goodputBitsPerSec was not measured',
      '',
    ])
  })

  it('ends with 0 where none was', async () => {
    const { code, stderr } = await netcmp([
      ...quick,
      '--fail-on',
      'udp.echo.rttP50Ns>1000s,tcp.echo.rttP50Ns>1000s',
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('measures nothing where a limit makes no sense', async () => {
    expect(await netcmp(['--proto', 'tcp', '--fail-on', 'udp.echo.lossRatio>1%'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'netcmp: --fail-on "udp.echo.lossRatio>1%": no transport "udp" in this comparison (there are tcp)\n',
    })
  })
})
