/* Loaded before the C library (LD_PRELOAD): each wait for the disk takes ARUS_FSYNC_DELAY_MS longer, as on a hard disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_longer(void) {
  const char *text = getenv("ARUS_FSYNC_DELAY_MS");
  if (text != NULL) usleep((useconds_t)atoi(text) * 1000);
}

int fsync(int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  wait_longer();
  return real(file);
}

int fdatasync(int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  wait_longer();
  return real(file);
}
