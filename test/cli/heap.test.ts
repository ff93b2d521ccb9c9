import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const HEAP = new URL('../../dist/cli/heap.js', import.meta.url)

// What survives long enough makes V8 double the young generation, again and again.
const program = `
  import { getHeapSpaceStatistics } from 'node:v8'
  await import('${HEAP}')
  for (let i = 0, kept = []; i < 2e6; i++) {
    kept.push({ i })
    if (kept.length > 1e5) kept = []
  }
  console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 2 ** 20)
`

test('the young generation stays as small as it starts, 1 MiB and as much to move it to', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  expect(stderr).toBe('')
  expect(Number(stdout)).toBeLessThanOrEqual(2)
})
