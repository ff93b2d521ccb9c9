import { describe, test } from 'vitest'
import { transports } from '../../src/registry.ts'
import { memory } from './memory-transport.ts'
import { complianceSuite } from './suite.ts'

for (const transport of [...transports, memory]) {
  describe(transport.name, () => {
    for (const check of complianceSuite) {
      test(check.name, async ({ skip }) => {
        const unavailable = transport.unavailable()
        const reason = unavailable ?? (await check.run(transport))
        if (reason !== undefined) skip(reason)
      })
    }
  })
}
