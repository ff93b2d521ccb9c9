import { describe, expect, test } from 'vitest'
import { liars } from './liars.ts'
import { memory } from './memory-transport.ts'
import { patience } from './stage.ts'
import { complianceSuite } from './suite.ts'

// A lie of omission is found out by waiting in vain.
patience.ms = 1000

// Catches a suite that passes whatever it is shown.
describe.each(liars(memory))('a transport that $transport.name', ({ transport, caughtBy }) => {
  const check = complianceSuite.find((each) => each.name === caughtBy)

  test(`fails "${caughtBy}"`, async () => {
    await expect(check?.run(transport)).rejects.toThrow()
  })

  test('and without the lie would not', async () => {
    await expect(check?.run(memory)).resolves.toBeUndefined()
  })
})
