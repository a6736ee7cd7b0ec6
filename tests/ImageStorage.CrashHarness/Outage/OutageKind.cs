namespace ImageStorage.CrashHarness.Outage;

/// <summary>The kind of an outage of the network.</summary>
internal enum OutageKind
{
    /// <summary>Connections are refused.</summary>
    Refuse,

    /// <summary>Connections are open, and no byte passes.</summary>
    Stall,

    /// <summary>Connections are cut during requests and responses, again and again.</summary>
    Cut,
}
