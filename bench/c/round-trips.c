/*
 * round-trips udp|tcp block|spin SECONDS: 64 B there and back, one outstanding, against an echo in a process of its own.
 * `block` sleeps in recv, `spin` asks again and again. Prints the median, ns.
 */
#include "common.h"

enum { BYTES = 64, MOST = 1 << 22 };

static int flags;

/* Returns 0 where the peer has gone. */
static int receive_all(int fd, char *bytes) {
  for (int got = 0; got < BYTES;) {
    int count = recv(fd, bytes + got, BYTES - got, flags);
    if (count < 0 && errno == EAGAIN) continue;
    if (count <= 0) return 0;
    got += count;
  }
  return 1;
}

static void echo_datagrams(int fd) {
  char bytes[BYTES];
  struct sockaddr_in from;
  socklen_t length = sizeof from;
  for (;;) {
    int count = recvfrom(fd, bytes, BYTES, flags, (struct sockaddr *)&from, &length);
    if (count >= 0) must(sendto(fd, bytes, count, 0, (struct sockaddr *)&from, length), "sendto");
  }
}

static void echo_stream(int listener) {
  char bytes[BYTES];
  int fd = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept4");
  turn_on(fd, IPPROTO_TCP, TCP_NODELAY);
  while (receive_all(fd, bytes)) must(send(fd, bytes, BYTES, MSG_NOSIGNAL), "send");
  exit(0);
}

static int ascending(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int type = strcmp(argv[1], "tcp") == 0 ? SOCK_STREAM : SOCK_DGRAM;
  flags = strcmp(argv[2], "spin") == 0 ? MSG_DONTWAIT : 0;
  struct sockaddr_in at;
  int server = bound_socket(type, &at);
  if (type == SOCK_STREAM) must(listen(server, 1), "listen");
  pid_t child = fork_tied();
  if (child == 0) type == SOCK_STREAM ? echo_stream(server) : echo_datagrams(server);
  int fd = connected_socket(type, &at);
  int64_t *took = malloc(MOST * sizeof *took);
  memset(took, 0, MOST * sizeof *took);
  char bytes[BYTES] = {0};
  int count = 0;
  int64_t sent = now_ns();
  for (int64_t end = sent + atof(argv[3]) * 1e9; sent < end && count < MOST;) {
    must(send(fd, bytes, BYTES, MSG_NOSIGNAL), "send");
    if (!receive_all(fd, bytes)) exit(1);
    int64_t received = now_ns();
    took[count++] = received - sent;
    sent = received;
  }
  qsort(took, count, sizeof *took, ascending);
  printf("{\"p50Ns\":%lld,\"count\":%d}\n", (long long)took[count / 2], count);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}
