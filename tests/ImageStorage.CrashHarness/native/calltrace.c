/*
 * Runs a program and watches the system calls that its threads make on files below one folder: writes them down in the
 * order in which they happen, and, if told to, makes one of them fail.
 *
 *   calltrace --root DIR --log FILE [--keep DIR] [--calls A,B,...] [--at N] [--fault ERRNO|short|kill] [--sticky] -- PROGRAM ARGUMENTS...
 *
 * The calls of --calls on paths below --root are counted over all threads, from 1; the N-th gets the fault (with
 * --sticky, every one from the N-th on). A number is an errno and the call is not made; "short" halves the length of a
 * write; "kill" ends the program with SIGKILL in front of the call. strace can inject faults too, but it filters by
 * exact paths only and counts in each thread by itself; and LD_PRELOAD does not see what .NET calls by P/Invoke.
 *
 * The log has a line for each call when it begins and one when it has ended:
 *   B number call inode path[TAB path]   a call begins; inode 0 where it has no file descriptor
 *   F number                             the call of this number is the one that fails
 *   E number result inode                it has ended with this result or -errno; inode of what it opened or made
 *   O number text                        the program wrote this line to its standard output
 * With --keep, every file that is opened for writing or made is hard-linked there under its inode number, so that its
 * content outlives its names.
 *
 * A seccomp filter makes the kernel stop the program at these calls and at no others. Linux, x86-64 and arm64.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where a call has its paths: -1 for none. "at" forms have a folder's descriptor in front of the path. */
struct call {
    long number;
    const char *name;
    int descriptor, at, path, at2, path2;
};

#define FD(name) { SYS_##name, #name, 0, -1, -1, -1, -1 }
#define TO_FD(name) { SYS_##name, #name, 2, -1, -1, -1, -1 } /* the descriptor that is written is the third argument */
#define PATH(name) { SYS_##name, #name, -1, -1, 0, -1, -1 }
#define PATHS(name) { SYS_##name, #name, -1, -1, 0, -1, 1 }
#define AT(name) { SYS_##name, #name, -1, 0, 1, -1, -1 }
#define ATS(name) { SYS_##name, #name, -1, 0, 1, 2, 3 }

static const struct call calls[] = {
    FD(write), FD(writev), FD(pwrite64), FD(pwritev), FD(pwritev2), FD(ftruncate), FD(fallocate), TO_FD(copy_file_range),
    FD(fsync), FD(fdatasync), FD(sync_file_range), FD(flock), FD(pread64), FD(preadv), FD(getdents64), FD(fchmod),
    AT(openat), AT(openat2), AT(mkdirat), AT(mknodat), AT(unlinkat), AT(newfstatat), AT(statx), AT(faccessat), AT(faccessat2),
    AT(readlinkat), ATS(renameat), ATS(renameat2), ATS(linkat), PATH(truncate),
#ifdef SYS_open
    PATH(open), PATH(creat), PATH(mkdir), PATH(mknod), PATH(unlink), PATH(rmdir), PATH(stat), PATH(lstat), PATH(access),
    PATH(readlink), PATHS(rename), PATHS(link), PATH(chmod),
#endif
};
#define CALLS (sizeof calls / sizeof calls[0])

enum fault { FAULT_NONE, FAULT_ERRNO, FAULT_SHORT, FAULT_KILL };

struct thread {
    pid_t id;
    long pending; /* the number of the call that it is in, or 0 */
    const struct call *call;
    int inject; /* the errno to give back, or 0 */
    int opens; /* does the call open for writing or make something? */
    char path[PATH_MAX];
};

static struct thread threads[4096];
static size_t thread_count;
static const char *root, *keep, *wanted = "";
static size_t root_length;
static FILE *output;
static long numbers, matched, at;
static enum fault fault = FAULT_NONE;
static int fault_errno, sticky;
static unsigned long long standard_output; /* its inode; the program has it from here, and may use a copy of the descriptor */

static void die(const char *what)
{
    perror(what);
    exit(125);
}

