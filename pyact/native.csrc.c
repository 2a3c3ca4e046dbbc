#include "cpu.h"
#include "threads.h"

int pyact_build_ufuncs(void *dictionary, void *docs);
int pyact_build_function_type(void *dictionary);
