import { expect, it } from 'vitest'
import { Collection } from '../../src/service/collection.ts'

const MIB = 1024 * 1024

it('bounds what is under way of one host and of all, and has room again when something is given back', () => {
  const collection = new Collection({ mostBytes: 16 * MIB, keep: async () => undefined })
  const give = collection.hold('10.0.0.1', 16 * MIB)
  expect(collection.noRoom('10.0.0.1', 1)).toMatchObject({ code: 'FULL' })
  expect(collection.noRoom('10.0.0.2', 16 * MIB)).toBeUndefined()
  for (const host of ['10.0.0.2', '10.0.0.3', '10.0.0.4']) collection.hold(host, 16 * MIB)
  expect(collection.noRoom('10.0.0.5', 1)).toMatchObject({ code: 'FULL' })
  give()
  expect(collection.noRoom('10.0.0.1', 16 * MIB)).toBeUndefined()
})
