namespace ImageStorage.Providers;

/// <summary>
/// The layers that may stand around a provider, from the outermost to the innermost: this order is the one in which
/// they are put together, whatever the order of the calls on the builder.
/// </summary>
/// <remarks>
/// Instrumentation is innermost, so that what it measures is the provider. Caching would be wrong inside encoding (it
/// would cache what still has to be decoded), and failover wrong inside resilience (a retry would try the chain anew).
/// </remarks>
public enum LayerKind
{
    /// <summary>Answers reads from memory or disk.</summary>
    Caching,

    /// <summary>Compresses or encrypts.</summary>
    Encoding,

    /// <summary>Goes to another provider when one is down: a fallback or a mirror, of which a store has one.</summary>
    Failover,

    /// <summary>Times out, retries and breaks the circuit of one provider.</summary>
    Resilience,

    /// <summary>Logs and measures one provider.</summary>
    Instrumentation,
}
