namespace ImageStorage.Providers;

/// <summary>
/// The base class of content that wraps other content. Forwards every member to the inner content; a derived class
/// overrides the members that it changes or observes.
/// </summary>
public abstract class DelegatingImageContent : ImageContent
{
    /// <summary>Initializes a new instance of the <see cref="DelegatingImageContent"/> class.</summary>
    /// <param name="inner">The content to wrap.</param>
    protected DelegatingImageContent(ImageContent inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <inheritdoc/>
    public override long? Length => Inner.Length;

    /// <inheritdoc/>
    public override bool CanRewind => Inner.CanRewind;

    internal override TimeSpan? Waited => Inner.Waited;

    /// <summary>Gets the wrapped content.</summary>
    protected ImageContent Inner { get; }

    /// <inheritdoc/>
    public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default) => Inner.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<ContentDigest> GetDigestAsync() => Inner.GetDigestAsync();

    /// <inheritdoc/>
    public override ValueTask RewindAsync(CancellationToken cancellationToken = default) => Inner.RewindAsync(cancellationToken);
}
