namespace ImageStorage.LiteDb.Files;

/// <summary>Suffixes of the file names of a store, after the name of the database.</summary>
internal static class FileSuffixes
{
    /// <summary>The database.</summary>
    public const string Data = "";

    /// <summary>The log of commits that are not in the database yet.</summary>
    public const string Log = "-log";

    /// <summary>Held by the owner while the store is open; afterwards the sign that there was a store.</summary>
    public const string Owner = "-owner";

    /// <summary>A database that is being created or compacted; worthless until the rename.</summary>
    public const string New = "-new";

    /// <summary>The log of the new database.</summary>
    public const string NewLog = "-new-log";
}
