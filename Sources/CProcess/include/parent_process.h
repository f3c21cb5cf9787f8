#ifndef PARENT_PROCESS_H
#define PARENT_PROCESS_H

#include <sys/types.h>

/// Lets the kernel kill this process when its parent ends, however the parent ends.
/// Returns 0; -1 when it cannot, or when the parent is not `parent` any more.
int sluice_end_with_parent(pid_t parent);

#endif
