namespace ImageStorage.Providers;

/// <summary>
/// The kinds of layers around a provider, from the outermost to the innermost. Layers are composed in this order,
/// whatever the order of the calls on the builder.
/// </summary>
/// <remarks>
/// Instrumentation is innermost, so that it measures the provider alone. Caching inside of encoding would cache encoded
/// bytes. Failover inside of resilience would repeat the complete chain on a retry.
/// </remarks>
public enum LayerKind
{
    /// <summary>Refuses writes while this build does not know what the store requires of a writer.</summary>
    Gate,

    /// <summary>Serves reads from memory, from disk or from a distributed cache.</summary>
    Caching,

    /// <summary>Changes the stored bytes reversibly: encryption, lossless compression.</summary>
    Encoding,

    /// <summary>Uses another provider when a provider is unavailable: fallbacks or a mirror.</summary>
    Failover,

    /// <summary>Adds timeouts, retries and a circuit breaker to one provider.</summary>
    Resilience,

    /// <summary>Logs and measures the calls of one provider.</summary>
    Instrumentation,
}
