#include "CAllocator.h"

#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

void sluice_keep_freed_memory(void) {
#if defined(__GLIBC__)
  // The largest threshold there is: what is smaller is not mapped for itself.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  // Memory in use is bounded by the credits of the links, and so is what stays unused above it.
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
  mallopt(M_TOP_PAD, 16 << 20);
#endif
}
