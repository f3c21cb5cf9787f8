#ifndef CHEPMC3_H
#define CHEPMC3_H

// What generator files need from C and C++ libraries, as a handful of C functions: C++ classes with virtual functions
// cannot be imported into Swift.
//
// A HepMCInput hands out the bytes of a plain, gzip or zstd file. A HepMCParser lets the HepMC3 library read one event:
// GeV, cm and ns, mothers before daughters, vertex positions inherited. Sluice reads the listings itself, because the
// library passes over damage in silence; the library is the referee of the tests.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct HepMCInput HepMCInput;
typedef struct HepMCParser HepMCParser;

// Arrays stay valid until the parser reads its next event.
typedef struct HepMCEvent {
  double weight;           // first weight of the event, 1 if it has none
  size_t count;            // particles
  const int32_t *pdg;
  const int32_t *mother;   // index of the first mother, -1 for none; always smaller than the daughter's own index
  const int32_t *status;
  const double *momentum;  // px, py, pz, energy of each particle, GeV
  const double *vertex;    // x, y, z in cm and time in ns of each production vertex
} HepMCEvent;

// Opens a file; the first bytes say whether it is gzip, zstd or plain. On failure returns null and fills `message`.
HepMCInput *hepmcInputOpen(const char *path, char *message, size_t capacity);

// The same for bytes in memory, which are copied.
HepMCInput *hepmcInputOpenBytes(const void *bytes, size_t length, char *message, size_t capacity);

// Reads up to `length` bytes. Returns their number, 0 at the end, -1 on damage, with the reason in `message`.
ptrdiff_t hepmcInputRead(HepMCInput *input, char *bytes, size_t length, char *message, size_t capacity);

void hepmcInputClose(HepMCInput *input);

// `version` is 2 (IO_GenEvent) or 3 (Asciiv3).
HepMCParser *hepmcParserCreate(int version);

// Reads the one event in `text`, its lines from `E` on. Returns 0, or -1 with the reason in `message`.
int hepmcParserRead(
    HepMCParser *parser, const char *text, size_t length, HepMCEvent *event, char *message, size_t capacity);

void hepmcParserDestroy(HepMCParser *parser);

#ifdef __cplusplus
}
#endif

#endif