static struct thread *thread_of(pid_t id)
{
    for (size_t i = 0; i < thread_count; i++)
        if (threads[i].id == id)
            return &threads[i];
    if (thread_count == sizeof threads / sizeof threads[0])
        die("too many threads");
    memset(&threads[thread_count], 0, sizeof threads[0]);
    threads[thread_count].id = id;
    return &threads[thread_count++];
}

static void forget(pid_t id)
{
    for (size_t i = 0; i < thread_count; i++)
        if (threads[i].id == id) {
            threads[i] = threads[--thread_count];
            return;
        }
}

static int is_wanted(const char *name)
{
    size_t length = strlen(name);
    for (const char *found = wanted; (found = strstr(found, name)) != NULL; found += length)
        if ((found == wanted || found[-1] == ',') && (found[length] == ',' || found[length] == 0))
            return 1;
    return 0;
}

static size_t read_memory(pid_t id, unsigned long address, void *buffer, size_t length)
{
    struct iovec here = { buffer, length }, there = { (void *)address, length };
    ssize_t got = process_vm_readv(id, &here, 1, &there, 1, 0);
    return got < 0 ? 0 : (size_t)got;
}

/* Reads page by page: the text may end just in front of memory that is not there. */
static void read_text(pid_t id, unsigned long address, char *buffer, size_t size)
{
    size_t length = 0;
    while (length < size - 1) {
        size_t piece = 4096 - (address + length) % 4096;
        if (piece > size - 1 - length)
            piece = size - 1 - length;
        size_t got = read_memory(id, address + length, buffer + length, piece);
        size_t end = strnlen(buffer + length, got);
        length += end;
        if (end < got || got == 0)
            break;
    }
    buffer[length] = 0;
}

static unsigned long long inode_of(pid_t id, int descriptor)
{
    char link[64];
    struct stat status;
    snprintf(link, sizeof link, "/proc/%d/fd/%d", id, descriptor);
    return stat(link, &status) == 0 ? status.st_ino : 0;
}

