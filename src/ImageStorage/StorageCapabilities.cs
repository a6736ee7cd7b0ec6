using System.Collections.Immutable;
using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>What a store can do and its limits: its options, its layers and its provider together.</summary>
public sealed record StorageCapabilities
{
    /// <summary>Gets the maximum number of bytes of an image.</summary>
    public required long MaxLength { get; init; }

    /// <summary>Gets the maximum number of pixels (width times height) of an image.</summary>
    public required long MaxPixels { get; init; }

    /// <summary>Gets the content types that a save accepts.</summary>
    public required ImmutableArray<string> ContentTypes { get; init; }

    /// <summary>Gets the capabilities of the provider with its layers.</summary>
    public required ProviderCapabilities Provider { get; init; }

    /// <summary>
    /// Gets a value indicating whether one call saves or deletes many images. Always <see langword="true"/>,
    /// for code that also serves other storage: a batch runs concurrently on every store.
    /// </summary>
    public bool Batch { get; } = true;

    /// <summary>
    /// Gets a value indicating whether images are saved and read in pieces. Always <see langword="true"/>,
    /// for code that also serves other storage: a save and a read of an image of any length need memory for some pieces
    /// only. What a provider in memory and a cache store is no part of this memory.
    /// </summary>
    public bool Streaming { get; } = true;

    /// <summary>
    /// Gets a value indicating whether a save may store another image than the given one: re-encoded, or of another size.
    /// </summary>
    public bool Recoding => Provider.Recoding;

    /// <summary>
    /// Gets a value indicating whether the bytes of images are encrypted before they are stored. Encryption that a service
    /// or a disk applies by itself does not count.
    /// </summary>
    public bool Encryption => Provider.Encryption;

    /// <summary>
    /// Gets a value indicating whether the store creates signed URLs, by <see cref="IReadUrlProvider"/>.
    /// <see langword="false"/> if a layer changes the stored bytes, which a URL would hand out.
    /// </summary>
    public required bool SignedUrls { get; init; }

    /// <summary>
    /// Gets how the store commits a transaction. The value does not say whether transactions were added with
    /// <c>WithTransactions</c>.
    /// </summary>
    public required TransactionSupport Transactions { get; init; }

    /// <summary>Gets a value indicating whether the store has a cache, so that <see cref="CacheMode.CacheOnly"/> can
    /// have a result.</summary>
    public required bool Caching { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(StorageCapabilities),
        (nameof(MaxLength), MaxLength), (nameof(MaxPixels), MaxPixels), (nameof(ContentTypes), ContentTypes),
        (nameof(Batch), Batch), (nameof(Streaming), Streaming), (nameof(Recoding), Recoding),
        (nameof(Encryption), Encryption), (nameof(SignedUrls), SignedUrls), (nameof(Transactions), Transactions),
        (nameof(Caching), Caching), (nameof(Provider), Provider));
}

/// <summary>Specifies how a store commits a transaction.</summary>
public enum TransactionSupport
{
    /// <summary>The store has no transactions.</summary>
    None,

    /// <summary>
    /// The steps take effect one after the other. A journal makes a crash or a failure undo them, so other readers may see
    /// some steps before the others.
    /// </summary>
    Journal,

    /// <summary>All steps on images and history take effect at once.</summary>
    Atomic,
}
