#include "cpu.h"

int pyact_build_ufuncs(void *dictionary, void *docs);
