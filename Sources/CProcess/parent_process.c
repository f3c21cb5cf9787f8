#include "parent_process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int sluice_end_with_parent(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return -1;
  // The parent may have ended before the kernel was asked to watch it.
  return getppid() == parent ? 0 : -1;
}
