using System.Diagnostics.CodeAnalysis;

namespace ImageStorage;

/// <summary>Options for a batch.</summary>
public sealed record BatchOptions
{
    internal static BatchOptions Default { get; } = new();

    /// <summary>Gets the maximum number of concurrent operations, 1 to 256. The default is 8.</summary>
    public int MaxConcurrency { get; init; } = 8;
}

/// <summary>An image of a batch of saves.</summary>
public sealed record SaveRequest
{
    /// <summary>
    /// Creates a request whose source is opened when its turn comes and disposed afterwards, for batches of any size.
    /// </summary>
    /// <param name="key">The key of the image.</param>
    /// <param name="openContent">Opens the source.</param>
    /// <param name="options">The options of the save; null for the defaults.</param>
    public SaveRequest(ImageKey key, Func<CancellationToken, ValueTask<Stream>> openContent, SaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(openContent);
        Key = key;
        OpenContent = openContent;
        Options = options;
        OwnsContent = true;
    }

    /// <summary>Creates a request with an open source. The source is not disposed.</summary>
    /// <param name="key">The key of the image.</param>
    /// <param name="content">The source, read from its current position.</param>
    /// <param name="options">The options of the save; null for the defaults.</param>
    public SaveRequest(ImageKey key, Stream content, SaveOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(content);
        Key = key;
        OpenContent = _ => ValueTask.FromResult(content);
        Options = options;
    }

    /// <summary>Gets the key of the image.</summary>
    public ImageKey Key { get; }

    /// <summary>Gets the function that opens the source.</summary>
    public Func<CancellationToken, ValueTask<Stream>> OpenContent { get; }

    /// <summary>Gets the options of the save; null for the defaults.</summary>
    public SaveOptions? Options { get; }

    internal bool OwnsContent { get; }

    /// <summary>Opens the source.</summary>
    /// <exception cref="ImageSourceException">The function of the caller returned null.</exception>
    internal async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken) =>
        await OpenContent(cancellationToken).ConfigureAwait(false)
        ?? throw new ImageSourceException($"The function that opens the source of image '{Key}' returned null: return a stream. Nothing was stored.") { Key = Key };
}

/// <summary>The result of one save of a batch.</summary>
public sealed record SaveResult
{
    /// <summary>Gets the key of the request.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets the record as stored; null if the save failed.</summary>
    public ImageInfo? Info { get; init; }

    /// <summary>Gets the reason why the save failed; null if the save succeeded.</summary>
    public Exception? Error { get; init; }

    /// <summary>Gets a value that indicates whether the image was stored.</summary>
    [MemberNotNullWhen(true, nameof(Info))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}

/// <summary>The result of one delete of a batch.</summary>
public sealed record DeleteResult
{
    /// <summary>Gets the key.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets a value that indicates whether the image existed and is now deleted.</summary>
    public required bool Existed { get; init; }

    /// <summary>Gets the reason why the delete failed; null if the delete succeeded.</summary>
    public Exception? Error { get; init; }

    /// <summary>Gets a value that indicates whether the delete succeeded. A delete of an image that does not exist succeeds.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
