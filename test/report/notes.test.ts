import { expect, it } from 'vitest'
import { drawChart } from '../../src/report/chart.ts'
import { Notes } from '../../src/report/notes.ts'
import { createPaint } from '../../src/report/text.ts'
import { sampleResult } from './sample-result.ts'

it('names the rows that have no interval, unless no row has one', () => {
  const why = '3 of 6 counted blocks gave both a value; an interval needs 6'
  const notes = new Notes(2)
  notes.noInterval('jitter', why)
  notes.noInterval('close', why)
  expect(notes.lines()).toEqual([`no interval: ${why}`])
  notes.interval()
  expect(notes.lines()).toEqual([`no interval: jitter; close: ${why}`])
})

it('says what kept the chart from being drawn', () => {
  const chart = (sample: Parameters<typeof sampleResult>[0]) =>
    drawChart(sampleResult(sample), 80, createPaint(false)).join(' ')
  const failing = { transport: 'udp', workload: 'echo', error: 'udp: no answer' }
  expect(chart({ blocks: 1 })).toBe('no chart: only the warm-up ran')
  expect(chart({ cutAfter: 0, workloads: ['echo'] })).toBe('no chart: echo did not run')
  expect(chart({ transports: ['udp'], workloads: ['echo'], failing })).toBe(
    'no chart: every run of echo failed',
  )
})
