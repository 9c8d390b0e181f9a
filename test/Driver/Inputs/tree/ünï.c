#include "a.h"
int accented;
