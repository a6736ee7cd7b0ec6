namespace ImageStorage;

/// <summary>
/// The event that a provider of a store found damaged data: in a call, in a verification, or while an application read
/// an image. A cache or a mirror may still have answered the application with a sound image. A provider reports the same
/// damage with each call that meets it; a verification reports each damaged image once.
/// </summary>
public sealed record CorruptionFound : StorageEvent
{
    /// <summary>
    /// Gets the key of the damaged image; null if other data are damaged, such as a document or an index. In the
    /// <see cref="ProviderRole.Content"/> of a hybrid provider, the key is the key in that part.
    /// </summary>
    public required ImageKey? Key { get; init; }

    /// <summary>Gets the name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets the role of the provider in the store.</summary>
    public required ProviderRole Role { get; init; }

    /// <summary>
    /// Gets the store or the part of the store to which the provider belongs, as in log messages, such as
    /// <c>the fallback of the image store</c>.
    /// </summary>
    public required string Part { get; init; }

    /// <summary>Gets what is damaged.</summary>
    public required string Reason { get; init; }
}
