namespace ImageStorage.CrashHarness.Tracing;

/// <summary>A fault of system calls.</summary>
/// <param name="Name">The name in reports.</param>
/// <param name="How">The name for calltrace: an errno, <c>short</c> or <c>kill</c>.</param>
/// <param name="Calls">The calls that may have the fault.</param>
/// <param name="IsSticky"><see langword="true"/> if all later calls have the fault too.</param>
internal sealed record Fault(string Name, string How, IReadOnlyList<string> Calls, bool IsSticky = false)
{
    private static readonly string[] Changing =
    [
        "openat", "open", "creat", "write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate", "copy_file_range", "fsync", "fdatasync", "flock", "mkdir", "mkdirat",
        "mknod", "mknodat", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "rmdir",
    ];

    private static readonly string[] Looking = ["openat2", "pread64", "preadv", "getdents64", "stat", "lstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "readlink", "readlinkat"];

    private static readonly string[] Growing =
    [
        "openat", "open", "creat", "write", "writev", "pwrite64", "pwritev", "pwritev2", "fallocate", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2", "link", "linkat", "fsync",
        "fdatasync",
    ];

    public static IReadOnlyList<Fault> All { get; } =
    [
        // 5 is EIO, 28 ENOSPC.
        new("I/O error of a change", "5", Changing),
        new("I/O error of a look", "5", Looking),
        new("disk full, once", "28", Growing),
        new("disk full from then on", "28", Growing, IsSticky: true),
        new("write cut short", "short", ["write", "writev", "pwrite64", "pwritev", "pwritev2"]),
        new("killed in front of a change", "kill", Changing),
    ];
}
