namespace ImageStorage.Providers;

/// <summary>
/// The kinds of layers around a provider, from the outermost to the innermost. The order of the calls on the builder
/// does not matter.
/// </summary>
/// <remarks>
/// Instrumentation is the innermost layer, so that it measures the provider alone. Caching inside encoding would cache
/// bytes that still have to be decoded. Failover inside resilience would walk the chain again for every retry.
/// </remarks>
public enum LayerKind
{
    /// <summary>Serves reads from memory, disk or a distributed cache.</summary>
    Caching,

    /// <summary>Changes the stored bytes reversibly: encryption, lossless compression.</summary>
    Encoding,

    /// <summary>Uses another provider while one provider is unavailable: fallbacks or a mirror.</summary>
    Failover,

    /// <summary>Limits the time of the calls of one provider, repeats failed calls and breaks the circuit.</summary>
    Resilience,

    /// <summary>Logs and measures the calls of one provider.</summary>
    Instrumentation,
}
