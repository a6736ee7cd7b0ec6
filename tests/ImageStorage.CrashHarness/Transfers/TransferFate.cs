namespace ImageStorage.CrashHarness.Transfers;

/// <summary>What is known of a transfer.</summary>
internal enum TransferFate
{
    /// <summary>It was under way when its process died, or its end was reported as not decided: it may be there whole, or not at all.</summary>
    Open,

    /// <summary>It was acknowledged, or seen in the store: it is there.</summary>
    Done,

    /// <summary>It was reported as undone, or not seen in the store: it is not there.</summary>
    Undone,
}
