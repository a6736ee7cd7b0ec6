namespace ImageStorage.CrashHarness.Transfers;

/// <summary>The first words of the lines of a worker.</summary>
internal static class TransferLine
{
    /// <summary>A transfer starts; the transfer follows.</summary>
    public const string Begin = "begin";

    /// <summary>The transfer was acknowledged; its id follows.</summary>
    public const string Acknowledged = "ack";

    /// <summary>The transfer was reported as rolled back because of another writer.</summary>
    public const string RolledBack = "rolled-back";

    /// <summary>The transfer was reported as undecided.</summary>
    public const string Doubtful = "doubtful";

    /// <summary>The transfer failed for a reason that this campaign does not cause.</summary>
    public const string Failed = "fail";

    /// <summary>The worker has rolled back a transaction of a dead process.</summary>
    public const string Recovered = "recovered";
}
