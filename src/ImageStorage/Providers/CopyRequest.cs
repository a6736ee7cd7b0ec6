using System.Collections.Immutable;

namespace ImageStorage.Providers;

/// <summary>A copy of one version of an image to another key of the same store. The keys differ.</summary>
public sealed record CopyRequest
{
    /// <summary>Gets the key of the image to copy.</summary>
    public required ImageKey Source { get; init; }

    /// <summary>
    /// Gets the version to copy. If the image has another version, or does not exist, the copy throws
    /// <see cref="ImageConflictException"/> with the key of the source.
    /// </summary>
    public required ImageETag SourceETag { get; init; }

    /// <summary>Gets the key of the copy.</summary>
    public required ImageKey Target { get; init; }

    /// <summary>Gets the precondition on the target; null for none.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>Gets the creation time to record; null for the creation time of an overwritten image, or now.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Gets the metadata to record; null for the metadata of the source.</summary>
    public ImmutableSortedDictionary<string, string>? Metadata { get; init; }

    /// <summary>Gets the ETag to record; null for a new ETag. See <see cref="PutRequest.NewETag"/>.</summary>
    public ImageETag? NewETag { get; init; }

    /// <summary>Gets the time of modification to record; null for now.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Returns the record of the copy: that of the source, with the key and the times of the copy.</summary>
    /// <param name="source">The record of the source.</param>
    /// <param name="replaced">The record that the copy replaces; null for none.</param>
    /// <param name="now">The time of this write.</param>
    public ImageInfo ToInfo(ImageInfo source, ImageInfo? replaced, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Apply(source) with
        {
            CreatedAt = CreatedAt?.ToUniversalTime() ?? replaced?.CreatedAt ?? now,
            ModifiedAt = ModifiedAt ?? now,
            ETag = NewETag ?? ImageETagFactory.Create(source.Digest),
        };
    }

    /// <summary>Returns what the record of the copy takes over from the source: everything except the version and its times.</summary>
    internal ImageInfo Apply(ImageInfo source) => source with { Key = Target, Metadata = Metadata ?? source.Metadata };

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(CopyRequest),
        (nameof(Source), Source), (nameof(SourceETag), SourceETag), (nameof(Target), Target), (nameof(Precondition), Precondition),
        (nameof(CreatedAt), CreatedAt), (nameof(Metadata), Metadata), (nameof(NewETag), NewETag), (nameof(ModifiedAt), ModifiedAt));
}
