import { flowChecks } from './checks/flow.ts'
import { lifeChecks } from './checks/life.ts'
import { messageChecks } from './checks/messages.ts'
import { orderChecks } from './checks/order.ts'
import { plainChecks } from './checks/plain.ts'
import { reachChecks } from './checks/reach.ts'
import type { Check } from './stage.ts'

/** What every transport promises, one check for each promise. */
export const complianceSuite: readonly Check[] = [
  ...messageChecks,
  ...orderChecks,
  ...flowChecks,
  ...lifeChecks,
  ...reachChecks,
  ...plainChecks,
]
