import * as v from 'valibot'
import { link, linkAccount } from './link-schema.ts'

export const finite = v.pipe(v.number(), v.finite())
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0))
const atLeastZero = v.pipe(v.number(), v.finite(), v.minValue(0))
export const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
export const text = v.pipe(v.string(), v.maxLength(4096))
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64))
const rate = v.union([positive, v.literal('max')])

export const metrics = v.pipe(
  v.record(name, v.nullable(finite)),
  v.description('Value by metric id, as `netcmp list metrics` explains them. Missing is null, never 0.'),
)

export const toolSchema = v.object({
  name: v.literal('netcmp'),
  version: name,
  startedAt: v.pipe(v.string(), v.isoTimestamp(), v.description('When the comparison began, UTC.')),
  durationNs: whole,
  command: v.pipe(
    v.nullable(v.array(text)),
    v.description(
      'What was typed, after the program’s name, and what variables and a config file set, as flags; null where the library was called.',
    ),
  ),
})

export const hostSchema = v.object({
  platform: name,
  release: text,
  arch: name,
  cpu: text,
  cores: whole,
  node: text,
})

export const clock = v.object({
  source: text,
  resolutionNs: v.pipe(atLeastZero, v.description('Smallest step between two readings.')),
  readNs: v.pipe(atLeastZero, v.description('What one reading costs.')),
})

export const config = v.pipe(
  v.object({
    target: v.pipe(text, v.description('The far side as the user named it, or `own server process`.')),
    addresses: v.pipe(v.record(name, text), v.description('Where each transport was dialled.')),
    transports: v.pipe(
      v.array(name),
      v.minLength(1),
      v.maxLength(16),
      v.description('The first is the one that the others are compared with.'),
    ),
    workloads: v.pipe(v.array(name), v.maxLength(64)),
    sizeBytes: whole,
    bulkSizeBytes: v.pipe(v.record(name, whole), v.description('Message size of bulk, by transport.')),
    ratePerSec: rate,
    bulkRatePerSec: rate,
    durationNs: whole,
    totalBytes: v.exactOptional(
      v.pipe(
        whole,
        v.description('Bytes after which a run of echo or bulk ended, where that was asked for.'),
      ),
    ),
    blocks: v.pipe(whole, v.description('Blocks asked for, the warm-up among them.')),
    seed: whole,
    timeoutNs: whole,
    members: whole,
    streams: whole,
    direction: v.picklist(['up', 'down', 'both']),
    nagle: v.boolean(),
    family: v.picklist([0, 4, 6]),
    bind: v.exactOptional(
      v.pipe(text, v.description('The address of this host that was dialled from, where one was named.')),
    ),
    socket: v.exactOptional(
      v.pipe(
        v.object({
          spin: v.exactOptional(v.pipe(v.boolean(), v.description('Both ends waited awake.'))),
          trafficClass: v.exactOptional(
            v.pipe(whole, v.maxValue(255), v.description('The byte of the IP header, RFC 2474.')),
          ),
          congestion: v.exactOptional(v.pipe(name, v.description('Congestion control of TCP.'))),
          ttl: v.exactOptional(v.pipe(whole, v.maxValue(255), v.description('Hops that a packet may take.'))),
          bufferBytes: v.exactOptional(
            v.pipe(whole, v.description('Of each socket, to receive and to send.')),
          ),
        }),
        v.description('How packets left, as far as it was asked for.'),
      ),
    ),
    answeredByHost: v.exactOptional(
      v.pipe(
        v.array(name),
        v.maxLength(16),
        v.description(
          'Transports whose messages the far host’s own system returned: nobody there counted, or read a clock.',
        ),
      ),
    ),
    sealed: v.exactOptional(
      v.pipe(v.boolean(), v.description('Every message carried a seal made with a shared key.')),
    ),
    verify: v.exactOptional(
      v.pipe(v.boolean(), v.description('Every byte of bulk’s messages and of echo’s answers was checked.')),
    ),
  }),
  v.description('Enough to repeat the run.'),
)

const path = v.pipe(
  v.object({
    datagramBytes: v.pipe(
      whole,
      v.description('The largest UDP datagram that arrived unfragmented, payload.'),
    ),
    mtuBytes: v.pipe(whole, v.description('The same as an IP packet; 65535 is all that IPv4 can hold.')),
  }),
  v.description('What the way to the server takes in one piece, where it was asked for.'),
)

const hostDrops = v.pipe(
  v.nullable(v.object({ receive: whole, send: whole, interface: whole, socket: v.exactOptional(whole) })),
  v.description(
    'Dropped for whichever program: at sockets that receive, at sockets that send, at interfaces; null where unknown. `socket`: of those received, at the sockets of this run, where that is known, those that were damaged among them.',
  ),
)

