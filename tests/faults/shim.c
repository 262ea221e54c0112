/* Between a program and its disk. Preloaded into a process of the drills, it does two things for the files below
 * SHIM_WATCH (and for connections of PostgreSQL, where SHIM_SOCKETS is set):
 *
 *   SHIM_JOURNAL  appends every change of a file, folder or name to this file, in the order in which they were done;
 *   SHIM_CONTROL  fails the calls that this file asks for: the test writes to it while the process runs.
 *
 * One lock is held from before a call to after its record, so the order of the journal is the order of the disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { FDS = 4096, FAULTS = 2 };
enum { OPEN = 'o', WRITE = 'w', TRUNCATE = 't', SYNC = 's', NOT_SYNCED = 'n', RENAME = 'r', UNLINK = 'u', FOLDER = 'm' };
/* Kinds of calls that can fail, as bits of a fault's mask. */
enum { ON_WRITE = 1, ON_SYNC = 2, ON_NAME = 4, ON_READ = 8 };

/* A fault: the `after`th call from now of the kinds in `mask` fails, and `times` - 1 after it, with `error`. */
struct fault { uint32_t mask, after, times, error; };
/* The control file. `calls` counts what could have failed; `failed` what did. */
struct control { struct fault fault[FAULTS]; uint32_t calls, failed; char last[FAULTS][112]; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *path_of[FDS];
static uint32_t handle_of[FDS], handles;
static int journal = -1, sockets;
static const char *watch;
static struct control *control;

__attribute__((constructor)) static void begin(void) {
    watch = getenv("SHIM_WATCH");
    sockets = getenv("SHIM_SOCKETS") != NULL;
    const char *path = getenv("SHIM_JOURNAL");
    if (path) journal = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    path = getenv("SHIM_CONTROL");
    if (path) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC);
        void *at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at != MAP_FAILED) control = at;
    }
    /* A process that this one starts is another drill, or none. */
    unsetenv("LD_PRELOAD");
}

#define REAL(name) ({ static __typeof__(&name) real_; if (!real_) real_ = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real_; })

/* The index of SQLite's write-ahead log is memory that happens to have a name: made anew after a crash. */
static int watched(const char *path) {
    size_t length = strlen(path);
    if (!watch || strncmp(path, watch, strlen(watch)) != 0) return 0;
    return !(length > 4 && strcmp(path + length - 4, "-shm") == 0);
}

static const char *of(int fd) { return fd >= 0 && fd < FDS ? path_of[fd] : NULL; }

static void put(const void *bytes, size_t count) {
    for (const char *at = bytes; count > 0;) {
        long done = syscall(SYS_write, journal, at, count);
        if (done < 0) abort();
        at += done, count -= (size_t)done;
    }
}

/* kind u8, handle u32, offset u64, length u64, bytes: the form that disk.rs reads. */
static void record(char kind, uint32_t handle, uint64_t offset, const void *bytes, uint64_t length) {
    if (journal < 0) return;
    char head[21];
    head[0] = kind;
    memcpy(head + 1, &handle, 4), memcpy(head + 5, &offset, 8), memcpy(head + 13, &length, 8);
    put(head, sizeof head), put(bytes, length);
}

static void record_names(char kind, const char *from, const char *to) {
    char both[8192];
    int length = snprintf(both, sizeof both, "%s\n%s", from, to);
    record(kind, 0, 0, both, (uint64_t)length);
}

/* The file in which a process tells its parent what it acknowledged is recorded, and never fails. */
static int tells(const char *path) {
    size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, "/told") == 0;
}

/* Whether this call is to fail; under the lock. A later fault counts only from when the one before it has happened. */
static int fails(uint32_t kind, const char *what, const char *path) {
    if (!control || tells(path)) return 0;
    control->calls++;
    for (int place = 0; place < FAULTS; place++) {
        struct fault *fault = &control->fault[place];
        if (fault->times == 0) continue;
        if (!(fault->mask & kind)) return 0;
        if (fault->after > 0) { fault->after--; return 0; }
        fault->times--, control->failed++;
        const char *name = strrchr(path, '/');
        snprintf(control->last[place], sizeof control->last[place], "%s %s", what, name ? name + 1 : path);
        errno = (int)fault->error;
        return 1;
    }
    return 0;
}

