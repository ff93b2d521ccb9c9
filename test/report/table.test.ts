import { expect, it } from 'vitest'
import { layOut } from '../../src/report/table.ts'

// Breaks when a group loses its workload, the end of its title, in a table that is narrower than it.
it.each([40, 80])('a title that is longer than its lines is not cut, at %i columns', (columns) => {
  const title = 'WHAT HAPPENED THERE (echo)'
  const lines = [{ label: 'lost', values: ['0 %'], verdicts: [] }]
  const cells = { transports: ['UDP'], groups: [{ title, lines }], notes: [] }
  expect(layOut(cells, columns, (_, text) => text)).toEqual([
    `${' '.repeat(23)}UDP`,
    title,
    `  lost${' '.repeat(17)}0 %`,
  ])
})
