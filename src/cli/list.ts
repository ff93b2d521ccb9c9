import { transports } from '../registry.ts'
import { catalogue, listed } from '../report/catalogue.ts'
import { columns, emit } from './output.ts'
import { presets } from './sweep/presets.ts'

export type Listing = 'transports' | 'workloads' | 'metrics' | 'presets'

/** `netcmp list transports|workloads|metrics|presets`. */
export async function listCommand(what: Listing): Promise<void> {
  const text =
    what === 'presets'
      ? listed(
          presets.map(({ name, description }) => [name, description]),
          columns(),
        )
      : catalogue(what, transports, columns())
  await emit(text, undefined)
}
