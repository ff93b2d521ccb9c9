import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LinkConfig } from '../../lab/impairments.ts'
import { FOLDER } from '../../lab/places.ts'
import type { Link } from '../../result/schema.ts'
import type { CompareFlags } from '../flags.ts'
import type { SweepFlags, TypedFlags } from '../sweep/flags.ts'
import type { TracePlan } from '../trace/plan.ts'

/** Where the link between the hosts is controlled. */
export const CONTROL = `${FOLDER}/link.sock`

/** Where what the link is, and what the client is to compare, are written down for it. */
const LINK_NAME = 'link.json'
export const LINK_FILE = `${FOLDER}/${LINK_NAME}`
export const COMPARISON_FILE = `${FOLDER}/comparison.json`

/** What makes the link. */
export type LinkMaker = 'relay' | 'netem'

export interface MadeLink extends LinkConfig {
  readonly maker: LinkMaker
}

/** The link whose control is there, as it was when the lab began. */
export function linkAt(control: string): Link {
  return JSON.parse(readFileSync(join(dirname(control), LINK_NAME), 'utf8'))
}

/** A comparison of the two hosts, as the command that began the lab was told of it. */
export interface LabComparison {
  /** The server's host, by its name there. */
  readonly target: string
  readonly flags: CompareFlags
  /** What was typed, after the program's name. */
  readonly command: readonly string[]
}

/** A sweep over the link between them, likewise. */
export interface LabSweep {
  readonly typed: TypedFlags
  readonly defaults: SweepFlags
  readonly command: readonly string[]
}

/** What is to run on the client's host; its end is the lab's. */
export type LabWork =
  | { readonly kind: 'comparison'; readonly comparison: LabComparison }
  | { readonly kind: 'sweep'; readonly sweep: LabSweep }
  | { readonly kind: 'shell' | 'command'; readonly command: readonly string[] }
  | { readonly kind: 'trace'; readonly trace: TracePlan }

/** What a lab is to be, as `netcmp lab` hands it to the process that makes it. */
export interface LabPlan {
  readonly link: MadeLink
  readonly work: LabWork
  /** Where the server listens, and with what flags beside. */
  readonly listen: string
  readonly serverFlags: readonly string[]
  /** What is to run on the server's host meanwhile, for a shell to read. */
  readonly serve: string | undefined
}

/** What `netcmp lab` tells the process that makes the lab. */
export type ToLab = { readonly plan: LabPlan } | { readonly signal: NodeJS.Signals }

/** What it hears: that there is such a process; then why there is no lab, or what the client's program ended with. */
export type FromLab =
  | { readonly begun: true }
  | { readonly failed: { readonly code: string; readonly message: string } }
  | { readonly exitCode: number }
