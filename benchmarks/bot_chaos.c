/* Faults of a machine, for the processes that load this: a full disk and a clock that jumps.
 *
 * CHAOS_FULL names a file; while it exists, writing to regular files fails with ENOSPC.
 * CHAOS_CLOCK names a file of 8 bytes: the seconds by which the wall clock is ahead.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *ahead;
static const char *flag;

__attribute__((constructor)) static void prepare(void) {
    const char *path = getenv("CHAOS_CLOCK");
    flag = getenv("CHAOS_FULL");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file >= 0) {
        void *shared = mmap(NULL, 8, PROT_READ, MAP_SHARED, file, 0);
        ahead = shared == MAP_FAILED ? NULL : shared;
        close(file);
    }
}

static int is_full(int file) {
    struct stat facts;
    return flag && access(flag, F_OK) == 0 && fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
}

#define WRITING(name, parameters, arguments)                     \
    ssize_t name parameters {                                    \
        static ssize_t(*real) parameters;                        \
        if (!real) real = dlsym(RTLD_NEXT, #name);               \
        if (is_full(file)) { errno = ENOSPC; return -1; }        \
        return real arguments;                                   \
    }

WRITING(write, (int file, const void *from, size_t size), (file, from, size))
WRITING(pwrite, (int file, const void *from, size_t size, off_t at), (file, from, size, at))
WRITING(pwrite64, (int file, const void *from, size_t size, off64_t at), (file, from, size, at))

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && ahead && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += *ahead;
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int failed = real(now, zone);
    if (!failed && ahead) now->tv_sec += *ahead;
    return failed;
}

time_t time(time_t *now) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (now) *now = exact.tv_sec;
    return exact.tv_sec;
}
