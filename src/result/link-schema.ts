import * as v from 'valibot'

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const ratio = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

const impairments = v.object({
  lossRatio: ratio,
  burstLoss: v.nullable(
    v.pipe(
      v.object({ p: ratio, r: ratio }),
      v.description('Gilbert-Elliott: a burst begins, and ends, with these chances at each packet.'),
    ),
  ),
  duplicateRatio: ratio,
  corruptRatio: ratio,
  reorderRatio: ratio,
  bitsPerSec: v.nullable(v.pipe(v.number(), v.finite(), v.gtValue(0))),
  queuePackets: whole,
  delayNs: whole,
  jitterNs: whole,
  drop: v.pipe(
    v.array(v.strictTuple([whole, whole])),
    v.maxLength(10_000),
    v.description('Packets of each run that were lost, by number, from 1: first and last.'),
  ),
})

/** The link of a lab, as it was asked for. */
export const link = v.pipe(
  v.object({
    maker: v.pipe(
      v.string(),
      v.minLength(1),
      v.maxLength(64),
      v.description('`relay`: a process of ours; `netem`: the kernel’s queues.'),
    ),
    mtuBytes: whole,
    seed: whole,
    up: v.pipe(impairments, v.description('From the client to the server.')),
    down: impairments,
  }),
  v.description('The link between the two hosts of a lab, and what it did to packets.'),
)

const counts = v.object({
  packetCount: v.pipe(whole, v.description('IP packets that came to the link.')),
  byteCount: v.pipe(whole, v.description('Theirs, from the IP header on.')),
  deliveredCount: v.pipe(whole, v.description('Handed to the far host, copies among them.')),
  lostCount: whole,
  burstLostCount: whole,
  droppedCount: v.pipe(whole, v.description('By the list of packets to drop.')),
  queueFullCount: whole,
  underWayCount: v.exactOptional(
    v.pipe(
      whole,
      v.description(
        'Neither delivered nor lost when the run ended, copies among them; counted in no later run.',
      ),
    ),
  ),
  duplicateCount: v.pipe(whole, v.description('Copies that the link made.')),
  corruptCount: v.pipe(whole, v.description('Of those delivered.')),
  reorderedCount: v.pipe(whole, v.description('Of those delivered: left before one that had come earlier.')),
  messageCount: v.exactOptional(
    v.pipe(
      v.nullable(whole),
      v.description('Messages that came to the link, each once; null where its log does not tell.'),
    ),
  ),
  lostMessageCount: v.exactOptional(
    v.pipe(
      v.nullable(whole),
      v.description('Of these, how many never reached the far host whole and as they were sent.'),
    ),
  ),
  underWayMessageCount: v.exactOptional(
    v.pipe(
      v.nullable(whole),
      v.description('Of these, how many were still under way when the run ended: neither there nor lost.'),
    ),
  ),
})

/** What the link of a lab did to the packets of one run. */
export const linkAccount = v.pipe(
  v.object({
    up: counts,
    down: counts,
    unloggedCount: v.exactOptional(
      v.pipe(whole, v.description('Packets that the link’s log lacks; what needs them is null.')),
    ),
    unseenCount: v.exactOptional(
      v.pipe(whole, v.description('Packets that the host dropped before the link saw them.')),
    ),
  }),
  v.description('What the link did to the packets of the run, by its own count.'),
)
