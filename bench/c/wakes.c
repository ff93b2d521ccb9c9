/* wakes RATE sleep|spin: how late a loop that does nothing else notices moments that are due, for a second. Prints the 99th percentile, ns. */
#include "common.h"

enum { SECONDS = 1 };

static int by_size(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return left < right ? -1 : left > right;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int64_t rate = atoi(argv[1]), interval = 1000000000LL / rate, count = rate * SECONDS;
  int spins = strcmp(argv[2], "spin") == 0;
  int64_t *late = calloc(count, sizeof *late);
  prctl(PR_SET_TIMERSLACK, 1);
  int64_t due = now_ns();
  for (int64_t n = 0; n < count; n++) {
    due += interval;
    struct timespec at = {due / 1000000000LL, due % 1000000000LL};
    if (!spins) clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    while (now_ns() < due)
      ;
    late[n] = now_ns() - due;
  }
  qsort(late, count, sizeof *late, by_size);
  printf("{\"errorP99Ns\":%lld}\n", (long long)late[count * 99 / 100]);
  return 0;
}
