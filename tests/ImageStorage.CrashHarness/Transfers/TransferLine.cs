namespace ImageStorage.CrashHarness.Transfers;

/// <summary>The first words of a worker's lines about transfers.</summary>
internal static class TransferLine
{
    /// <summary>A transfer begins; the whole of it follows.</summary>
    public const string Begin = "begin";

    /// <summary>It was acknowledged; its id follows.</summary>
    public const string Acknowledged = "ack";

    /// <summary>It was reported as undone, because of another writer.</summary>
    public const string Undone = "undone";

    /// <summary>It was reported as not decided yet.</summary>
    public const string Doubtful = "doubtful";

    /// <summary>It failed for a reason that this campaign gives none for.</summary>
    public const string Failed = "fail";

    /// <summary>The worker has undone a transaction that a dead one left.</summary>
    public const string Recovered = "recovered";
}
