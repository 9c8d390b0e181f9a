/* The kernel's call: before the C library's setuid, chroot and prctl the runtime
 * would open what it could not have later.  (Code that nobody knows: the world
 * is open.) */
#ifndef BARE_H
#define BARE_H

static long bare_call(long number, long a, long b)
{
    long result;
    __asm__ volatile("syscall" : "=a"(result)
                     : "0"(number), "D"(a), "S"(b), "d"(0l)
                     : "rcx", "r11", "memory");
    return result;
}

#endif
