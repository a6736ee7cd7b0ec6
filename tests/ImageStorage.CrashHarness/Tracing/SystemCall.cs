namespace ImageStorage.CrashHarness.Tracing;

/// <summary>A system call that a worker made on something below the watched folder.</summary>
/// <param name="Number">Its place in the order in which calls began.</param>
/// <param name="Name">Its name, such as <c>renameat2</c>.</param>
/// <param name="Path">The path that it was made on.</param>
/// <param name="SecondPath">Where a rename or a link leads.</param>
/// <param name="Inode">The file behind its descriptor, or 0.</param>
internal sealed record SystemCall(long Number, string Name, string Path, string? SecondPath, ulong Inode)
{
    public bool Moves => Name.StartsWith("rename", StringComparison.Ordinal) || Name.StartsWith("link", StringComparison.Ordinal);

    public bool Removes => Name.StartsWith("unlink", StringComparison.Ordinal) || Name == "rmdir";

    public bool Flushes => Name is "fsync" or "fdatasync";

    public bool Cuts => Name is "ftruncate" or "truncate";

    public bool Writes => Name is "write" or "writev" or "pwrite64" or "pwritev" or "pwritev2" or "ftruncate" or "fallocate" or "copy_file_range";

    public bool MakesFolder => Name.StartsWith("mkdir", StringComparison.Ordinal);

    public bool MakesNode => Name.StartsWith("mknod", StringComparison.Ordinal);

    public bool Opens => Name.StartsWith("open", StringComparison.Ordinal) || Name == "creat";

    /// <summary>The name that the call changes: where a rename leads, or else the path that it was made on.</summary>
    public string Target => SecondPath ?? Path;

    public override string ToString() => $"{Number} {Name} {Path}{(SecondPath is null ? string.Empty : " -> " + SecondPath)}";
}
