using System.Collections.Immutable;
using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>
/// The capabilities and limits of a provider. Callers decide by this value, never by the name of the provider.
/// </summary>
public sealed record ProviderCapabilities
{
    /// <summary>Gets the maximum number of bytes of an image; null if only the medium limits the length.</summary>
    public long? MaxContentLength { get; init; }

    /// <summary>Gets the maximum number of UTF-8 bytes of file name, metadata and tags together.</summary>
    public required int MaxMetadataBytes { get; init; }

    /// <summary>
    /// Gets the orders in which a page costs O(page). Other orders work, and cost a walk over the images.
    /// </summary>
    public required ImmutableArray<ImageOrder> NativeOrders { get; init; }

    /// <summary>Gets a value indicating whether reading a range costs only the range.</summary>
    public required bool RangeRead { get; init; }

    /// <summary>Gets a value indicating whether several processes may open the same store at the same time.</summary>
    public required bool MultiProcess { get; init; }

    /// <summary>Gets a value indicating whether an acknowledged write survives the end of the process.</summary>
    public required bool Durable { get; init; }

    /// <summary>Gets a value indicating whether the provider has the ability <see cref="IReadUrlProvider"/>.</summary>
    public bool ReadUrls { get; init; }

    /// <summary>
    /// Gets a value indicating whether the provider has the ability <see cref="IStorageTierProvider"/>.
    /// </summary>
    public bool StorageTiers { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the provider stores a given <see cref="PutRequest.NewETag"/> and <see
    /// cref="PutRequest.ModifiedAt"/>, so that a copy has the ETag and times of its original.
    /// </summary>
    public bool RetainsVersions { get; init; }

    /// <summary>
    /// Gets a value indicating whether the bytes of images are encrypted before they are stored, by the provider or by a
    /// layer. Encryption that a service or a disk applies by itself does not count. A layer that encrypts sets this value.
    /// The default is <see langword="false"/>.
    /// </summary>
    public bool Encryption { get; init; }

    /// <summary>
    /// Gets a value indicating whether a save may store another image than the given one: re-encoded, or of another size.
    /// A layer that recodes sets this value. The default is <see langword="false"/>.
    /// </summary>
    public bool Recoding { get; init; }

    /// <summary>Returns whether all properties are equal.</summary>
    public bool Equals(ProviderCapabilities? other) =>
        other is not null && MaxContentLength == other.MaxContentLength && MaxMetadataBytes == other.MaxMetadataBytes
        && RangeRead == other.RangeRead && MultiProcess == other.MultiProcess && Durable == other.Durable
        && ReadUrls == other.ReadUrls && StorageTiers == other.StorageTiers && RetainsVersions == other.RetainsVersions
        && Encryption == other.Encryption && Recoding == other.Recoding
        && NativeOrders.AsSpan().SequenceEqual(other.NativeOrders.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxContentLength, MaxMetadataBytes, RangeRead, MultiProcess, Durable, NativeOrders.Length);

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(ProviderCapabilities),
        (nameof(MaxContentLength), MaxContentLength), (nameof(MaxMetadataBytes), MaxMetadataBytes),
        (nameof(NativeOrders), NativeOrders), (nameof(RangeRead), RangeRead),
        (nameof(MultiProcess), MultiProcess), (nameof(Durable), Durable), (nameof(ReadUrls), ReadUrls),
        (nameof(StorageTiers), StorageTiers), (nameof(RetainsVersions), RetainsVersions),
        (nameof(Encryption), Encryption), (nameof(Recoding), Recoding));
}
