import type { Command } from 'commander'

/** What the link of a lab does to packets. `delay` says what is taken where none is given. */
export function withLinkOptions(command: Command, delay = ''): void {
  command
    .optionsGroup('The link:')
    .option('--loss <share>', 'of the packets each way are lost, each by itself, as 2%')
    .option('--burst-loss <p,r>', 'Gilbert-Elliott: how likely a burst begins, and ends, as 1%,30%')
    .option('--delay <time>', `one way, as 20ms${delay}`)
    .option('--jitter <time>', 'the delay is spread by so much up and down; order is kept')
    .option('--reorder <share>', 'of the packets leave ahead of the delay, past others')
    .option('--duplicate <share>', 'of the packets come twice')
    .option('--corrupt <share>', 'of the packets have a bit flipped')
    .option('--link-rate <rate>', 'that the link carries each way, as 10mbit')
    .option('--queue <packets>', 'that wait for the rate, at most (default: 100)')
    .option('--drop <packets>', 'exactly these of each run are lost, as 5,17-20')
    .option('--mtu <bytes>', 'largest packet, 1280 at least (default: 1500)')
    .option('--up <pairs>', "otherwise from client to server, as 'loss=5% delay=10ms'")
    .option('--down <pairs>', 'otherwise from server to client')
}