export const run = v.object({
  transport: name,
  workload: name,
  block: v.pipe(whole, v.description('Block 0 warms up and is not counted.')),
  engine: v.pipe(name, v.description('What drove the client’s sockets: node, or native: system calls.')),
  farEngine: v.exactOptional(
    v.pipe(name, v.description('What drove the server’s; missing where it does not say.')),
  ),
  capabilities: v.exactOptional(
    v.pipe(
      v.record(name, v.boolean()),
      v.description(
        'What the client’s native engine makes use of for this transport, as Linux calls it; false where this host does not have it, and something plainer took its place.',
      ),
    ),
  ),
  metrics,
  congestion: v.exactOptional(
    v.pipe(
      name,
      v.description('TCP’s congestion control, as the sender’s socket says; absent where it does not.'),
    ),
  ),
  error: v.pipe(v.nullable(text), v.description('Why the run failed, in one line; null where it did not.')),
  members: v.exactOptional(v.pipe(v.array(metrics), v.description('Chat: each member’s own figures.'))),
  link: v.exactOptional(linkAccount),
  hostDrops: v.exactOptional(
    v.pipe(
      v.object({
        here: hostDrops,
        far: v.exactOptional(hostDrops),
        messagesPerPacket: v.exactOptional(
          v.pipe(whole, v.minValue(1), v.description('Of ours, at most, in one packet that was dropped.')),
        ),
      }),
      v.description(
        'What either host dropped meanwhile; without `far` where the far side was dialled on this host. Only of transports that may lose.',
      ),
    ),
  ),
})

const summary = v.object({
  transport: name,
  workload: name,
  engine: name,
  blocks: v.pipe(whole, v.description('Counted blocks behind these figures.')),
  metrics,
  curve: v.pipe(
    v.nullable(v.pipe(v.array(atLeastZero), v.maxLength(1000))),
    v.description('Evenly spaced quantiles, 1 % to 99 %, of the round trip or the delivery, ns.'),
  ),
  members: v.exactOptional(v.array(metrics)),
})

const side = v.object({ transport: name, value: v.nullable(finite) })

export const verdict = v.object({
  workload: name,
  metric: name,
  better: v.picklist(['lower', 'higher']),
  a: side,
  b: side,
  ratio: v.pipe(
    v.nullable(positive),
    v.description('Hodges-Lehmann estimate of b over a; null for differences.'),
  ),
  difference: v.pipe(
    v.nullable(finite),
    v.description('Hodges-Lehmann estimate of b minus a; null for ratios.'),
  ),
  ci95: v.pipe(
    v.nullable(v.strictTuple([finite, finite])),
    v.description('Exact 95 % interval of the Wilcoxon signed-rank test; null under 6 pairs.'),
  ),
  pairs: v.pipe(whole, v.description('Counted blocks in which both sides have a value.')),
  outcome: v.pipe(
    v.picklist(['a', 'b', 'none', 'unknown']),
    v.description('The better side; none: no difference shown; unknown: see the reason.'),
  ),
  reason: v.pipe(v.nullable(text), v.description('Why the outcome is unknown.')),
})

export const warningSchema = v.object({ code: name, text })

/** The document that `netcmp --format json` prints and `netcmp report` reads. */
export const resultSchema = v.pipe(
  v.object({
    schema: v.literal('netcmp.result/1'),
    partial: v.pipe(v.boolean(), v.description('True where the comparison was cut short.')),
    tool: toolSchema,
    host: hostSchema,
    clock,
    config,
    path: v.exactOptional(path),
    link: v.exactOptional(link),
    runs: v.array(run),
    summary: v.array(summary),
    verdicts: v.array(verdict),
    warnings: v.array(warningSchema),
  }),
  v.title('netcmp.result/1'),
  v.description('What netcmp measured, over which transports, and which differences are real.'),
)

export type ResultDocument = v.InferOutput<typeof resultSchema>
export type Host = ResultDocument['host']
export type ClockFacts = ResultDocument['clock']
export type Config = ResultDocument['config']
export type Link = NonNullable<ResultDocument['link']>
export type LinkAccount = NonNullable<Run['link']>
export type Run = ResultDocument['runs'][number]
export type Summary = ResultDocument['summary'][number]
/** Figures over all counted blocks, however they were made. */
export type Summed = Pick<Summary, 'transport' | 'workload' | 'metrics'>
export type Verdict = ResultDocument['verdicts'][number]
export type Warning = ResultDocument['warnings'][number]
/** Values by metric id: the ids of this version and those a newer one may add. */
export type Metrics = Run['metrics']