static void took(int fd, const char *path, int flags, int was_there) {
    if (fd < 0 || fd >= FDS) return;
    free(path_of[fd]);
    path_of[fd] = strdup(path);
    handle_of[fd] = ++handles;
    uint64_t made = (flags & O_CREAT) && !was_there, emptied = (flags & O_TRUNC) != 0;
    record(OPEN, handle_of[fd], made | emptied << 1, path, strlen(path));
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
    if (!watched(path) || (flags & O_PATH)) return (int)syscall(SYS_openat, folder, path, flags, mode);
    pthread_mutex_lock(&lock);
    int was_there = faccessat(folder, path, F_OK, 0) == 0, fd = -1;
    int is_name = (flags & O_CREAT) && !was_there;
    if (!is_name || !fails(ON_NAME, "create", path)) {
        fd = (int)syscall(SYS_openat, folder, path, flags, mode);
        took(fd, path, flags, was_there);
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define OPENING(name, ...) \
    va_list rest; va_start(rest, flags); mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
    va_end(rest); return open_at(__VA_ARGS__, flags, mode)
int open(const char *path, int flags, ...) { OPENING(open, AT_FDCWD, path); }
int open64(const char *path, int flags, ...) { OPENING(open64, AT_FDCWD, path); }
int openat(int folder, const char *path, int flags, ...) { OPENING(openat, folder, path); }
int openat64(int folder, const char *path, int flags, ...) { OPENING(openat64, folder, path); }

int connect(int fd, const struct sockaddr *to, socklen_t length) {
    if (sockets && to->sa_family == AF_UNIX && fd < FDS) {
        pthread_mutex_lock(&lock);
        free(path_of[fd]);
        path_of[fd] = strdup("connection");
        pthread_mutex_unlock(&lock);
    }
    return REAL(connect)(fd, to, length);
}

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (of(fd)) free(path_of[fd]), path_of[fd] = NULL;
    int done = (int)syscall(SYS_close, fd), error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}

/* A call on a watched file: fail it, or do it and record what was done. */
#define ON(fd, kind, what, call, done_record) ({ \
    __typeof__(call) done_ = -1; \
    pthread_mutex_lock(&lock); \
    if (!of(fd) || !fails(kind, what, of(fd))) { done_ = (call); if (of(fd) && done_ >= 0) { done_record; } } \
    int error_ = errno; pthread_mutex_unlock(&lock); errno = error_; done_; })

static ssize_t write_at(int fd, const void *bytes, size_t count, off_t offset) {
    return ON(fd, ON_WRITE, "write", syscall(SYS_pwrite64, fd, bytes, count, offset),
              record(WRITE, handle_of[fd], (uint64_t)offset, bytes, (uint64_t)done_));
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return write_at(fd, bytes, count, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) { return write_at(fd, bytes, count, offset); }

ssize_t write(int fd, const void *bytes, size_t count) {
    if (!of(fd)) return syscall(SYS_write, fd, bytes, count);
    int appends = (int)syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND;
    off_t offset = lseek(fd, 0, appends ? SEEK_END : SEEK_CUR);
    return ON(fd, ON_WRITE, "write", syscall(SYS_write, fd, bytes, count),
              record(WRITE, handle_of[fd], (uint64_t)offset, bytes, (uint64_t)done_));
}
ssize_t send(int fd, const void *bytes, size_t count, int flags) {
    return ON(fd, ON_WRITE, "send", syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0), );
}
ssize_t read(int fd, void *bytes, size_t count) {
    if (!of(fd)) return syscall(SYS_read, fd, bytes, count);
    return ON(fd, ON_READ, "read", syscall(SYS_read, fd, bytes, count), );
}
ssize_t recv(int fd, void *bytes, size_t count, int flags) {
    return ON(fd, ON_READ, "receive", syscall(SYS_recvfrom, fd, bytes, count, flags, NULL, NULL), );
}
static ssize_t read_at(int fd, void *bytes, size_t count, off_t offset) {
    return ON(fd, ON_READ, "read", syscall(SYS_pread64, fd, bytes, count, offset), );
}
ssize_t pread(int fd, void *bytes, size_t count, off_t offset) { return read_at(fd, bytes, count, offset); }
ssize_t pread64(int fd, void *bytes, size_t count, off_t offset) { return read_at(fd, bytes, count, offset); }

/* A sync that failed is recorded too: the kernel may have dropped what was to be written, and the next sync succeeds. */
static int sync_of(int fd, long number) {
    int failed = 0;
    pthread_mutex_lock(&lock);
    failed = of(fd) && fails(ON_SYNC, "sync", of(fd));
    int done = failed ? -1 : (int)syscall(number, fd), error = errno;
    if (of(fd)) record(done == 0 ? SYNC : NOT_SYNCED, handle_of[fd], 0, "", 0);
    pthread_mutex_unlock(&lock);
    errno = error;
    return done;
}
int fsync(int fd) { return sync_of(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_of(fd, SYS_fdatasync); }

static int cut(int fd, off_t length) {
    return (int)ON(fd, ON_WRITE, "truncate", syscall(SYS_ftruncate, fd, length),
                   record(TRUNCATE, handle_of[fd], (uint64_t)length, "", 0));
}
int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off_t length) { return cut(fd, length); }

/* A call on a name. */
#define ON_PATH(path, what, call, done_record) ({ \
    int done_ = -1; \
    pthread_mutex_lock(&lock); \
    if (!watched(path) || !fails(ON_NAME, what, path)) { done_ = (int)(call); if (watched(path) && done_ == 0) { done_record; } } \
    int error_ = errno; pthread_mutex_unlock(&lock); errno = error_; done_; })

int rename(const char *from, const char *to) {
    return ON_PATH(from, "rename", syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), record_names(RENAME, from, to));
}
int unlink(const char *path) {
    return ON_PATH(path, "unlink", syscall(SYS_unlinkat, AT_FDCWD, path, 0), record(UNLINK, 0, 0, path, strlen(path)));
}
int mkdir(const char *path, mode_t mode) {
    return ON_PATH(path, "mkdir", syscall(SYS_mkdirat, AT_FDCWD, path, mode), record(FOLDER, 0, 0, path, strlen(path)));
}
