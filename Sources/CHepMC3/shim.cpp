#include "CHepMC3.h"