static void path_of_descriptor(pid_t id, int descriptor, char *path)
{
    char link[64];
    snprintf(link, sizeof link, descriptor == AT_FDCWD ? "/proc/%d/cwd" : "/proc/%d/fd/%d", id, descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
}

static void path_of_argument(pid_t id, int folder, unsigned long address, char *path)
{
    char text[PATH_MAX];
    read_text(id, address, text, sizeof text);
    if (text[0] == '/') {
        strcpy(path, text);
        return;
    }
    path_of_descriptor(id, folder, path);
    size_t length = strlen(path);
    if (text[0] && length + 1 + strlen(text) < PATH_MAX) {
        path[length] = '/';
        strcpy(path + length + 1, text);
    }
}

static int is_below_root(const char *path)
{
    return strncmp(path, root, root_length) == 0 && (path[root_length] == 0 || path[root_length] == '/');
}

static void set_call_number(pid_t id, int number)
{
#if defined(__x86_64__)
    if (ptrace(PTRACE_POKEUSER, id, offsetof(struct user_regs_struct, orig_rax), (long)number) != 0)
        die("PTRACE_POKEUSER");
#elif defined(__aarch64__)
    struct iovec value = { &number, sizeof number };
    if (ptrace(PTRACE_SETREGSET, id, NT_ARM_SYSTEM_CALL, &value) != 0)
        die("PTRACE_SETREGSET");
#else
#error calltrace knows x86-64 and arm64
#endif
}

static void set_register(pid_t id, int is_result, unsigned long value)
{
#if defined(__x86_64__)
    size_t where = is_result ? offsetof(struct user_regs_struct, rax) : offsetof(struct user_regs_struct, rdx);
    if (ptrace(PTRACE_POKEUSER, id, where, value) != 0)
        die("PTRACE_POKEUSER");
#elif defined(__aarch64__)
    struct user_regs_struct registers;
    struct iovec all = { &registers, sizeof registers };
    if (ptrace(PTRACE_GETREGSET, id, NT_PRSTATUS, &all) != 0)
        die("PTRACE_GETREGSET");
    registers.regs[is_result ? 0 : 2] = value;
    if (ptrace(PTRACE_SETREGSET, id, NT_PRSTATUS, &all) != 0)
        die("PTRACE_SETREGSET");
#endif
}

/* Hard-links a file by its inode number; answers that number. */
static unsigned long long keep_file(pid_t id, int descriptor, const char *path)
{
    char source[PATH_MAX], target[PATH_MAX];
    struct stat status;
    if (descriptor >= 0)
        snprintf(source, sizeof source, "/proc/%d/fd/%d", id, descriptor);
    else
        snprintf(source, sizeof source, "%s", path);
    if (stat(source, &status) != 0)
        return 0;
    if (keep && S_ISREG(status.st_mode)) {
        snprintf(target, sizeof target, "%s/%llu", keep, (unsigned long long)status.st_ino);
        if (linkat(AT_FDCWD, source, AT_FDCWD, target, AT_SYMLINK_FOLLOW) != 0 && errno != EEXIST)
            die("linkat");
    }
    return status.st_ino;
}

static int opens_for_writing(pid_t id, const struct call *call, const uint64_t *arguments)
{
    unsigned long long flags = 0;
    if (strcmp(call->name, "openat2") == 0)
        read_memory(id, arguments[2], &flags, sizeof flags);
    else if (strcmp(call->name, "openat") == 0)
        flags = arguments[2];
    else if (strcmp(call->name, "open") == 0)
        flags = arguments[1];
    else
        return 0;
    return (flags & O_ACCMODE) != O_RDONLY;
}

static int makes_a_node(const struct call *call)
{
    return strncmp(call->name, "mknod", 5) == 0;
}

/* A thread stands in front of one of the calls. Answers whether its end is to be seen too. */
static int begin(pid_t id)
{
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, id, sizeof info, &info) < 0 || info.op != PTRACE_SYSCALL_INFO_SECCOMP)
        return 0;

    const struct call *call = NULL;
    for (size_t i = 0; i < CALLS && !call; i++)
        if (calls[i].number == (long)info.seccomp.nr)
            call = &calls[i];
    if (!call)
        return 0;

    const uint64_t *arguments = info.seccomp.args;
    if (call->number == SYS_write && inode_of(id, (int)arguments[0]) == standard_output) {
        char text[512];
        size_t length = arguments[2] < sizeof text - 1 ? arguments[2] : sizeof text - 1;
        text[read_memory(id, arguments[1], text, length)] = 0;
        text[strcspn(text, "\n")] = 0;
        fprintf(output, "O %ld %s\n", ++numbers, text);
        return 0;
    }

    struct thread *thread = thread_of(id);
    char second[PATH_MAX] = "";
    unsigned long long inode = 0;
    if (call->descriptor >= 0) {
        path_of_descriptor(id, (int)arguments[call->descriptor], thread->path);
        inode = inode_of(id, (int)arguments[call->descriptor]);
    } else {
        path_of_argument(id, call->at >= 0 ? (int)arguments[call->at] : AT_FDCWD, arguments[call->path], thread->path);
        if (call->path2 >= 0)
            path_of_argument(id, call->at2 >= 0 ? (int)arguments[call->at2] : AT_FDCWD, arguments[call->path2], second);
    }

    if (!is_below_root(thread->path) && !is_below_root(second))
        return 0;

    thread->pending = ++numbers;
    thread->call = call;
    thread->inject = 0;
    thread->opens = opens_for_writing(id, call, arguments);
    fprintf(output, "B %ld %s %llu %s", thread->pending, call->name, inode, thread->path);
    fprintf(output, second[0] ? "\t%s\n" : "\n", second);

    if (is_wanted(call->name) && (++matched == at || (sticky && at > 0 && matched > at))) {
        fprintf(output, "F %ld\n", thread->pending);
        fflush(output);
        if (fault == FAULT_KILL) {
            kill(id, SIGKILL);
        } else if (fault == FAULT_SHORT) {
            if (arguments[2] > 1)
                set_register(id, 0, arguments[2] / 2);
        } else if (fault == FAULT_ERRNO) {
            thread->inject = fault_errno;
            set_call_number(id, -1);
        }
    }
    return 1;
}

