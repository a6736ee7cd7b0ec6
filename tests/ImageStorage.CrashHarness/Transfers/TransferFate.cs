namespace ImageStorage.CrashHarness.Transfers;

/// <summary>The known result of a transfer.</summary>
internal enum TransferFate
{
    /// <summary>In flight when the process died, or reported as undecided: present completely or not at all.</summary>
    Open,

    /// <summary>Acknowledged, or found in the store: present.</summary>
    Done,

    /// <summary>Reported as rolled back, or not found in the store: absent.</summary>
    RolledBack,
}
