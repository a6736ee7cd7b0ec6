namespace ImageStorage.CrashHarness.Outage;

/// <summary>What the network does to the primary.</summary>
internal enum OutageKind
{
    /// <summary>Nobody listens.</summary>
    Refuse,

    /// <summary>Connections stand, and no byte goes through.</summary>
    Stall,

    /// <summary>Connections are cut in the middle of requests and answers, again and again.</summary>
    Cut,
}