static void end(struct thread *thread)
{
    struct __ptrace_syscall_info info;
    long result = 0;
    if (thread->inject) {
        set_register(thread->id, 1, (unsigned long)-thread->inject);
        result = -thread->inject;
    } else if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->id, sizeof info, &info) >= 0 && info.op == PTRACE_SYSCALL_INFO_EXIT) {
        result = info.exit.rval;
    }

    unsigned long long inode = 0;
    if (result >= 0 && thread->opens)
        inode = keep_file(thread->id, (int)result, NULL);
    else if (result >= 0 && makes_a_node(thread->call))
        inode = keep_file(thread->id, -1, thread->path);
    fprintf(output, "E %ld %ld %llu\n", thread->pending, result, inode);
    thread->pending = 0;
}

static void stop_at_calls(void)
{
    struct sock_filter filter[CALLS + 3];
    size_t length = 0;
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < CALLS; i++)
        filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number, (unsigned char)(CALLS - i), 0);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    struct sock_fprog program = { (unsigned short)length, filter };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        die("seccomp");
}

static int watch(pid_t program)
{
    int code = 125;
    for (;;) {
        int status;
        pid_t id = waitpid(-1, &status, __WALL);
        if (id < 0)
            return code;
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (id == program)
                code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            forget(id);
            continue;
        }
        if (!WIFSTOPPED(status))
            continue;

        struct thread *thread = thread_of(id);
        int signal = WSTOPSIG(status), event = status >> 16, pass_on = 0;
        if (event == PTRACE_EVENT_SECCOMP)
            begin(id);
        else if (signal == (SIGTRAP | 0x80)) {
            if (thread->pending)
                end(thread);
        } else if (event == 0 && signal != SIGSTOP && signal != SIGTRAP)
            pass_on = signal; /* SIGSTOP is how new threads arrive; nobody else sends it. */

        /* Its thread may have been killed meanwhile, which the next wait tells. */
        ptrace(thread_of(id)->pending ? PTRACE_SYSCALL : PTRACE_CONT, id, 0, (long)pass_on);
    }
}

static char **read_options(int count, char **values)
{
    for (int i = 1; i < count; i++) {
        const char *option = values[i];
        if (strcmp(option, "--") == 0)
            return values + i + 1;
        if (strcmp(option, "--sticky") == 0) {
            sticky = 1;
            continue;
        }
        const char *value = values[++i];
        if (!value)
            break;
        if (strcmp(option, "--root") == 0)
            root = value;
        else if (strcmp(option, "--log") == 0)
            output = fopen(value, "we");
        else if (strcmp(option, "--keep") == 0)
            keep = value;
        else if (strcmp(option, "--calls") == 0)
            wanted = value;
        else if (strcmp(option, "--at") == 0)
            at = atol(value);
        else if (strcmp(option, "--fault") == 0) {
            fault = strcmp(value, "kill") == 0 ? FAULT_KILL : strcmp(value, "short") == 0 ? FAULT_SHORT : FAULT_ERRNO;
            fault_errno = atoi(value);
        } else
            break;
    }
    return NULL;
}

int main(int count, char **values)
{
    char **command = read_options(count, values);
    if (!command || !*command || !root || !output) {
        fprintf(stderr, "usage: calltrace --root DIR --log FILE [--keep DIR] [--calls A,B] [--at N] [--fault ERRNO|short|kill] [--sticky] -- PROGRAM ARGUMENTS\n");
        return 125;
    }
    root_length = strlen(root);
    standard_output = inode_of(getpid(), STDOUT_FILENO);
    setvbuf(output, NULL, _IOFBF, 1 << 20);

    pid_t program = fork();
    if (program < 0)
        die("fork");
    if (program == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            die("PTRACE_TRACEME");
        raise(SIGSTOP);
        stop_at_calls();
        execvp(command[0], command);
        die(command[0]);
    }

    int status;
    if (waitpid(program, &status, 0) != program || !WIFSTOPPED(status))
        die("the program did not start");
    long options = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACESECCOMP
        | PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SETOPTIONS, program, 0, options) != 0)
        die("PTRACE_SETOPTIONS");
    ptrace(PTRACE_CONT, program, 0, 0);
    int code = watch(program);
    fprintf(output, "END %ld %d\n", matched, code);
    fclose(output);
    return code;
}
