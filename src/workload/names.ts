/** The jobs netcmp runs, in the order it runs and prints them. */
export const workloadNames = ['echo', 'connect', 'bulk', 'chat'] as const

export type WorkloadName = (typeof workloadNames)[number]
