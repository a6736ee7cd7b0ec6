using System.Collections.Immutable;
using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>What a provider can do and where its limits are. Callers gate on this value, never on the provider's name.</summary>
public sealed record ProviderCapabilities
{
    /// <summary>The most bytes that one image may have; null where only the medium limits it.</summary>
    public long? MaxContentLength { get; init; }

    /// <summary>The most UTF-8 bytes that file name, metadata and tags of one image may have together.</summary>
    public required int MaxMetadataBytes { get; init; }

    /// <summary>The orders in which a page costs O(page); other orders work and cost a walk.</summary>
    public required ImmutableArray<ImageOrder> NativeOrders { get; init; }

    /// <summary>Can a range be read at the cost of the range?</summary>
    public required bool RangeRead { get; init; }

    /// <summary>May several processes open the same store at once?</summary>
    public required bool MultiProcess { get; init; }

    /// <summary>Does an acknowledged write survive the end of the process?</summary>
    public required bool Durable { get; init; }

    /// <summary>Does the provider have the ability <see cref="IReadUrlProvider"/>?</summary>
    public bool ReadUrls { get; init; }

    /// <summary>Does the provider have the ability <see cref="IStorageTierProvider"/>?</summary>
    public bool StorageTiers { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the provider stores a given <see cref="PutRequest.NewETag"/> and <see
    /// cref="PutRequest.ModifiedAt"/>, so that a copy has the ETag and times of its original.
    /// </summary>
    public bool RetainsVersions { get; init; }

    /// <summary>Equality by value.</summary>
    public bool Equals(ProviderCapabilities? other) =>
        other is not null && MaxContentLength == other.MaxContentLength && MaxMetadataBytes == other.MaxMetadataBytes
        && RangeRead == other.RangeRead && MultiProcess == other.MultiProcess && Durable == other.Durable
        && ReadUrls == other.ReadUrls && StorageTiers == other.StorageTiers && RetainsVersions == other.RetainsVersions
        && NativeOrders.AsSpan().SequenceEqual(other.NativeOrders.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxContentLength, MaxMetadataBytes, RangeRead, MultiProcess, Durable, NativeOrders.Length);

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(ProviderCapabilities),
        (nameof(MaxContentLength), MaxContentLength), (nameof(MaxMetadataBytes), MaxMetadataBytes),
        (nameof(NativeOrders), NativeOrders), (nameof(RangeRead), RangeRead),
        (nameof(MultiProcess), MultiProcess), (nameof(Durable), Durable), (nameof(ReadUrls), ReadUrls),
        (nameof(StorageTiers), StorageTiers), (nameof(RetainsVersions), RetainsVersions));
}
