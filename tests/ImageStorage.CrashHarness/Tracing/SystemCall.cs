namespace ImageStorage.CrashHarness.Tracing;

/// <summary>A system call of a worker below the traced folder.</summary>
/// <param name="Number">The position in the order of the starts of calls.</param>
/// <param name="Name">The name, such as <c>renameat2</c>.</param>
/// <param name="Path">The path.</param>
/// <param name="SecondPath">The target of a rename or a link.</param>
/// <param name="Inode">The file of the descriptor, or 0.</param>
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

    /// <summary>Gets the name that the call changes: the target of a rename, or the path.</summary>
    public string Target => SecondPath ?? Path;

    public override string ToString() => $"{Number} {Name} {Path}{(SecondPath is null ? string.Empty : " -> " + SecondPath)}";
}
