#include "a.h"
int spaced;
