/*
 * datagrams BYTES SECONDS: one process sends numbered datagrams as fast as it can, up to 64 with one call (UDP_SEGMENT),
 * another receives many with one call (UDP_GRO), and looks at the number of each. Prints what the receiver counted, and
 * the processor time of both.
 */
#include "common.h"

enum { MOST_SEGMENTS = 64, MOST_BYTES = 65507, SLOTS = 16, SLOT_BYTES = 65536, BUFFER_BYTES = 16 << 20, DRAIN_US = 50 };

#define LAST UINT64_MAX

static void enlarge(int fd, int force, int option) {
  int bytes = BUFFER_BYTES;
  if (setsockopt(fd, SOL_SOCKET, force, &bytes, sizeof bytes) < 0)
    must(setsockopt(fd, SOL_SOCKET, option, &bytes, sizeof bytes), "setsockopt");
}

static void number(char *datagram, uint64_t value) { memcpy(datagram, &value, sizeof value); }

static void send_all(const struct sockaddr_in *to, int bytes, double seconds) {
  static char batch[MOST_BYTES];
  int fd = connected_socket(SOCK_DGRAM, to);
  enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF);
  int segments = MOST_BYTES / bytes < MOST_SEGMENTS ? MOST_BYTES / bytes : MOST_SEGMENTS;
  struct iovec vector = {batch, (size_t)segments * bytes};
  union {
    char space[CMSG_SPACE(sizeof(uint16_t))];
    struct cmsghdr head;
  } control = {.head = {CMSG_LEN(sizeof(uint16_t)), SOL_UDP, UDP_SEGMENT}};
  uint16_t segment = bytes;
  memcpy(CMSG_DATA(&control.head), &segment, sizeof segment);
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  uint64_t sequence = 0;
  for (int64_t end = now_ns() + seconds * 1e9; now_ns() < end;) {
    for (int n = 0; n < segments; n++) number(batch + n * bytes, sequence++);
    must(sendmsg(fd, &message, 0), "sendmsg");
  }
  /* What is last may be lost as any other. */
  char last[sizeof(uint64_t)];
  number(last, LAST);
  for (int n = 0; n < 20; n++) {
    usleep(5000);
    if (send(fd, last, sizeof last, 0) < 0) return;
  }
}

struct tally {
  uint64_t received, out_of_order, next;
  int64_t first, last;
};

/* False at the last one. */
static int count_segments(struct tally *tally, const char *bytes, int length, int segment) {
  for (int at = 0; at < length; at += segment) {
    uint64_t sequence;
    memcpy(&sequence, bytes + at, sizeof sequence);
    if (sequence == LAST) return 0;
    tally->received++;
    if (sequence < tally->next) tally->out_of_order++;
    else tally->next = sequence + 1;
  }
  return 1;
}

static int segment_of(struct msghdr *message, int length) {
  for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
    int segment;
    if (head->cmsg_level != SOL_UDP || head->cmsg_type != UDP_GRO) continue;
    memcpy(&segment, CMSG_DATA(head), sizeof segment);
    return segment;
  }
  return length;
}

/* Drains the socket, sleeps a little, drains again: to be woken for every batch costs more. */
static void receive_all(int fd, struct tally *tally) {
  static char slots[SLOTS][SLOT_BYTES], controls[SLOTS][64];
  struct iovec vectors[SLOTS];
  struct mmsghdr messages[SLOTS] = {0};
  struct timespec drain = {0, DRAIN_US * 1000};
  for (int n = 0; n < SLOTS; n++) {
    vectors[n] = (struct iovec){slots[n], SLOT_BYTES};
    messages[n].msg_hdr = (struct msghdr){.msg_iov = &vectors[n], .msg_iovlen = 1, .msg_control = controls[n]};
  }
  for (;;) {
    for (int n = 0; n < SLOTS; n++) messages[n].msg_hdr.msg_controllen = sizeof controls[n];
    int count = recvmmsg(fd, messages, SLOTS, MSG_DONTWAIT, NULL);
    if (count < 0) {
      nanosleep(&drain, NULL);
      continue;
    }
    int64_t now = now_ns();
    if (tally->first == 0) tally->first = now;
    for (int n = 0; n < count; n++) {
      int length = messages[n].msg_len;
      if (!count_segments(tally, slots[n], length, segment_of(&messages[n].msg_hdr, length))) return;
    }
    tally->last = now;
  }
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  struct sockaddr_in at;
  struct tally tally = {0};
  int fd = bound_socket(SOCK_DGRAM, &at);
  enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF);
  turn_on(fd, SOL_UDP, UDP_GRO);
  prctl(PR_SET_TIMERSLACK, 1);
  pid_t child = fork_tied();
  if (child == 0) {
    send_all(&at, atoi(argv[1]), atof(argv[2]));
    return 0;
  }
  receive_all(fd, &tally);
  close(fd);
  waitpid(child, NULL, 0);
  int64_t cpu = cpu_ns(RUSAGE_SELF) + cpu_ns(RUSAGE_CHILDREN);
  printf("{\"received\":%llu,\"lost\":%llu,\"outOfOrder\":%llu,\"perSec\":%.1f,\"cpuNsPerDatagram\":%.1f}\n",
         (unsigned long long)tally.received, (unsigned long long)(tally.next - tally.received),
         (unsigned long long)tally.out_of_order, tally.received / ((tally.last - tally.first) / 1e9),
         (double)cpu / tally.received);
}
