#ifndef SLUICE_CHEPMC3_H
#define SLUICE_CHEPMC3_H
#endif
