/*
 * paced-echoes RATE sleep|spin SECONDS: 64 B over UDP on a schedule, each answered by an echo in a process of its own, and how
 * late each left. `sleep` sleeps in ppoll (until just before a message is due) and recv, `spin` looks again and again. Prints the 99th percentile, ns.
 */
#include "common.h"
#include <poll.h>

enum { BYTES = 64, AWAKE_NS = 60000 };

static char bytes[BYTES];

static void echo(int fd, int flags) {
  struct sockaddr_in from;
  for (;;) {
    socklen_t length = sizeof from;
    int count = recvfrom(fd, bytes, BYTES, flags, (struct sockaddr *)&from, &length);
    if (count >= 0) must(sendto(fd, bytes, count, 0, (struct sockaddr *)&from, length), "sendto");
  }
}

/* Reads what comes until then; who sleeps is awake for the last of it. */
static void receive_until(int64_t due, int fd, int spins) {
  for (int64_t now = now_ns(); now < due; now = now_ns()) {
    int64_t asleep = due - AWAKE_NS - now;
    if (!spins && asleep > 0) {
      struct pollfd one = {fd, POLLIN, 0};
      struct timespec most = {asleep / 1000000000LL, asleep % 1000000000LL};
      ppoll(&one, 1, &most, NULL);
    }
    recv(fd, bytes, BYTES, MSG_DONTWAIT);
  }
}

static int ascending(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int64_t rate = atoi(argv[1]), interval = 1000000000LL / rate, count = rate * atof(argv[3]);
  int spins = strcmp(argv[2], "spin") == 0;
  struct sockaddr_in at;
  int server = bound_socket(SOCK_DGRAM, &at);
  pid_t child = fork_tied();
  if (child == 0) echo(server, spins ? MSG_DONTWAIT : 0);
  int fd = connected_socket(SOCK_DGRAM, &at);
  int64_t *late = calloc(count, sizeof *late);
  prctl(PR_SET_TIMERSLACK, 1);
  int64_t due = now_ns();
  for (int64_t n = 0; n < count; n++) {
    due += interval;
    receive_until(due, fd, spins);
    late[n] = now_ns() - due;
    must(send(fd, bytes, BYTES, 0), "send");
  }
  qsort(late, count, sizeof *late, ascending);
  printf("{\"errorP99Ns\":%lld}\n", (long long)late[count * 99 / 100]);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}
