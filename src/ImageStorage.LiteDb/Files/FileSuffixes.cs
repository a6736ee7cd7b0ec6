namespace ImageStorage.LiteDb.Files;

/// <summary>What stands behind the name of the database in the names of its files.</summary>
internal static class FileSuffixes
{
    /// <summary>The database itself.</summary>
    public const string Data = "";

    /// <summary>The log of commits that are not in the database yet.</summary>
    public const string Log = "-log";

    /// <summary>Held by the one owner while the store is open; says afterwards that there was a store.</summary>
    public const string Owner = "-owner";

    /// <summary>A database that is being made, by creation or compaction; worthless until it is renamed.</summary>
    public const string New = "-new";

    /// <summary>The log of the database that is being made.</summary>
    public const string NewLog = "-new-log";
}
