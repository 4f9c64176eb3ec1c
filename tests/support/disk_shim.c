/* A disk that fails when it is told to, for one process: preloaded, it stands
 * between the program and the C library and counts every write, sync and cut
 * of files under one folder.
 *
 *   DISK_UNDER    the folder
 *   DISK_CONTROL  a file outside of it; what the program writes there is a word
 *                 to this disk and not stored:
 *                   "arm N full|error|torn"  the N-th operation fails, and all
 *                                            after it
 *                   "free"                   nothing fails any more; the file
 *                                            then holds "COUNT FIRED"
 *   DISK_FULL     a file: while it exists, the disk is full
 *
 * full: writes find no room. error: nothing is written or synced any more.
 * torn: half of the N-th write reaches the disk, then as error.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

enum mode { FULL, ERROR, TORN };
enum what { WRITE, OTHER };
enum verdict { PASS, FAIL, HALF };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long armed, count;
static int fired;
static enum mode mode;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite64)(int, const void *, size_t, off_t);
static int (*real_fsync)(int), (*real_fdatasync)(int);
static int (*real_ftruncate64)(int, off_t);

__attribute__((constructor)) static void find(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite64 = dlsym(RTLD_NEXT, "pwrite64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_ftruncate64 = dlsym(RTLD_NEXT, "ftruncate64");
}

static int path_of(int fd, char *path, size_t size) {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return 1;
}

static int is_under(const char *path) {
    const char *under = getenv("DISK_UNDER");
    size_t length = under ? strlen(under) : 0;
    return length && !strncmp(path, under, length) && path[length] == '/';
}

static enum verdict judge(int fd, enum what what) {
    char path[4096];
    if (!path_of(fd, path, sizeof path) || !is_under(path))
        return PASS;
    const char *full = getenv("DISK_FULL");
    if (full && !access(full, F_OK)) {
        errno = ENOSPC;
        return what == WRITE ? FAIL : PASS;
    }
    enum verdict verdict = PASS;
    pthread_mutex_lock(&lock);
    if (armed && !(mode == FULL && what == OTHER)) {
        count++;
        if (count >= armed) {
            verdict = mode == TORN && what == WRITE && !fired ? HALF : FAIL;
            fired = 1;
        }
    }
    errno = mode == FULL ? ENOSPC : EIO;
    pthread_mutex_unlock(&lock);
    return verdict;
}

/* A word to this disk; says whether it was one. */
static int is_word(int fd, const char *text, size_t size) {
    char path[4096], answer[64], name[8] = "", word[128] = "";
    const char *control = getenv("DISK_CONTROL");
    if (!control || !path_of(fd, path, sizeof path) || strcmp(path, control))
        return 0;
    memcpy(word, text, size < sizeof word - 1 ? size : sizeof word - 1);
    pthread_mutex_lock(&lock);
    if (sscanf(word, "arm %ld %7s", &armed, name) == 2) {
        mode = !strcmp(name, "full") ? FULL : !strcmp(name, "torn") ? TORN : ERROR;
        count = 0;
        fired = 0;
    } else {
        armed = 0;
        int length = snprintf(answer, sizeof answer, "%ld %d", count, fired);
        if (real_write(fd, answer, (size_t)length) != length)
            abort();
    }
    pthread_mutex_unlock(&lock);
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    if (fd > 2) {
        if (is_word(fd, bytes, size))
            return (ssize_t)size;
        switch (judge(fd, WRITE)) {
        case PASS:
            break;
        case HALF:
            if (real_write(fd, bytes, size / 2) < 0)
                abort();
            errno = EIO;
            return -1;
        case FAIL:
            return -1;
        }
    }
    return real_write(fd, bytes, size);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at) {
    switch (judge(fd, WRITE)) {
    case PASS:
        break;
    case HALF:
        if (real_pwrite64(fd, bytes, size / 2, at) < 0)
            abort();
        errno = EIO;
        return -1;
    case FAIL:
        return -1;
    }
    return real_pwrite64(fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) {
    return pwrite64(fd, bytes, size, at);
}

int fsync(int fd) { return judge(fd, OTHER) == PASS ? real_fsync(fd) : -1; }

int fdatasync(int fd) { return judge(fd, OTHER) == PASS ? real_fdatasync(fd) : -1; }

int ftruncate64(int fd, off_t size) {
    return judge(fd, OTHER) == PASS ? real_ftruncate64(fd, size) : -1;
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
