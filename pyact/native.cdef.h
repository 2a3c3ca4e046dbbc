int pyact_build_ufuncs(void *dictionary, void *docs);
int pyact_build_function_type(void *dictionary);
const char *pyact_isa(void);
const char *pyact_isa_error(void);
const char *pyact_isa_choices(void);
int pyact_set_isa(const char *name);
int pyact_get_num_threads(void);
void pyact_set_num_threads(int n);
